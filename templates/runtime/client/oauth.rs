//! The OAuth 2 flows without user interaction (RFC 6749). Each provides a token when a call needs one.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use super::credential::{BoxError, BoxFuture, Possession, Provider, Token};
use super::flow_settings::endpoint_settings;
use super::platform::Instant;
use super::token_cache::{Clock, TokenCache};
use super::token_endpoint::{ACCESS_TOKEN, Grant, TokenEndpoint, TokenError, refresh_token};
use super::transport::Transport;

/// The parameters that the flows set. A second value could replace the first one.
const OWN_PARAMETERS: [&str; 16] = [
    "grant_type",
    "scope",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "username",
    "password",
    "refresh_token",
    "code",
    "redirect_uri",
    "code_verifier",
    "device_code",
    "requested_token_type",
    "subject_token",
    "subject_token_type",
];

/// The grant type and its parameters.
#[derive(Clone)]
enum Kind {
    ClientCredentials,
    Password {
        user: String,
        password: SecretString,
    },
    /// A refresh token. Clones share it.
    Refresh(Arc<Rotating>),
    /// A token that is exchanged, with its type.
    Exchange(SecretString, String),
}

/// A refresh token, which the authorization server may replace each time it is used (RFC 6749, section 6).
#[derive(Default)]
struct Rotating {
    /// Empty if the grant has no refresh token.
    current: Mutex<SecretString>,
    /// Held while the token is used: a second request with the same one could end the whole grant (RFC 9700, section 4.14.2).
    request_lock: tokio::sync::Mutex<()>,
}

impl Rotating {
    fn new(token: SecretString) -> Arc<Self> {
        Arc::new(Self { current: Mutex::new(token), ..Self::default() })
    }

    fn current(&self) -> Option<SecretString> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        (!current.expose_secret().is_empty()).then(|| current.clone())
    }

    fn replace(&self, next: SecretString) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

/// The settings and the state of a flow.
struct Flow {
    endpoint: TokenEndpoint,
    kind: Kind,
    /// The scopes to request. `None`: those of the called operation.
    scopes: Option<Vec<String>>,
    /// Parameters of the token requests in addition to those of the flow.
    parameters: Vec<(String, SecretString)>,
    cache: Arc<TokenCache>,
}

impl Clone for Flow {
    /// A refresh token is shared. Access tokens are not: other settings of the clone, such as `resource` or a key, are those of
    /// other tokens.
    fn clone(&self) -> Self {
        let (endpoint, kind) = (self.endpoint.clone(), self.kind.clone());
        let (scopes, parameters) = (self.scopes.clone(), self.parameters.clone());
        Self { endpoint, kind, scopes, parameters, cache: Arc::new(self.cache.emptied()) }
    }
}

impl Flow {
    fn new(token_url: &str, id: &str, secret: Option<SecretString>, kind: Kind) -> Self {
        Self::of(TokenEndpoint::new(token_url, id, secret), kind)
    }

    fn of(endpoint: TokenEndpoint, kind: Kind) -> Self {
        let cache = Arc::new(TokenCache::new(Arc::new(Instant::now)));
        Self { endpoint, kind, scopes: None, parameters: Vec::new(), cache }
    }

    /// The sorted set of scopes to request, which is also the key of the cache.
    fn wanted(&self, of_operation: &[&str]) -> Vec<String> {
        let mut wanted = match (&self.scopes, &self.kind) {
            (Some(fixed), _) => fixed.clone(),
            // A refresh token covers exactly the scopes that the user consented to.
            (None, Kind::Refresh(_)) => Vec::new(),
            (None, _) => of_operation.iter().map(|scope| (*scope).to_owned()).collect(),
        };
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Requests a token, one at a time if each request may replace the refresh token.
    async fn ask(&self, transport: &Transport, scopes: Vec<String>) -> Result<Grant, TokenError> {
        self.check_parameters()?;
        let endpoint = self.endpoint.over(transport);
        match &self.kind {
            Kind::ClientCredentials => {
                let own = [("grant_type", "client_credentials")];
                endpoint.granted(&self.post(&endpoint, &own, &scopes).await?, &scopes)
            }
            Kind::Password { user, password } => {
                let password = password.expose_secret();
                let own = [("grant_type", "password"), ("username", user.as_str()), ("password", password)];
                endpoint.granted(&self.post(&endpoint, &own, &scopes).await?, &scopes)
            }
            Kind::Refresh(rotating) => {
                let _guard = rotating.request_lock.lock().await;
                let Some(token) = rotating.current() else {
                    return Err(TokenError::Refused("there is no refresh token, so the user must consent again"));
                };
                let own = [("grant_type", "refresh_token"), ("refresh_token", token.expose_secret())];
                let bytes = self.post(&endpoint, &own, &scopes).await?;
                // Kept before anything is checked: the old one may be invalid from now on, whatever else the response has.
                if let Some(next) = refresh_token(&bytes) {
                    rotating.replace(next);
                }
                endpoint.granted(&bytes, &scopes)
            }
            Kind::Exchange(subject, subject_type) => {
                let own = [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                    ("requested_token_type", ACCESS_TOKEN),
                    ("subject_token", subject.expose_secret()),
                    ("subject_token_type", subject_type),
                ];
                endpoint.exchanged(&self.post(&endpoint, &own, &scopes).await?, &scopes)
            }
        }
    }

    /// Posts the parameters of the grant, the scopes and the added parameters.
    async fn post(
        &self,
        endpoint: &TokenEndpoint,
        own: &[(&str, &str)],
        scopes: &[String],
    ) -> Result<Vec<u8>, TokenError> {
        let scope = scopes.join(" ");
        let mut parameters = own.to_vec();
        if !scope.is_empty() {
            parameters.push(("scope", &scope));
        }
        parameters.extend(self.parameters.iter().map(|(name, value)| (name.as_str(), value.expose_secret())));
        endpoint.grant(&parameters).await
    }

    /// The current refresh token, if the flow has one.
    fn refresh_token(&self) -> Option<SecretString> {
        match &self.kind {
            Kind::Refresh(rotating) => rotating.current(),
            Kind::ClientCredentials | Kind::Password { .. } | Kind::Exchange(..) => None,
        }
    }

    /// Whether another token can be requested without the user.
    fn can_renew(&self) -> bool {
        match &self.kind {
            Kind::Refresh(rotating) => rotating.current().is_some(),
            Kind::ClientCredentials | Kind::Password { .. } | Kind::Exchange(..) => true,
        }
    }

    /// A parameter must not occur twice (RFC 6749, section 3.2), except `resource` (RFC 8707, section 2) and
    /// `audience` (RFC 8693, section 2.1).
    fn check_parameters(&self) -> Result<(), TokenError> {
        let mut seen = BTreeSet::new();
        for (name, _) in &self.parameters {
            let may_repeat = matches!(name.as_str(), "resource" | "audience");
            if OWN_PARAMETERS.contains(&name.as_str()) || name.is_empty() || !(seen.insert(name) || may_repeat) {
                return Err(TokenError::Parameter(name.clone()));
            }
        }
        Ok(())
    }
}

/// A flow as a provider of tokens. Cheap to clone; clones share one cache.
#[derive(Clone)]
pub(super) struct Tokens(Arc<Flow>);

impl Tokens {
    /// Tokens of a completed consent, starting with those of `grant`.
    pub(super) fn of_consent(endpoint: TokenEndpoint, grant: Grant) -> Self {
        let kind = Kind::Refresh(Rotating::new(grant.refresh.clone().unwrap_or_default()));
        let flow = Flow::of(endpoint, kind);
        flow.cache.keep(Vec::new(), grant);
        Self(Arc::new(flow))
    }

    /// The current refresh token, if there is one.
    pub(super) fn refresh_token(&self) -> Option<SecretString> {
        self.0.refresh_token()
    }
}

impl Provider for Tokens {
    fn secret<'p>(&'p self, scopes: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        Box::pin(async move { self.secret_over(&Transport::default(), scopes).await })
    }

    fn secret_over<'p>(
        &'p self,
        transport: &'p Transport,
        scopes: &'p [&'p str],
    ) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        let (flow, transport) = (Arc::clone(&self.0), transport.clone());
        Box::pin(async move {
            let wanted = flow.wanted(scopes);
            let cache = Arc::clone(&flow.cache);
            let asked = cache.token(wanted, |scopes| async move { flow.ask(&transport, scopes).await }).await;
            asked.map_err(BoxError::from)
        })
    }

    fn is_about_scopes(&self, error: &BoxError) -> bool {
        matches!(error.downcast_ref(), Some(TokenError::Refused("invalid_scope") | TokenError::Scopes(_)))
    }

    fn possession(&self) -> Option<Arc<dyn Possession>> {
        self.0.endpoint.possession.clone()
    }

    fn refused(&self, secret: &SecretString) -> bool {
        // A token that cannot be replaced is kept: the API may accept it for the next call.
        let can_renew = self.0.can_renew();
        if can_renew {
            self.0.cache.forget(secret);
        }
        can_renew
    }
}

macro_rules! flows {
    ($($name:ident),*) => {$(
        endpoint_settings!($name, 0.endpoint);

        impl $name {
            /// Requests these scopes for every operation.
            #[must_use]
            pub fn scopes(mut self, scopes: &[&str]) -> Self {
                self.0.scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
                self
            }

            /// Adds a parameter to the token requests, such as `resource` (RFC 8707) or `audience`. A parameter that the
            /// flow sets makes each request fail.
            #[must_use]
            pub fn parameter(mut self, name: &str, value: impl Into<SecretString>) -> Self {
                self.0.parameters.push((name.to_owned(), value.into()));
                self
            }

            /// Sets the clock.
            #[must_use]
            pub fn clock(mut self, clock: Clock) -> Self {
                self.0.cache = Arc::new(TokenCache::new(clock));
                self
            }
        }

        impl From<$name> for Token {
            fn from(flow: $name) -> Self {
                Self::provider(Tokens(Arc::new(flow.0)))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

/// The client credentials flow: the client acts on its own behalf (RFC 6749, section 4.4).
pub struct ClientCredentials(Flow);

impl ClientCredentials {
    /// The client with this id and secret, at this token endpoint.
    pub fn new(token_url: &str, id: &str, secret: impl Into<SecretString>) -> Self {
        Self(Flow::new(token_url, id, Some(secret.into()), Kind::ClientCredentials))
    }

    /// Exchanges this access token for one of the API (RFC 8693) instead of acting on its own behalf: a service that received
    /// the token of its caller calls another one for that caller, without handing the token on.
    ///
    /// `parameter` adds `audience` or `resource`, and `actor_token` with `actor_token_type` if the new token should name the
    /// service, too (delegation).
    #[must_use]
    pub fn exchanging(self, subject: impl Into<SecretString>) -> Self {
        self.exchanging_type(ACCESS_TOKEN, subject)
    }

    /// As [`Self::exchanging`], for a token of another type (RFC 8693, section 3), such as
    /// `urn:ietf:params:oauth:token-type:jwt` for one of another issuer.
    #[must_use]
    pub fn exchanging_type(mut self, token_type: &str, subject: impl Into<SecretString>) -> Self {
        self.0.kind = Kind::Exchange(subject.into(), token_type.to_owned());
        self
    }
}

/// Tokens from a refresh token that a user granted earlier (RFC 6749, section 6).
///
/// The authorization server may replace the refresh token each time it is used. A clone shares the current one, so give one to the
/// client, and read [`Self::refresh_token`] of the other. Each has access tokens for its settings, such as `resource`.
#[derive(Clone)]
pub struct RefreshToken(Flow);

impl RefreshToken {
    /// The refresh token of this client, at this token endpoint. A public client has no secret.
    pub fn new(token_url: &str, id: &str, secret: Option<SecretString>, token: impl Into<SecretString>) -> Self {
        Self(Flow::new(token_url, id, secret, Kind::Refresh(Rotating::new(token.into()))))
    }

    /// The current refresh token: the given one until the authorization server replaces it. `None` if the given one is empty.
    /// Store it safely for the next start, since the server may reject the one that it replaced.
    pub fn refresh_token(&self) -> Option<SecretString> {
        self.0.refresh_token()
    }

    /// Refreshes now. The tokens are those of this flow, with its settings and the scopes that were requested.
    pub(super) async fn refreshed(self) -> Result<(Tokens, Grant, Vec<String>), TokenError> {
        let scopes = self.0.wanted(&[]);
        let grant = self.0.ask(&Transport::default(), scopes.clone()).await?;
        self.0.cache.keep(scopes.clone(), grant.clone());
        Ok((Tokens(Arc::new(self.0)), grant, scopes))
    }
}

/// The resource owner password flow (RFC 6749, section 4.3). RFC 9700, section 2.4 advises against it; it exists for
/// documents that offer nothing else.
pub struct PasswordGrant(Flow);

impl PasswordGrant {
    /// The user with this name and password, for this client.
    pub fn new(
        token_url: &str,
        id: &str,
        secret: Option<SecretString>,
        user: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Self {
        let kind = Kind::Password { user: user.into(), password: password.into() };
        Self(Flow::new(token_url, id, secret, kind))
    }
}

flows!(ClientCredentials, RefreshToken, PasswordGrant);
