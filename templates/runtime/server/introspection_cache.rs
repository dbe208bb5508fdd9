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
const MOST_KEPT: usize = 10_000;
/// The maximum number of pending requests, waiting ones included. Calls with other tokens are refused as unavailable.
const MOST_QUESTIONS: usize = 1_024;
/// The maximum number of concurrent requests.
const AT_ONCE: usize = 32;

/// SHA-256 of a token.
pub(super) type TokenDigest = [u8; 32];

/// The claims of an active token; `None` if the token is not active.
pub(super) type Answer = Result<Option<Claims>, Reject>;

/// The cached responses and the pending requests of one introspection endpoint.
pub(super) struct AnswerCache {
    state: Mutex<State>,
    places: Semaphore,
}

#[derive(Default)]
struct State {
    kept: BTreeMap<TokenDigest, Kept>,
    questions: BTreeMap<TokenDigest, watch::Sender<Option<Answer>>>,
}

struct Kept {
    until: Instant,
    claims: Option<Claims>,
}

/// The time of a call, and the time until which its response is cached.
#[derive(Clone, Copy)]
pub(super) struct Period {
    pub(super) now: Instant,
    pub(super) until: Instant,
}

impl AnswerCache {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), places: Semaphore::new(AT_ONCE) }
    }

    /// The response for a token: the cached one, or that of the pending request, or that of a new request.
    ///
    /// A request runs in a separate task, so that a dropped call does not cancel it for the others. If it fails, all
    /// calls that wait for it get the error, and the error is not cached.
    pub(super) async fn answer<Asked>(
        self: &Arc<Self>,
        digest: TokenDigest,
        period: Period,
        ask: impl FnOnce() -> Asked,
    ) -> Answer
    where
        Asked: Future<Output = Answer> + Send + 'static,
    {
        let mut waiting = match self.kept_or_asked(digest, period.now) {
            Found::Kept(claims) => return Ok(claims),
            Found::Full => return Err(Reject::Unavailable),
            Found::Asked(waiting) => waiting,
            Found::New(waiting) => {
                let question = Question { cache: Arc::clone(self), digest, is_open: true };
                tokio::spawn(question.run(period, ask()));
                waiting
            }
        };
        // A task that was cancelled has no response.
        let answer = waiting.wait_for(Option::is_some).await.ok().and_then(|answer| answer.clone());
        answer.unwrap_or(Err(Reject::Unavailable))
    }

    fn kept_or_asked(&self, digest: TokenDigest, now: Instant) -> Found {
        let mut state = self.state();
        if let Some(kept) = state.kept.get(&digest).filter(|kept| now < kept.until) {
            return Found::Kept(kept.claims.clone());
        }
        if let Some(question) = state.questions.get(&digest) {
            return Found::Asked(question.subscribe());
        }
        if state.questions.len() >= MOST_QUESTIONS {
            return Found::Full;
        }
        let (question, waiting) = watch::channel(None);
        state.questions.insert(digest, question);
        Found::New(waiting)
    }

    /// No code panics while it holds this lock; if it did, the state would still be consistent.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of a token in the cache.
enum Found {
    Kept(Option<Claims>),
    Asked(watch::Receiver<Option<Answer>>),
    New(watch::Receiver<Option<Answer>>),
    Full,
}

/// A pending request. It is removed from the cache however its task ends.
struct Question {
    cache: Arc<AnswerCache>,
    digest: TokenDigest,
    is_open: bool,
}

impl Question {
    async fn run(mut self, period: Period, asked: impl Future<Output = Answer>) {
        let cache = Arc::clone(&self.cache);
        let Ok(_place) = cache.places.acquire().await else { return };
        if self.is_abandoned() {
            return;
        }
        let answer = asked.await;
        self.close(period, answer);
    }

    /// Whether no call waits for the response any more. The request is then removed under the same lock, so that no new
    /// call starts to wait for it.
    fn is_abandoned(&mut self) -> bool {
        let mut state = self.cache.state();
        let is_awaited = state.questions.get(&self.digest).is_some_and(|question| question.receiver_count() > 0);
        if !is_awaited {
            state.questions.remove(&self.digest);
            self.is_open = false;
        }
        !is_awaited
    }

    fn close(mut self, period: Period, answer: Answer) {
        let mut state = self.cache.state();
        if let Ok(claims) = &answer {
            state.keep(self.digest, Kept { until: period.until, claims: claims.clone() }, period.now);
        }
        if let Some(question) = state.questions.remove(&self.digest) {
            question.send_replace(Some(answer));
        }
        drop(state);
        self.is_open = false;
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        if self.is_open {
            self.cache.state().questions.remove(&self.digest);
        }
    }
}

impl State {
    fn keep(&mut self, digest: TokenDigest, answer: Kept, now: Instant) {
        if self.kept.len() >= MOST_KEPT {
            self.kept.retain(|_, kept| now < kept.until);
        }
        if self.kept.len() >= MOST_KEPT {
            self.kept.clear();
        }
        self.kept.insert(digest, answer);
    }
}
