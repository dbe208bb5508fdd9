//! Defaults that wait until their types are known.

use serde_json::Value;

use crate::diag::Pointer;
use crate::model::schema::TypeId;

/// A default whose type is not known yet.
#[derive(Debug)]
pub(super) struct PendingDefault {
    pub(super) owner: DefaultOwner,
    pub(super) value: Value,
    pub(super) at: Pointer,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum DefaultOwner {
    Field(TypeId, usize),
    Parameter(usize, usize),
}

impl PendingDefault {
    /// A default of the field with this index.
    pub(super) fn field(id: TypeId, index: usize, value: &Value, at: Pointer) -> Self {
        Self { owner: DefaultOwner::Field(id, index), value: value.clone(), at }
    }

    /// A default of the parameter with this index.
    pub(super) fn parameter(operation: usize, index: usize, value: &Value, at: Pointer) -> Self {
        Self { owner: DefaultOwner::Parameter(operation, index), value: value.clone(), at }
    }
}
