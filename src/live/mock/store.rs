//! The state of the mock: what callers created, changed and deleted, in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::bounded_map::BoundedMap;

/// The items of all collections. The oldest change is forgotten if there are too many.
#[derive(Debug, Default)]
pub(super) struct Store(Mutex<BoundedMap<State, Key>>);

/// The path of a collection, and the identifier of an item.
type Key = (String, String);

/// The state of an item that a caller has changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum State {
    /// It has these properties.
    Present {
        /// The properties that callers have sent.
        properties: Map<String, Value>,
        /// Whether it was created by a `POST`, so that lists contain it in addition.
        is_created: bool,
    },
    Deleted,
}

impl Store {
    fn lock(&self) -> MutexGuard<'_, BoundedMap<State, Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of an item; `None` if no caller has changed it.
    pub fn get(&self, collection: &str, id: &str) -> Option<State> {
        self.lock().get(&key(collection, id)).cloned()
    }

    pub fn create(&self, collection: &str, id: &str, properties: Map<String, Value>) {
        self.lock().insert(key(collection, id), State::Present { properties, is_created: true });
    }

    pub fn delete(&self, collection: &str, id: &str) {
        self.lock().insert(key(collection, id), State::Deleted);
    }

    /// Replaces or merges the properties of an item. In a merge, `null` removes a property (RFC 7396).
    pub fn change(&self, collection: &str, id: &str, sent: &Map<String, Value>, is_merge: bool) {
        let mut items = self.lock();
        let (mut properties, is_created) = match items.get(&key(collection, id)) {
            Some(State::Present { properties, is_created }) => (properties.clone(), *is_created),
            Some(State::Deleted) | None => (Map::new(), false),
        };
        if !is_merge {
            properties.clear();
        }
        properties.extend(sent.iter().map(|(name, value)| (name.clone(), value.clone())));
        items.insert(key(collection, id), State::Present { properties, is_created });
    }

    /// The identifiers of the items that callers created in a collection, in this order.
    pub fn created(&self, collection: &str) -> Vec<String> {
        let items = self.lock();
        let own = items.iter().filter_map(|(key, state)| match state {
            State::Present { is_created: true, .. } if key.0 == collection => Some(key.1.clone()),
            State::Present { .. } | State::Deleted => None,
        });
        own.collect()
    }
}

fn key(collection: &str, id: &str) -> Key {
    (collection.to_owned(), id.to_owned())
}
