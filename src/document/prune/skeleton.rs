//! Reduces a document to its security, so that security is checked before anything is skipped.

use std::collections::BTreeSet;

use crate::diag::Pointer;
use crate::document::kind::{Child, Kind};
use crate::document::loaded::Loaded;
use crate::document::resolve;
use crate::document::tree::{Node, Object};

/// The keys of the document that stay. Unknown keys stay too, since references may point there.
const KEPT: [&str; 5] = ["openapi", "info", "security", "paths", "components"];

/// Reduces the tree; the remaining nodes keep their pointers.
pub(super) fn reduce(loaded: &mut Loaded) {
    let most = loaded.limits.references;
    if let Node::Object(document) = &mut loaded.tree {
        document.retain(|key, _| KEPT.contains(&key.as_str()) || Kind::Document.child(key).is_none());
        match document.get_mut("components") {
            Some(Node::Object(components)) => components.retain(|key, _| key == "securitySchemes"),
            Some(_) => drop(document.shift_remove("components")),
            None => {}
        }
    }
    let mut waiting = Vec::new();
    if let Some(Node::Object(paths)) = loaded.tree.find_mut(&Pointer::root().child("paths")) {
        paths.retain(|_, item| matches!(item, Node::Object(_)));
        waiting.extend(paths.values_mut().filter_map(reduce_item));
    }
    let mut done = BTreeSet::new();
    while let Some(reference) = waiting.pop() {
        let Some(target) = resolve::destination(&loaded.tree, &reference, most) else { continue };
        if done.insert(target.clone()) {
            waiting.extend(loaded.tree.find_mut(&target).and_then(reduce_item));
        }
    }
}

/// Reduces a path item to its operations, and these to their `security`; returns the reference that the path item has.
fn reduce_item(item: &mut Node) -> Option<String> {
    let Node::Object(object) = item else { return None };
    let reference = object.get("$ref").and_then(Node::as_str).map(str::to_owned);
    let mut reduced = Object::new();
    for (key, value) in object.iter() {
        match (Kind::PathItem.child(key), value) {
            (Some(Child::One(Kind::Operation)), Node::Object(operation)) => {
                reduced.insert(key.clone(), reduced_operation(operation));
            }
            (Some(Child::Map(Kind::Operation)), Node::Object(operations)) => {
                let each = operations.iter().filter_map(|(method, operation)| {
                    Some((method.clone(), reduced_operation(operation.as_object()?)))
                });
                reduced.insert(key.clone(), Node::from(each.collect::<Object>()));
            }
            _ => {}
        }
    }
    // Operations next to a reference are checked themselves.
    if let (Some(reference), true) = (&reference, reduced.is_empty()) {
        reduced.insert("$ref".to_owned(), Node::String(reference.clone()));
    }
    **object = reduced;
    reference
}

fn reduced_operation(operation: &Object) -> Node {
    let mut reduced = Object::from([("responses".to_owned(), Node::empty_object())]);
    reduced.extend(operation.get("security").map(|security| ("security".to_owned(), security.clone())));
    Node::from(reduced)
}
