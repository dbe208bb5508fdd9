//! Converts what is new in OpenAPI 3.2. `$self` is a name of the document that references may use.

use super::state::Upgrade;
use crate::diag::Pointer;
use crate::document::fragment::pointers;
use crate::document::kind::{Kind, OPERATIONS, QUERY};
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

const FORM: &str = "application/x-www-form-urlencoded";

/// Keywords with schemas that may apply to more than the properties.
const NOT_PLAIN: [&str; 6] = ["allOf", "anyOf", "oneOf", "additionalProperties", "patternProperties", "$dynamicRef"];

impl Upgrade<'_> {
    /// Warns about keywords that are not supported.
    pub(super) fn v3_2(&mut self, kind: Kind, object: &Object, at: &Pointer) {
        if kind == Kind::Parameter {
            return self.reserved(object, at);
        }
        if kind != Kind::MediaType {
            return;
        }
        for key in ["prefixEncoding", "itemEncoding"] {
            if object.contains_key(key) {
                let message = format!("`{key}` is not supported: items are not streamed");
                self.ignored(&at.child(key), message);
            }
        }
    }

    /// Since 3.2, `allowReserved` is allowed everywhere; in a path or a cookie its characters would end the value.
    fn reserved(&mut self, parameter: &Object, at: &Pointer) {
        let place = parameter.get("in").and_then(Node::as_str).unwrap_or_default();
        if matches!(place, "path" | "cookie") && parameter.get("allowReserved") == Some(&Node::Bool(true)) {
            let message =
                format!("`allowReserved` is ignored in a {place} parameter: reserved characters would end the value");
            self.ignored(&at.child("allowReserved"), message);
        }
    }

    /// `query`, and `additionalOperations` by method, move to places that 3.0 can have.
    pub(super) fn other_methods(&mut self, item: &mut Object, at: &Pointer) {
        for (key, place) in [("query", QUERY), ("additionalOperations", OPERATIONS)] {
            // Users must not write keystub's own keys.
            item.shift_remove(place);
            let (Some(index), true) = (item.get_index_of(key), self.version >= Version::V3_2) else { continue };
            let value = item.shift_remove(key).expect("its index was found");
            item.shift_insert(index, place.to_owned(), value);
            self.moves.relocate(&at.child(key), &at.child(place));
        }
    }

    /// `in: querystring` (OpenAPI 3.2.0, section 4.12.1): a form of scalars is encoded like an exploded object in the
    /// query. Others are reported where the parameter is read.
    pub(super) fn query_string(&mut self, parameter: &mut Object, written: &Object, at: &Pointer) {
        let is_whole = written.get("in").and_then(Node::as_str) == Some("querystring");
        if !is_whole || self.version < Version::V3_2 {
            return;
        }
        let schema = |object: &Object| {
            let content = object.get("content").and_then(Node::as_object).filter(|content| content.len() == 1);
            content?.get(FORM)?.get("schema").cloned()
        };
        let (Some(schema), Some(own)) = (schema(parameter), schema(written)) else { return };
        if !self.is_form_of_scalars(&own) {
            return;
        }
        parameter.shift_remove("content");
        for (key, text) in [("in", "query"), ("style", "form")] {
            parameter.insert(key.to_owned(), Node::String(text.to_owned()));
        }
        parameter.insert("explode".to_owned(), Node::Bool(true));
        parameter.insert("schema".to_owned(), schema);
        self.moves.relocate(&at.child("content").child(FORM).child("schema"), &at.child("schema"));
    }

    fn is_form_of_scalars(&self, schema: &Node) -> bool {
        let Some(schema) = self.behind_references(schema) else { return false };
        let is_plain = schema.keys().all(|key| !NOT_PLAIN.contains(&key.as_str()));
        let properties = schema.get("properties").and_then(Node::as_object);
        let is_scalar = |node: &Node| {
            let kinds = self.behind_references(node).and_then(|object| object.get("type"));
            let named = |kind: &Node| kind.as_str().is_some_and(|kind| !matches!(kind, "object" | "array"));
            match kinds {
                Some(Node::Array(kinds)) => kinds.iter().all(named),
                Some(kind) => named(kind),
                None => false,
            }
        };
        is_plain && properties.is_some_and(|properties| properties.values().all(is_scalar))
    }

    fn behind_references<'n>(&'n self, mut node: &'n Node) -> Option<&'n Object> {
        for _ in 0..=self.references {
            let Some(reference) = node.reference() else { return node.as_object() };
            node = pointers(reference).into_iter().find_map(|at| self.tree.find(&at))?;
        }
        None
    }
}
