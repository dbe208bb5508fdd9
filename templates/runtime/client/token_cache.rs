//! Tokens until shortly before they end: one request to the authorization server at a time for each set of scopes, however
//! many calls wait for it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

use super::token_endpoint::{Grant, TokenError};

/// After a failure the authorization server is left alone for so long.
const REST: Duration = Duration::from_secs(5);

/// A monotonic clock.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The tokens of one flow.
pub(super) struct TokenCache {
    entries: Mutex<BTreeMap<Vec<String>, Arc<Entry>>>,
    clock: Clock,
}

/// The token for one set of scopes.
#[derive(Default)]
struct Entry {
    held: Mutex<Held>,
    /// How many answers came.
    answers: AtomicU64,
    /// Whose turn it is to ask.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
enum Held {
    #[default]
    Nothing,
    Token {
        access: SecretString,
        /// From when on it is not used any more; not known for one that lasts until it is refused.
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

    /// The token for these scopes, asked for where none is held.
    ///
    /// The request runs in a task of its own: a call that is dropped while it waits does not take it from the others.
    pub(super) async fn token<Asked>(
        self: &Arc<Self>,
        scopes: Vec<String>,
        ask: impl FnOnce(Vec<String>) -> Asked + Send + 'static,
    ) -> Result<SecretString, TokenError>
    where
        Asked: Future<Output = Result<Grant, TokenError>> + Send,
    {
        let entry = Arc::clone(locked(&self.entries).entry(scopes.clone()).or_default());
        let answers = entry.answers.load(Ordering::Acquire);
        if let Some(known) = entry.known((self.clock)()) {
            return known;
        }
        let cache = Arc::clone(self);
        let task = tokio::spawn(async move {
            let _turn = entry.turn.lock().await;
            // What came while this call waited is for this call too, however soon it ends.
            let is_new = entry.answers.load(Ordering::Acquire) != answers;
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

    /// Keeps a token that was granted elsewhere.
    pub(super) fn keep(&self, scopes: Vec<String>, grant: Grant) {
        let entry = Arc::clone(locked(&self.entries).entry(scopes).or_default());
        // The token itself comes back, which is of no use here.
        let _ = entry.keep(Ok(grant), (self.clock)());
    }

    /// Forgets a token that the API refused; a newer one stays.
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
    /// What is held and still counts.
    fn known(&self, now: Instant) -> Option<Result<SecretString, TokenError>> {
        match &*locked(&self.held) {
            Held::Token { access, ends } if ends.is_none_or(|ends| now < ends) => Some(Ok(access.clone())),
            Held::Failure { error, until } if now < *until => Some(Err(error.clone())),
            Held::Nothing | Held::Token { .. } | Held::Failure { .. } => None,
        }
    }

    /// What the last answer was, unless the API refused it since.
    fn last(&self) -> Option<Result<SecretString, TokenError>> {
        match &*locked(&self.held) {
            Held::Token { access, .. } => Some(Ok(access.clone())),
            Held::Failure { error, .. } => Some(Err(error.clone())),
            Held::Nothing => None,
        }
    }

    fn keep(&self, granted: Result<Grant, TokenError>, now: Instant) -> Result<SecretString, TokenError> {
        let mut held = locked(&self.held);
        self.answers.fetch_add(1, Ordering::AcqRel);
        match granted {
            Ok(grant) => {
                let ends = grant.expires_in.map(|lifetime| now + usable(lifetime));
                *held = Held::Token { access: grant.access.clone(), ends };
                Ok(grant.access)
            }
            Err(error) => {
                *held = Held::Failure { error: error.clone(), until: now + REST };
                Err(error)
            }
        }
    }
}

/// Less a tenth, and no less than ten seconds, which a call may be on its way.
fn usable(lifetime: Duration) -> Duration {
    lifetime.saturating_sub((lifetime / 10).max(Duration::from_secs(10)))
}

/// Nothing panics while it holds one of these locks; if it did, what they hold would still be whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
