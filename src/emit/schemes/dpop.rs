//! Access tokens that are bound to a key of the client (DPoP, RFC 9449), of any scheme with tokens.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::need::Need;
use super::bearer::JWT_HELP;
use super::scheme_code;
use super::scheme_code::{Credential, Field, FieldSource, Scaffold, SchemeCode, Verifier};
use crate::names::SchemeNames;

/// A scheme whose tokens are bound.
pub struct Dpop<'a> {
    /// The same scheme with tokens that are not.
    pub unbound: Box<dyn SchemeCode + 'a>,
}

impl SchemeCode for Dpop<'_> {
    fn sentence(&self) -> String {
        "An access token that is bound to a key of the client (DPoP, RFC 9449)".to_owned()
    }

    fn runtime_kind(&self) -> TokenStream {
        quote!(Http("DPoP"))
    }

    fn has_scopes(&self) -> bool {
        self.unbound.has_scopes()
    }

    fn is_sent_by_browsers(&self) -> bool {
        false
    }

    fn credential_header(&self) -> Option<&str> {
        // Next to `Authorization`, which always holds credentials.
        Some("DPoP")
    }

    fn client_needs(&self) -> &'static [Need] {
        &[Need::Dpop, Need::OAuth]
    }

    fn credential(&self) -> Credential {
        Credential { is_text: false, ..Credential::text("Token", "token") }
    }

    fn example(&self, krate: &Ident, name: &str) -> TokenStream {
        let key = format!("{name}_KEY");
        quote!(#krate::auth::DpopKey::from_pkcs8_pem(&std::env::var(#key)?)?.token(std::env::var(#name)?))
    }

    fn flows(&self, scheme: &str) -> Vec<TokenStream> {
        self.unbound.flows(scheme)
    }

    fn verifier(&self) -> Verifier {
        Verifier { presented: "HttpCredentials", argument: "token", finder: "http" }
    }

    fn scaffold(&self, names: &SchemeNames) -> Scaffold {
        let (function, name) = (&names.function, names.constant.plain());
        Scaffold {
            needs: &[Need::Jwt, Need::Dpop],
            imports: &[
                "Claims",
                "DpopPolicy",
                "DpopVerifier",
                "JwtKeys",
                "JwtPolicy",
                "JwtVerifier",
                "KeySource",
                "RemoteKeys",
            ],
            field: Some(Field { ty: "DpopVerifier", source: FieldSource::BoundIssuer(name.to_owned()) }),
            principal: "Claims",
            verify: format!("self.{function}.verify(token).await"),
            words: "JWT (RFC 8725) with a proof of its key (RFC 9449), keys from a key set",
            environment: vec![
                "API_URL".to_owned(),
                scheme_code::variable(names, "ISSUER"),
                scheme_code::variable(names, "AUDIENCE"),
            ],
            help: DPOP_HELP,
        }
    }
}

const DPOP_HELP: &[&str] = &[
    JWT_HELP[0],
    JWT_HELP[1],
    "For opaque tokens, use `DpopVerifier::introspection` with `generated::auth::Introspection` instead of `DpopVerifier::jwt`. The authorization server must report `active`, `sub` (or `client_id`), `cnf`, an `aud` that names this API, and `token_type: DPoP` for access tokens and for no others (RFC 9449, section 6.2).",
    "Each request needs a token with `cnf.jkt` in `Authorization: DPoP …`, and in the header `DPoP` a proof of the same key for this method and URL, at most 60 seconds old (RFC 9449). `API_URL` is the URL of this API as its clients use it, such as `https://api.example.com/v1`. Tokens that are not bound are rejected, and so are bound tokens that are sent as bearer tokens. A proof is accepted once; servers that share the load remember them together with `DpopPolicy::proofs`. `DpopPolicy::nonces` also requires a nonce of the server in each proof.",
];
