//! Every operation of the original document, with its security requirements if they can be read. It includes nodes that
//! cannot be read: a path item that is `null`, an operation that is a list.

use std::collections::BTreeMap;

use crate::diag::Pointer;
use crate::document::tree::{Node, Object};
use crate::document::{Loaded, OPERATIONS};
use crate::lower::operation::route::{Route, method};
use crate::model::operation::{Method, OtherMethod};
use crate::model::security::{Access, SchemeId};

/// The alternatives of an operation with their scopes, by scheme name; empty if it is public.
#[derive(PartialEq, Eq)]
pub(in crate::lower) struct NamedAccess {
    alternatives: Vec<Vec<(String, Vec<String>)>>,
    or_anonymous: bool,
}

impl NamedAccess {
    pub(super) fn of<'a>(access: &'a Access, name: impl Fn(SchemeId) -> &'a str) -> Self {
        match access {
            Access::Open => Self { alternatives: Vec::new(), or_anonymous: true },
            Access::Guarded { any_of, or_anonymous } => {
                let alternatives = any_of.iter().map(|requirement| {
                    let uses = requirement.iter().map(|used| (name(used.scheme).to_owned(), used.scopes.clone()));
                    uses.collect()
                });
                Self { alternatives: alternatives.collect(), or_anonymous: *or_anonymous }
            }
        }
    }
}

/// An operation in `paths`, or a node in the place of one.
pub(in crate::lower) struct WrittenOperation {
    pub(in crate::lower) route: Route,
    /// The security requirements; `None` if they cannot be read.
    pub(in crate::lower) access: Option<NamedAccess>,
    /// The pointer of the entry of `paths`.
    pub(in crate::lower) path_at: Pointer,
    /// The pointer of the operation, or of the node in its place.
    pub(in crate::lower) at: Pointer,
}

impl WrittenOperation {
    /// Whether it is still in the document.
    pub(super) fn is_in(&self, tree: &Node) -> bool {
        tree.find(&self.path_at).is_some() && tree.find(&self.at).is_some()
    }
}

/// The security requirements that can be read, by the key of `paths` and the pointer of the operation.
pub(super) type KnownAccess = BTreeMap<(String, Pointer), NamedAccess>;

/// Lists all of them.
pub(super) fn list(loaded: &Loaded, mut known: KnownAccess) -> Vec<WrittenOperation> {
    let at = Pointer::root().child("paths");
    let paths = loaded.node(&at).and_then(Node::as_object).into_iter().flatten();
    let mut all = Vec::new();
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        let path_at = at.child(path);
        for ItemEntry { method, at, is_readable } in entries(loaded, path, item, &path_at) {
            let access = known.remove(&(path.clone(), at.clone())).filter(|_| is_readable);
            let route = Route::new(method, path);
            all.push(WrittenOperation { route, access, path_at: path_at.clone(), at });
        }
    }
    all
}

/// A key of a path item that may be an operation.
struct ItemEntry {
    /// `None` if the method is unknown.
    method: Option<Method>,
    at: Pointer,
    /// Whether it is an operation and not a reference.
    is_readable: bool,
}

fn entries(loaded: &Loaded, path: &str, item: &Node, at: &Pointer) -> Vec<ItemEntry> {
    let unreadable = || vec![ItemEntry { method: None, at: at.clone(), is_readable: false }];
    let Some(item) = item.as_object().filter(|_| path.starts_with('/')) else { return unreadable() };
    let mut entries = operations(item, at);
    if let Some(reference) = item.get("$ref") {
        let target = reference.as_str().and_then(|reference| loaded.destination(reference));
        match target.and_then(|at| Some((loaded.node(&at)?.as_object()?, at))) {
            Some((item, at)) => entries.extend(operations(item, &at)),
            None => entries.extend(unreadable()),
        }
    }
    entries
}

/// The keys of a path item, except those that are not about operations (OpenAPI 3.0.3, section 4.7.9.1).
fn operations(item: &Object, item_at: &Pointer) -> Vec<ItemEntry> {
    let mut entries = Vec::new();
    for (key, node) in item {
        let at = item_at.child(key);
        match (key.as_str(), node) {
            (OPERATIONS, Node::Object(operations)) => {
                entries.extend(
                    operations.iter().map(|(name, node)| {
                        entry(OtherMethod::new(name).ok().map(Method::Other), node, at.child(name))
                    }),
                );
            }
            ("$ref" | "summary" | "description" | "servers" | "parameters", _) => {}
            (key, node) => match method(key) {
                Some(method) => entries.push(entry(Some(method), node, at)),
                None if key == OPERATIONS || !key.starts_with("x-") => entries.push(entry(None, node, at)),
                None => {}
            },
        }
    }
    entries
}

fn entry(method: Option<Method>, node: &Node, at: Pointer) -> ItemEntry {
    let is_readable = method.is_some() && node.as_object().is_some_and(|operation| !operation.contains_key("$ref"));
    ItemEntry { method, at, is_readable }
}
