//! Finds what depends on a part: the references of a document by their targets.

use std::collections::BTreeMap;

use crate::diag::Pointer;
use crate::document::kind::Kind;
use crate::document::loaded::{Loaded, Reference};
use crate::document::resolve;
use crate::document::tree::Node;

/// The references by target.
pub(super) struct Users {
    by_target: BTreeMap<Pointer, Vec<(Pointer, Kind)>>,
}

impl Users {
    /// Every reference of the document, including those of discriminators.
    pub(super) fn gather(loaded: &Loaded) -> Self {
        let mut users = Self { by_target: BTreeMap::new() };
        for Reference { at, target, kind } in loaded.references() {
            // A discriminator that names its alternatives needs the schemas that take part in the choice.
            if kind == Kind::Schema && loaded.tree.find(&target).is_some_and(|node| node.get("discriminator").is_some())
            {
                users.add_parts(&at, &target);
            }
            users.add(target, at, kind);
        }
        users.add_mappings(loaded);
        users
    }

    /// The objects with a reference to `place` or into it.
    pub(super) fn of(&self, place: &Pointer) -> Vec<Pointer> {
        let from_here = self.by_target.range(place.clone()..);
        let near = from_here.take_while(|(target, _)| target.as_str().starts_with(place.as_str()));
        let within = near.filter(|(target, _)| target.is_within(place));
        within.flat_map(|(_, holders)| holders.iter().map(|(at, _)| at.clone())).collect()
    }

    /// The innermost target of a reference that contains `at`, and the kind of that target.
    pub(super) fn around(&self, at: &Pointer) -> Option<(Pointer, Kind)> {
        let mut place = Some(at.clone());
        while let Some(here) = place {
            if let Some((_, kind)) = self.by_target.get(&here).and_then(|holders| holders.first()) {
                return Some((here, *kind));
            }
            place = here.parent();
        }
        None
    }

    fn add(&mut self, target: Pointer, at: Pointer, kind: Kind) {
        self.by_target.entry(target).or_default().push((at, kind));
    }

    /// A schema whose `allOf` names a schema with a discriminator is an alternative of it (OpenAPI 3.0.3, section
    /// 4.7.25), so the schema with the discriminator depends on it.
    fn add_parts(&mut self, at: &Pointer, target: &Pointer) {
        let tokens: Vec<String> = at.tokens().collect();
        if let [.., key, _] = tokens.as_slice()
            && key == "allOf"
            && let Some(part) = at.parent().and_then(|list| list.parent())
        {
            self.add(part, target.clone(), Kind::Schema);
        }
    }

    /// The target of a value in a discriminator mapping: a reference, or the name of a component.
    fn add_mappings(&mut self, loaded: &Loaded) {
        let mut waiting = vec![(Pointer::root(), &*loaded.tree)];
        while let Some((at, node)) = waiting.pop() {
            match node {
                Node::Array(items) => {
                    waiting.extend(items.iter().enumerate().map(|(index, item)| (at.index(index), item)));
                }
                Node::Object(object) => {
                    let mapping = object.get("discriminator").and_then(|found| found.get("mapping"));
                    for text in mapping.and_then(Node::as_object).into_iter().flat_map(|found| found.values()) {
                        let target = text.as_str().and_then(|text| destination(loaded, text));
                        target.into_iter().for_each(|target| self.add(target, at.clone(), Kind::Schema));
                    }
                    waiting.extend(object.iter().map(|(key, value)| (at.child(key), value)));
                }
                Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
            }
        }
    }
}

fn destination(loaded: &Loaded, text: &str) -> Option<Pointer> {
    let named = Pointer::root().child("components").child("schemas").child(text);
    match loaded.tree.find(&named) {
        Some(_) => Some(named),
        None => resolve::destination(&loaded.tree, text, loaded.limits.references),
    }
}
