//! `apiKey` marked by `x-amazon-apigateway-authtype`: a signature over the request, which the user supplies.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::need::Need;
use super::scheme_code::{Credential, Scaffold, SchemeCode, Verifier};
use super::{api_key, key};
use crate::model::security::KeyPlace;
use crate::names::SchemeNames;

/// A signature over the request.
pub struct Signature<'a> {
    pub place: KeyPlace,
    pub name: &'a str,
}

impl SchemeCode for Signature<'_> {
    fn sentence(&self) -> String {
        format!("A signature over the request in {}", key::place_words(self.place, self.name))
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
        Credential { path: quote!(rt::credential::Authorization), argument: "signer", is_text: false }
    }

    fn verifier(&self) -> Verifier {
        api_key::VERIFIER
    }

    fn scaffold(&self, _: &SchemeNames) -> Scaffold {
        Scaffold::supplied_by_user(self.verifier().argument)
    }
}
