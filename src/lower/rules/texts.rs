//! Path parameters whose schemas define which texts are allowed. Only these accept path separators, control characters,
//! `.` and `..` on a server.

use super::{Maker, is_binary, kind, pattern};
use crate::diag::Pointer;
use crate::document::tree::{Node, Object};
use crate::model::rule::RuleKind;

/// How deep nested schemas are searched.
const DEPTH: usize = 8;

/// The formats of texts with slashes (RFC 3986, RFC 3987).
const WITH_SLASHES: [&str; 4] = ["uri", "uri-reference", "iri", "iri-reference"];

impl Maker<'_, '_> {
    /// Whether the schema at `at` defines which texts are allowed: by a pattern that the server checks, by an `enum`
    /// with such a text, or by a URI format.
    pub(super) fn defines_texts(&self, at: Pointer, depth: usize) -> bool {
        let Some((at, Node::Object(schema))) = self.behind(at) else { return false };
        if depth > DEPTH || is_binary(schema) {
            return false;
        }
        let says = |at: Pointer| self.defines_texts(at, depth + 1);
        let parts = |key: &str| match schema.get(key) {
            Some(Node::Array(parts)) => (0..parts.len()).map(|index| at.child(key).index(index)).collect(),
            _ => Vec::new(),
        };
        let all = |parts: Vec<Pointer>| !parts.is_empty() && parts.into_iter().all(says);
        let is_defined = match kind(schema) {
            RuleKind::Text | RuleKind::Any => applies_to_text(schema),
            RuleKind::Array => schema.get("items").is_some() && says(at.child("items")),
            RuleKind::Number | RuleKind::Integer | RuleKind::Bool | RuleKind::Object => false,
        };
        is_defined || parts("allOf").into_iter().any(says) || all(parts("oneOf")) || all(parts("anyOf"))
    }
}

fn applies_to_text(schema: &Object) -> bool {
    let text = |key: &str| schema.get(key).and_then(Node::as_str);
    let has_pattern = text("pattern").is_some_and(|text| pattern::translated(text).is_ok());
    let has_format = text("format").is_some_and(|format| WITH_SLASHES.contains(&format));
    has_pattern || has_format || schema.get("enum").is_some_and(lists_one)
}

fn lists_one(values: &Node) -> bool {
    let is_one =
        |text: &str| matches!(text, "." | "..") || text.contains(|c: char| c.is_control() || "/\\".contains(c));
    matches!(values, Node::Array(values) if values.iter().filter_map(Node::as_str).any(is_one))
}
