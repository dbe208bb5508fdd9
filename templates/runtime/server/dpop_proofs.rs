//! The ids of proofs that were accepted, so that a recorded request is not accepted again (RFC 9449, section 11.1).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::auth::Reject;
use super::router::BoxFuture;

/// The default of [`RecentProofs::new`].
const MAX_PROOFS: usize = 200_000;

/// Remembers accepted proofs. Servers that share the tokens of an API need one store, or a recorded request is accepted once
/// by each of them until its proof is too old.
pub trait ProofStore: Send + Sync + 'static {
    /// Remembers the id in one step, until this time. Returns whether it is new. Ids are hashes of 43 characters.
    ///
    /// # Errors
    ///
    /// [`Reject::Unavailable`] if the store cannot be reached or is full. The request is refused then.
    fn claim<'s>(&'s self, id: &'s str, until: SystemTime) -> BoxFuture<'s, Result<bool, Reject>>;
}

/// The ids in memory. Those that are too old are removed; a store that is full of others refuses requests.
pub struct RecentProofs {
    ids: Mutex<Ids>,
    most: usize,
    clock: Box<dyn Fn() -> SystemTime + Send + Sync>,
}

#[derive(Default)]
struct Ids {
    until: BTreeMap<String, SystemTime>,
    by_time: BTreeSet<(SystemTime, String)>,
}

impl fmt::Debug for RecentProofs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecentProofs({} of {})", self.ids().until.len(), self.most)
    }
}

impl Default for RecentProofs {
    /// A store of at most 200,000 ids.
    fn default() -> Self {
        Self::new(MAX_PROOFS)
    }
}

impl RecentProofs {
    /// A store of at most this many ids: the most requests within the time for which proofs are valid.
    pub fn new(most: usize) -> Self {
        Self { ids: Mutex::default(), most, clock: Box::new(SystemTime::now) }
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        // No code panics while it holds the lock.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claim_now(&self, id: &str, until: SystemTime) -> Result<bool, Reject> {
        let now = (self.clock)();
        let mut ids = self.ids();
        ids.forget_before(now);
        if ids.until.contains_key(id) {
            return Ok(false);
        }
        if ids.until.len() >= self.most {
            return Err(Reject::Unavailable);
        }
        ids.until.insert(id.to_owned(), until);
        ids.by_time.insert((until, id.to_owned()));
        Ok(true)
    }
}

impl Ids {
    fn forget_before(&mut self, now: SystemTime) {
        while self.by_time.first().is_some_and(|(until, _)| *until < now) {
            if let Some((_, id)) = self.by_time.pop_first() {
                self.until.remove(&id);
            }
        }
    }
}

impl ProofStore for RecentProofs {
    fn claim<'s>(&'s self, id: &'s str, until: SystemTime) -> BoxFuture<'s, Result<bool, Reject>> {
        Box::pin(std::future::ready(self.claim_now(id, until)))
    }
}
