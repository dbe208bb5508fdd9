//! Caches tokens until shortly before they expire. For each set of scopes there is at most one request to the
//! authorization server at a time, however many calls wait for it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::platform::{self, Instant};
use super::token_endpoint::{Grant, TokenError};

/// The time after a failure during which the authorization server is not asked again.
const FAILURE_PAUSE: Duration = Duration::from_secs(5);

/// A monotonic clock.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The cached tokens of one flow.
pub(super) struct TokenCache {
    entries: Mutex<BTreeMap<Vec<String>, Arc<Entry>>>,
    clock: Clock,
}

/// The token for one set of scopes.
#[derive(Default)]
struct Entry {
    held: Mutex<Held>,
    /// The number of responses received.
    responses: AtomicU64,
    /// Held by the task that asks the authorization server.
    request_lock: tokio::sync::Mutex<()>,
}

#[derive(Default)]
enum Held {
    #[default]
    Nothing,
    Token {
        access: SecretString,
        /// When it must not be used any more; `None` if the response had no `expires_in`, so that it is used until it
        /// is rejected.
        ends: Option<Instant>,
    },
    Failure {
        error: TokenError,
        until: Instant,
    },
}

impl TokenCache {
    pub(super) fn new(clock: Clock) -> Self {
        Self { entries: Mutex::new(BTreeMap::new()), clock }
    }

    /// A cache without tokens, with the same clock.
    pub(super) fn emptied(&self) -> Self {
        Self::new(Arc::clone(&self.clock))
    }

    /// The cached token for these scopes, or a new one.
    ///
    /// The request runs in a separate task, so that a dropped call does not cancel it for the others.
    pub(super) async fn token<Fut>(
        self: &Arc<Self>,
        scopes: Vec<String>,
        ask: impl FnOnce(Vec<String>) -> Fut + Send + 'static,
    ) -> Result<SecretString, TokenError>
    where
        Fut: Future<Output = Result<Grant, TokenError>> + Send,
    {
        let entry = Arc::clone(locked(&self.entries).entry(scopes.clone()).or_default());
        let responses = entry.responses.load(Ordering::Acquire);
        if let Some(known) = entry.known((self.clock)()) {
            return known;
        }
        let cache = Arc::clone(self);
        let task = platform::spawn(async move {
            let _guard = entry.request_lock.lock().await;
            // A response that arrived while this call waited is used, even if its token expires immediately.
            let is_new = entry.responses.load(Ordering::Acquire) != responses;
            let known = if is_new { entry.last() } else { entry.known((cache.clock)()) };
            match known {
                Some(known) => known,
                None => {
                    let granted = ask(scopes).await;
                    entry.keep(granted, (cache.clock)())
                }
            }
        });
        task.await.unwrap_or(Err(TokenError::Stopped))
    }

    /// Caches a token that was granted elsewhere.
    pub(super) fn keep(&self, scopes: Vec<String>, grant: Grant) {
        let entry = Arc::clone(locked(&self.entries).entry(scopes).or_default());
        // The returned token is not needed.
        let _ = entry.keep(Ok(grant), (self.clock)());
    }

    /// Removes a token that the API rejected. A newer token is kept.
    pub(super) fn forget(&self, refused: &SecretString) {
        for entry in locked(&self.entries).values() {
            let mut held = locked(&entry.held);
            if matches!(&*held, Held::Token { access, .. } if access.expose_secret() == refused.expose_secret()) {
                *held = Held::Nothing;
            }
        }
    }
}

impl Entry {
    /// The cached result, if it is still valid.
    fn known(&self, now: Instant) -> Option<Result<SecretString, TokenError>> {
        match &*locked(&self.held) {
            Held::Token { access, ends } if ends.is_none_or(|ends| now < ends) => Some(Ok(access.clone())),
            Held::Failure { error, until } if now < *until => Some(Err(error.clone())),
            Held::Nothing | Held::Token { .. } | Held::Failure { .. } => None,
        }
    }

    /// The last result, unless its token was rejected since.
    fn last(&self) -> Option<Result<SecretString, TokenError>> {
        match &*locked(&self.held) {
            Held::Token { access, .. } => Some(Ok(access.clone())),
            Held::Failure { error, .. } => Some(Err(error.clone())),
            Held::Nothing => None,
        }
    }

    fn keep(&self, granted: Result<Grant, TokenError>, now: Instant) -> Result<SecretString, TokenError> {
        let mut held = locked(&self.held);
        self.responses.fetch_add(1, Ordering::AcqRel);
        match granted {
            Ok(grant) => {
                let ends = grant.expires_in.map(|lifetime| now + usable(lifetime));
                *held = Held::Token { access: grant.access.clone(), ends };
                Ok(grant.access)
            }
            Err(error) => {
                *held = Held::Failure { error: error.clone(), until: now + FAILURE_PAUSE };
                Err(error)
            }
        }
    }
}

/// The lifetime without its last tenth, at least ten seconds, which leaves time for the call.
fn usable(lifetime: Duration) -> Duration {
    lifetime.saturating_sub((lifetime / 10).max(Duration::from_secs(10)))
}

/// No code panics while it holds one of these locks; if it did, the data would still be consistent.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
