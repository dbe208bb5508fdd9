//! Finds what the configuration maps to other types in the document.

use std::collections::BTreeSet;

use crate::diag::Pointer;
use crate::document::tree::Node;
use crate::document::{Loaded, MappedNames, nearest};
use crate::options::{MappedSource, STRING, TypeOptions};

/// Formats of the OpenAPI format registry. A file for several documents may map one that a document does not use.
const REGISTERED: [&str; 27] = [
    "base64url",
    "binary",
    "byte",
    "char",
    "date",
    "date-time",
    "decimal",
    "decimal128",
    "double",
    "duration",
    "email",
    "float",
    "hostname",
    "int16",
    "int32",
    "int64",
    "int8",
    "ipv4",
    "ipv6",
    "password",
    "time",
    "uint16",
    "uint32",
    "uint64",
    "uri",
    "url",
    "uuid",
];

/// The names that the options map, which must exist in the document.
///
/// # Errors
///
/// If a component does not exist, or a format neither occurs nor is registered.
pub fn names(loaded: &Loaded, options: &TypeOptions) -> Result<MappedNames, String> {
    let mut names = MappedNames::default();
    if options.mapped.is_empty() {
        return Ok(names);
    }
    let schemas = loaded.node(&Pointer::root().child("components").child("schemas")).and_then(Node::as_object);
    let components: Vec<&str> = schemas.iter().flat_map(|schemas| schemas.keys()).map(String::as_str).collect();
    let mut formats = BTreeSet::new();
    loaded.node(&Pointer::root()).into_iter().for_each(|root| add_formats(root, &mut formats));
    for (index, mapped) in options.mapped.iter().enumerate() {
        let is_secret = match &mapped.source {
            MappedSource::Format(name) => name == "password",
            MappedSource::Component(name) => {
                let schema = schemas.and_then(|schemas| schemas.get(name));
                schema.is_some_and(|schema| schema.get("format").and_then(Node::as_str) == Some("password"))
            }
        };
        if mapped.path == STRING && is_secret {
            // Unions, lists and bare bodies show their values in `Debug`.
            return Err(format!("`{}` in `[types]` is secret, and `Debug` prints a `String`", mapped.source));
        }
        if mapped.path == STRING {
            names.texts.insert(index);
        }
        match &mapped.source {
            MappedSource::Component(name) if components.contains(&name.as_str()) => {
                names.components.insert(name.clone(), index);
            }
            MappedSource::Format(name) if formats.contains(name.as_str()) || REGISTERED.contains(&name.as_str()) => {
                names.formats.insert(name.clone(), index);
            }
            MappedSource::Component(name) => {
                let near = nearest(name, components.iter().copied());
                let help = near.map_or_else(String::new, |near| format!("; did you mean `components.{near}`?"));
                return Err(format!("`{}` in `[types]`: the document has no such schema{help}", mapped.source));
            }
            MappedSource::Format(name) => return Err(unknown_format(name, &formats, &components)),
        }
    }
    Ok(names)
}

fn unknown_format(name: &str, formats: &BTreeSet<&str>, components: &[&str]) -> String {
    let known = formats.iter().chain(&REGISTERED).copied();
    let help = match nearest(name, known) {
        _ if components.contains(&name) => format!("; did you mean `components.{name}`?"),
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    format!("`{}` in `[types]`: no schema of the document has this format{help}", name.escape_debug())
}

/// Adds each `format` of a schema with a scalar type. The tree is not deeper than the limits allow.
fn add_formats<'d>(node: &'d Node, formats: &mut BTreeSet<&'d str>) {
    let is_scalar = |kind: &str| matches!(kind, "string" | "integer" | "number");
    if let Some(format) = node.get("format").and_then(Node::as_str)
        && node.get("type").and_then(Node::as_str).is_some_and(is_scalar)
    {
        formats.insert(format);
    }
    match node {
        Node::Object(object) => object.values().for_each(|value| add_formats(value, formats)),
        Node::Array(items) => items.iter().for_each(|item| add_formats(item, formats)),
        _ => {}
    }
}
