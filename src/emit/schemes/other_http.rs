//! `http` with any other scheme: the user supplies the credential and the verifier.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::need::Need;
use super::scheme_code::{Credential, Scaffold, SchemeCode, Verifier};
use crate::names::SchemeNames;
use crate::rust::docs::code_span;

/// Another scheme of the `Authorization` header.
pub struct OtherHttp<'a> {
    /// The auth-scheme of RFC 9110, section 11.1.
    pub scheme: &'a str,
}

impl SchemeCode for OtherHttp<'_> {
    fn sentence(&self) -> String {
        format!("A credential that you supply for the HTTP authentication scheme {}", code_span(self.scheme))
    }

    fn runtime_kind(&self) -> TokenStream {
        let scheme = self.scheme;
        quote!(Http(#scheme))
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
        Credential::text("Authorization", "credential")
    }

    fn verifier(&self) -> Verifier {
        Verifier { presented: "HttpCredentials", argument: "credentials", finder: "http" }
    }

    fn scaffold(&self, _: &SchemeNames) -> Scaffold {
        Scaffold::supplied_by_user(self.verifier().argument)
    }
}
