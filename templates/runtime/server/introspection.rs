//! Verifies opaque tokens by token introspection (RFC 7662): asks the authorization server whether a token is active.
//! Responses are cached for a short time by a digest of the token, never beyond the expiry of the token. Only access
//! tokens are accepted.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use sha2::{Digest, Sha256};

use super::auth::{Granted, Reject};
use super::credentials::Bearer;
use super::introspection_cache::{Period, ResponseCache};
use super::json::{Decode, parse};
use super::jwks::{http_client, secure_url};
use super::jwt::{Claims, check_audience, scopes};
use super::jwt_keys::KeyError;
use super::token_kind::{self, Kind};

/// The maximum size of a response in bytes.
const MAX_LENGTH: usize = 64 << 10;
/// Longer tokens are rejected without a request.
const MAX_TOKEN_LENGTH: usize = 16 << 10;

/// The introspection endpoint of an authorization server. Cheap to clone; clones share one cache.
///
/// The response for an active token (RFC 7662, section 2.2) must have
///
/// - `active` with the value `true`,
/// - `sub`, else `client_id`, else `username`,
/// - `aud` that names this API, unless it is built by [`Self::without_audience_check`],
/// - `token_type` with the value `Bearer`, or another member that states an access token (`token_use: access_token`),
///   unless [`Self::tokens_without_type`] is called. The response for a refresh token must not have it: most authorization
///   servers report refresh tokens as active too, and only this member shows the difference.
///
/// A token is rejected if the response states another kind (`token_type`, `typ`, `token_use` or `use`), if the token is
/// bound to a key (`cnf`), before `nbf`, and from `exp` on.
#[derive(Clone)]
pub struct Introspection(Arc<Endpoint>);

struct Endpoint {
    url: Url,
    login: HeaderValue,
    http: reqwest::Client,
    audience: Option<String>,
    /// Whether tokens are accepted whose kind the response does not state.
    takes_unknown_kind: bool,
    /// Whether tokens are accepted that are bound to a key.
    takes_bound: bool,
    keep: Duration,
    clock: Clock,
    cache: Arc<ResponseCache>,
}

/// The wall clock, for the times in responses, and a monotonic clock, for the age of cached responses.
type Clock = Arc<dyn Fn() -> (SystemTime, Instant) + Send + Sync>;

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Introspection(…)")
    }
}

impl Introspection {
    /// The endpoint at this URL, which must be https, or http to loopback, for the resource server with this id and
    /// secret. Accepts access tokens for this audience. Responses are cached for a minute.
    ///
    /// # Errors
    ///
    /// If the URL is invalid or is neither https nor http to loopback, the audience is empty, or TLS cannot be set up.
    pub fn new(url: &str, id: &str, secret: &str, audience: &str) -> Result<Self, KeyError> {
        if audience.is_empty() {
            return Err(KeyError::new("the audience is empty"));
        }
        Self::build(url, id, secret, Some(audience.to_owned()))
    }

    /// As [`Self::new`], for an authorization server whose responses have no `aud`. Tokens issued for any other API are
    /// then accepted too, so the operator of another API can call this one with the tokens of its callers.
    ///
    /// # Errors
    ///
    /// If the URL is invalid or is neither https nor http to loopback, or TLS cannot be set up.
    pub fn without_audience_check(url: &str, id: &str, secret: &str) -> Result<Self, KeyError> {
        Self::build(url, id, secret, None)
    }

    fn build(url: &str, id: &str, secret: &str, audience: Option<String>) -> Result<Self, KeyError> {
        let url = secure_url(url)?;
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        // Both are form-encoded first (RFC 6749, section 2.3.1); otherwise a colon in the id would change where the
        // secret begins.
        let login = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        let login = HeaderValue::try_from(format!("Basic {login}"));
        let mut login = login.map_err(|_| KeyError::new("the id or secret is not valid in a header"))?;
        login.set_sensitive(true);
        Ok(Self(Arc::new(Endpoint {
            http: http_client(&url)?,
            url,
            login,
            audience,
            takes_unknown_kind: false,
            takes_bound: false,
            keep: Duration::from_secs(60),
            clock: Arc::new(|| (SystemTime::now(), Instant::now())),
            cache: Arc::new(ResponseCache::new()),
        })))
    }

    /// Also accepts tokens whose kind the response does not state: for an authorization server that never sends
    /// `token_type`. If it reports refresh tokens as active, they are accepted then too, for as long as they live.
    #[must_use]
    pub fn tokens_without_type(self) -> Self {
        self.with(|endpoint| Endpoint { takes_unknown_kind: true, ..endpoint })
    }

    /// Also accepts tokens that are bound to a key, which the caller checks.
    #[allow(dead_code)] // for DPoP, which is optional
    #[must_use]
    pub(super) fn bound_tokens(self) -> Self {
        self.with(|endpoint| Endpoint { takes_bound: true, ..endpoint })
    }

    /// How long responses are cached. A revoked token is accepted until its cached response expires.
    #[must_use]
    pub fn keep(self, keep: Duration) -> Self {
        self.with(|endpoint| Endpoint { keep, ..endpoint })
    }

    /// Sets the clocks: the wall clock and a monotonic clock.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> (SystemTime, Instant) + Send + Sync + 'static) -> Self {
        self.with(|endpoint| Endpoint { clock: Arc::new(clock), ..endpoint })
    }

    fn with(self, change: impl FnOnce(Endpoint) -> Endpoint) -> Self {
        let Endpoint { url, login, http, audience, takes_unknown_kind, takes_bound, keep, clock, .. } = &*self.0;
        Self(Arc::new(change(Endpoint {
            url: url.clone(),
            login: login.clone(),
            http: http.clone(),
            audience: audience.clone(),
            takes_unknown_kind: *takes_unknown_kind,
            takes_bound: *takes_bound,
            keep: *keep,
            clock: Arc::clone(clock),
            cache: Arc::new(ResponseCache::new()),
        })))
    }

    /// Verifies a token. If several calls present the same token at the same time, the authorization server is asked
    /// once.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] if the token is not active, not an access token, expired, or for another audience;
    /// [`Reject::Unavailable`] if the authorization server does not respond, or too many requests to it are pending.
    pub async fn verify(&self, token: Bearer<'_>) -> Result<Granted<Claims>, Reject> {
        let token = token.token;
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(Reject::Invalid("malformed"));
        }
        let (time, now) = (self.0.clock)();
        let period = Period { now, until: now.checked_add(self.0.keep).unwrap_or(now) };
        let ask = || {
            let (own, token) = (self.clone(), token.to_owned());
            async move { own.ask(&token).await.ok_or(Reject::Unavailable) }
        };
        let response = self.0.cache.get(Sha256::digest(token.as_bytes()).into(), period, ask).await?;
        let claims = response.ok_or(Reject::Invalid("not active"))?;
        self.check_claims(&claims, time).map_err(Reject::Invalid)?;
        let scopes = claims.scopes.clone();
        Ok(Granted::new(claims).scopes(scopes))
    }

    /// Checks the claims. They are checked at each use, so a cached response is not used after its token has expired.
    fn check_claims(&self, claims: &Claims, time: SystemTime) -> Result<(), &'static str> {
        let seconds = time.duration_since(UNIX_EPOCH).map_err(|_| "clock")?.as_secs_f64();
        let number = |name: &str| match claims.all.get(name) {
            None => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or("malformed"),
        };
        if number("exp")?.is_some_and(|expires| expires <= seconds) {
            return Err("expired");
        }
        if number("nbf")?.is_some_and(|begins| begins > seconds) {
            return Err("not yet valid");
        }
        if claims.all.get("iss").is_some_and(|issuer| !issuer.is_string()) {
            return Err("malformed");
        }
        self.check_kind(&claims.all)?;
        if !token_kind::has_valid_actors(&claims.all) {
            return Err("actor");
        }
        match &self.0.audience {
            Some(own) => check_audience(claims.all.get("aud"), own),
            None => Ok(()),
        }
    }

    fn check_kind(&self, all: &serde_json::Map<String, serde_json::Value>) -> Result<(), &'static str> {
        let kind = token_kind::of_members(all);
        // The sender of a bearer token need not be the holder of the key that it is bound to (RFC 7800; RFC 8705,
        // section 3.2).
        if (kind == Kind::Bound || all.contains_key("cnf")) && !self.0.takes_bound {
            return Err("bound to a key");
        }
        match all.get("token_type") {
            None | Some(serde_json::Value::Null) => {}
            // Case does not matter (RFC 6749, section 5.1).
            Some(serde_json::Value::String(name)) if name.eq_ignore_ascii_case("bearer") => {}
            // RFC 9449, section 6.2.
            Some(serde_json::Value::String(name)) if self.0.takes_bound && name.eq_ignore_ascii_case("DPoP") => {}
            Some(_) => return Err("not a bearer token"),
        }
        match kind {
            // A bound token was rejected above unless such tokens are accepted.
            Kind::Access | Kind::Bound => Ok(()),
            Kind::Unknown if self.0.takes_unknown_kind => Ok(()),
            Kind::Unknown | Kind::Other => Err("not an access token"),
        }
    }

    /// The claims of an active token; `Some(None)` if the token is not active, `None` if there is no valid response.
    async fn ask(&self, token: &str) -> Option<Option<Claims>> {
        let token = utf8_percent_encode(token, NON_ALPHANUMERIC);
        let mut request = reqwest::Request::new(reqwest::Method::POST, self.0.url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(AUTHORIZATION, self.0.login.clone());
        *request.timeout_mut() = Some(Duration::from_secs(5));
        *request.body_mut() = Some(format!("token={token}&token_type_hint=access_token").into());
        let mut response = self.0.http.execute(request).await.ok()?;
        if response.status() != reqwest::StatusCode::OK {
            return None;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.ok()? {
            if bytes.len() + chunk.len() > MAX_LENGTH {
                return None;
            }
            bytes.extend_from_slice(&chunk);
        }
        read(&bytes)
    }
}

/// Reads a response (RFC 7662, section 2.2). If `active` is false, the other members have no meaning.
fn read(bytes: &[u8]) -> Option<Option<Claims>> {
    let tree = parse(bytes).ok()?;
    let mut response = tree.object().ok()?;
    if !response.required::<bool>("active").ok()? {
        return Some(None);
    }
    // If `sub` is empty or not a string, `client_id` is not used instead: it would be a different principal.
    let mut names = ["sub", "client_id", "username"].into_iter();
    let subject = names.find_map(|name| response.optional::<String>(name).transpose())?.ok()?;
    if subject.is_empty() {
        return None;
    }
    let scopes = scopes(&mut response).ok()?;
    match serde_json::Value::decode(tree.node()).ok()? {
        serde_json::Value::Object(all) => Some(Some(Claims { subject, scopes, all })),
        _ => None,
    }
}
