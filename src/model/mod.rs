//! The closed model of an API: the result of lowering, read by naming and by the targets.
//!
//! Plain owned data. It has no Rust names, only hints for them. Every node that a message may mention has a
//! [`Pointer`].

pub mod content;
pub mod operation;
pub mod parameter;
pub mod rule;
pub mod schema;
pub mod security;

use crate::diag::Pointer;
use operation::{Operation, Server};
use rule::Rules;
use schema::{TypeDef, TypeId};
use security::{Scheme, SchemeId};

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
    /// The declared security schemes that operations use, in document order.
    pub schemes: Vec<Scheme>,
    /// The operations in document order.
    pub operations: Vec<Operation>,
    /// The types that operations reach.
    pub types: Vec<TypeDef>,
    /// The constraints on values in requests, besides their types.
    pub rules: Rules,
    /// What is read but not generated, with the reason.
    pub skipped: Vec<Skipped>,
    /// Parts that were skipped because they are invalid, as requested by the user.
    pub left_out: Vec<Skipped>,
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

/// A part of the document for which no code is generated.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// Its pointer.
    pub at: Pointer,
    /// The reason.
    pub reason: String,
}
