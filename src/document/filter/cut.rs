//! Removes operations from a document, and the components that nothing else uses.
//!
//! Security schemes stay. Parts of removed operations to which the rest refers are kept in another place.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::{Reached, Removed, reach, removed_around};
use crate::diag::Pointer;
use crate::document::OPERATIONS;
use crate::document::fragment::{fragment_of, pointers};
use crate::document::kind::Kind;
use crate::document::loaded::Loaded;
use crate::document::tree::{Node, Object};

/// The key for parts of removed operations to which the rest refers.
const KEPT: &str = "x-keystub-kept";

/// An operation, or a node in the place of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationAt {
    /// The entry of `paths`.
    pub path: Pointer,
    /// The operation, which may be outside of `paths`.
    pub operation: Pointer,
}

impl Loaded {
    /// Removes operations, and the components that only they use. `kept` are the other operations.
    pub fn cut(&mut self, removed: &[OperationAt], kept: &[OperationAt]) {
        let kept: BTreeSet<&Pointer> = kept.iter().map(|operation| &operation.path).collect();
        let touched: BTreeSet<&Pointer> = removed.iter().map(|operation| &operation.path).collect();
        let (partial, whole): (Vec<&Pointer>, Vec<&Pointer>) =
            touched.into_iter().partition(|path| kept.contains(path));
        // A path item may be the target of other entries, so each gets its own copy before anything is removed.
        let copied: Vec<&Pointer> = kept.into_iter().filter(|path| self.copy_target(path)).collect();
        let mut taken = Removed::new();
        for path in whole {
            taken.extend(self.take(path).map(|node| (path.clone(), node)));
        }
        for OperationAt { path, operation } in removed.iter().filter(|operation| partial.contains(&&operation.path)) {
            let at = own_place(path, operation);
            taken.extend(self.take(&at).map(|node| (at, node)));
        }
        let reached = reach(&self.tree, &taken, self.limits.references);
        self.keep_parts(&mut taken, &reached);
        let mut gone: Vec<Pointer> = taken.into_keys().collect();
        gone.extend(self.remove_components(&reached));
        // What was written once may be used by several entries.
        gone.retain(|at| !copied.iter().any(|path| at.is_within(path)));
        let gone: Vec<Pointer> = gone.iter().map(|at| self.moves.written(at)).collect();
        self.forget(|at| gone.iter().any(|gone| at.is_within(gone)));
    }

    /// Replaces a reference to a path item by a copy of its target; returns whether there is one.
    fn copy_target(&mut self, path: &Pointer) -> bool {
        let item = self.tree.find(path).and_then(Node::as_object);
        let is_alone = |item: &&Object| item.keys().all(|key| Kind::PathItem.child(key).is_none());
        let Some(reference) = item.filter(is_alone).and_then(|item| item.get("$ref")).and_then(Node::as_str) else {
            return false;
        };
        let Some(target) = self.destination(reference) else { return false };
        let Some(copy @ Node::Object(_)) = self.tree.find(&target).cloned() else { return false };
        let written = self.moves.written(&target);
        self.moves.copy(&written, path);
        *self.tree_mut().find_mut(path).expect("the path item was found") = copy;
        true
    }

    /// Takes a node out of the object that contains it.
    fn take(&mut self, at: &Pointer) -> Option<Node> {
        let (parent, key) = (at.parent()?, at.last()?);
        self.tree_mut().find_mut(&parent)?.as_object_mut()?.shift_remove(&key)
    }

    /// Keeps the removed nodes to which something refers, and points the references to their new place.
    fn keep_parts(&mut self, taken: &mut Removed, reached: &Reached) {
        let mut places: BTreeMap<Pointer, Pointer> = BTreeMap::new();
        let mut parts = Object::new();
        for (index, at) in reached.removed.iter().enumerate() {
            let Some(node) = taken.remove(at) else { continue };
            let place = Pointer::from_tokens([KEPT, &index.to_string()]);
            parts.insert(index.to_string(), node);
            let written = self.moves.written(at);
            self.moves.copy(&written, &place);
            places.insert(at.clone(), place);
        }
        if let (Node::Object(document), false) = (self.tree_mut(), parts.is_empty()) {
            document.insert(KEPT.to_owned(), Node::from(parts));
            rewrite(self.tree_mut(), &places);
        }
    }

    /// Removes the components that nothing refers to; returns their places.
    fn remove_components(&mut self, reached: &Reached) -> Vec<Pointer> {
        let mut gone = Vec::new();
        let at = Pointer::from_tokens(["components"]);
        let sections = self.tree_mut().find_mut(&at).and_then(Node::as_object_mut).into_iter().flatten();
        for (section, components) in sections.filter(|(section, _)| *section != "securitySchemes") {
            let Some(components) = components.as_object_mut() else { continue };
            components.retain(|name, _| {
                let is_used =
                    section.starts_with("x-") || reached.components.contains(&(section.clone(), name.clone()));
                if !is_used {
                    gone.push(at.child(section).child(name));
                }
                is_used
            });
        }
        gone
    }
}

/// The place of an operation in its own entry of `paths`.
fn own_place(path: &Pointer, operation: &Pointer) -> Pointer {
    let (Some(key), Some(holder)) = (operation.last(), operation.parent()) else { return path.clone() };
    match holder.last() {
        Some(parent) if parent == OPERATIONS => path.child(OPERATIONS).child(&key),
        _ => path.child(&key),
    }
}

/// Points every reference into one of these places to the new place.
fn rewrite(tree: &mut Node, places: &BTreeMap<Pointer, Pointer>) {
    let old: Removed = places.keys().map(|at| (at.clone(), Node::Null)).collect();
    let mut waiting = vec![tree];
    while let Some(node) = waiting.pop() {
        match node {
            Node::Array(items) => waiting.extend(items),
            Node::Object(object) => {
                if let Some(Node::String(reference)) = object.get_mut("$ref") {
                    let new = pointers(reference).into_iter().find_map(|at| {
                        let (place, _) = removed_around(&old, &at)?;
                        Some(places[place].join(&at.below(place)?))
                    });
                    new.into_iter().for_each(|new| *reference = fragment_of(&new));
                }
                waiting.extend(object.values_mut());
            }
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }
}
