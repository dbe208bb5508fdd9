//! The published key set of an issuer: fetched at first use, cached, and fetched again when it is old or a token names
//! an unknown key. The issuer is asked at most once per interval, however many requests come.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Url;
use reqwest::redirect::Policy;

use super::auth::Reject;
use super::json::parse;
use super::jwt_keys::{JwtKeys, KeyError};

/// The maximum size of a key set or of an issuer's metadata, in bytes.
const MAX_LENGTH: usize = 256 << 10;

/// A monotonic clock.
pub type MonotonicClock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The published keys of an issuer. Cheap to clone; clones share one cache.
#[derive(Clone)]
pub struct RemoteKeys(Arc<Remote>);

struct Remote {
    source: Source,
    http: reqwest::Client,
    timing: Timing,
    clock: MonotonicClock,
    cache: Mutex<Cache>,
    /// Held by the task that asks the issuer.
    fetch_lock: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
enum Source {
    /// The URL of the key set.
    Jwks(Url),
    /// The issuer, whose metadata contain the URL (OpenID Connect Discovery 1.0, section 4).
    Issuer(String, Url),
}

/// When keys are fetched and how long they are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Keys older than this are fetched again. A key that the issuer has withdrawn is accepted until then. Default: 10
    /// minutes.
    pub max_age: Duration,
    /// How long keys are used while the issuer cannot be reached. Default: 24 hours.
    pub max_stale: Duration,
    /// The minimum time between two requests to the issuer. Default: 30 seconds.
    pub interval: Duration,
    /// The time limit of a request to the issuer. Default: 5 seconds.
    pub timeout: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        Self {
            max_age: minutes(10),
            max_stale: minutes(24 * 60),
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
        }
    }
}

#[derive(Default)]
struct Cache {
    keys: Option<JwtKeys>,
    /// When the keys were fetched.
    fetched: Option<Instant>,
    /// When the issuer was last asked, successfully or not.
    asked: Option<Instant>,
    /// Whether the last request failed.
    has_failed: bool,
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteKeys(…)")
    }
}

impl RemoteKeys {
    /// The key set at this URL, which must be https, or http to loopback. It is not fetched yet.
    ///
    /// # Errors
    ///
    /// If the URL is invalid or is neither https nor http to loopback, or TLS cannot be set up.
    pub fn jwks(url: &str) -> Result<Self, KeyError> {
        Self::new(Source::Jwks(secure_url(url)?))
    }

    /// The key set named by the metadata of this issuer (OpenID Connect Discovery 1.0). It is not fetched yet.
    ///
    /// # Errors
    ///
    /// If the issuer is not a valid URL or is neither https nor http to loopback, or TLS cannot be set up.
    pub fn discovery(issuer: &str) -> Result<Self, KeyError> {
        let metadata = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        Self::new(Source::Issuer(issuer.to_owned(), secure_url(&metadata)?))
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
            fetch_lock: tokio::sync::Mutex::new(()),
        })))
    }

    /// The same keys with a different timing and clock, and an empty cache.
    #[must_use]
    pub fn timing(&self, timing: Timing, clock: MonotonicClock) -> Self {
        let Remote { source, http, .. } = &*self.0;
        Self(Arc::new(Remote {
            source: source.clone(),
            http: http.clone(),
            timing,
            clock,
            cache: Mutex::new(Cache::default()),
            fetch_lock: tokio::sync::Mutex::new(()),
        }))
    }

    /// Fetches the keys now, for a server that must not start while its issuer cannot be reached.
    ///
    /// # Errors
    ///
    /// If the issuer has no usable keys or cannot be reached.
    pub async fn require(&self) -> Result<(), KeyError> {
        self.refresh().await;
        if self.cache().keys.is_some() {
            Ok(())
        } else {
            Err(KeyError::new("cannot fetch usable keys from the issuer"))
        }
    }

    /// The key for a token, fetched if necessary.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, Reject> {
        match self.known(id, algorithm) {
            (Some(key), false) => return Ok(key),
            (Some(key), true) if self.cache().has_failed => {
                // If the last request to the issuer failed, no call waits for another one: the cached keys are used.
                if self.may_fetch() {
                    let keys = self.clone();
                    tokio::spawn(async move { keys.refresh().await });
                }
                return Ok(key);
            }
            // The keys are old and the issuer may have withdrawn this one, so the call waits until they are fetched
            // again.
            (Some(_), true) | (None, _) => self.refresh().await,
        }
        match self.known(id, algorithm).0 {
            Some(key) => Ok(key),
            None if self.has_usable_keys() => Err(Reject::Invalid("unknown key")),
            None => Err(self.unavailable()),
        }
    }

    /// Unavailable until the issuer may be asked again.
    fn unavailable(&self) -> Reject {
        let Some(asked) = self.cache().asked else { return Reject::Unavailable };
        let passed = (self.0.clock)().saturating_duration_since(asked);
        Reject::UnavailableFor(self.0.timing.interval.saturating_sub(passed))
    }

    /// The cached key, if it may still be used, and whether the keys should be fetched again.
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

    fn has_usable_keys(&self) -> bool {
        let fetched = self.cache().fetched;
        fetched.is_some_and(|fetched| (self.0.clock)().saturating_duration_since(fetched) <= self.0.timing.max_stale)
    }

    /// Whether enough time has passed to ask the issuer again.
    fn may_fetch(&self) -> bool {
        let asked = self.cache().asked;
        asked.is_none_or(|asked| (self.0.clock)().saturating_duration_since(asked) >= self.0.timing.interval)
    }

    /// Asks the issuer, unless it was asked within the interval. Runs in a separate task, so that a dropped call does
    /// not cancel it for the others.
    async fn refresh(&self) {
        let keys = self.clone();
        let task = tokio::spawn(async move {
            let _guard = keys.0.fetch_lock.lock().await;
            if !keys.may_fetch() {
                return;
            }
            let now = (keys.0.clock)();
            keys.cache().asked = Some(now);
            let fetched = tokio::time::timeout(keys.0.timing.timeout, keys.fetch()).await;
            let mut cache = keys.cache();
            match fetched {
                Ok(Some(fetched)) => {
                    *cache = Cache { keys: Some(fetched), fetched: Some(now), asked: cache.asked, has_failed: false };
                }
                Ok(None) | Err(_) => cache.has_failed = true,
            }
        });
        // If the task was cancelled, nothing was fetched, and the cache shows that.
        let _ = task.await;
    }

    /// Fetches the keys; `None` if any part of a response is invalid. Cached keys are then kept.
    async fn fetch(&self) -> Option<JwtKeys> {
        let url = match &self.0.source {
            Source::Jwks(url) => url.clone(),
            Source::Issuer(issuer, url) => {
                let text = self.get(url.clone()).await?;
                let tree = parse(&text).ok()?;
                let mut metadata = tree.object().ok()?;
                // Metadata of a different issuer would let that issuer's keys verify tokens of this one (RFC 8414,
                // section 6.2).
                let named: String = metadata.required("issuer").ok()?;
                let url: String = metadata.required("jwks_uri").ok()?;
                if named != *issuer {
                    return None;
                }
                secure_url(&url).ok()?
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
            if bytes.len() + chunk.len() > MAX_LENGTH {
                return None;
            }
            bytes.extend_from_slice(&chunk);
        }
        Some(bytes)
    }

    /// No code panics while it holds this lock; if it did, the cache would still be consistent.
    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.0.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The HTTP client for servers whose responses decide who is authenticated. It does not follow redirects.
pub(super) fn http_client(url: &Url) -> Result<reqwest::Client, KeyError> {
    let agent = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let mut builder = reqwest::Client::builder().user_agent(agent);
    builder = builder.redirect(Policy::none()).referer(false).connection_verbose(false);
    if url.scheme() == "http" {
        // Plain http must not leave this machine, so a proxy from the environment is not used.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| KeyError::new("TLS cannot be set up"))
}

/// Parses a URL that must be https, or http to loopback, because its response decides who is authenticated.
pub(super) fn secure_url(text: &str) -> Result<Url, KeyError> {
    let url = Url::parse(text).map_err(|_| KeyError::new("invalid URL"))?;
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    if url.scheme() == "https" || url.scheme() == "http" && is_loopback {
        Ok(url)
    } else {
        Err(KeyError::new("the URL is neither https nor http to loopback"))
    }
}
