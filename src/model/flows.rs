//! The flows of OAuth 2, and the URLs of an issuer.

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

    /// The URLs of its flows and of its metadata, to modify them.
    pub(super) fn urls_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let Self { authorization_code, client_credentials, password, implicit, device, metadata_url } = self;
        let declared = [authorization_code, client_credentials, password, implicit, device].into_iter().flatten();
        declared.flat_map(Flow::urls_mut).chain(metadata_url)
    }

    /// The scopes that the flows declare; `None` if the document does not list them, because it has a metadata URL.
    pub fn declared_scopes(&self) -> Option<Vec<&str>> {
        let flows = self.by_kind().into_iter().filter_map(|(_, flow)| flow);
        let scopes = flows.flat_map(|flow| flow.scopes.iter().map(|(name, _)| name.as_str())).collect();
        self.metadata_url.is_none().then_some(scopes)
    }
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

impl Flow {
    /// Its URLs as those of a flow of this kind.
    pub(super) fn issuer_urls(&self, kind: FlowKind) -> impl Iterator<Item = IssuerUrl<'_>> {
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

    /// Its URLs, to modify them.
    fn urls_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let Self { authorization_url, token_url, refresh_url, scopes: _ } = self;
        [authorization_url, token_url, refresh_url].into_iter().flatten()
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

/// Whether a URL of a scheme is relative to the base URL of the API (OpenAPI 3.0.3, section 4.6): a reference without a
/// scheme (RFC 3986, section 4.2).
pub fn is_relative_url(url: &str) -> bool {
    let first = url.split(['/', '?', '#']).next().unwrap_or_default();
    !url.is_empty() && !first.contains(':')
}
