//! The closed model of an API: what lowering makes of a document and what naming and the targets read.
//!
//! Plain owned data. No Rust name is in it, only hints; every node that a message may speak of carries its [`Pointer`].

pub mod content;
pub mod operation;
pub mod rule;
pub mod schema;
pub mod security;

use crate::diag::Pointer;
use operation::{Operation, Server};
use rule::Rules;
use schema::{TypeDef, TypeId};
use security::{Scheme, SchemeId};

/// One API, whole: every reference resolved, every choice of the document made explicit.
#[derive(Debug, Clone)]
pub struct Api {
    /// `info.title`.
    pub title: String,
    /// `info.version`, as written.
    pub version: String,
    /// `info.description`.
    pub description: Option<String>,
    /// The servers of the document, in its order; only absolute http and https ones.
    pub servers: Vec<Server>,
    /// The declared security schemes that some operation uses, in document order.
    pub schemes: Vec<Scheme>,
    /// The operations in document order.
    pub operations: Vec<Operation>,
    /// The types that some operation reaches.
    pub types: Vec<TypeDef>,
    /// What values of requests must keep to beside their types.
    pub rules: Rules,
    /// What was read and is not generated, with the reason.
    pub skipped: Vec<Skipped>,
    /// What was left out because it is broken, as the user asked for.
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

/// Something of the document that no code is written for.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// Where it stands.
    pub at: Pointer,
    /// Why nothing is written for it.
    pub reason: String,
}
