//! Converts body and form parameters of Swagger 2.0 to the request body of 3.0.

use super::super::{Upgrade, object_of};
use super::operation::DeclaredParameter;
use super::parameter::{is_file, query_style};
use crate::diag::Pointer;
use crate::document::kind::Kind;
use crate::document::resolve::fragment_of;
use crate::document::tree::{Node, Object};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

impl Upgrade<'_> {
    /// The request body of an operation, if one of its parameters is content.
    pub(super) fn swagger_body(
        &mut self,
        content: &[DeclaredParameter],
        operation: &Object,
        at: &Pointer,
    ) -> Option<Node> {
        let consumes = self.media_types("consumes", Some(operation));
        let at = at.child("requestBody");
        match content.iter().find(|declared| declared.text("in") == "body") {
            Some(body) => Some(self.whole_body(body, consumes, &at)),
            None if content.is_empty() => None,
            None => Some(self.form(content, &consumes, &at)),
        }
    }

    fn whole_body(&mut self, body: &DeclaredParameter, mut consumes: Vec<String>, at: &Pointer) -> Node {
        if consumes.is_empty() {
            consumes.push(JSON.to_owned());
        }
        let from = body.at.child("schema");
        let content_at = at.child("content");
        let content = if body.is_shared() || self.done.contains(&from) {
            // A schema is one type, so it is upgraded where it is declared.
            self.targets.push((from.clone(), Kind::Schema));
            let schema = object_of("$ref", Node::String(fragment_of(&from)));
            let entries = consumes.iter().map(|key| (key.clone(), object_of("schema", schema.clone())));
            Node::from(entries.collect::<Object>())
        } else {
            let schema = self.object(Kind::Schema, body.object.get("schema").unwrap_or(&Node::Bool(true)), &from);
            self.content(&consumes, &schema, &from, &content_at)
        };
        self.moves.copy(&body.used, at);
        let mut request = Object::from([("content".to_owned(), content)]);
        for key in ["description", "required"] {
            request.extend(body.object.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        Node::from(request)
    }

    /// The shared body parameters: only operations refer to them, and these take their schemas.
    pub(super) fn shared_body(&mut self, name: &str, object: &Object, at: &Pointer) -> Node {
        let place = Pointer::root().child("components").child("requestBodies").child(name);
        let from = at.child("schema");
        let schema = self.object(Kind::Schema, object.get("schema").unwrap_or(&Node::Bool(true)), &from);
        let content = self.content(&[JSON.to_owned()], &schema, &from, &at.child("content"));
        self.moves.relocate(at, &place);
        object_of("content", content)
    }

    fn form(&mut self, fields: &[DeclaredParameter], consumes: &[String], at: &Pointer) -> Node {
        let media_type = form_type(fields, consumes);
        let media_at = at.child("content").child(media_type);
        let mut properties = Object::new();
        let mut encoding = Object::new();
        let mut required = Vec::new();
        for field in fields {
            let name = field.text("name").to_owned();
            let place = media_at.child("schema").child("properties").child(&name);
            let (mut schema, rest) = self.simple_schema(&field.object, &field.at, &place);
            if let (Node::Object(schema), Some(text)) = (&mut schema, rest.get("description")) {
                schema.insert("description".to_owned(), text.clone());
            }
            self.moves.copy(&field.used, &place);
            if rest.get("required") == Some(&Node::Bool(true)) {
                required.push(Node::String(name.clone()));
            }
            if let Some(style) = query_style(&field.object).filter(|_| media_type == FORM) {
                encoding.insert(name.clone(), Node::from(style));
            }
            properties.insert(name, schema);
        }
        let mut schema = Object::from([("type".to_owned(), Node::String("object".to_owned()))]);
        let is_required = !required.is_empty();
        schema.insert("properties".to_owned(), Node::from(properties));
        if is_required {
            schema.insert("required".to_owned(), Node::Array(required));
        }
        let mut media = Object::from([("schema".to_owned(), Node::from(schema))]);
        if !encoding.is_empty() {
            media.insert("encoding".to_owned(), Node::from(encoding));
        }
        self.moves.copy(&fields[0].used, at);
        let content = object_of(media_type, Node::from(media));
        let required = ("required".to_owned(), Node::Bool(is_required));
        Node::from(Object::from([("content".to_owned(), content), required]))
    }
}

/// Files need multipart; otherwise the media type of the document is used.
fn form_type(fields: &[DeclaredParameter], consumes: &[String]) -> &'static str {
    let has = |media_type: &str| consumes.iter().any(|consumed| consumed.starts_with(media_type));
    let has_file = fields.iter().any(|field| is_file(&field.object));
    if has_file || (has(MULTIPART) && !has(FORM)) { MULTIPART } else { FORM }
}
