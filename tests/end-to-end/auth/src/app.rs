//! The application: verifiers from the runtime, and functions that return the caller.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jsonwebtoken::Algorithm;

use crate::credentials::{HAWK, KEYS, LOGIN, SECRETS};
use crate::server::Problem;
use crate::server::auth::ApiKeys;
use crate::server::auth::JwtKeys;
use crate::server::auth::Passwords;
use crate::server::auth::{ApiKey, Basic, Bearer, HttpCredentials};
use crate::server::auth::{AuthenticatedCall, TooManyRequests};
use crate::server::auth::{Authorization, Forbidden};
use crate::server::auth::{Claims, JwtPolicy, JwtVerifier};
use crate::server::types::Caller;
use crate::server::*;
use crate::server::{Granted, Reject};

/// The application.
#[derive(Debug)]
pub struct App {
    keys: [ApiKeys; 3],
    tokens: [JwtVerifier; 3],
    passwords: Passwords,
    served: Arc<AtomicUsize>,
    hooks: Hooks,
}

/// The hooks that were called, each with the schemes whose principals it received.
pub type Hooks = Arc<Mutex<Vec<String>>>;

impl App {
    /// Creates an application that counts its calls.
    pub fn new(served: Arc<AtomicUsize>) -> Self {
        let keys =
            KEYS.map(|(_, owner, key)| ApiKeys::new().with_key(owner, key, &[]).expect("the key is long enough"));
        let token = |at: usize| {
            let keys = JwtKeys::from_secret(SECRETS[at].1, Algorithm::HS256).expect("the secret is long enough");
            JwtVerifier::new(keys, JwtPolicy::new("https://id.example.com", "matrix", &[Algorithm::HS256]))
        };
        let hash = Passwords::hash(LOGIN.1).expect("the system gives random numbers");
        let passwords = Passwords::from_text(&format!("{} {hash}", LOGIN.0)).expect("the line has its form");
        Self { keys, tokens: [token(0), token(1), token(2)], passwords, served, hooks: Hooks::default() }
    }

    /// Replaces the verifier of the scheme `oauth`.
    pub fn with_oauth(mut self, verifier: JwtVerifier) -> Self {
        self.tokens[1] = verifier;
        self
    }

    /// The hooks that were called.
    pub fn hooks(&self) -> Hooks {
        Arc::clone(&self.hooks)
    }

    fn record(&self, hook: &str, principals: &Principals<Self>) {
        let schemes = [
            ("headerKey", principals.header_key.is_some()),
            ("queryKey", principals.query_key.is_some()),
            ("cookieKey", principals.cookie_key.is_some()),
            ("login", principals.login.is_some()),
            ("token", principals.token.is_some()),
            ("oauth", principals.oauth.is_some()),
            ("oidc", principals.oidc.is_some()),
            ("hawk", principals.hawk.is_some()),
        ];
        let present = schemes.into_iter().filter(|(_, is_present)| *is_present).map(|(name, _)| format!(" {name}"));
        let called = std::iter::once(hook.to_owned()).chain(present).collect();
        self.hooks.lock().expect("no hook panics").push(called);
    }

    fn answer(&self, principal: String) -> Result<Caller, Problem> {
        self.served.fetch_add(1, Ordering::SeqCst);
        Ok(Caller { principal })
    }
}

impl Authenticator for App {
    type HeaderKey = String;
    type QueryKey = String;
    type CookieKey = String;
    type Login = String;
    type Token = Claims;
    type Oauth = Claims;
    type Oidc = Claims;
    type Hawk = String;

    async fn header_key(&self, key: ApiKey<'_>) -> Result<Granted<String>, Reject> {
        self.keys[0].verify(key)
    }

    async fn query_key(&self, key: ApiKey<'_>) -> Result<Granted<String>, Reject> {
        self.keys[1].verify(key)
    }

    async fn cookie_key(&self, key: ApiKey<'_>) -> Result<Granted<String>, Reject> {
        self.keys[2].verify(key)
    }

    async fn login(&self, login: Basic<'_>) -> Result<Granted<String>, Reject> {
        self.passwords.verify(login).await
    }

    async fn token(&self, token: Bearer<'_>) -> Result<Granted<Claims>, Reject> {
        self.tokens[0].verify(token).await
    }

    async fn oauth(&self, token: Bearer<'_>) -> Result<Granted<Claims>, Reject> {
        self.tokens[1].verify(token).await
    }

    async fn oidc(&self, token: Bearer<'_>) -> Result<Granted<Claims>, Reject> {
        self.tokens[2].verify(token).await
    }

    async fn limit(&self, call: &AuthenticatedCall<'_, Principals<Self>>) -> Result<(), TooManyRequests> {
        self.record("limit", call.principals);
        Ok(())
    }

    /// Callers with a key may only change their own data; for tokens, the scopes decide.
    async fn authorize(&self, call: Authorization<'_, Principals<Self>>) -> Result<(), Forbidden> {
        self.record("authorize", call.principals);
        let is_own = call.path_parameter("owner") == call.principals.header_key;
        if call.operation() != "change" || is_own || call.principals.oauth.is_some() { Ok(()) } else { Err(Forbidden) }
    }

    async fn hawk(&self, credentials: HttpCredentials<'_>) -> Result<Granted<String>, Reject> {
        if credentials.value == HAWK { Ok(Granted::new("heidi".to_owned())) } else { Err(Reject::Invalid("unknown")) }
    }
}

impl Api for App {
    type Error = Problem;

    async fn by_default(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(format!("headerKey:{auth}"))
    }

    async fn open_to_all(&self) -> Result<Caller, Problem> {
        self.answer("nobody".to_owned())
    }

    async fn change(&self, auth: HeaderKeyOrOauth<Self>, _request: ChangeRequest) -> Result<Caller, Problem> {
        self.answer(match auth {
            HeaderKeyOrOauth::HeaderKey(owner) => format!("headerKey:{owner}"),
            HeaderKeyOrOauth::Oauth(claims) => format!("oauth:{}", claims.subject),
        })
    }

    async fn with_header_key(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(format!("headerKey:{auth}"))
    }

    async fn with_query_key(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(format!("queryKey:{auth}"))
    }

    async fn with_cookie_key(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(format!("cookieKey:{auth}"))
    }

    async fn with_basic(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(format!("login:{auth}"))
    }

    async fn with_bearer(&self, auth: Claims) -> Result<Caller, Problem> {
        self.answer(format!("token:{}", auth.subject))
    }

    async fn with_oauth(&self, auth: Claims) -> Result<Caller, Problem> {
        self.answer(format!("oauth:{}", auth.subject))
    }

    async fn with_oidc(&self, auth: Claims) -> Result<Caller, Problem> {
        self.answer(format!("oidc:{}", auth.subject))
    }

    async fn with_hawk(&self, auth: String) -> Result<Caller, Problem> {
        self.answer(format!("hawk:{auth}"))
    }

    async fn key_and_token(&self, auth: HeaderKeyAndToken<Self>) -> Result<Caller, Problem> {
        self.answer(format!("headerKey:{}+token:{}", auth.header_key, auth.token.subject))
    }

    async fn login_and_cookie(&self, auth: LoginAndCookieKey<Self>) -> Result<Caller, Problem> {
        self.answer(format!("login:{}+cookieKey:{}", auth.login, auth.cookie_key))
    }

    async fn key_or_login(&self, auth: HeaderKeyOrLogin<Self>) -> Result<Caller, Problem> {
        self.answer(match auth {
            HeaderKeyOrLogin::HeaderKey(owner) => format!("headerKey:{owner}"),
            HeaderKeyOrLogin::Login(user) => format!("login:{user}"),
        })
    }

    async fn oauth_or_cookie(&self, auth: OauthOrCookieKey<Self>) -> Result<Caller, Problem> {
        self.answer(match auth {
            OauthOrCookieKey::Oauth(claims) => format!("oauth:{}", claims.subject),
            OauthOrCookieKey::CookieKey(owner) => format!("cookieKey:{owner}"),
        })
    }

    async fn and_inside_or(&self, auth: TokenAndHeaderKeyOrLogin<Self>) -> Result<Caller, Problem> {
        self.answer(match auth {
            TokenAndHeaderKeyOrLogin::TokenAndHeaderKey(both) => {
                format!("token:{}+headerKey:{}", both.token.subject, both.header_key)
            }
            TokenAndHeaderKeyOrLogin::Login(user) => format!("login:{user}"),
        })
    }

    async fn scopes_by_alternative(&self, auth: OauthOrOauthAndHeaderKey<Self>) -> Result<Caller, Problem> {
        self.answer(match auth {
            OauthOrOauthAndHeaderKey::Oauth(claims) => format!("oauth:{}", claims.subject),
            OauthOrOauthAndHeaderKey::OauthAndHeaderKey(both) => {
                format!("oauth:{}+headerKey:{}", both.oauth.subject, both.header_key)
            }
        })
    }

    async fn optionally(&self, auth: TokenOrAnonymous<Self>) -> Result<Caller, Problem> {
        self.answer(match auth {
            TokenOrAnonymous::Token(claims) => format!("token:{}", claims.subject),
            TokenOrAnonymous::Anonymous => "anonymous".to_owned(),
        })
    }
}
