//! `http` with the scheme `basic` (RFC 7617): a user name and a password.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::need::Need;
use super::scheme_code;
use super::scheme_code::{Credential, Scaffold, SchemeCode, Verifier};
use crate::names::SchemeNames;

/// HTTP Basic.
pub struct Basic;

impl SchemeCode for Basic {
    fn sentence(&self) -> String {
        "A user name and a password (HTTP Basic, RFC 7617)".to_owned()
    }

    fn runtime_kind(&self) -> TokenStream {
        quote!(Basic)
    }

    fn has_scopes(&self) -> bool {
        false
    }

    fn is_sent_by_browsers(&self) -> bool {
        true
    }

    fn credential_header(&self) -> Option<&str> {
        None
    }

    fn client_needs(&self) -> &'static [Need] {
        &[]
    }

    fn credential(&self) -> Credential {
        Credential::text("Login", "login")
    }

    fn example(&self, _: &Ident, name: &str) -> TokenStream {
        let (user, password) = (format!("{name}_USER"), format!("{name}_PASSWORD"));
        quote!((std::env::var(#user)?, std::env::var(#password)?))
    }

    fn verifier(&self) -> Verifier {
        Verifier { presented: "Basic", argument: "login", finder: "basic" }
    }

    fn scaffold(&self, names: &SchemeNames) -> Scaffold {
        let (function, variable) = (&names.function, scheme_code::variable(names, "USERS_FILE"));
        Scaffold {
            needs: &[Need::Passwords],
            imports: &["Passwords"],
            field: scheme_code::list_from_file("Passwords", &variable),
            principal: "String",
            verify: format!("self.{function}.verify(login).await"),
            words: "passwords, stored as argon2id",
            environment: vec![variable],
            help: &[
                "A `…_USERS_FILE` has one line per user: the name, the argon2id hash of the password as a PHC string, and the user's scopes, separated by spaces. A name that is empty or contains white space is written as a JSON string. `keystub hash-password --user NAME --scope SCOPE` reads a password from standard input and prints its line.",
            ],
        }
    }
}
