//! `http` with the scheme `bearer` (RFC 6750), and what OAuth 2 and OpenID Connect share with it.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::need::Need;
use super::scheme_code;
use super::scheme_code::{Credential, Field, FieldSource, Scaffold, SchemeCode, Verifier};
use crate::names::SchemeNames;
use crate::rust::docs::code_span;

/// A bearer token.
pub struct Bearer<'a> {
    /// `bearerFormat`.
    pub format: Option<&'a str>,
}

impl SchemeCode for Bearer<'_> {
    fn sentence(&self) -> String {
        match self.format {
            Some(format) => format!("A bearer token (RFC 6750), {}", code_span(format)),
            None => "A bearer token (RFC 6750)".to_owned(),
        }
    }

    fn runtime_kind(&self) -> TokenStream {
        quote!(Bearer)
    }

    fn has_scopes(&self) -> bool {
        true
    }

    fn is_sent_by_browsers(&self) -> bool {
        false
    }

    fn credential_header(&self) -> Option<&str> {
        None
    }

    fn client_needs(&self) -> &'static [Need] {
        &[]
    }

    fn credential(&self) -> Credential {
        Credential::text("Token", "token")
    }

    fn verifier(&self) -> Verifier {
        Verifier { presented: "Bearer", argument: "token", finder: "bearer" }
    }

    fn scaffold(&self, names: &SchemeNames) -> Scaffold {
        let (function, name) = (&names.function, names.constant.plain());
        Scaffold {
            needs: &[Need::Jwt],
            imports: &["Claims", "JwtKeys", "JwtPolicy", "JwtVerifier", "KeySource", "RemoteKeys"],
            field: Some(Field { ty: "JwtVerifier", source: FieldSource::Issuer(name.to_owned()) }),
            principal: "Claims",
            verify: format!("self.{function}.verify(token).await"),
            words: "JWT (RFC 8725), keys from a key set",
            environment: vec![scheme_code::variable(names, "ISSUER"), scheme_code::variable(names, "AUDIENCE")],
            help: JWT_HELP,
        }
    }
}

/// Paragraphs of the README about the tokens.
pub const JWT_HELP: &[&str] = &[
    "Tokens must contain the configured `iss` and `aud`, and `sub` and `exp`. The keys are read from the issuer's metadata (OpenID Connect Discovery), or from `…_JWKS_URL`, or from the file named by `…_JWKS_FILE`. Published keys are fetched every ten minutes, and when a token names an unknown key.",
    "Only access tokens are accepted: tokens of type `at+jwt` (RFC 9068), and tokens of type `JWT` whose claims identify an access token: `scope`, `scp` or `client_id`, or an explicit kind (`typ: Bearer`, `token_use: access`). ID, refresh and logout tokens are rejected, although the issuer signs them with the same keys. `JwtPolicy` in `src/app.rs` has settings for other issuers: `access_tokens` accepts only `at+jwt`; `tokens_without_type` also accepts tokens without `typ` (Okta) if their claims identify an access token; `possible_id_tokens` also accepts `JWT` tokens whose claims show neither, which may be ID tokens for the same audience.",
    "For opaque tokens, use `generated::auth::Introspection` instead of `JwtVerifier`. The authorization server must report `active`, `sub` (or `client_id`), an `aud` that names this API, and `token_type: Bearer` for access tokens and for no others (RFC 7662, section 2.2). If it reports no `aud`, `without_audience_check` also accepts tokens for other APIs; if it never reports `token_type`, `tokens_without_type` also accepts refresh tokens that it reports as active.",
];
