//! `$id`, `$anchor` and `$self` (JSON Schema 2020-12, section 8.2): names that references may use instead of pointers.

use std::collections::BTreeMap;

use crate::diag::Pointer;
use crate::document::tree::Node;

/// The names of a document.
#[derive(Debug, Default)]
pub(in crate::document) struct Anchors {
    ids: BTreeMap<String, Pointer>,
    anchors: BTreeMap<String, Pointer>,
}

impl Anchors {
    /// Collects the names in `tree`.
    pub(in crate::document) fn gather(tree: &Node) -> Self {
        let mut found = Self::default();
        if let Some(own) = tree.get("$self").and_then(Node::as_str) {
            found.ids.insert(without_fragment(own).to_owned(), Pointer::root());
        }
        found.add(tree, &Pointer::root());
        found
    }

    fn add(&mut self, node: &Node, at: &Pointer) {
        match node {
            Node::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| self.add(item, &at.index(index)));
            }
            Node::Object(object) => {
                for key in ["$anchor", "$dynamicAnchor"] {
                    if let Some(name) = object.get(key).and_then(Node::as_str) {
                        self.anchors.entry(name.to_owned()).or_insert_with(|| at.clone());
                    }
                }
                if let Some(id) = object.get("$id").and_then(Node::as_str) {
                    self.ids.entry(without_fragment(id).to_owned()).or_insert_with(|| at.clone());
                }
                object.iter().for_each(|(key, value)| self.add(value, &at.child(key)));
            }
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }

    /// The pointer for `reference` at `at`; `None` if it uses no name.
    pub(in crate::document) fn resolve(&self, tree: &Node, reference: &str, at: &Pointer) -> Option<Pointer> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let base = match uri {
            "" => None,
            uri => Some(self.ids.get(uri)?.clone()),
        };
        if fragment.is_empty() {
            return base;
        }
        if !fragment.starts_with('/') {
            return self.anchors.get(fragment).cloned();
        }
        let joined = |base: &Pointer| Pointer::parse(&format!("{}{fragment}", base.as_str()));
        match base {
            Some(base) => joined(&base),
            // In a schema with an `$id`, a pointer is relative to that schema. In practice documents also use pointers
            // relative to the document.
            None => {
                let mut bases = self.ids.values().filter(|base| !base.as_str().is_empty() && at.is_within(base));
                bases.find_map(|base| joined(base).filter(|target| tree.find(target).is_some()))
            }
        }
    }
}

fn without_fragment(uri: &str) -> &str {
    uri.split('#').next().unwrap_or_default()
}
