//! A cache of introspection responses by a digest of the token, and the pending requests: if several calls present the
//! same token, the server is asked once. The number of both is limited.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{Semaphore, watch};

use super::auth::Reject;
use super::jwt::Claims;

/// The maximum number of cached responses.
const MAX_CACHED: usize = 10_000;
/// The maximum number of pending requests, waiting ones included. Calls with other tokens are refused as unavailable.
const MAX_PENDING: usize = 1_024;
/// The maximum number of concurrent requests.
const MAX_CONCURRENT: usize = 32;

/// SHA-256 of a token.
pub(super) type TokenDigest = [u8; 32];

/// The claims of an active token; `None` if the token is not active.
pub(super) type Introspected = Result<Option<Claims>, Reject>;

/// The cached responses and the pending requests of one introspection endpoint.
pub(super) struct ResponseCache {
    state: Mutex<State>,
    permits: Semaphore,
}

#[derive(Default)]
struct State {
    cached: BTreeMap<TokenDigest, Cached>,
    pending: BTreeMap<TokenDigest, watch::Sender<Option<Introspected>>>,
}

struct Cached {
    until: Instant,
    claims: Option<Claims>,
}

/// The time of a call, and the time until which its response is cached.
#[derive(Clone, Copy)]
pub(super) struct Period {
    pub(super) now: Instant,
    pub(super) until: Instant,
}

impl ResponseCache {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), permits: Semaphore::new(MAX_CONCURRENT) }
    }

    /// The response for a token: the cached one, or that of the pending request, or that of a new request.
    ///
    /// A request runs in a separate task, so that a dropped call does not cancel it for the others. If it fails, all
    /// calls that wait for it get the error, and the error is not cached.
    pub(super) async fn get<Fut>(
        self: &Arc<Self>,
        digest: TokenDigest,
        period: Period,
        ask: impl FnOnce() -> Fut,
    ) -> Introspected
    where
        Fut: Future<Output = Introspected> + Send + 'static,
    {
        let mut waiting = match self.lookup(digest, period.now) {
            Found::Cached(claims) => return Ok(claims),
            Found::Full => return Err(Reject::Unavailable),
            Found::Pending(waiting) => waiting,
            Found::New(waiting) => {
                let request = PendingRequest { cache: Arc::clone(self), digest, is_open: true };
                tokio::spawn(request.run(period, ask()));
                waiting
            }
        };
        // A task that was cancelled has no response.
        let response = waiting.wait_for(Option::is_some).await.ok().and_then(|response| response.clone());
        response.unwrap_or(Err(Reject::Unavailable))
    }

    fn lookup(&self, digest: TokenDigest, now: Instant) -> Found {
        let mut state = self.state();
        if let Some(cached) = state.cached.get(&digest).filter(|cached| now < cached.until) {
            return Found::Cached(cached.claims.clone());
        }
        if let Some(request) = state.pending.get(&digest) {
            return Found::Pending(request.subscribe());
        }
        if state.pending.len() >= MAX_PENDING {
            return Found::Full;
        }
        let (request, waiting) = watch::channel(None);
        state.pending.insert(digest, request);
        Found::New(waiting)
    }

    /// No code panics while it holds this lock; if it did, the state would still be consistent.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of a token in the cache.
enum Found {
    Cached(Option<Claims>),
    Pending(watch::Receiver<Option<Introspected>>),
    New(watch::Receiver<Option<Introspected>>),
    Full,
}

/// A pending request. It is removed from the cache however its task ends.
struct PendingRequest {
    cache: Arc<ResponseCache>,
    digest: TokenDigest,
    is_open: bool,
}

impl PendingRequest {
    async fn run(mut self, period: Period, asked: impl Future<Output = Introspected>) {
        let cache = Arc::clone(&self.cache);
        let Ok(_permit) = cache.permits.acquire().await else { return };
        if self.is_abandoned() {
            return;
        }
        let response = asked.await;
        self.close(period, response);
    }

    /// Whether no call waits for the response any more. The request is then removed under the same lock, so that no new
    /// call starts to wait for it.
    fn is_abandoned(&mut self) -> bool {
        let mut state = self.cache.state();
        let is_awaited = state.pending.get(&self.digest).is_some_and(|request| request.receiver_count() > 0);
        if !is_awaited {
            state.pending.remove(&self.digest);
            self.is_open = false;
        }
        !is_awaited
    }

    fn close(mut self, period: Period, response: Introspected) {
        let mut state = self.cache.state();
        if let Ok(claims) = &response {
            state.keep(self.digest, Cached { until: period.until, claims: claims.clone() }, period.now);
        }
        if let Some(request) = state.pending.remove(&self.digest) {
            request.send_replace(Some(response));
        }
        drop(state);
        self.is_open = false;
    }
}

impl Drop for PendingRequest {
    fn drop(&mut self) {
        if self.is_open {
            self.cache.state().pending.remove(&self.digest);
        }
    }
}

impl State {
    fn keep(&mut self, digest: TokenDigest, response: Cached, now: Instant) {
        if self.cached.len() >= MAX_CACHED {
            self.cached.retain(|_, cached| now < cached.until);
        }
        if self.cached.len() >= MAX_CACHED {
            self.cached.clear();
        }
        self.cached.insert(digest, response);
    }
}
