//! Finishes the types and operations, once all of them are read.

mod defaults;
mod discriminate;
mod graph;
mod nullability;
mod parameter_shape;
pub(super) mod recursion;
mod usage;

use super::draft::Draft;
use crate::diag::Report;
use crate::model::operation::Operation;
use crate::model::schema::TypeDef;

/// The operations, and the types that they reach.
pub(super) fn finish(draft: Draft, report: &mut Report) -> (Vec<TypeDef>, Vec<Operation>) {
    let Draft { operations, types, defaults } = draft;
    let (types, operations) = nullability::hoist_null(types, operations);
    let types = discriminate::with_tags(types, report);
    let operations = parameter_shape::with_shapes(operations, &types, report);
    let defaults = defaults::checked(defaults, &types, &operations, report);
    let (types, operations) = defaults::applied(defaults, types, operations);
    usage::keep_reached(recursion::box_cycles(types), operations)
}
