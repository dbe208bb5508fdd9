//! An operation of the document before it is lowered.

use openapiv3::{Operation as Spec, PathItem};

use crate::diag::Pointer;
use crate::lower::schema::place::Place;
use crate::model::operation::{FixedQuery, Method};

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
    /// The fixed pairs in the query of its path.
    pub(super) query: FixedQuery,
}

impl FoundOperation<'_> {
    /// The place of its part at this pointer: in the operation, or in what it shares with others if the part is outside
    /// of its path item, as the target of a reference is. `kind` says what a shared part is.
    pub(super) fn place(&self, role: &str, at: &Pointer, kind: &str) -> Place {
        // A reference to a part of another operation is named after the first operation that uses it.
        let is_in_paths = at.tokens().next().is_some_and(|first| first == "paths");
        match at.is_within(&self.item_at) || is_in_paths {
            true => Place::operation(self.index, role),
            false => Place::shared(at, kind),
        }
    }
}
