//! `type` as a list (JSON Schema 2020-12 validation, section 6.1.1): `null` becomes a flag, several types become an
//! `anyOf`.

use super::moves::Moves;
use crate::diag::Pointer;
use crate::document::tree::{Node, Object};

/// The extension key for the number of alternatives of `items` that are schemas of tuple items; one more is the schema
/// of the remaining items.
pub const PLACES: &str = "x-keystub-places";

/// The extension key for a map whose keys must match patterns, which are not kept.
pub const PATTERNED: &str = "x-keystub-patterned";

/// Converts `type` to a single string.
pub(super) fn single_type(schema: &mut Object, at: &Pointer, moves: &mut Moves) {
    let Some(Node::Array(listed)) = schema.get("type") else { return };
    // In YAML, `null` without quotes is not a string, but can only mean the type.
    let name = |node: &Node| match node {
        Node::Null => Some("null".to_owned()),
        other => other.as_str().map(str::to_owned),
    };
    let Some(mut types) = listed.iter().map(name).collect::<Option<Vec<String>>>() else {
        return;
    };
    let mut seen = std::collections::BTreeSet::new();
    types.retain(|name| seen.insert(name.clone()));
    if types.iter().any(|name| name == "number") {
        types.retain(|name| name != "integer");
    }
    let count = types.len();
    types.retain(|name| name != "null");
    if types.len() < count && !types.is_empty() {
        schema.insert("nullable".to_owned(), Node::Bool(true));
    }
    match (types.as_slice(), count) {
        ([], 0) => drop(schema.shift_remove("type")),
        ([], _) => set(schema, "null"),
        ([one], _) => set(schema, one),
        // The values of an enum determine their types.
        _ if schema.contains_key("enum") => drop(schema.shift_remove("type")),
        _ => split(schema, &types, at, moves),
    }
}

fn set(schema: &mut Object, name: &str) {
    schema.insert("type".to_owned(), Node::String(name.to_owned()));
}

/// One alternative for each type, with the keywords that apply to it.
fn split(schema: &mut Object, types: &[String], at: &Pointer, moves: &mut Moves) {
    schema.shift_remove("type");
    let any_of = match schema.get("anyOf") {
        None => at.child("anyOf"),
        Some(_) => {
            let parts =
                schema.get("allOf").map_or(0, |parts| if let Node::Array(parts) = parts { parts.len() } else { 0 });
            at.child("allOf").index(parts).child("anyOf")
        }
    };
    let alternatives = types.iter().enumerate().map(|(index, name)| {
        let place = any_of.index(index);
        let mut alternative = Object::from([("type".to_owned(), Node::String(name.clone()))]);
        for key in keywords(name, types) {
            if let Some(value) = schema.shift_remove(*key) {
                moves.relocate(&at.child(key), &place.child(key));
                alternative.insert((*key).to_owned(), value);
            }
        }
        Node::from(alternative)
    });
    let alternatives = Node::Array(alternatives.collect());
    match schema.entry("anyOf".to_owned()) {
        indexmap::map::Entry::Vacant(entry) => drop(entry.insert(alternatives)),
        indexmap::map::Entry::Occupied(_) => {
            let part = super::state::object_of("anyOf", alternatives);
            match schema.entry("allOf".to_owned()).or_insert_with(|| Node::Array(Vec::new())) {
                Node::Array(parts) => parts.push(part),
                other => *other = Node::Array(vec![part]),
            }
        }
    }
}

/// The keywords that apply to values of this type; `format` goes to the first of string and number.
fn keywords(name: &str, types: &[String]) -> &'static [&'static str] {
    match name {
        "object" => &["properties", "required", "additionalProperties", "minProperties", "maxProperties"],
        "array" => &["items", PLACES, "minItems", "maxItems", "uniqueItems"],
        "string" => &["format", "pattern", "minLength", "maxLength"],
        "integer" | "number" if types.iter().any(|other| other == "string") => {
            &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
        }
        "integer" | "number" => &["format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        _ => &[],
    }
}
