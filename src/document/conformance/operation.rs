//! The rules for operations, parameters, headers and bodies.

use super::Checks;
use crate::diag::print::excerpt;
use crate::diag::{Code, Pointer};
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

impl Checks<'_> {
    pub(super) fn operation(&mut self, operation: &Object, at: &Pointer) {
        self.responses(operation, at);
        if self.version == Version::V2_0 {
            self.swagger_content(operation, at);
        }
    }

    /// OpenAPI 3.0.3, section 4.7.16: "MUST contain at least one response code". The key is optional since 3.1.
    fn responses(&mut self, operation: &Object, at: &Pointer) {
        match operation.get("responses") {
            None if self.version < Version::V3_1 => {
                self.warn_on_key(Code::Malformed, at, "the operation has no `responses`; expected at least one");
            }
            Some(Node::Object(responses)) if responses.keys().all(|key| key.starts_with("x-")) => {
                let message = "`responses` is empty; expected at least one response";
                self.warn_on_key(Code::Malformed, &at.child("responses"), message);
            }
            _ => {}
        }
    }

    /// Swagger 2.0, "Parameter Object": one body parameter, and none next to form parameters.
    fn swagger_content(&mut self, operation: &Object, at: &Pointer) {
        let Some(Node::Array(parameters)) = operation.get("parameters") else { return };
        let place = |parameter: &Node| parameter.get("in").and_then(Node::as_str).map(str::to_owned);
        let is_form = parameters.iter().any(|parameter| place(parameter).as_deref() == Some("formData"));
        let mut bodies = 0;
        for (index, parameter) in parameters.iter().enumerate() {
            if place(parameter).as_deref() != Some("body") {
                continue;
            }
            bodies += 1;
            let at = at.child("parameters").index(index).child("in");
            if bodies > 1 {
                self.error_on_key(Code::DuplicateParameter, &at, "a second body parameter; expected at most one");
            } else if is_form {
                let message = "a body parameter next to form parameters; expected one kind of them";
                self.error_on_key(Code::DuplicateParameter, &at, message);
            }
        }
    }

    pub(super) fn parameter(&mut self, name: &str, parameter: &Object, at: &Pointer) {
        if self.version == Version::V2_0 {
            return self.swagger_parameter(parameter, at);
        }
        let Some(content) = parameter.get("content").filter(|content| **content != Node::Null) else { return };
        if parameter.get("schema").is_some_and(|schema| *schema != Node::Null) {
            let message = format!("the {name} has `schema` and `content`; expected one of them");
            self.error_on_key(Code::Malformed, &at.child("content"), message);
        } else if content.as_object().is_some_and(|content| content.len() != 1) {
            // OpenAPI 3.0.3, section 4.7.12.1: "The map MUST only contain one entry."
            let message = format!("`content` of the {name} must have one media type");
            self.error_on_key(Code::Malformed, &at.child("content"), message);
        }
    }

    fn swagger_parameter(&mut self, parameter: &Object, at: &Pointer) {
        let text = |key: &str| parameter.get(key).and_then(Node::as_str);
        let place = text("in");
        if place == Some("body") && !parameter.contains_key("schema") {
            self.warn_on_key(Code::Malformed, at, "a body parameter has no `schema`; any value is accepted");
        }
        if text("type") == Some("file") && place != Some("formData") {
            let message = format!(
                "`file` is not allowed in a {} parameter; read as a string",
                excerpt(place.unwrap_or("header"))
            );
            self.warn(Code::UnknownType, &at.child("type"), message);
        }
        if place != Some("body") {
            self.values(parameter, at);
        }
    }

    /// OpenAPI 3.0.3, section 4.7.13.1: `content` is required.
    pub(super) fn body(&mut self, body: &Object, at: &Pointer) {
        match body.get("content") {
            None => self.warn_on_key(Code::Malformed, at, "the request body has no `content`; no body is sent"),
            Some(Node::Object(content)) if content.is_empty() => {
                let message = "`content` of the request body is empty; no body is sent";
                self.warn_on_key(Code::Malformed, &at.child("content"), message);
            }
            Some(_) => {}
        }
    }
}
