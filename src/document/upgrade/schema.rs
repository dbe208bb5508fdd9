//! Converts schemas of JSON Schema 2020-12 to the keywords of OpenAPI 3.0.

use super::file_parts::is_text;
use super::state::{Upgrade, object_of};
use super::types::{self, PATTERNED, PLACES};
use crate::diag::Pointer;
use crate::diag::print::excerpt;
use crate::document::kind::Kind;
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

/// Keywords that constrain values but are not checked.
const UNCHECKED: [&str; 8] = [
    "if",
    "dependentSchemas",
    "dependentRequired",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];

impl Upgrade<'_> {
    /// A schema, which may be a boolean.
    pub(super) fn schema(&mut self, node: &Node, at: &Pointer) -> Node {
        match node {
            Node::Bool(true) => Node::empty_object(),
            Node::Bool(false) => object_of("not", Node::empty_object()),
            Node::Object(object) => {
                let mut schema = self.subschemas(object, at);
                self.dialect(&schema, at);
                self.of_swagger(&mut schema, at);
                self.ill_typed(&mut schema, at);
                self.discriminator(&mut schema, at);
                self.constant(&mut schema, at);
                self.bound(&mut schema, at, "exclusiveMinimum", "minimum", f64::max);
                self.bound(&mut schema, at, "exclusiveMaximum", "maximum", f64::min);
                self.tuple(&mut schema, at);
                self.patterns(&mut schema, at);
                self.encoding(&mut schema, at);
                types::single_type(&mut schema, at, &mut self.moves);
                self.siblings(&mut schema, at);
                self.unchecked(&schema, at);
                Node::from(schema)
            }
            other => other.clone(),
        }
    }

    /// The keywords unchanged, with the schemas below them upgraded.
    fn subschemas(&mut self, object: &Object, at: &Pointer) -> Object {
        let mut schema = Object::new();
        for (key, value) in object {
            let below = at.child(key);
            let value = match (key.as_str(), value) {
                (
                    "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas",
                    Node::Object(entries),
                ) => {
                    let upgrade =
                        |(name, entry): (&String, &Node)| (name.clone(), self.below(entry, &below.child(name)));
                    Node::from(entries.iter().map(upgrade).collect::<Object>())
                }
                ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Node::Array(items)) => {
                    let upgrade = |(index, item)| self.below(item, &below.index(index));
                    Node::Array(items.iter().enumerate().map(upgrade).collect())
                }
                ("items", Node::Bool(true)) if self.file_parts.contains(&below) => self.below(value, &below),
                ("items" | "additionalProperties" | "additionalItems", Node::Bool(_)) => value.clone(),
                ("items" | "not" | "additionalProperties" | "additionalItems", value) => self.below(value, &below),
                _ => value.clone(),
            };
            schema.insert(key.clone(), value);
        }
        schema
    }

    fn below(&mut self, node: &Node, at: &Pointer) -> Node {
        self.object(Kind::Schema, node, at)
    }

    fn dialect(&mut self, schema: &Object, at: &Pointer) {
        if let Some(dialect) = schema.get("$schema").and_then(Node::as_str) {
            self.check_dialect(dialect, &at.child("$schema"));
        }
    }

    /// A `type` that is not a type name does not reject the document; the schema accepts any value.
    fn ill_typed(&mut self, schema: &mut Object, at: &Pointer) {
        if matches!(schema.get("type"), Some(Node::Object(_))) {
            schema.shift_remove("type");
            self.ignored(&at.child("type"), "`type` is an object; expected the name of a type; any value is accepted");
        }
    }

    /// Keywords that differ in Swagger 2.0: `type: file` and the extension for null.
    fn of_swagger(&mut self, schema: &mut Object, at: &Pointer) {
        if self.version != Version::V2_0 {
            return;
        }
        if let Some(nullable) = schema.shift_remove("x-nullable") {
            schema.insert("nullable".to_owned(), nullable);
            self.moves.relocate(&at.child("x-nullable"), &at.child("nullable"));
        }
        if schema.get("type").and_then(Node::as_str) == Some("file") {
            schema.insert("type".to_owned(), Node::String("string".to_owned()));
            schema.insert("format".to_owned(), Node::String("binary".to_owned()));
        }
    }

    /// Swagger 2.0 has only the property name; 3.2 has a default mapping.
    fn discriminator(&mut self, schema: &mut Object, at: &Pointer) {
        let at = at.child("discriminator");
        match schema.get_mut("discriminator") {
            Some(name @ Node::String(_)) if self.version == Version::V2_0 => {
                *name = object_of("propertyName", name.clone());
                self.moves.note(&at, &at.child("propertyName"));
            }
            Some(Node::Object(object)) => {
                if let Some(Node::Object(mapping)) = object.get_mut("mapping") {
                    for target in mapping.values_mut() {
                        let Node::String(text) = target else { continue };
                        if let Some(named) = self.anchors.resolve(self.tree, text, &at) {
                            *text = crate::document::fragment::fragment_of(&named);
                        }
                    }
                }
                if object.contains_key("defaultMapping") {
                    self.ignored(&at.child("defaultMapping"), "`defaultMapping` is not supported");
                }
            }
            _ => {}
        }
    }

    /// `const` is an `enum` with one value.
    fn constant(&mut self, schema: &mut Object, at: &Pointer) {
        let Some(value) = schema.shift_remove("const") else { return };
        schema.insert("enum".to_owned(), Node::Array(vec![value]));
        self.moves.relocate(&at.child("const"), &at.child("enum"));
    }

    /// A numeric exclusive bound becomes `minimum` or `maximum` with a flag; the tighter bound wins.
    fn bound(
        &mut self,
        schema: &mut Object,
        at: &Pointer,
        exclusive: &str,
        inclusive: &str,
        tighter: fn(f64, f64) -> f64,
    ) {
        let Some(bound) = schema.get(exclusive).and_then(number) else { return };
        if let Some(other) = schema.get(inclusive).and_then(number)
            && other != bound
            && tighter(other, bound) == other
        {
            schema.insert(exclusive.to_owned(), Node::Bool(false));
            return;
        }
        let bound = schema.insert(exclusive.to_owned(), Node::Bool(true)).expect("the key was read above");
        schema.insert(inclusive.to_owned(), bound);
        self.moves.note(&at.child(exclusive), &at.child(inclusive));
    }

    /// `prefixItems`, or `items` as a list before 2020-12, becomes a list of any of these types, with the number of
    /// tuple items.
    fn tuple(&mut self, schema: &mut Object, at: &Pointer) {
        let (key, rest) = match (schema.get("prefixItems"), schema.get("items")) {
            (Some(Node::Array(_)), _) => ("prefixItems", "items"),
            (_, Some(Node::Array(_))) => ("items", "additionalItems"),
            (_, Some(Node::Bool(true))) => {
                schema.insert("items".to_owned(), Node::empty_object());
                return;
            }
            (_, Some(Node::Bool(false))) => {
                schema.insert("items".to_owned(), Node::empty_object());
                schema.insert("maxItems".to_owned(), Node::Integer(0));
                return;
            }
            _ => return,
        };
        let Some(Node::Array(mut parts)) = schema.shift_remove(key) else { return };
        let any_of = at.child("items").child("anyOf");
        let count = parts.len();
        match schema.shift_remove(rest) {
            Some(rest_schema @ Node::Object(_)) => {
                self.moves.relocate(&at.child(rest), &any_of.index(count));
                parts.push(rest_schema);
            }
            Some(Node::Bool(false)) => {}
            _ => parts.push(Node::empty_object()),
        }
        for index in 0..count {
            self.moves.relocate(&at.child(key).index(index), &any_of.index(index));
        }
        self.moves.relocate(&at.child(key), &at.child("items"));
        schema.insert("items".to_owned(), object_of("anyOf", Node::Array(parts)));
        schema.insert(PLACES.to_owned(), Node::Integer(count.try_into().unwrap_or_default()));
        if !schema.contains_key("type") {
            schema.insert("type".to_owned(), Node::String("array".to_owned()));
        }
    }

    /// `patternProperties` becomes `additionalProperties`; the patterns are not checked.
    fn patterns(&mut self, schema: &mut Object, at: &Pointer) {
        let key = "patternProperties";
        if !matches!(schema.get(key), Some(Node::Object(_))) {
            return;
        }
        self.ignored(
            &at.child(key),
            "the patterns of `patternProperties` are not checked; the schema is read as a map",
        );
        let Some(Node::Object(patterns)) = schema.shift_remove(key) else { return };
        schema.insert(PATTERNED.to_owned(), Node::Bool(true));
        let target = at.child("additionalProperties");
        let additional = schema.shift_remove("additionalProperties").filter(|node| matches!(node, Node::Object(_)));
        let (names, mut parts): (Vec<String>, Vec<Node>) = patterns.into_iter().unzip();
        if let ([name], None) = (names.as_slice(), &additional) {
            self.moves.relocate(&at.child(key).child(name), &target);
            schema.extend(parts.pop().map(|part| ("additionalProperties".to_owned(), part)));
            return;
        }
        let any_of = target.child("anyOf");
        if let Some(additional) = additional {
            self.moves.relocate(&target, &any_of.index(parts.len()));
            parts.push(additional);
        }
        for (index, name) in names.iter().enumerate() {
            self.moves.relocate(&at.child(key).child(name), &any_of.index(index));
        }
        let values = if parts.is_empty() { Node::Bool(true) } else { object_of("anyOf", Node::Array(parts)) };
        schema.insert("additionalProperties".to_owned(), values);
    }

    /// `contentEncoding` and `contentMediaType` become the formats of 3.0 (OpenAPI 3.1, section 4.8.14.3).
    fn encoding(&mut self, schema: &mut Object, at: &Pointer) {
        let encoding = schema.get("contentEncoding").and_then(Node::as_str);
        let media = schema.get("contentMediaType").and_then(Node::as_str);
        let has_format = schema.contains_key("format");
        let (key, format) = match (encoding, media) {
            (Some("base64"), _) if !has_format => ("contentEncoding", "byte"),
            (Some("base64"), _) => return,
            // No encoding (RFC 2045, section 6.2): the value is bytes.
            (Some("binary"), _) if !has_format => ("contentEncoding", "binary"),
            (Some(other), _) => {
                let message =
                    format!("`contentEncoding` `{}` is not supported; the value is read as a string", excerpt(other));
                return self.ignored(&at.child("contentEncoding"), message);
            }
            (None, Some(media)) if !has_format && !is_text(media) => ("contentMediaType", "binary"),
            (None, _) => return,
        };
        schema.insert("format".to_owned(), Node::String(format.to_owned()));
        self.moves.note(&at.child(key), &at.child("format"));
        if !schema.contains_key("type") {
            schema.insert("type".to_owned(), Node::String("string".to_owned()));
        }
    }

    /// Since 3.1 keywords next to `$ref` apply, so the reference becomes one part of an `allOf`.
    fn siblings(&mut self, schema: &mut Object, at: &Pointer) {
        let dynamic = schema.get("$dynamicRef").and_then(Node::as_str).map(str::to_owned);
        let key = if dynamic.is_some() { "$dynamicRef" } else { "$ref" };
        let Some(Node::String(reference)) = schema.get(key) else { return };
        if dynamic.is_some() && self.anchors.is_overridden(reference, at) {
            let message = "the target of `$dynamicRef` depends on the referring schema; any value is accepted";
            schema.shift_remove(key);
            return self.ignored(&at.child(key), message);
        }
        let text = self.reference_text(Kind::Schema, &reference.clone(), at);
        if dynamic.is_some() {
            self.ignored(&at.child(key), "`$dynamicRef` is read as `$ref`");
            schema.shift_remove(key);
        }
        let is_annotation = |key: &str| key.starts_with("x-") || matches!(key, "$ref" | "$comment" | "example");
        if self.version == Version::V2_0 || schema.keys().all(|key| is_annotation(key)) {
            schema.insert("$ref".to_owned(), Node::String(text));
            return;
        }
        schema.shift_remove("$ref");
        let part = object_of("$ref", Node::String(text));
        let all_of = schema.entry("allOf".to_owned()).or_insert_with(|| Node::Array(Vec::new()));
        if let Node::Array(parts) = all_of {
            let place = at.child("allOf").index(parts.len()).child("$ref");
            parts.push(part);
            self.moves.note(&at.child(key), &place);
        }
    }

    fn unchecked(&mut self, schema: &Object, at: &Pointer) {
        for key in UNCHECKED.iter().filter(|key| schema.contains_key(**key)) {
            let message = match *key {
                "if" => "`if`, `then` and `else` are not checked".to_owned(),
                key => format!("`{key}` is not checked"),
            };
            self.ignored(&at.child(key), message);
        }
    }
}

fn number(node: &Node) -> Option<f64> {
    match node {
        Node::Integer(value) => Some(*value as f64),
        Node::Float(value) => Some(*value),
        Node::Null | Node::Bool(_) | Node::String(_) | Node::Array(_) | Node::Object(_) => None,
    }
}
