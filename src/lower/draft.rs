//! The types of a document while it is lowered.

use serde_json::Value;

use crate::diag::Pointer;
use crate::model::operation::Operation;
use crate::model::schema::{Doc, Shape, TypeHint, TypeId};

/// The operations and types of a document as they are read.
pub(super) struct Draft {
    pub(super) operations: Vec<Operation>,
    pub(super) types: Vec<DraftType>,
    pub(super) defaults: Vec<PendingDefault>,
}

/// A named type of the document, before it is known which operations reach it.
#[derive(Debug, Clone)]
pub(super) struct DraftType {
    pub(super) hint: TypeHint,
    pub(super) doc: Doc,
    pub(super) shape: Shape,
    /// Whether the schema allows `null`; the type itself does not.
    pub(super) is_nullable: bool,
    pub(super) is_deprecated: bool,
    pub(super) at: Pointer,
}

/// A named type that never allows `null` itself: every use of it says whether it does.
#[derive(Debug, Clone)]
pub(super) struct NonNullType {
    pub(super) hint: TypeHint,
    pub(super) doc: Doc,
    pub(super) shape: Shape,
    pub(super) is_deprecated: bool,
    pub(super) at: Pointer,
}

/// A default whose type is not known yet.
#[derive(Debug)]
pub(super) struct PendingDefault {
    pub(super) owner: DefaultOwner,
    pub(super) value: Value,
    pub(super) at: Pointer,
}

/// What a default belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) enum DefaultOwner {
    /// The field of a struct, by its index.
    Field(TypeId, usize),
    /// A parameter, by the indexes of the operation and of the parameter.
    Parameter(usize, usize),
}
