//! Accepts small deviations that do not change the meaning but that `openapiv3` would reject.
//!
//! Only the copy for the typed document is changed; the tree stays as written.

use super::kind::Kind;
use super::tree::{Node, Object};

/// Keys whose plain values are strings wherever they occur.
const TEXT_KEYS: [&str; 11] = [
    "openapi",
    "title",
    "version",
    "description",
    "summary",
    "operationId",
    "termsOfService",
    "name",
    "format",
    "pattern",
    "url",
];

/// Keys whose values are counts.
const COUNT_KEYS: [&str; 6] = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

/// Corrects deviations that do not change the meaning.
pub(super) fn correct(kind: Kind, object: &mut Object) {
    object.retain(|key, value| *value != Node::Null || null_says_something(kind, key));
    for (key, value) in object.iter_mut() {
        match value {
            Node::Integer(_) | Node::Float(_) | Node::Bool(_) if TEXT_KEYS.contains(&key.as_str()) => to_text(value),
            Node::Integer(_) | Node::Float(_) if kind == Kind::Schema && COUNT_KEYS.contains(&key.as_str()) => {
                to_count(value);
            }
            _ => {}
        }
    }
    match kind {
        Kind::Operation => insert_missing(object, "responses", Node::empty_object),
        Kind::Response => insert_missing(object, "description", || Node::String(String::new())),
        Kind::ServerVariable => correct_variable(object),
        Kind::SecurityScheme => correct_flows(object),
        _ => {}
    }
}

/// A key without a value counts as absent, except where `null` is a valid value or where the key could mean something
/// else than absence: `security:` is neither public nor guarded.
fn null_says_something(kind: Kind, key: &str) -> bool {
    let is_value = matches!(key, "default" | "enum") || key.starts_with("x-");
    let is_meant = matches!(key, "security" | "$ref" | "type" | "in");
    is_value || is_meant || kind == Kind::Requirement
}

fn to_text(value: &mut Node) {
    let text = match value {
        Node::Integer(value) => value.to_string(),
        Node::Float(value) => format!("{value:?}"),
        Node::Bool(value) => value.to_string(),
        Node::Null | Node::String(_) | Node::Array(_) | Node::Object(_) => return,
    };
    *value = Node::String(text);
}

/// `1e3` and numbers beyond 64 bits are counts too.
fn to_count(value: &mut Node) {
    let largest = i128::from(u64::MAX);
    match value {
        Node::Integer(count) => *count = (*count).min(largest),
        // The cast saturates at the bounds of i128.
        Node::Float(count) if count.fract() == 0.0 => *value = Node::Integer((*count as i128).min(largest)),
        _ => {}
    }
}

fn insert_missing(object: &mut Object, key: &str, value: impl FnOnce() -> Node) {
    if !object.contains_key(key) {
        object.insert(key.to_owned(), value());
    }
}

/// `default: 8443` and `enum: [8443, 443]` of a port are strings.
fn correct_variable(object: &mut Object) {
    if let Some(value) = object.get_mut("default") {
        to_text(value);
    }
    if let Some(Node::Array(values)) = object.get_mut("enum") {
        values.iter_mut().for_each(to_text);
    }
}

/// A scope without a description.
fn correct_flows(object: &mut Object) {
    let Some(Node::Object(flows)) = object.get_mut("flows") else { return };
    for flow in flows.values_mut() {
        let Node::Object(flow) = flow else { continue };
        let scopes = flow.entry("scopes".to_owned()).or_insert_with(Node::empty_object);
        if *scopes == Node::Null {
            *scopes = Node::empty_object();
        }
        let Node::Object(scopes) = scopes else { continue };
        for description in scopes.values_mut().filter(|description| **description == Node::Null) {
            *description = Node::String(String::new());
        }
    }
}
