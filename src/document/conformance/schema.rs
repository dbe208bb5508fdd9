//! The rules for schemas, and for the schema keywords of Swagger 2.0 parameters.

use super::Checks;
use crate::diag::{Code, Pointer};
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

impl Checks<'_> {
    pub(super) fn schema(&mut self, schema: &Object, at: &Pointer) {
        self.values(schema, at);
        let is_set = |key: &str| schema.get(key) == Some(&Node::Bool(true));
        // OpenAPI 3.0.3, section 4.7.24.1.
        if is_set("readOnly") && is_set("writeOnly") {
            let message = "a schema is both `readOnly` and `writeOnly`; expected one of them";
            self.warn(Code::Malformed, &at.child("writeOnly"), message);
        }
        if let (Some(Node::Array(types)), true) = (schema.get("type"), self.version != Version::V3_0)
            && let Some(index) = types.iter().position(|name| *name == Node::Null)
        {
            let message = "`type` contains null without quotes; read as the type `null`";
            self.warn(Code::Malformed, &at.child("type").index(index), message);
        }
        for key in ["exclusiveMinimum", "exclusiveMaximum"] {
            if self.version >= Version::V3_1 && matches!(schema.get(key), Some(Node::Bool(_))) {
                let message = format!("`{key}` is a boolean; expected a number since OpenAPI 3.1; read as in 3.0");
                self.warn(Code::Malformed, &at.child(key), message);
            }
        }
    }

    /// The keywords that Swagger 2.0 also has in parameters and headers.
    pub(super) fn values(&mut self, schema: &Object, at: &Pointer) {
        if schema.get("default") == Some(&Node::Null) && self.excludes_null(schema) {
            let message = "the default is null, but the schema does not allow null; ignored";
            self.warn(Code::BadDefault, &at.child("default"), message);
        }
        if matches!(schema.get("enum"), Some(Node::Array(values)) if values.is_empty()) {
            let message = "`enum` is empty; expected at least one value; ignored";
            self.warn(Code::Malformed, &at.child("enum"), message);
        }
        // JSON Schema Validation 2020-12, section 6.2.1.
        if let Some(Node::Integer(..=0)) = schema.get("multipleOf") {
            let message = "`multipleOf` is not greater than 0; ignored";
            self.warn(Code::Malformed, &at.child("multipleOf"), message);
        }
        let is_array = schema.get("type").and_then(Node::as_str) == Some("array");
        if self.version < Version::V3_1 && is_array && !schema.contains_key("items") {
            // OpenAPI 3.0.3, section 4.7.24.1.
            let message = "an array has no `items`; items of any type are accepted";
            self.warn(Code::Malformed, &at.child("type"), message);
        }
    }

    /// Whether one of the keywords of the schema itself forbids `null`.
    fn excludes_null(&self, schema: &Object) -> bool {
        let nullable = if self.version == Version::V2_0 { "x-nullable" } else { "nullable" };
        if schema.get(nullable) == Some(&Node::Bool(true)) {
            return false;
        }
        let is_null = |node: &Node| *node == Node::Null || node.as_str() == Some("null");
        let by_type = match schema.get("type") {
            Some(Node::Array(types)) => !types.iter().any(is_null),
            Some(Node::String(name)) => name != "null",
            _ => false,
        };
        let by_enum = matches!(schema.get("enum"), Some(Node::Array(values)) if !values.contains(&Node::Null));
        by_type || by_enum
    }
}
