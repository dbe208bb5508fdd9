//! The one table of schemes: what each kind becomes on each side.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::security::{Scheme, SchemeKind};
use crate::rust::docs::code_span;

/// What a kind of scheme becomes.
#[derive(Debug, Clone, Copy)]
pub struct SchemeCode {
    /// Client: the type of what the builder takes.
    pub credential: &'static str,
    /// Client: the name of that argument.
    pub argument: &'static str,
    /// Server: the type of what a verifier is given.
    pub presented: &'static str,
    /// Server: the method of the runtime that finds it in a request.
    pub finder: &'static str,
    /// Server: the ready part that checks it, if there is one.
    pub ready: Ready,
}

impl SchemeCode {
    /// Server: the path of the type that a verifier receives.
    pub fn presented_path(&self) -> TokenStream {
        let name = quote::format_ident!("{}", self.presented);
        quote!(rt::credentials::#name)
    }

    /// Client: the path of the credential type.
    pub fn credential_path(&self) -> TokenStream {
        let name = quote::format_ident!("{}", self.credential);
        match self.credential {
            "Identity" => quote!(rt::identity::#name),
            _ => quote!(rt::credential::#name),
        }
    }
}

/// The ready parts of the server's runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ready {
    /// JWT verification.
    Jwt,
    /// A store of hashed keys.
    ApiKeys,
    /// A store of hashed passwords.
    Passwords,
    /// A listener for mutual TLS, and a list of certificates.
    Certificates,
    /// None: the user brings the code.
    Own,
}

/// The row of the table for this scheme.
pub fn code(scheme: &Scheme) -> SchemeCode {
    match &scheme.kind {
        SchemeKind::ApiKey { .. } => SchemeCode {
            credential: "Key",
            argument: "key",
            presented: "ApiKey",
            finder: "api_key",
            ready: Ready::ApiKeys,
        },
        SchemeKind::Signature { .. } => SchemeCode {
            credential: "Authorization",
            argument: "signer",
            presented: "ApiKey",
            finder: "api_key",
            ready: Ready::Own,
        },
        SchemeKind::Basic => SchemeCode {
            credential: "Login",
            argument: "login",
            presented: "Basic",
            finder: "basic",
            ready: Ready::Passwords,
        },
        SchemeKind::Bearer { .. } | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect { .. } => SchemeCode {
            credential: "Token",
            argument: "token",
            presented: "Bearer",
            finder: "bearer",
            ready: Ready::Jwt,
        },
        SchemeKind::MutualTls => SchemeCode {
            credential: "Identity",
            argument: "identity",
            presented: "PeerCertificate",
            finder: "peer_certificate",
            ready: Ready::Certificates,
        },
        SchemeKind::OtherHttp { .. } => SchemeCode {
            credential: "Authorization",
            argument: "credential",
            presented: "HttpCredentials",
            finder: "http",
            ready: Ready::Own,
        },
    }
}

/// One sentence on how the scheme travels, in safe markdown.
pub fn sentence(scheme: &Scheme) -> String {
    use crate::model::security::KeyPlace;
    let place = |place: &KeyPlace, name: &str| match place {
        KeyPlace::Header => format!("the header {}", code_span(name)),
        KeyPlace::Query => format!("the query parameter {}", code_span(name)),
        KeyPlace::Cookie => format!("the cookie {}", code_span(name)),
    };
    match &scheme.kind {
        SchemeKind::ApiKey { place: at, name } => format!("An API key in {}", place(at, name)),
        SchemeKind::Signature { place: at, name } => format!("A signature over the request in {}", place(at, name)),
        SchemeKind::Basic => "A user name and a password (HTTP Basic, RFC 7617)".to_owned(),
        SchemeKind::Bearer { format: Some(format) } => format!("A bearer token (RFC 6750), {}", code_span(format)),
        SchemeKind::Bearer { format: None } => "A bearer token (RFC 6750)".to_owned(),
        SchemeKind::OAuth2(_) => "An OAuth 2 access token (RFC 6749), sent as a bearer token".to_owned(),
        SchemeKind::OpenIdConnect { .. } => "An OpenID Connect token, sent as a bearer token".to_owned(),
        SchemeKind::MutualTls => "A client certificate (mutual TLS)".to_owned(),
        SchemeKind::OtherHttp { scheme } => {
            format!("The http scheme {}, with a credential of your own", code_span(scheme))
        }
    }
}

/// The documentation of a scheme: how it travels, then the document's words.
pub fn doc(scheme: &Scheme) -> TokenStream {
    let name = code_span(&scheme.name);
    let ours = crate::rust::docs::ours(&format!("{}: scheme {name}.", sentence(scheme)));
    let words = crate::model::schema::Doc { summary: None, description: scheme.description.clone() };
    let words = crate::rust::docs::doc(&words);
    if words.is_empty() { ours } else { quote!(#ours #[doc = ""] #words) }
}
