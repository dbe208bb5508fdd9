//! Converts parameters and headers of Swagger 2.0, which have no schema but contain its keywords.

use super::super::{Upgrade, object_of};
use crate::diag::Pointer;
use crate::diag::print::excerpt;
use crate::document::tree::{Node, Object};

/// The keywords of a parameter that define its type.
const SCHEMA_KEYS: [&str; 20] = [
    "type",
    "format",
    "items",
    "default",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "x-nullable",
    "x-enum-varnames",
    "x-enumNames",
    "x-ms-enum",
];

impl Upgrade<'_> {
    /// The shared parameters: body and form parameters become content, the others stay.
    pub(super) fn swagger_parameters(&mut self, components: &mut Object, entries: &Object, at: &Pointer) {
        let mut parameters = Object::new();
        let mut bodies = Object::new();
        let place = Pointer::root().child("components").child("parameters");
        for (name, node) in entries {
            let below = at.child(name);
            match (node, node.get("in").and_then(Node::as_str)) {
                (Node::Object(object), Some("body")) => {
                    bodies.insert(name.clone(), self.shared_body(name, object, &below));
                }
                // Every form that uses it contains a copy.
                (_, Some("formData")) => {}
                _ => {
                    let parameter = self.object(crate::document::kind::Kind::Parameter, node, &below);
                    self.moves.relocate(&below, &place.child(name));
                    parameters.insert(name.clone(), parameter);
                }
            }
        }
        components.insert("parameters".to_owned(), Node::from(parameters));
        components.insert("requestBodies".to_owned(), Node::from(bodies));
    }

    /// A parameter that remains a parameter, or a header.
    pub(super) fn swagger_parameter(&mut self, object: &Object, at: &Pointer) -> Node {
        let (schema, mut parameter) = self.simple_schema(object, at, &at.child("schema"));
        let place = object.get("in").and_then(Node::as_str);
        self.check_format(object, place, at);
        if place == Some("query")
            && let Some(style) = query_style(object)
        {
            self.moves.copy(&at.child("collectionFormat"), &at.child("style"));
            parameter.extend(style);
        }
        parameter.insert("schema".to_owned(), schema);
        Node::from(parameter)
    }

    /// The schema in a parameter declared at `at`, and the remaining keys.
    pub(super) fn simple_schema(&mut self, object: &Object, at: &Pointer, place: &Pointer) -> (Node, Object) {
        let is_of_schema = |key: &str| SCHEMA_KEYS.contains(&key);
        let (of_schema, mut rest): (Object, Object) =
            object.clone().into_iter().partition(|(key, _)| is_of_schema(key));
        rest.shift_remove("collectionFormat");
        // `items` may move inside, so its moves are recorded at its own place.
        let schema = self.schema(&Node::from(of_schema), at);
        self.moves.copy(at, place);
        (schema, rest)
    }

    fn check_format(&mut self, object: &Object, place: Option<&str>, at: &Pointer) {
        let Some(format) = object.get("collectionFormat").and_then(Node::as_str) else { return };
        let is_query = place == Some("query");
        let is_known = format == "csv" || (is_query && matches!(format, "ssv" | "pipes" | "multi"));
        if !is_known {
            let message = format!("`collectionFormat` `{}` is not supported here; using `csv`", excerpt(format));
            self.ignored(&at.child("collectionFormat"), message);
        }
    }
}

/// The style of a list in a query or a form; without `collectionFormat` it is comma-separated.
pub(super) fn query_style(object: &Object) -> Option<Object> {
    if object.get("type").and_then(Node::as_str) != Some("array") {
        return None;
    }
    let (style, explode) = match object.get("collectionFormat").and_then(Node::as_str) {
        Some("multi") => ("form", true),
        Some("ssv") => ("spaceDelimited", false),
        Some("pipes") => ("pipeDelimited", false),
        _ => ("form", false),
    };
    let Node::Object(mut keys) = object_of("style", Node::String(style.to_owned())) else { return None };
    keys.insert("explode".to_owned(), Node::Bool(explode));
    Some(*keys)
}

pub(super) fn is_file(object: &Object) -> bool {
    object.get("type").and_then(Node::as_str) == Some("file")
}
