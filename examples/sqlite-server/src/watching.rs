//! The stream of notes: all that there are, then each one that is added, until the server stops.

use std::error::Error;

use futures_util::stream::{Stream, try_unfold};
use tokio::sync::watch;

use crate::api::streams::Event;
use crate::api::types::Note;
use crate::handlers::note;
use crate::store::Store;

/// Why streams of notes wake up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A note may have been added.
    Added,
    /// The server stops. A stream that went on would delay that.
    Stopping,
}

type BoxError = Box<dyn Error + Send + Sync>;

struct Watcher {
    store: Store,
    changes: watch::Receiver<Change>,
    after: String,
}

/// The notes after the one with this identifier; all notes if it is empty.
pub fn notes(
    store: Store,
    changes: watch::Receiver<Change>,
    after: String,
) -> impl Stream<Item = Result<Event<Note>, BoxError>> + Send + 'static {
    try_unfold(Watcher { store, changes, after }, Watcher::next)
}

impl Watcher {
    async fn next(mut self) -> Result<Option<(Event<Note>, Self)>, BoxError> {
        loop {
            // Seen before the query, so that a note that is added during it is noticed.
            if *self.changes.borrow_and_update() == Change::Stopping {
                return Ok(None);
            }
            if let Some(row) = self.store.notes(&self.after, 1).await?.pop() {
                self.after.clone_from(&row.id);
                let event = Event::new(note(row)?).id(self.after.as_str())?;
                return Ok(Some((event, self)));
            }
            if self.changes.changed().await.is_err() {
                return Ok(None);
            }
        }
    }
}
