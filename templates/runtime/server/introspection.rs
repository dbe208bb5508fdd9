//! Opaque tokens: the authorization server that made one says what it is worth (RFC 7662). Its answers are kept for a short
//! time, under a digest of the token and never beyond its end.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::auth::{Granted, Reject};
use super::credentials::Bearer;
use super::json::{Decode, Object, parse};
use super::jwks::{http_client, private_url};
use super::jwt::{Claims, scopes};
use super::jwt_keys::KeyError;

/// The most bytes of an answer.
const LONGEST: usize = 64 << 10;
/// The most answers that are kept.
const MOST: usize = 10_000;
/// The most questions at once.
const AT_ONCE: usize = 32;

/// The introspection endpoint of an authorization server; cheap to clone, one cache for all clones.
#[derive(Clone)]
pub struct Introspection(Arc<Endpoint>);

struct Endpoint {
    url: Url,
    login: HeaderValue,
    http: reqwest::Client,
    audience: Option<String>,
    keep: Duration,
    clock: Clock,
    kept: Mutex<BTreeMap<[u8; 32], Kept>>,
    places: Semaphore,
}

/// The time of the day, for what the answers say, and a time that never goes back, for how long they are kept.
type Clock = Arc<dyn Fn() -> (SystemTime, Instant) + Send + Sync>;

#[derive(Clone)]
struct Kept {
    until: Instant,
    /// `None` for a token that is not active.
    claims: Option<Claims>,
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Introspection(…)")
    }
}

impl Introspection {
    /// The endpoint at this URL, which must be https, or http to this machine, for the resource server with this id and
    /// secret. Answers are kept for a minute.
    ///
    /// # Errors
    ///
    /// When the URL is no such one, or TLS cannot be set up.
    pub fn new(url: &str, id: &str, secret: &str) -> Result<Self, KeyError> {
        let url = private_url(url)?;
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        // Both are form-encoded first (RFC 6749, section 2.3.1), or a colon would move the border.
        let login = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        let mut login = HeaderValue::try_from(format!("Basic {login}")).map_err(|_| KeyError::new("the id is no text"))?;
        login.set_sensitive(true);
        Ok(Self(Arc::new(Endpoint {
            http: http_client(&url)?,
            url,
            login,
            audience: None,
            keep: Duration::from_secs(60),
            clock: Arc::new(|| (SystemTime::now(), Instant::now())),
            kept: Mutex::new(BTreeMap::new()),
            places: Semaphore::new(AT_ONCE),
        })))
    }

    /// Only tokens for this audience.
    #[must_use]
    pub fn audience(self, audience: &str) -> Self {
        let audience = Some(audience.to_owned());
        self.with(|endpoint| Endpoint { audience, ..endpoint })
    }

    /// How long answers are kept; a token that is withdrawn is let in for so long.
    #[must_use]
    pub fn keep(self, keep: Duration) -> Self {
        self.with(|endpoint| Endpoint { keep, ..endpoint })
    }

    /// Another clock.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> (SystemTime, Instant) + Send + Sync + 'static) -> Self {
        self.with(|endpoint| Endpoint { clock: Arc::new(clock), ..endpoint })
    }

    fn with(self, change: impl FnOnce(Endpoint) -> Endpoint) -> Self {
        let Endpoint { url, login, http, audience, keep, clock, .. } = &*self.0;
        Self(Arc::new(change(Endpoint {
            url: url.clone(),
            login: login.clone(),
            http: http.clone(),
            audience: audience.clone(),
            keep: *keep,
            clock: Arc::clone(clock),
            kept: Mutex::new(BTreeMap::new()),
            places: Semaphore::new(AT_ONCE),
        })))
    }

    /// Asks what a token is worth.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] where it is not active, over, or for somebody else; [`Reject::Unavailable`] where the
    /// authorization server does not say.
    pub async fn verify(&self, token: Bearer<'_>) -> Result<Granted<Claims>, Reject> {
        let digest: [u8; 32] = Sha256::digest(token.token.as_bytes()).into();
        let (time, now) = (self.0.clock)();
        let held = self.kept().get(&digest).filter(|kept| now < kept.until).cloned();
        let claims = match held {
            Some(kept) => kept.claims,
            None => {
                let claims = self.ask(token.token).await.ok_or(Reject::Unavailable)?;
                self.keep_answer(digest, Kept { until: now + self.0.keep, claims: claims.clone() }, now);
                claims
            }
        };
        let claims = claims.ok_or(Reject::Invalid("not active"))?;
        self.is_good(&claims, time).map_err(Reject::Invalid)?;
        let scopes = claims.scopes.clone();
        Ok(Granted::new(claims).scopes(scopes))
    }

    /// What the claims say is checked at each use: a kept answer does not outlive its token.
    fn is_good(&self, claims: &Claims, time: SystemTime) -> Result<(), &'static str> {
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
        // Whoever sends a bearer token need not be whom it is bound to (RFC 7800; RFC 8705, section 3.2).
        if claims.all.contains_key("cnf") {
            return Err("bound to a key");
        }
        let Some(own) = &self.0.audience else { return Ok(()) };
        let is_for_us = match claims.all.get("aud") {
            Some(serde_json::Value::String(one)) => one == own,
            Some(serde_json::Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(own.as_str())),
            _ => false,
        };
        if is_for_us { Ok(()) } else { Err("audience") }
    }

    /// The claims of an active token, `Some(None)` for one that is not; `None` where nothing is said.
    async fn ask(&self, token: &str) -> Option<Option<Claims>> {
        let _place = self.0.places.acquire().await.ok()?;
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
            if bytes.len() + chunk.len() > LONGEST {
                return None;
            }
            bytes.extend_from_slice(&chunk);
        }
        read(&bytes)
    }

    fn keep_answer(&self, digest: [u8; 32], answer: Kept, now: Instant) {
        let mut kept = self.kept();
        if kept.len() >= MOST {
            kept.retain(|_, kept| now < kept.until);
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(digest, answer);
    }

    /// Nothing panics while it holds this lock; if it did, what it holds would still be whole.
    fn kept(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Kept>> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// RFC 7662, section 2.2. `active` alone decides; what else is there is of an active token only.
fn read(bytes: &[u8]) -> Option<Option<Claims>> {
    let tree = parse(bytes).ok()?;
    let mut answer = tree.object().ok()?;
    if !answer.required::<bool>("active").ok()? {
        return Some(None);
    }
    let subject = ["sub", "client_id", "username"].into_iter().find_map(|name| text(&mut answer, name))?;
    let scopes = scopes(&mut answer).ok()?;
    match serde_json::Value::decode(&tree).ok()? {
        serde_json::Value::Object(all) => Some(Some(Claims { subject, scopes, all })),
        _ => None,
    }
}

fn text(answer: &mut Object<'_, '_>, name: &str) -> Option<String> {
    answer.optional::<String>(name).ok().flatten().filter(|text| !text.is_empty())
}
