//! Reduces a document to its security, so that security is checked before anything is skipped.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::kind::{Child, Kind};
use crate::document::loaded::Loaded;
use crate::document::resolve;
use crate::document::tree::{Node, Object};

/// The keys of the document that stay. Unknown keys stay too, since references may point there.
const KEPT: [&str; 5] = ["openapi", "info", "security", "paths", "components"];

/// Reduces the tree; the remaining nodes keep their pointers. What does not remain is not copied.
pub(super) fn reduce(loaded: &mut Loaded) {
    let most = loaded.limits.references;
    let (tree, mut waiting) = reduced(&loaded.tree);
    loaded.tree = Arc::new(tree);
    let mut done = BTreeSet::new();
    while let Some(reference) = waiting.pop() {
        let Some(target) = resolve::destination(&loaded.tree, &reference, most) else { continue };
        if done.insert(target.clone())
            && let Some(Node::Object(item)) = loaded.tree_mut().find_mut(&target)
        {
            let (reduced, reference) = reduced_item(item);
            **item = reduced;
            waiting.extend(reference);
        }
    }
}

/// The reduced tree, and the references of its path items.
fn reduced(tree: &Node) -> (Node, Vec<String>) {
    let Node::Object(document) = tree else { return (tree.clone(), Vec::new()) };
    let mut references = Vec::new();
    let mut reduced = Object::new();
    let is_kept = |key: &str| KEPT.contains(&key) || Kind::Document.child(key).is_none();
    for (key, value) in document.iter().filter(|(key, _)| is_kept(key)) {
        let value = match (key.as_str(), value) {
            ("components", Node::Object(components)) => {
                let schemes = components.iter().filter(|(key, _)| *key == "securitySchemes");
                Node::from(schemes.map(|(key, value)| (key.clone(), value.clone())).collect::<Object>())
            }
            ("components", _) => continue,
            ("paths", Node::Object(paths)) => {
                let items = paths.iter().filter_map(|(path, item)| {
                    let (item, reference) = reduced_item(item.as_object()?);
                    references.extend(reference);
                    Some((path.clone(), Node::from(item)))
                });
                Node::from(items.collect::<Object>())
            }
            _ => value.clone(),
        };
        reduced.insert(key.clone(), value);
    }
    (Node::from(reduced), references)
}

/// A path item reduced to its operations, and these to their `security`; and the reference that the path item has.
fn reduced_item(object: &Object) -> (Object, Option<String>) {
    let reference = object.get("$ref").and_then(Node::as_str).map(str::to_owned);
    let mut reduced = Object::new();
    for (key, value) in object {
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
    (reduced, reference)
}

fn reduced_operation(operation: &Object) -> Node {
    let mut reduced = Object::from([("responses".to_owned(), Node::empty_object())]);
    reduced.extend(operation.get("security").map(|security| ("security".to_owned(), security.clone())));
    Node::from(reduced)
}
