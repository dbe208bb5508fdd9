//! The closed model of an API: the result of lowering, read by naming and by the targets.
//!
//! Plain owned data. It has no Rust names, only hints for them. Every node that a message may mention has a
//! [`Pointer`].

pub mod access;
pub mod access_text;
pub mod content;
#[cfg(feature = "cli")]
pub mod credential_name;
pub mod example;
mod flows;
pub mod format;
pub mod operation;
pub mod outgoing;
#[cfg(feature = "cli")]
pub mod overlap;
pub mod parameter;
pub mod rule;
pub mod schema;
mod scheme_kind;
pub mod security;
pub mod url;
pub mod value_schema;

use std::collections::BTreeMap;

use crate::diag::Pointer;
use example::TypeExamples;
use operation::{Operation, Server};
use outgoing::Outgoing;
use rule::Rules;
use schema::{TypeDef, TypeId};
use security::{Scheme, SchemeId};
use value_schema::ValueSchemas;

/// An API with every reference resolved and every default of the document made explicit.
#[derive(Debug, Clone)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`, as written.
    pub version: String,
    /// `info.description`.
    pub description: Option<String>,
    /// The servers of the document, in document order; only absolute http and https URLs.
    pub servers: Vec<Server>,
    /// The path of the first relative server URL of the document, with the defaults of its variables.
    pub relative_server: Option<String>,
    /// The declared security schemes that operations use, in document order.
    pub schemes: Vec<Scheme>,
    /// The other declared security schemes whose kind is supported, in document order. Targets do not generate them.
    pub unused_schemes: Vec<Scheme>,
    /// The declared tags, in document order. Operations may have other tags.
    pub tags: Vec<TagDefinition>,
    /// The operations in document order.
    pub operations: Vec<Operation>,
    /// The types that operations reach.
    pub types: Vec<TypeDef>,
    /// The examples of the schemas of types.
    pub type_examples: BTreeMap<TypeId, TypeExamples>,
    /// The constraints on values in requests, besides their types.
    pub rules: Rules,
    /// The schemas of requests and responses as written. Targets in Rust do not read them.
    pub value_schemas: ValueSchemas,
    /// The webhooks, and the callbacks of operations. Targets in Rust do not generate them.
    pub outgoing: Outgoing,
    /// What is read but not generated, with the reason.
    pub skipped: Vec<Skipped>,
    /// Parts that were skipped because they are invalid, as requested by the user.
    pub invalid: Vec<Skipped>,
}

impl Api {
    /// The scheme with this id.
    pub fn scheme(&self, id: SchemeId) -> &Scheme {
        &self.schemes[id.0]
    }

    /// The type with this id.
    pub fn type_def(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }
}

/// A tag declared by the document (OpenAPI 3.0.3, section 4.7.22).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDefinition {
    /// Its name.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// `externalDocs.url`.
    pub docs_url: Option<String>,
    /// Its pointer.
    pub at: Pointer,
}

/// A part of the document for which no code is generated.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// Its pointer.
    pub at: Pointer,
    /// The reason.
    pub reason: String,
}
