//! Equality of JSON values, for `uniqueItems`.

use std::collections::BTreeSet;

use super::json::{Content, Items, Node};
use super::rule_number::EXACT;

/// Whether two items are equal.
pub(super) fn has_equals(mut items: Items<'_>) -> bool {
    let mut seen = BTreeSet::new();
    !items.all(|item| seen.insert(normal(item, String::new())))
}

/// Appends a normalized form that is the same for equal values: keys are sorted, and integers are written alike. All
/// levels are appended to one string, because a string per level would copy the inner values once per level.
fn normal(value: Node<'_>, text: String) -> String {
    match value.content() {
        Content::Null => text + "null",
        Content::Opaque(number) => text + &format!("file {number}"),
        Content::Bool(value) => text + &value.to_string(),
        Content::Integer(number) => text + &number.to_string(),
        #[allow(clippy::cast_possible_truncation)] // bounded just before
        Content::Float(number) if number.fract() == 0.0 && number.abs() < EXACT => text + &(number as i64).to_string(),
        // Scientific notation is short for every size.
        Content::Float(number) => text + &format!("{number:e}"),
        Content::String(own) | Content::Text(own) => text + &counted(own),
        Content::Array(items) => items.fold(text + "[", |text, item| normal(item, text) + ",") + "]",
        Content::Object(members) => {
            let mut members: Vec<_> = members.collect();
            members.sort_by_key(|(key, _)| *key);
            members.iter().fold(text + "{", |text, (key, value)| normal(*value, text + &counted(key)) + ",") + "}"
        }
    }
}

/// The string with its length in front, so that nothing needs to be escaped.
fn counted(text: &str) -> String {
    format!("{}\"{text}", text.len())
}
