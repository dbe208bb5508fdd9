//! Operations whose requests another operation would receive while their features are disabled. They keep their place in
//! the router and respond with 404, so that features do not change what is required of a caller.

use crate::lower::Requests;
use crate::rust::Context;
use crate::rust::gates::Gate;

/// For each operation, whether it keeps its place: another operation with other security requirements could receive its
/// requests.
pub fn keep_their_place(context: &Context<'_>) -> Vec<bool> {
    let operations = &context.api.operations;
    if !context.gates.has_features() {
        return vec![false; operations.len()];
    }
    let requests: Vec<Requests<'_>> = operations.iter().map(Requests::of).collect();
    let may_be_alone = |at: usize, other: usize| match (context.gates.operation(at), context.gates.operation(other)) {
        (Gate::Always, _) => false,
        (Gate::Features(_), Gate::Always) => true,
        (Gate::Features(own), Gate::Features(other)) => !other.is_subset(own),
    };
    let receives = |at: usize, other: usize| {
        operations[other].access != operations[at].access
            && may_be_alone(at, other)
            && requests[at].may_reach(&requests[other])
    };
    (0..operations.len()).map(|at| (0..operations.len()).any(|other| receives(at, other))).collect()
}
