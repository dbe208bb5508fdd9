//! Where the nodes of a changed tree were written.

use std::collections::BTreeMap;

use super::Pointer;

/// The original places of nodes that were added or moved. The nearest recorded ancestor of a node decides; without one, the
/// node is where it was written.
#[derive(Debug, Clone, Default)]
pub struct Origins(BTreeMap<Pointer, Pointer>);

impl Origins {
    /// The places of a value that was written at `at`.
    pub fn of_value(at: Pointer) -> Self {
        Self(BTreeMap::from([(Pointer::root(), at)]))
    }

    /// The original place of the node at `at`.
    pub fn of(&self, at: &Pointer) -> Pointer {
        if self.0.is_empty() {
            return at.clone();
        }
        let mut ancestor = Some(at.clone());
        while let Some(here) = ancestor {
            if let Some(origin) = self.0.get(&here) {
                return origin.join(&at.below(&here).expect("it is an ancestor"));
            }
            ancestor = here.parent();
        }
        at.clone()
    }

    /// The places of the node at `at` and below it, relative to it.
    pub fn part(&self, at: &Pointer) -> Self {
        let mut part = Self::of_value(self.of(at));
        part.0.extend(self.within(at).into_iter().filter_map(|place| {
            let origin = self.0[&place].clone();
            Some((place.below(at)?, origin))
        }));
        part
    }

    /// Puts the node at `from` of `value` to `at`.
    pub fn put(&mut self, at: &Pointer, value: &Self, from: &Pointer) {
        self.remove(at);
        for (place, origin) in value.part(from).0 {
            self.0.insert(at.join(&place), origin);
        }
    }

    /// Forgets the node at `at` and what is below it.
    pub fn remove(&mut self, at: &Pointer) {
        for place in self.within(at) {
            self.0.remove(&place);
        }
    }

    /// Removes items of the list at `at`, of which `kept` has the old indices of those that stay.
    pub fn keep_items(&mut self, at: &Pointer, kept: &[usize]) {
        let moved = kept.iter().enumerate().filter(|(new, old)| new != *old);
        let parts: Vec<(Pointer, Self)> = moved.map(|(new, old)| (at.index(new), self.part(&at.index(*old)))).collect();
        let is_unmoved = |place: &Pointer| match place.below(at).and_then(|below| below.tokens().next()) {
            None => true,
            Some(item) => item.parse().is_ok_and(|item: usize| kept.get(item) == Some(&item)),
        };
        for place in self.within(at) {
            if !is_unmoved(&place) {
                self.0.remove(&place);
            }
        }
        for (place, part) in parts {
            self.put(&place, &part, &Pointer::root());
        }
    }

    fn within(&self, at: &Pointer) -> Vec<Pointer> {
        // `0` follows `/`, so these are all pointers that start with `at` and a slash.
        let bound = |end: &str| Pointer(format!("{}{end}", at.as_str()).into());
        let own = self.0.contains_key(at).then(|| at.clone());
        own.into_iter().chain(self.0.range(bound("/")..bound("0")).map(|(place, _)| place.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Origins, Pointer};

    fn at(text: &str) -> Pointer {
        Pointer::parse(text).unwrap()
    }

    #[test]
    fn nearest_ancestor_decides() {
        let mut origins = Origins::default();
        origins.put(&at("/info"), &Origins::of_value(at("/overlay/0/update")), &at("/info"));
        assert_eq!(origins.of(&at("/info/title")), at("/overlay/0/update/info/title"));
        assert_eq!(origins.of(&at("/information")), at("/information"));
        origins.put(&at("/info/title"), &Origins::of_value(at("/overlay/1/update")), &Pointer::root());
        assert_eq!(origins.of(&at("/info/title")), at("/overlay/1/update"));
        let copy = origins.part(&at("/info"));
        origins.remove(&at("/info"));
        assert_eq!(origins.of(&at("/info/title")), at("/info/title"));
        origins.put(&at("/x"), &copy, &Pointer::root());
        assert_eq!(origins.of(&at("/x/title")), at("/overlay/1/update"));
        assert_eq!(origins.of(&at("/x/version")), at("/overlay/0/update/info/version"));
    }

    #[test]
    fn items_after_a_removed_one_keep_their_origin() {
        let mut origins = Origins::default();
        origins.put(&at("/l/2/a"), &Origins::of_value(at("/o")), &Pointer::root());
        origins.put(&at("/l/0/a"), &Origins::of_value(at("/p")), &Pointer::root());
        origins.put(&at("/l/3/a"), &Origins::of_value(at("/q")), &Pointer::root());
        origins.keep_items(&at("/l"), &[0, 2, 4]);
        let table =
            [("/l/0/a", "/p"), ("/l/1/a", "/o"), ("/l/1/b", "/l/2/b"), ("/l/2/a", "/l/4/a"), ("/l/3/a", "/l/3/a")];
        for (now, written) in table {
            assert_eq!(origins.of(&at(now)), at(written), "{now}");
        }
    }
}
