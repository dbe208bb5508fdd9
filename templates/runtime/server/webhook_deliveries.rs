//! The ids of deliveries that were handled or are being handled, so that a repeated one is not handled again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::router::BoxFuture;

/// The default of [`RecentDeliveries::new`].
const MAX_DELIVERIES: usize = 100_000;

/// Why a delivery is refused. The reason is logged, and not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectDelivery {
    /// It is not genuine: 403.
    Invalid(&'static str),
    /// It is being handled at this moment: 503, so that the sender tries again.
    InProgress,
    /// It cannot be verified at present: 503.
    Unavailable,
}

/// What a store knows about an id that is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// Nothing: it is claimed now, and others that claim it get [`Self::InProgress`].
    New,
    /// It is claimed, and not yet completed or released.
    InProgress,
    /// It was completed.
    Handled,
}

/// Knows the ids of deliveries. Servers that share the deliveries of a sender need one store, such as a table of a database with
/// the id as its primary key.
pub trait DeliveryStore: Send + Sync + 'static {
    /// Claims an id in one step: of two claims at the same time, only one is new. The id may be forgotten after `until`.
    ///
    /// # Errors
    ///
    /// [`RejectDelivery::Unavailable`] if the store cannot be reached or is full.
    fn claim<'s>(&'s self, id: &'s str, until: SystemTime) -> BoxFuture<'s, Result<Claimed, RejectDelivery>>;

    /// Remembers a claimed id as handled, until `until`.
    fn complete<'s>(&'s self, id: &'s str, until: SystemTime) -> BoxFuture<'s, ()>;

    /// Forgets a claimed id, because its delivery failed and will be sent again. It is also called if the connection is closed
    /// before the response is ready.
    fn release(&self, id: &str);
}

/// A claimed id. It is released when it is dropped before it is completed.
pub struct Claim {
    store: Arc<dyn DeliveryStore>,
    id: String,
    until: SystemTime,
    is_complete: bool,
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").field("id", &self.id).field("until", &self.until).finish_non_exhaustive()
    }
}

impl Claim {
    /// Claims the id; `None` if its delivery was handled.
    pub(super) async fn of(
        store: &Arc<dyn DeliveryStore>,
        id: &str,
        until: SystemTime,
    ) -> Result<Option<Self>, RejectDelivery> {
        match store.claim(id, until).await? {
            Claimed::New => Ok(Some(Self { store: Arc::clone(store), id: id.to_owned(), until, is_complete: false })),
            Claimed::InProgress => Err(RejectDelivery::InProgress),
            Claimed::Handled => Ok(None),
        }
    }

    /// Remembers the id as handled.
    pub(super) async fn complete(mut self) {
        self.is_complete = true;
        self.store.complete(&self.id, self.until).await;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.is_complete {
            self.store.release(&self.id);
        }
    }
}

/// The ids in memory. Ids that may be forgotten are removed when there is no room for others; a store that is full of others
/// refuses deliveries.
pub struct RecentDeliveries {
    ids: Mutex<BTreeMap<String, Entry>>,
    most: usize,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

struct Entry {
    until: SystemTime,
    is_handled: bool,
}

impl fmt::Debug for RecentDeliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecentDeliveries({} of {})", self.ids().len(), self.most)
    }
}

impl Default for RecentDeliveries {
    /// A store of at most 100,000 ids.
    fn default() -> Self {
        Self::new(MAX_DELIVERIES)
    }
}

impl RecentDeliveries {
    /// A store of at most this many ids.
    pub fn new(most: usize) -> Self {
        Self { ids: Mutex::default(), most, clock: Arc::new(SystemTime::now) }
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    fn ids(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        // No code panics while it holds the lock, and each entry is valid alone.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claim_now(&self, id: &str, until: SystemTime) -> Result<Claimed, RejectDelivery> {
        let now = (self.clock)();
        let mut ids = self.ids();
        match ids.get(id) {
            Some(entry) if entry.is_handled && entry.until >= now => return Ok(Claimed::Handled),
            // A claim ends when it is dropped, however long that takes.
            Some(entry) if !entry.is_handled => return Ok(Claimed::InProgress),
            Some(_) | None => {}
        }
        if ids.len() >= self.most {
            ids.retain(|_, entry| !entry.is_handled || entry.until >= now);
        }
        if ids.len() >= self.most {
            return Err(RejectDelivery::Unavailable);
        }
        ids.insert(id.to_owned(), Entry { until, is_handled: false });
        Ok(Claimed::New)
    }
}

impl DeliveryStore for RecentDeliveries {
    fn claim<'s>(&'s self, id: &'s str, until: SystemTime) -> BoxFuture<'s, Result<Claimed, RejectDelivery>> {
        Box::pin(std::future::ready(self.claim_now(id, until)))
    }

    fn complete<'s>(&'s self, id: &'s str, until: SystemTime) -> BoxFuture<'s, ()> {
        self.ids().insert(id.to_owned(), Entry { until, is_handled: true });
        Box::pin(std::future::ready(()))
    }

    fn release(&self, id: &str) {
        self.ids().remove(id);
    }
}
