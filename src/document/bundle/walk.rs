//! Finds the references in a file of any version, except in examples, values and extensions.

use std::collections::BTreeSet;

use super::super::tree::Node;
use crate::diag::Pointer;

/// Keys whose values are data, not part of the document.
const DATA: [&str; 8] = ["example", "examples", "default", "enum", "const", "value", "externalValue", "mapping"];

/// Keys whose values map names chosen by the author, so that a name cannot be mistaken for a keyword.
const NAMED: [&str; 22] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "schemas",
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "securitySchemes",
    "securityDefinitions",
    "links",
    "callbacks",
    "pathItems",
    "mediaTypes",
    "paths",
    "content",
    "encoding",
    "variables",
    "webhooks",
    "additionalOperations",
];

/// The references at `node` and below it, each with the pointer of its text.
pub(super) fn references(node: &Node, at: &Pointer) -> Vec<(Pointer, String)> {
    let mut found = Vec::new();
    add(node, at, false, &mut found);
    found
}

fn add(node: &Node, at: &Pointer, holds_names: bool, found: &mut Vec<(Pointer, String)>) {
    match node {
        Node::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| add(item, &at.index(index), false, found));
        }
        Node::Object(object) => {
            // Values below a name are never strings, so a string under `$ref` is a reference there too.
            if let Some(reference) = node.reference() {
                found.push((at.child("$ref"), reference.to_owned()));
            }
            if let (Some(discriminator), false) = (object.get("discriminator"), holds_names) {
                add_mapping(discriminator, &at.child("discriminator").child("mapping"), found);
            }
            for (key, value) in object.iter() {
                if matches!(value, Node::Array(_) | Node::Object(_)) && (holds_names || !is_data(key)) {
                    add(value, &at.child(key), !holds_names && self::holds_names(key), found);
                }
            }
        }
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
    }
}

/// A discriminator mapping may also hold component names; a value with a fragment or a file extension is a reference.
fn add_mapping(discriminator: &Node, at: &Pointer, found: &mut Vec<(Pointer, String)>) {
    let mapping = discriminator.get("mapping").and_then(Node::as_object).into_iter().flatten();
    for (value, target) in mapping.filter_map(|(value, target)| Some((value, target.as_str()?))) {
        let is_file = [".yaml", ".yml", ".json"].iter().any(|ending| target.ends_with(ending));
        if (is_file || target.contains('#')) && !target.contains("://") {
            found.push((at.child(value), target.to_owned()));
        }
    }
}

/// Whether a walk from the root may skip this place.
pub(super) fn is_in_data(at: &Pointer) -> bool {
    at.tokens().any(|token| is_data(&token))
}

/// Whether the value of this key maps names chosen by the author.
pub(super) fn holds_names(key: &str) -> bool {
    NAMED.contains(&key)
}

fn is_data(key: &str) -> bool {
    key.starts_with("x-") || DATA.contains(&key)
}

/// The URIs that `$id` and `$self` assign.
pub(super) fn names(node: &Node) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        match node {
            Node::Array(items) => waiting.extend(items),
            Node::Object(object) => {
                let own = ["$id", "$self"].into_iter().filter_map(|key| object.get(key)?.as_str());
                names.extend(own.map(|uri| uri.split('#').next().unwrap_or_default().to_owned()));
                waiting.extend(object.values());
            }
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }
    names.remove("");
    names
}
