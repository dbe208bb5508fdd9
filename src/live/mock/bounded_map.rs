//! A map with a bounded number of entries: a new entry removes the oldest one if the map is full.

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};

/// The maximum number of entries.
const CAPACITY: usize = 10_000;

/// The map.
#[derive(Debug)]
pub(super) struct BoundedMap<V, K = String> {
    entries: BTreeMap<K, V>,
    order: VecDeque<K>,
}

impl<V, K> Default for BoundedMap<V, K> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), order: VecDeque::new() }
    }
}

impl<V, K: Ord + Clone> BoundedMap<V, K> {
    pub fn insert(&mut self, key: K, value: V) {
        if self.entries.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        if self.entries.len() > CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.entries.get(key)
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key)
    }

    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let removed = self.entries.remove(key)?;
        self.order.retain(|own| own.borrow() != key);
        Some(removed)
    }

    /// The entries, the oldest one first.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.order.iter().filter_map(|key| Some((key, self.entries.get(key)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entry_makes_room() {
        let mut map: BoundedMap<usize> = BoundedMap::default();
        (0..=CAPACITY).for_each(|number| map.insert(number.to_string(), number));
        assert_eq!(map.get("0"), None);
        assert_eq!(map.get("1"), Some(&1));
        assert_eq!(map.remove("1"), Some(1));
        map.insert("new".to_owned(), 7);
        assert_eq!((map.get("2"), map.iter().count()), (Some(&2), CAPACITY));
    }
}
