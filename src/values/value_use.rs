//! What values are for, and what the model has about it.

use super::direction::DataFlow;
use super::generate::Position;
use super::mutate::Sent;
use crate::diag::Pointer;
use crate::model::example::Examples;
use crate::model::operation::{Content, Parameter, ParameterStyle, Representation};
use crate::model::value_schema::ValueSchemaId;

/// What a value is for. Indexes are those of the lists of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueUse {
    /// A parameter of an operation.
    Parameter {
        /// The operation.
        operation: usize,
        /// The parameter.
        index: usize,
    },
    /// A representation of a request body.
    Body {
        /// The operation.
        operation: usize,
        /// The representation.
        index: usize,
    },
    /// A representation of a response.
    Response {
        /// The operation.
        operation: usize,
        /// The response.
        response: usize,
        /// The representation.
        index: usize,
    },
    /// A header field of a response.
    Header {
        /// The operation.
        operation: usize,
        /// The response.
        response: usize,
        /// The header field.
        index: usize,
    },
}

impl ValueUse {
    /// The index of the operation.
    pub fn operation(self) -> usize {
        match self {
            Self::Parameter { operation, .. }
            | Self::Body { operation, .. }
            | Self::Response { operation, .. }
            | Self::Header { operation, .. } => operation,
        }
    }

    /// Whether the value is part of a request or of a response.
    pub fn flow(self) -> DataFlow {
        match self {
            Self::Parameter { .. } | Self::Body { .. } => DataFlow::Request,
            Self::Response { .. } | Self::Header { .. } => DataFlow::Response,
        }
    }
}

/// What the model has about a use.
pub(super) struct Used<'a> {
    pub(super) schema: Option<ValueSchemaId>,
    pub(super) name: &'a str,
    pub(super) media_type: &'a str,
    pub(super) examples: &'a Examples,
    pub(super) is_segment: bool,
    pub(super) sent: Sent,
    /// Whether the value is an object even without a schema.
    pub(super) is_object: bool,
}

impl<'a> Used<'a> {
    pub(super) fn of_parameter(parameter: &'a Parameter, schema: Option<ValueSchemaId>) -> Self {
        Self {
            schema,
            name: &parameter.name,
            media_type: "",
            examples: &parameter.examples,
            is_segment: matches!(parameter.style, ParameterStyle::Path(_)),
            sent: match parameter.style {
                style if style.is_json() => Sent::Json,
                ParameterStyle::Path(_) => Sent::Segment,
                _ => Sent::Text,
            },
            is_object: false,
        }
    }

    pub(super) fn of_form(form: &'a Representation, schema: Option<ValueSchemaId>) -> Self {
        let is_object = match form.content {
            Content::Json(_) | Content::Form(_) | Content::Multipart(_) => true,
            Content::Text | Content::Stream(_) | Content::Bytes => false,
        };
        let is_json = match &form.content {
            Content::Json(_) => true,
            Content::Stream(stream) => stream.item().is_some(),
            Content::Form(_) | Content::Multipart(_) | Content::Text | Content::Bytes => false,
        };
        let sent = if is_json { Sent::Json } else { Sent::Text };
        let (media_type, examples) = (&form.media_type, &form.examples);
        Self { schema, name: "", media_type, examples, is_segment: false, sent, is_object }
    }

    pub(super) fn position(&self) -> Position<'a> {
        let ids = self.schema.into_iter().collect();
        Position { ids, name: self.name, place: Pointer::root(), tags: None, salt: 0, depth: 0 }
    }
}
