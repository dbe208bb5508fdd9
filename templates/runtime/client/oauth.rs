//! The OAuth 2 flows without user interaction (RFC 6749). Each provides a token when a call needs one.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use super::credential::{BoxError, BoxFuture, Possession, Provider, Token};
use super::flow_settings::endpoint_settings;
use super::platform::Instant;
use super::token_cache::{Clock, TokenCache};
use super::token_endpoint::{ACCESS_TOKEN, Grant, TokenEndpoint, TokenError};
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
enum Kind {
    ClientCredentials,
    Password {
        user: String,
        password: SecretString,
    },
    /// A refresh token. The authorization server may replace it each time.
    Refresh(Mutex<SecretString>),
    /// A token that is exchanged, with its type.
    Exchange(SecretString, String),
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

impl Flow {
    fn new(token_url: &str, id: &str, secret: Option<SecretString>, kind: Kind) -> Self {
        let endpoint = TokenEndpoint::new(token_url, id, secret);
        Self {
            endpoint,
            kind,
            scopes: None,
            parameters: Vec::new(),
            cache: Arc::new(TokenCache::new(Arc::new(Instant::now))),
        }
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

    async fn ask(&self, transport: &Transport, scopes: Vec<String>) -> Result<Grant, TokenError> {
        self.check_parameters()?;
        let scope = scopes.join(" ");
        let refresh;
        let mut parameters = match &self.kind {
            Kind::ClientCredentials => vec![("grant_type", "client_credentials")],
            Kind::Password { user, password } => {
                vec![("grant_type", "password"), ("username", user), ("password", password.expose_secret())]
            }
            Kind::Refresh(token) => {
                refresh = token.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if refresh.expose_secret().is_empty() {
                    return Err(TokenError::Refused("there is no refresh token, so the user must consent again"));
                }
                vec![("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())]
            }
            Kind::Exchange(subject, subject_type) => vec![
                ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                ("requested_token_type", ACCESS_TOKEN),
                ("subject_token", subject.expose_secret()),
                ("subject_token_type", subject_type),
            ],
        };
        if !scope.is_empty() {
            parameters.push(("scope", &scope));
        }
        parameters.extend(self.parameters.iter().map(|(name, value)| (name.as_str(), value.expose_secret())));
        let endpoint = self.endpoint.over(transport);
        let grant = match &self.kind {
            Kind::Exchange(..) => endpoint.exchange(&parameters, &scopes).await?,
            Kind::ClientCredentials | Kind::Password { .. } | Kind::Refresh(_) => {
                endpoint.ask(&parameters, &scopes).await?
            }
        };
        if let (Kind::Refresh(token), Some(next)) = (&self.kind, &grant.refresh) {
            *token.lock().unwrap_or_else(PoisonError::into_inner) = next.clone();
        }
        Ok(grant)
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
        let refresh = grant.refresh.clone().unwrap_or_default();
        let cache = Arc::new(TokenCache::new(Arc::new(Instant::now)));
        cache.keep(Vec::new(), grant);
        let kind = Kind::Refresh(Mutex::new(refresh));
        Self(Arc::new(Flow { endpoint, kind, scopes: None, parameters: Vec::new(), cache }))
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
        self.0.cache.forget(secret);
        true
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
pub struct RefreshToken(Flow);

impl RefreshToken {
    /// The refresh token of this client, at this token endpoint. A public client has no secret.
    pub fn new(token_url: &str, id: &str, secret: Option<SecretString>, token: impl Into<SecretString>) -> Self {
        Self(Flow::new(token_url, id, secret, Kind::Refresh(Mutex::new(token.into()))))
    }

    /// Refreshes now. The grant has the refresh token for the next time, and the scopes are those that were requested.
    pub(super) async fn refreshed(self) -> Result<(TokenEndpoint, Grant, Vec<String>), TokenError> {
        let scopes = self.0.wanted(&[]);
        let grant = self.0.ask(&Transport::default(), scopes.clone()).await?;
        let token = match &self.0.kind {
            Kind::Refresh(token) => Some(token.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Kind::ClientCredentials | Kind::Password { .. } | Kind::Exchange(..) => None,
        };
        Ok((self.0.endpoint, Grant { refresh: token, ..grant }, scopes))
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
