//! `$id`, `$anchor` and `$self` (JSON Schema 2020-12, section 8.2): names that references may use instead of pointers.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Pointer;
use crate::document::bundle::FILES;
use crate::document::tree::Node;

/// The names of a document.
#[derive(Debug, Default)]
pub(in crate::document) struct Anchors {
    ids: BTreeMap<String, Pointer>,
    /// The schema resources: the document, other files, and each schema with an `$id`. An anchor belongs to one of them.
    resources: BTreeSet<Pointer>,
    /// The anchors of each name, by resource.
    anchors: BTreeMap<String, BTreeMap<Pointer, Anchor>>,
}

#[derive(Debug)]
struct Anchor {
    at: Pointer,
    is_dynamic: bool,
}

impl Anchors {
    /// Collects the names in `tree`.
    pub(in crate::document) fn gather(tree: &Node) -> Self {
        let mut found = Self::default();
        let root = Pointer::root();
        if let Some(own) = tree.get("$self").and_then(Node::as_str) {
            found.ids.insert(without_fragment(own).to_owned(), root.clone());
        }
        let files_at = root.child(FILES);
        for (name, _) in tree.get(FILES).and_then(Node::as_object).into_iter().flatten() {
            found.resources.insert(files_at.child(name));
        }
        found.resources.insert(root.clone());
        found.add(tree, &root, &root);
        found
    }

    fn add(&mut self, node: &Node, at: &Pointer, resource: &Pointer) {
        match node {
            Node::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| self.add(item, &at.index(index), resource));
            }
            Node::Object(object) => {
                let id = object.get("$id").and_then(Node::as_str);
                if let Some(id) = id {
                    self.ids.entry(without_fragment(id).to_owned()).or_insert_with(|| at.clone());
                    self.resources.insert(at.clone());
                }
                let resource = if id.is_some() || self.resources.contains(at) { at } else { resource };
                for (key, is_dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
                    if let Some(name) = object.get(key).and_then(Node::as_str) {
                        let named = self.anchors.entry(name.to_owned()).or_default();
                        named.entry(resource.clone()).or_insert_with(|| Anchor { at: at.clone(), is_dynamic });
                    }
                }
                object.iter().for_each(|(key, value)| self.add(value, &at.child(key), resource));
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
            return self.anchor(fragment, &base.unwrap_or_else(|| self.resource(at))).map(|anchor| anchor.at.clone());
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

    /// Whether the target of a `$dynamicRef` at `at` depends on the schemas that refer to it: its anchor is dynamic, and
    /// another resource has one with the same name (JSON Schema 2020-12, section 8.2.3.2).
    pub(super) fn is_overridden(&self, reference: &str, at: &Pointer) -> bool {
        let (uri, name) = reference.split_once('#').unwrap_or((reference, ""));
        let base = if uri.is_empty() { Some(self.resource(at)) } else { self.ids.get(uri).cloned() };
        let is_dynamic = base.and_then(|base| self.anchor(name, &base)).is_some_and(|anchor| anchor.is_dynamic);
        let named = self.anchors.get(name).into_iter().flat_map(BTreeMap::values);
        is_dynamic && named.filter(|anchor| anchor.is_dynamic).count() > 1
    }

    /// The anchor of a resource. In practice documents also use the anchor of another one, if no two have the name.
    fn anchor(&self, name: &str, resource: &Pointer) -> Option<&Anchor> {
        let named = self.anchors.get(name)?;
        let only = || if named.len() == 1 { named.values().next() } else { None };
        named.get(resource).or_else(only)
    }

    /// The resource that contains the node at `at`.
    fn resource(&self, at: &Pointer) -> Pointer {
        let ancestors = std::iter::successors(Some(at.clone()), Pointer::parent);
        ancestors.into_iter().find(|at| self.resources.contains(at)).unwrap_or_else(Pointer::root)
    }
}

fn without_fragment(uri: &str) -> &str {
    uri.split('#').next().unwrap_or_default()
}
