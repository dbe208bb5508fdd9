//! Selects the webhooks and callbacks of a document: they take the place of its paths, so that they are read, checked and
//! generated like any other operation.
//!
//! The path of a webhook is its name below `/`. References into the paths of the document are kept valid.

use std::collections::{BTreeMap, BTreeSet};

use super::fragment::{fragment_of, pointers};
use super::resolve;
use super::tree::{Node, Object};
use super::upgrade::Moves;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};

/// Which operations of a document are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Subject {
    /// Those of `paths`, which clients call.
    #[default]
    Paths,
    /// Webhooks and callbacks, which the server of the API calls.
    Webhooks,
}

/// The keys of a document whose values are webhooks.
const WEBHOOKS: [&str; 2] = ["webhooks", "x-webhooks"];

/// The key for the paths of the document, if something refers to them.
const KEPT: &str = "x-keystub-kept";

/// Replaces the paths of `tree` by its webhooks and the callbacks of its operations. A callback that several operations have by
/// reference is one operation. The report has those that cannot be found.
pub(super) fn select(tree: &mut Node, moves: &mut Moves, references: usize) -> Report {
    let mut found = Found { tree, references, items: Vec::new(), seen: BTreeSet::new(), report: Report::new() };
    found.add_webhooks();
    found.add_callbacks();
    let Found { items, report, .. } = found;
    let mut paths = Object::new();
    let mut places = BTreeMap::new();
    for (at, name) in items {
        let Some(item) = tree.find(&at).cloned() else { continue };
        let key = free(path_of(&name), &paths);
        let place = Pointer::from_tokens(["paths", &key]);
        moves.relocate(&at, &place);
        places.insert(at, place);
        paths.insert(key, item);
    }
    let Node::Object(document) = tree else { return report };
    WEBHOOKS.iter().for_each(|key| drop(document.shift_remove(*key)));
    let old = document.insert("paths".to_owned(), Node::from(paths));
    let at = Pointer::from_tokens(["paths"]);
    if let Some(old) = old.filter(|_| refers_into(tree, &at, &places)) {
        let place = Pointer::from_tokens([KEPT, "paths"]);
        // Only a second place: what is now in `paths` must not move again.
        moves.copy(&at, &place);
        places.insert(at, place);
        if let Node::Object(document) = tree {
            document.insert(KEPT.to_owned(), Node::from(Object::from([("paths".to_owned(), old)])));
        }
    }
    rewrite(tree, &places);
    report
}

struct Found<'t> {
    tree: &'t Node,
    /// How long a chain of references may be.
    references: usize,
    /// The path items with their names.
    items: Vec<(Pointer, String)>,
    seen: BTreeSet<Pointer>,
    report: Report,
}

impl<'t> Found<'t> {
    fn add_webhooks(&mut self) {
        for key in WEBHOOKS {
            let at = Pointer::root().child(key);
            for (name, node) in entries(self.tree.get(key)) {
                // Documents of the field have settings such as `x-sdk-exclude: true` among their webhooks.
                if !name.starts_with("x-") || node.as_object().is_some() {
                    self.add(at.child(name), name);
                }
            }
        }
    }

    fn add_callbacks(&mut self) {
        let paths = Pointer::root().child("paths");
        for (path, node) in entries(self.tree.get("paths")) {
            // A reference that leads nowhere is an error of the API, not of its webhooks.
            let item = match node.reference() {
                Some(reference) => resolve::destination(self.tree, reference, self.references),
                None => Some(paths.child(path)),
            };
            let Some(at) = item else { continue };
            for (key, operation) in entries(self.tree.find(&at)) {
                match key.as_str() {
                    "additionalOperations" => {
                        for (method, operation) in entries(Some(operation)) {
                            self.add_callbacks_of(operation, &at.child(key).child(method));
                        }
                    }
                    _ => self.add_callbacks_of(operation, &at.child(key)),
                }
            }
        }
    }

    fn add_callbacks_of(&mut self, operation: &'t Node, at: &Pointer) {
        let at = at.child("callbacks");
        for (name, node) in entries(operation.get("callbacks")) {
            let at = at.child(name);
            let at = match node.reference() {
                Some(reference) => match resolve::follow(self.tree, reference, &at, self.references) {
                    Ok(target) => target,
                    Err(diagnostic) => {
                        self.report.push(*diagnostic);
                        continue;
                    }
                },
                None => at,
            };
            let callback = self.tree.find(&at);
            if let Some(other) = callback.filter(|callback| callback.as_object().is_none()) {
                let message = format!("`{}` is {}; expected an object", excerpt(name), other.kind());
                self.report.push(Diagnostic::error(Code::Malformed, &at, message));
            }
            for (expression, _) in entries(callback).filter(|(key, _)| !key.starts_with("x-")) {
                self.add(at.child(expression), name);
            }
        }
    }

    fn add(&mut self, at: Pointer, name: &str) {
        if self.seen.insert(at.clone()) {
            self.items.push((at, name.to_owned()));
        }
    }
}

fn entries(node: Option<&Node>) -> impl Iterator<Item = (&String, &Node)> {
    node.and_then(Node::as_object).into_iter().flatten()
}

/// The path for a name: its characters as they are sent, without segments that clients remove.
fn path_of(name: &str) -> String {
    let mut path = String::new();
    for segment in name.split('/').filter(|segment| !matches!(*segment, "" | "." | "..")) {
        path.push('/');
        for byte in segment.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => path.push(char::from(byte)),
                _ => path.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    if path.is_empty() { "/webhook".to_owned() } else { path }
}

/// The path, or the first one with a number that is free.
fn free(path: String, taken: &Object) -> String {
    let numbered = (2..).map(|number| format!("{path}-{number}"));
    let mut candidates = std::iter::once(path.clone()).chain(numbered);
    candidates.find(|path| !taken.contains_key(path)).expect("there are more numbers than paths")
}

/// Whether a reference points to `at` or below it, and not into one of `places`.
fn refers_into(tree: &Node, at: &Pointer, places: &BTreeMap<Pointer, Pointer>) -> bool {
    let mut waiting = vec![tree];
    while let Some(node) = waiting.pop() {
        let targets = node.reference().map(pointers).unwrap_or_default();
        if targets.iter().any(|target| target.is_within(at) && around(places, target).is_none()) {
            return true;
        }
        match node {
            Node::Array(items) => waiting.extend(items),
            Node::Object(object) => waiting.extend(object.values()),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }
    false
}

/// Points every reference into one of these places to the new place.
fn rewrite(tree: &mut Node, places: &BTreeMap<Pointer, Pointer>) {
    let mut waiting = vec![tree];
    while let Some(node) = waiting.pop() {
        match node {
            Node::Array(items) => waiting.extend(items),
            Node::Object(object) => {
                if let Some(Node::String(reference)) = object.get_mut("$ref") {
                    let new = pointers(reference).into_iter().find_map(|at| {
                        let (old, new) = around(places, &at)?;
                        Some(new.join(&at.below(old)?))
                    });
                    new.into_iter().for_each(|new| *reference = fragment_of(&new));
                }
                waiting.extend(object.values_mut());
            }
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }
}

/// The nearest of these places at `at` or around it.
fn around<'p>(places: &'p BTreeMap<Pointer, Pointer>, at: &Pointer) -> Option<(&'p Pointer, &'p Pointer)> {
    let mut place = Some(at.clone());
    while let Some(here) = place {
        if let Some(found) = places.get_key_value(&here) {
            return Some(found);
        }
        place = here.parent();
    }
    None
}
