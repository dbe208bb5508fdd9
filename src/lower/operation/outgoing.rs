//! Operations of webhooks and callbacks, which have no path.

use openapiv3::{Operation as Spec, PathItem};

use super::found_operation::FoundOperation;
use super::methods::{Listed, methods};
use super::operations::{self, Seen};
use crate::diag::Pointer;
use crate::lower::schema::types::Types;
use crate::lower::security::Security;
use crate::lower::source::Source;
use crate::model::operation::{FixedQuery, Method, Operation};

/// An operation of a webhook or callback before it is lowered.
pub(in crate::lower) struct OutgoingSpec<'d> {
    /// The index of its path item in the list of the caller.
    pub(in crate::lower) item_index: usize,
    /// Its pointer.
    pub(in crate::lower) at: Pointer,
    method: Method,
    item: &'d PathItem,
    item_at: &'d Pointer,
    spec: &'d Spec,
    /// The name of the webhook or the expression of the callback.
    text: &'d str,
}

/// The operations of a path item, in document order; those with an invalid method are reported.
pub(in crate::lower) fn list<'d>(
    source: &mut Source<'d>,
    item: &'d PathItem,
    item_at: &'d Pointer,
    item_index: usize,
    text: &'d str,
) -> Vec<OutgoingSpec<'d>> {
    let mut specs = Vec::new();
    for Listed { method, spec, at } in methods(source, item, item_at) {
        match method {
            Ok(method) => specs.push(OutgoingSpec { item_index, at, method, item, item_at, spec, text }),
            Err(diagnostic) => source.report.push(*diagnostic),
        }
    }
    specs
}

/// Lowers these operations; the result has the same order and length unless an error is reported.
pub(in crate::lower) fn lower<'d>(
    types: &mut Types<'d>,
    security: &Security,
    specs: &[&OutgoingSpec<'d>],
) -> Vec<Operation> {
    let mut seen = Seen::default();
    let mut lowered = Vec::with_capacity(specs.len());
    for (index, outgoing) in specs.iter().enumerate() {
        let &OutgoingSpec { at, method, item, item_at, spec, text, .. } = outgoing;
        let found = FoundOperation {
            index,
            method: method.clone(),
            item,
            item_at: (*item_at).clone(),
            spec,
            at: at.clone(),
            names: Vec::new(),
            query: FixedQuery::default(),
        };
        lowered.extend(operations::one(types, security, &mut seen, &found, text, &[]));
    }
    lowered
}
