//! The flows of OAuth 2 that run without a person (RFC 6749): each gives a token where a call needs one.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use secrecy::{ExposeSecret, SecretString};

use super::credential::{BoxError, BoxFuture, Provider, Token};
use super::token_cache::{Clock, TokenCache};
use super::token_endpoint::{ClientAuthentication, Grant, TokenEndpoint, TokenError};

/// How a flow asks.
enum Kind {
    ClientCredentials,
    Password {
        user: String,
        password: SecretString,
    },
    /// The refresh token of a person's consent; the authorization server may change it each time.
    Refresh(Mutex<SecretString>),
}

/// What the flows have in common.
struct Flow {
    endpoint: TokenEndpoint,
    kind: Kind,
    /// The scopes to ask for; those of the called operation where the user fixed none.
    scopes: Option<Vec<String>>,
    cache: Arc<TokenCache>,
}

impl Flow {
    fn new(token_url: &str, id: &str, secret: Option<SecretString>, kind: Kind) -> Self {
        let (url, id) = (token_url.to_owned(), id.to_owned());
        let endpoint = TokenEndpoint { url, id, secret, authentication: ClientAuthentication::Basic };
        Self { endpoint, kind, scopes: None, cache: Arc::new(TokenCache::new(Arc::new(Instant::now))) }
    }

    /// The set of scopes that a token is asked for and kept under.
    fn wanted(&self, of_operation: &[&str]) -> Vec<String> {
        let mut wanted = match (&self.scopes, &self.kind) {
            (Some(fixed), _) => fixed.clone(),
            // Consent was given once, for all that it covers.
            (None, Kind::Refresh(_)) => Vec::new(),
            (None, _) => of_operation.iter().map(|scope| (*scope).to_owned()).collect(),
        };
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    async fn ask(&self, scopes: Vec<String>) -> Result<Grant, TokenError> {
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
                    return Err(TokenError::Refused("there is no refresh token, so consent must be asked for again"));
                }
                vec![("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())]
            }
        };
        if !scope.is_empty() {
            parameters.push(("scope", &scope));
        }
        let grant = self.endpoint.ask(&parameters, &scopes).await?;
        if let (Kind::Refresh(token), Some(next)) = (&self.kind, &grant.refresh) {
            *token.lock().unwrap_or_else(PoisonError::into_inner) = next.clone();
        }
        Ok(grant)
    }
}

/// A flow as a provider of tokens; cheap to clone, one cache for all clones.
#[derive(Clone)]
pub(super) struct Tokens(Arc<Flow>);

impl Tokens {
    /// Tokens of a person's consent, of which the first is there already.
    pub(super) fn of_consent(endpoint: TokenEndpoint, grant: Grant) -> Self {
        let refresh = grant.refresh.clone().unwrap_or_default();
        let cache = Arc::new(TokenCache::new(Arc::new(Instant::now)));
        cache.keep(Vec::new(), grant);
        Self(Arc::new(Flow { endpoint, kind: Kind::Refresh(Mutex::new(refresh)), scopes: None, cache }))
    }
}

impl Provider for Tokens {
    fn secret<'p>(&'p self, scopes: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        let flow = Arc::clone(&self.0);
        Box::pin(async move {
            let wanted = flow.wanted(scopes);
            let cache = Arc::clone(&flow.cache);
            let asked = cache.token(wanted, |scopes| async move { flow.ask(scopes).await }).await;
            asked.map_err(BoxError::from)
        })
    }

    fn refused(&self, secret: &SecretString) -> bool {
        self.0.cache.forget(secret);
        true
    }
}

macro_rules! flows {
    ($($name:ident),*) => {$(
        impl $name {
            /// Names the client in the body in place of the `Authorization` header (`client_secret_post`).
            #[must_use]
            pub fn post(mut self) -> Self {
                self.0.endpoint.authentication = ClientAuthentication::Post;
                self
            }

            /// Asks for these scopes, whichever operation is called.
            #[must_use]
            pub fn scopes(mut self, scopes: &[&str]) -> Self {
                self.0.scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
                self
            }

            /// Another clock.
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

/// A client that calls for itself (RFC 6749, section 4.4).
pub struct ClientCredentials(Flow);

impl ClientCredentials {
    /// The client with this id and secret, at this token endpoint.
    pub fn new(token_url: &str, id: &str, secret: impl Into<SecretString>) -> Self {
        Self(Flow::new(token_url, id, Some(secret.into()), Kind::ClientCredentials))
    }
}

/// A client that calls for a person who consented before (RFC 6749, section 6).
pub struct RefreshToken(Flow);

impl RefreshToken {
    /// The refresh token of this client, at this token endpoint; a public client has no secret.
    pub fn new(token_url: &str, id: &str, secret: Option<SecretString>, token: impl Into<SecretString>) -> Self {
        Self(Flow::new(token_url, id, secret, Kind::Refresh(Mutex::new(token.into()))))
    }
}

/// A client that knows a person's password (RFC 6749, section 4.3). RFC 9700, section 2.4 says not to: it is here for
/// documents that have nothing else.
pub struct PasswordGrant(Flow);

impl PasswordGrant {
    /// The person with this name and password, for this client.
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
