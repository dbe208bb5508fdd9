//! An operation of the document before it is lowered.

use openapiv3::{Operation as Spec, PathItem};

use crate::diag::Pointer;
use crate::model::operation::Method;

/// An operation of the document.
pub(super) struct FoundOperation<'d> {
    /// Its index in the model.
    pub(super) index: usize,
    pub(super) method: Method,
    pub(super) item: &'d PathItem,
    pub(super) item_at: Pointer,
    pub(super) spec: &'d Spec,
    pub(super) at: Pointer,
    /// The parameter names in its path, in order.
    pub(super) names: Vec<String>,
}
