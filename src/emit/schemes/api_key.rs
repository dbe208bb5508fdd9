//! `apiKey`: a key in a header, query parameter or cookie.

use proc_macro2::TokenStream;

use super::super::need::Need;
use super::scheme_code::{Credential, Scaffold, SchemeCode, Verifier};
use super::{key, scheme_code};
use crate::model::security::KeyPlace;
use crate::names::SchemeNames;

/// An API key.
pub struct ApiKey<'a> {
    pub place: KeyPlace,
    pub name: &'a str,
}

/// The verifier's argument, also of signatures, which are found in the same way.
pub const VERIFIER: Verifier = Verifier { presented: "ApiKey", argument: "key", finder: "api_key" };

impl SchemeCode for ApiKey<'_> {
    fn sentence(&self) -> String {
        format!("An API key in {}", key::place_words(self.place, self.name))
    }

    fn runtime_kind(&self) -> TokenStream {
        key::runtime_kind(self.place, self.name)
    }

    fn has_scopes(&self) -> bool {
        false
    }

    fn is_sent_by_browsers(&self) -> bool {
        key::is_sent_by_browsers(self.place, self.name)
    }

    fn credential_header(&self) -> Option<&str> {
        key::credential_header(self.place, self.name)
    }

    fn client_needs(&self) -> &'static [Need] {
        &[]
    }

    fn credential(&self) -> Credential {
        Credential::text("Key", "key")
    }

    fn verifier(&self) -> Verifier {
        VERIFIER
    }

    fn scaffold(&self, names: &SchemeNames) -> Scaffold {
        let (function, variable) = (&names.function, scheme_code::variable(names, "KEYS_FILE"));
        Scaffold {
            needs: &[Need::ApiKeys],
            imports: &["ApiKeys"],
            field: scheme_code::list_from_file("ApiKeys", &variable),
            principal: "String",
            verify: format!("self.{function}.verify(key)"),
            words: "API keys, stored as SHA-256, compared in constant time",
            environment: vec![variable],
            help: &[
                "A `…_KEYS_FILE` has one line per key: the owner, the SHA-256 hash of the key in hexadecimal, and its scopes, separated by spaces. `keystub hash-key --owner NAME --scope SCOPE` reads a key from standard input and prints its line.",
            ],
        }
    }
}
