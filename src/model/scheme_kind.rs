//! The kinds of security schemes, and what each means for those who send, check, describe or compare its credentials.
//!
//! Other modules ask these questions instead of matching kinds, so that a new kind is answered here, where the document is
//! read (`lower/security/scheme.rs`) and where code is generated for it (`emit/schemes`).

use super::flows::{Flows, IssuerUrl};

/// The kinds of security schemes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemeKind {
    /// A key with a name from the document.
    ApiKey {
        /// Where it is sent.
        place: KeyPlace,
        /// The name of the header, query parameter or cookie.
        name: String,
    },
    /// HTTP Basic (RFC 7617).
    Basic,
    /// A bearer token (RFC 6750).
    Bearer {
        /// `bearerFormat`, a hint such as `JWT`.
        format: Option<String>,
    },
    /// OAuth 2 (RFC 6749); the token is sent as a bearer token.
    OAuth2(Box<Flows>),
    /// OpenID Connect; the token is sent as a bearer token.
    OpenIdConnect {
        /// `openIdConnectUrl`.
        discovery: String,
    },
    /// A client certificate (mutual TLS).
    MutualTls,
    /// Another scheme of the `Authorization` header, implemented by the user.
    OtherHttp {
        /// The auth-scheme of RFC 9110, section 11.1.
        scheme: String,
    },
    /// A key that `x-amazon-apigateway-authtype` marks as a signature of the request.
    Signature {
        /// Where it is sent.
        place: KeyPlace,
        /// The name of the header, query parameter or cookie.
        name: String,
    },
}

/// Where an API key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPlace {
    /// A header field.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

impl KeyPlace {
    /// The word used in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Cookie => "cookie",
        }
    }
}

/// The part of a request that carries a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier<'a> {
    /// A header field, a query parameter or a cookie with this name.
    Key(KeyPlace, &'a str),
    /// The `Authorization` header, with this auth-scheme (RFC 9110, section 11.4).
    Authorization(&'a str),
    /// The TLS connection.
    Connection,
}

impl Carrier<'_> {
    /// Whether both are the same part of a request: names of header fields and auth-schemes are case-insensitive (RFC 9110,
    /// sections 5.1 and 11.1).
    pub fn is_same(self, other: Carrier<'_>) -> bool {
        match (self, other) {
            (Carrier::Key(KeyPlace::Header, one), Carrier::Key(KeyPlace::Header, other))
            | (Carrier::Authorization(one), Carrier::Authorization(other)) => one.eq_ignore_ascii_case(other),
            (one, other) => one == other,
        }
    }
}

/// What a caller has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Secret {
    /// A key.
    Key,
    /// A user name and a password.
    Login,
    /// A token.
    Token,
    /// A certificate with its key.
    Certificate,
    /// What the user's own code makes: the credentials of another auth-scheme.
    Credentials,
    /// What the user's own code makes of each request.
    Signature,
}

impl SchemeKind {
    /// Its name: that of OpenAPI where it has one.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::ApiKey { .. } => "apiKey",
            Self::Basic => "basic",
            Self::Bearer { .. } => "bearer",
            Self::OAuth2(_) => "oauth2",
            Self::OpenIdConnect { .. } => "openIdConnect",
            Self::MutualTls => "mutualTLS",
            Self::OtherHttp { .. } => "http",
            Self::Signature { .. } => "signature",
        }
    }

    /// Which part of a request carries its credentials, unless they are bound to a key ([`super::security::Binding`]).
    pub fn carrier(&self) -> Carrier<'_> {
        match self {
            Self::ApiKey { place, name } | Self::Signature { place, name } => Carrier::Key(*place, name),
            Self::Basic => Carrier::Authorization("Basic"),
            Self::Bearer { .. } | Self::OAuth2(_) | Self::OpenIdConnect { .. } => Carrier::Authorization("Bearer"),
            Self::OtherHttp { scheme } => Carrier::Authorization(scheme),
            Self::MutualTls => Carrier::Connection,
        }
    }

    /// What its callers have.
    pub fn secret(&self) -> Secret {
        match self {
            Self::ApiKey { .. } => Secret::Key,
            Self::Basic => Secret::Login,
            Self::Bearer { .. } | Self::OAuth2(_) | Self::OpenIdConnect { .. } => Secret::Token,
            Self::MutualTls => Secret::Certificate,
            Self::OtherHttp { .. } => Secret::Credentials,
            Self::Signature { .. } => Secret::Signature,
        }
    }

    /// Whether the document says who issues its tokens. They have scopes; in other kinds, scopes are roles (OpenAPI 3.1.0,
    /// section 4.8.30).
    pub fn has_issuer(&self) -> bool {
        match self {
            Self::OAuth2(_) | Self::OpenIdConnect { .. } => true,
            Self::ApiKey { .. }
            | Self::Basic
            | Self::Bearer { .. }
            | Self::MutualTls
            | Self::OtherHttp { .. }
            | Self::Signature { .. } => false,
        }
    }

    /// Its flows, if it is OAuth 2.
    pub fn flows(&self) -> Option<&Flows> {
        if let Self::OAuth2(flows) = self { Some(flows) } else { None }
    }

    /// `bearerFormat`.
    pub fn bearer_format(&self) -> Option<&str> {
        if let Self::Bearer { format } = self { format.as_deref() } else { None }
    }

    /// `openIdConnectUrl`.
    pub fn discovery(&self) -> Option<&str> {
        if let Self::OpenIdConnect { discovery } = self { Some(discovery) } else { None }
    }

    /// How well a credential is protected on its way and from being used again: more is better.
    pub fn strength(&self) -> u8 {
        match self {
            Self::ApiKey { place: KeyPlace::Query, .. } => 0,
            Self::ApiKey { place: KeyPlace::Header | KeyPlace::Cookie, .. } | Self::Basic => 1,
            Self::Bearer { .. } | Self::OtherHttp { .. } => 2,
            Self::OAuth2(_) | Self::OpenIdConnect { .. } => 3,
            Self::Signature { .. } => 4,
            Self::MutualTls => 5,
        }
    }

    /// What it is, in a few words. `quoted` writes names of the document.
    pub fn words(&self, quoted: impl Fn(&str) -> String) -> String {
        let place = |place: &KeyPlace| match place {
            KeyPlace::Header => "header",
            KeyPlace::Query => "query parameter",
            KeyPlace::Cookie => "cookie",
        };
        match self {
            Self::ApiKey { place: own, name } => format!("API key in the {} {}", place(own), quoted(name)),
            Self::Basic => "HTTP Basic".to_owned(),
            Self::Bearer { format: Some(format) } => format!("bearer token ({})", quoted(format)),
            Self::Bearer { format: None } => "bearer token".to_owned(),
            Self::OAuth2(_) => "OAuth 2 access token".to_owned(),
            Self::OpenIdConnect { .. } => "OpenID Connect token".to_owned(),
            Self::MutualTls => "client certificate".to_owned(),
            Self::OtherHttp { scheme } => format!("HTTP scheme {}", quoted(scheme)),
            Self::Signature { place: own, name } => format!("signature in the {} {}", place(own), quoted(name)),
        }
    }

    /// The URLs of its issuer, in the order of the flows.
    pub fn issuer_urls(&self) -> Vec<IssuerUrl<'_>> {
        match self {
            Self::OpenIdConnect { discovery } => {
                vec![IssuerUrl { flow: None, key: "openIdConnectUrl", url: discovery }]
            }
            Self::OAuth2(flows) => {
                let metadata = flows.metadata_url.as_deref();
                let metadata = metadata.map(|url| IssuerUrl { flow: None, key: "oauth2MetadataUrl", url });
                let declared = flows.by_kind().into_iter().filter_map(|(kind, flow)| Some((kind, flow?)));
                declared.flat_map(|(kind, flow)| flow.issuer_urls(kind)).chain(metadata).collect()
            }
            Self::ApiKey { .. }
            | Self::Basic
            | Self::Bearer { .. }
            | Self::MutualTls
            | Self::OtherHttp { .. }
            | Self::Signature { .. } => Vec::new(),
        }
    }

    /// The same URLs, to modify them.
    pub fn issuer_urls_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::OpenIdConnect { discovery } => vec![discovery],
            Self::OAuth2(flows) => flows.urls_mut().collect(),
            Self::ApiKey { .. }
            | Self::Basic
            | Self::Bearer { .. }
            | Self::MutualTls
            | Self::OtherHttp { .. }
            | Self::Signature { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Carrier, KeyPlace};

    #[test]
    fn only_names_of_header_fields_and_auth_schemes_are_case_insensitive() {
        let key = |place, name| Carrier::Key(place, name);
        let rows = [
            (key(KeyPlace::Header, "X-Key"), key(KeyPlace::Header, "x-key"), true),
            (key(KeyPlace::Header, "X-Key"), key(KeyPlace::Header, "X-Keys"), false),
            (key(KeyPlace::Query, "key"), key(KeyPlace::Query, "key"), true),
            (key(KeyPlace::Query, "key"), key(KeyPlace::Query, "Key"), false),
            (key(KeyPlace::Cookie, "sid"), key(KeyPlace::Cookie, "SID"), false),
            (key(KeyPlace::Header, "key"), key(KeyPlace::Query, "key"), false),
            (key(KeyPlace::Header, "Authorization"), Carrier::Authorization("Authorization"), false),
            (Carrier::Authorization("Hawk"), Carrier::Authorization("hawk"), true),
            (Carrier::Authorization("Basic"), Carrier::Authorization("Bearer"), false),
            (Carrier::Connection, Carrier::Connection, true),
            (Carrier::Connection, Carrier::Authorization(""), false),
        ];
        for (one, other, is_same) in rows {
            assert_eq!(one.is_same(other), is_same, "{one:?} {other:?}");
            assert_eq!(other.is_same(one), is_same, "{other:?} {one:?}");
        }
    }
}
