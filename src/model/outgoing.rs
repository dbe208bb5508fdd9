//! Outgoing operations: the requests that an API sends to its users. Targets in Rust do not generate them.

use std::collections::BTreeMap;

use super::example::TypeExamples;
use super::operation::Operation;
use super::schema::{TypeDef, TypeId};
use super::security::{Scheme, SchemeId};
use super::value_schema::ValueSchemas;

/// The webhooks and callbacks of a document, with separate lists of types and schemes: their ids do not refer to the lists
/// of [`super::Api`], so what they reach cannot become part of generated code.
///
/// Parts with errors are not listed; each is a warning and in [`super::Api::skipped`].
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// The operations: webhooks, then callbacks, in document order.
    pub operations: Vec<OutgoingOperation>,
    /// The types that they reach: [`TypeId`] and [`super::schema::TypeHint::Operation`] refer to the lists of this
    /// struct. [`TypeDef::usage`] is seen from the API's user: a request is what the user receives.
    pub types: Vec<TypeDef>,
    /// The examples of the schemas of these types.
    pub type_examples: BTreeMap<TypeId, TypeExamples>,
    /// The schemas of their requests and responses as written.
    pub value_schemas: ValueSchemas,
    /// The schemes that they use, in document order. [`SchemeId`] refers to this list.
    pub schemes: Vec<Scheme>,
}

impl Outgoing {
    /// The scheme with this id.
    pub fn scheme(&self, id: SchemeId) -> &Scheme {
        &self.schemes[id.0]
    }

    /// The type with this id.
    pub fn type_def(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }
}

/// An operation that the API calls at a server of its user.
#[derive(Debug, Clone)]
pub struct OutgoingOperation {
    /// What it belongs to.
    pub origin: Origin,
    /// The operation. Its path has no segments; the text of the path is the name of the webhook or the runtime
    /// expression of the callback.
    ///
    /// Its access is what the API must present to its user: `security` of the operation, or else of the document
    /// (OpenAPI 3.0.3, section 4.7.10, makes no exception for callbacks). It does not protect the API itself.
    pub operation: Operation,
}

/// What an outgoing operation belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An entry of `webhooks` (OpenAPI 3.1) or `x-webhooks`.
    Webhook {
        /// Its key.
        name: String,
    },
    /// An entry of `callbacks` of an operation (OpenAPI 3.0.3, section 4.7.18).
    Callback {
        /// Its key.
        name: String,
        /// The runtime expression of the URL, as written.
        expression: String,
        /// The index in [`super::Api::operations`] of the operation that causes it.
        of: usize,
    },
}
