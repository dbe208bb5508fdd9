//! Security as defined by the document: schemes, and the requirements of each operation.

use crate::diag::Pointer;

/// The index of a scheme in [`super::Api::schemes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemeId(pub usize);

/// A declared security scheme (OpenAPI 3.0.3, section 4.7.27).
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Its key under `components/securitySchemes`.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// Its kind with the data of that kind.
    pub kind: SchemeKind,
    /// Whether its tokens are bound to a key.
    pub binding: Binding,
    /// Its pointer.
    pub at: Pointer,
}

impl Scheme {
    /// Whether each request needs a proof of the key to which the token is bound.
    pub fn is_bound(&self) -> bool {
        self.binding == Binding::Dpop
    }
}

/// Whether a token can be used by everyone who has it, or only by the holder of a key. No document describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// By everyone who has it, or it is not a token.
    None,
    /// By the holder of a key, with a proof in each request (DPoP, RFC 9449).
    Dpop,
}

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

/// The flows of an OAuth 2 scheme; any of them may be declared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flows {
    /// RFC 6749, section 4.1.
    pub authorization_code: Option<Flow>,
    /// RFC 6749, section 4.4.
    pub client_credentials: Option<Flow>,
    /// RFC 6749, section 4.3.
    pub password: Option<Flow>,
    /// RFC 6749, section 4.2.
    pub implicit: Option<Flow>,
    /// RFC 8628; its `authorization_url` is `deviceAuthorizationUrl`.
    pub device: Option<Flow>,
    /// `oauth2MetadataUrl` of the scheme (RFC 8414).
    pub metadata_url: Option<String>,
}

/// The flows of OAuth 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowKind {
    /// RFC 6749, section 4.1.
    AuthorizationCode,
    /// RFC 6749, section 4.4.
    ClientCredentials,
    /// RFC 6749, section 4.3.
    Password,
    /// RFC 6749, section 4.2.
    Implicit,
    /// RFC 8628.
    Device,
}

impl FlowKind {
    /// The key in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorizationCode",
            Self::ClientCredentials => "clientCredentials",
            Self::Password => "password",
            Self::Implicit => "implicit",
            Self::Device => "deviceAuthorization",
        }
    }

    /// Whether it should not be used any more (RFC 9700, sections 2.1.2 and 2.4).
    pub fn is_discouraged(self) -> bool {
        match self {
            Self::Password | Self::Implicit => true,
            Self::AuthorizationCode | Self::ClientCredentials | Self::Device => false,
        }
    }
}

impl Flows {
    /// Every kind of flow with the flow, if it is declared.
    pub fn by_kind(&self) -> [(FlowKind, Option<&Flow>); 5] {
        let Self { authorization_code, client_credentials, password, implicit, device, metadata_url: _ } = self;
        [
            (FlowKind::AuthorizationCode, authorization_code.as_ref()),
            (FlowKind::ClientCredentials, client_credentials.as_ref()),
            (FlowKind::Password, password.as_ref()),
            (FlowKind::Implicit, implicit.as_ref()),
            (FlowKind::Device, device.as_ref()),
        ]
    }

    /// The scopes that the flows declare; `None` if the document does not list them, because it has a metadata URL.
    pub fn declared_scopes(&self) -> Option<Vec<&str>> {
        let flows = self.by_kind().into_iter().filter_map(|(_, flow)| flow);
        let scopes = flows.flat_map(|flow| flow.scopes.iter().map(|(name, _)| name.as_str())).collect();
        self.metadata_url.is_none().then_some(scopes)
    }
}

/// A URL to which clients send credentials or from which they learn such URLs. Displayed as its place in the scheme:
/// `tokenUrl of flow password`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuerUrl<'a> {
    /// The flow that contains it.
    pub flow: Option<FlowKind>,
    /// Its key in the document.
    pub key: &'static str,
    /// The URL.
    pub url: &'a str,
}

impl std::fmt::Display for IssuerUrl<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.flow {
            Some(flow) => write!(f, "{} of flow {}", self.key, flow.as_str()),
            None => f.write_str(self.key),
        }
    }
}

impl SchemeKind {
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
}

impl Flow {
    fn issuer_urls(&self, kind: FlowKind) -> impl Iterator<Item = IssuerUrl<'_>> {
        let Self { authorization_url, token_url, refresh_url, scopes: _ } = self;
        let authorization_key = match kind {
            FlowKind::Device => "deviceAuthorizationUrl",
            FlowKind::AuthorizationCode | FlowKind::ClientCredentials | FlowKind::Password | FlowKind::Implicit => {
                "authorizationUrl"
            }
        };
        let urls = [(authorization_key, authorization_url), ("tokenUrl", token_url), ("refreshUrl", refresh_url)];
        urls.into_iter().filter_map(move |(key, url)| Some(IssuerUrl { flow: Some(kind), key, url: url.as_deref()? }))
    }
}

/// Whether a URL of a scheme is relative to the base URL of the API (OpenAPI 3.0.3, section 4.6): a reference without a
/// scheme (RFC 3986, section 4.2).
pub fn is_relative_url(url: &str) -> bool {
    let first = url.split(['/', '?', '#']).next().unwrap_or_default();
    !url.is_empty() && !first.contains(':')
}

/// One OAuth 2 flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// `authorizationUrl`, if the flow has one.
    pub authorization_url: Option<String>,
    /// `tokenUrl`, if the flow has one.
    pub token_url: Option<String>,
    /// `refreshUrl`.
    pub refresh_url: Option<String>,
    /// The scopes with their descriptions, in document order.
    pub scopes: Vec<(String, String)>,
}

/// The security requirements of an operation.
///
/// There is no `Default` and no conversion from a list: an operation is public only if the document says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// No requirements.
    Open,
    /// At least one of the alternatives must be satisfied.
    Guarded {
        /// The alternatives in document order.
        any_of: Vec1<Requirement>,
        /// Whether `{}` is one of the alternatives.
        or_anonymous: bool,
    },
}

/// Schemes that must all be satisfied; cannot be empty.
pub type Requirement = Vec1<SchemeUse>;

/// A scheme in an alternative, with the scopes that this alternative requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeUse {
    /// The scheme.
    pub scheme: SchemeId,
    /// The scopes (OAuth 2, OpenID Connect) or roles (other kinds).
    pub scopes: Vec<String>,
}

/// A list with at least one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vec1<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> Vec1<T> {
    /// The list, or `None` if it is empty.
    pub fn new(items: Vec<T>) -> Option<Self> {
        let mut items = items.into_iter();
        let first = items.next()?;
        Some(Self { first, rest: items.collect() })
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The elements in order, to modify them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        std::iter::once(&mut self.first).chain(&mut self.rest)
    }

    /// The first element.
    pub fn first(&self) -> &T {
        &self.first
    }

    /// The number of elements; never 0.
    pub fn count(&self) -> usize {
        1 + self.rest.len()
    }
}
