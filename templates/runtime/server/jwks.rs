//! Keys that an issuer publishes and changes: fetched when they are first needed, kept, and fetched again when they are old
//! or a token names one that is not known. However many requests come, the issuer is asked at most once in an interval.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Url;
use reqwest::redirect::Policy;

use super::auth::Reject;
use super::json::parse;
use super::jwt_keys::{JwtKeys, KeyError};

/// The most bytes of a key set or of an issuer's metadata.
const LONGEST: usize = 256 << 10;

/// A clock that never goes back.
pub type MonotonicClock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The keys of an issuer, by their URL; cheap to clone, one cache for all clones.
#[derive(Clone)]
pub struct RemoteKeys(Arc<Remote>);

struct Remote {
    source: Source,
    http: reqwest::Client,
    timing: Timing,
    clock: MonotonicClock,
    cache: Mutex<Cache>,
    /// Whose turn it is to ask.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
enum Source {
    /// The URL of the key set.
    Jwks(Url),
    /// The issuer, whose metadata name the URL (OpenID Connect Discovery 1.0, section 4).
    Issuer(String, Url),
}

/// When keys are fetched, and how long they serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Older keys are fetched again; a key that the issuer withdrew dies then.
    pub max_age: Duration,
    /// How long keys serve while the issuer cannot be reached.
    pub max_stale: Duration,
    /// The least time between two requests to the issuer.
    pub interval: Duration,
    /// How long the issuer may take to answer.
    pub patience: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        Self {
            max_age: minutes(10),
            max_stale: minutes(24 * 60),
            interval: Duration::from_secs(30),
            patience: Duration::from_secs(5),
        }
    }
}

#[derive(Default)]
struct Cache {
    keys: Option<JwtKeys>,
    /// When these keys came.
    fetched: Option<Instant>,
    /// When the issuer was asked last, whatever came of it.
    asked: Option<Instant>,
    /// Whether nothing came of it.
    is_down: bool,
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteKeys(…)")
    }
}

impl RemoteKeys {
    /// The key set at this URL, which must be https, or http to this machine. Nothing is fetched yet.
    ///
    /// # Errors
    ///
    /// When the URL is no such one, or TLS cannot be set up.
    pub fn jwks(url: &str) -> Result<Self, KeyError> {
        Self::new(Source::Jwks(private_url(url)?))
    }

    /// The key set that the metadata of this issuer name. Nothing is fetched yet.
    ///
    /// # Errors
    ///
    /// When the issuer is no https URL, nor http to this machine, or TLS cannot be set up.
    pub fn discovery(issuer: &str) -> Result<Self, KeyError> {
        let metadata = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        Self::new(Source::Issuer(issuer.to_owned(), private_url(&metadata)?))
    }

    fn new(source: Source) -> Result<Self, KeyError> {
        let http = match &source {
            Source::Jwks(url) | Source::Issuer(_, url) => http_client(url)?,
        };
        Ok(Self(Arc::new(Remote {
            source,
            http,
            timing: Timing::default(),
            clock: Arc::new(Instant::now),
            cache: Mutex::new(Cache::default()),
            turn: tokio::sync::Mutex::new(()),
        })))
    }

    /// The same keys with another timing and clock.
    #[must_use]
    pub fn timing(&self, timing: Timing, clock: MonotonicClock) -> Self {
        let Remote { source, http, .. } = &*self.0;
        Self(Arc::new(Remote {
            source: source.clone(),
            http: http.clone(),
            timing,
            clock,
            cache: Mutex::new(Cache::default()),
            turn: tokio::sync::Mutex::new(()),
        }))
    }

    /// Fetches the keys now: for a server that must not start while its issuer cannot be reached.
    ///
    /// # Errors
    ///
    /// When the issuer gives no usable keys.
    pub async fn require(&self) -> Result<(), KeyError> {
        self.renewed().await;
        if self.cache().keys.is_some() { Ok(()) } else { Err(KeyError::new("the issuer gives no usable keys")) }
    }

    /// The key for a token.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, Reject> {
        match self.known(id, algorithm) {
            (Some(key), false) => return Ok(key),
            (Some(key), true) if self.cache().is_down => {
                // Nobody waits for an issuer that did not answer when it was asked last: what is held still serves.
                if self.is_due() {
                    let keys = self.clone();
                    tokio::spawn(async move { keys.renewed().await });
                }
                return Ok(key);
            }
            // Too old: the issuer may have withdrawn the key since, and everybody waits to hear that it did not.
            (Some(_), true) | (None, _) => self.renewed().await,
        }
        match self.known(id, algorithm).0 {
            Some(key) => Ok(key),
            None if self.is_served() => Err(Reject::Invalid("unknown key")),
            None => Err(self.unavailable()),
        }
    }

    /// No keys until the issuer may be asked again.
    fn unavailable(&self) -> Reject {
        let Some(asked) = self.cache().asked else { return Reject::Unavailable };
        let passed = (self.0.clock)().saturating_duration_since(asked);
        Reject::UnavailableFor(self.0.timing.interval.saturating_sub(passed))
    }

    /// The key, if it is held and serves, and whether it is time to fetch again.
    fn known(&self, id: Option<&str>, algorithm: Algorithm) -> (Option<DecodingKey>, bool) {
        let (now, cache) = ((self.0.clock)(), self.cache());
        let age = cache.fetched.map(|fetched| now.saturating_duration_since(fetched));
        match (&cache.keys, age) {
            (Some(keys), Some(age)) if age <= self.0.timing.max_stale => {
                (keys.find(id, algorithm).cloned(), age > self.0.timing.max_age)
            }
            _ => (None, true),
        }
    }

    fn is_served(&self) -> bool {
        let fetched = self.cache().fetched;
        fetched.is_some_and(|fetched| (self.0.clock)().saturating_duration_since(fetched) <= self.0.timing.max_stale)
    }

    /// Whether the issuer may be asked again.
    fn is_due(&self) -> bool {
        let asked = self.cache().asked;
        asked.is_none_or(|asked| (self.0.clock)().saturating_duration_since(asked) >= self.0.timing.interval)
    }

    /// Asks the issuer, unless that was done within the interval. In a task of its own: a request that is given up does not
    /// end it for the others.
    async fn renewed(&self) {
        let keys = self.clone();
        let task = tokio::spawn(async move {
            let _turn = keys.0.turn.lock().await;
            if !keys.is_due() {
                return;
            }
            let now = (keys.0.clock)();
            keys.cache().asked = Some(now);
            let fetched = tokio::time::timeout(keys.0.timing.patience, keys.fetch()).await;
            let mut cache = keys.cache();
            match fetched {
                Ok(Some(fetched)) => {
                    *cache = Cache { keys: Some(fetched), fetched: Some(now), asked: cache.asked, is_down: false };
                }
                Ok(None) | Err(_) => cache.is_down = true,
            }
        });
        // A task that was stopped has fetched nothing, which is seen in the cache.
        let _ = task.await;
    }

    /// `None` where anything is not as it must be; what was held before then goes on to serve.
    async fn fetch(&self) -> Option<JwtKeys> {
        let url = match &self.0.source {
            Source::Jwks(url) => url.clone(),
            Source::Issuer(issuer, url) => {
                let text = self.get(url.clone()).await?;
                let tree = parse(&text).ok()?;
                let mut metadata = tree.object().ok()?;
                // Another issuer's metadata would make its keys ours (RFC 8414, section 6.2).
                let named: String = metadata.required("issuer").ok()?;
                let url: String = metadata.required("jwks_uri").ok()?;
                if named != *issuer {
                    return None;
                }
                private_url(&url).ok()?
            }
        };
        let text = self.get(url).await?;
        JwtKeys::from_jwks(std::str::from_utf8(&text).ok()?).ok()
    }

    async fn get(&self, url: Url) -> Option<Vec<u8>> {
        let mut response = self.0.http.get(url).send().await.ok()?;
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
        Some(bytes)
    }

    /// Nothing panics while it holds this lock; if it did, what it holds would still be whole.
    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.0.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The http client for the servers that decide who is let in: it follows nobody elsewhere.
pub(super) fn http_client(url: &Url) -> Result<reqwest::Client, KeyError> {
    let mut builder = reqwest::Client::builder().redirect(Policy::none()).referer(false).connection_verbose(false);
    if url.scheme() == "http" {
        // Plain http stays on this machine: a proxy of the environment is elsewhere.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| KeyError::new("TLS cannot be set up"))
}

/// Keys decide who is let in: they come over https, or from this machine.
pub(super) fn private_url(text: &str) -> Result<Url, KeyError> {
    let url = Url::parse(text).map_err(|_| KeyError::new("the URL is none"))?;
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    if url.scheme() == "https" || url.scheme() == "http" && is_loopback {
        Ok(url)
    } else {
        Err(KeyError::new("the URL is neither https nor http to this machine"))
    }
}
