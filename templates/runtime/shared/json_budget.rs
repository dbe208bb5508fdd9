//! Limits the work of reading a type from a tree: with nested unions that are tried variant by variant, an input could
//! otherwise cause work that is exponential in its depth.

use std::cell::Cell;

use super::json::{Content, Decode, DecodeError, Node, Value};

/// How often each node of a tree may be visited, on average.
const LOOKS: usize = 64;

thread_local! {
    /// The remaining budget of the current read, which runs on one thread.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Reads a type from a tree, with work linear in the size of the tree.
///
/// # Errors
///
/// If the value does not have this type, or the budget is exceeded.
pub fn read<T: Decode>(value: &Value<'_>) -> Result<T, DecodeError> {
    bounded(value.node(), || T::decode(value.node()))
}

/// Runs `work` with a budget that is linear in the size of the value.
pub fn bounded<T>(value: Node<'_>, work: impl FnOnce() -> T) -> T {
    within(parts(value), work)
}

/// Runs `work` with a budget that is linear in the number of nodes.
pub(super) fn within<T>(parts: usize, work: impl FnOnce() -> T) -> T {
    let before = LEFT.replace(parts.saturating_add(1024).saturating_mul(LOOKS));
    let done = work();
    LEFT.set(before);
    done
}

/// Spends the budget for visiting this many nodes.
pub(super) fn charge(parts: usize) -> Result<(), DecodeError> {
    let left = LEFT.get().saturating_sub(1 + parts);
    LEFT.set(left);
    if left == 0 {
        Err(DecodeError::new("too many variants match the value partly to determine its variant"))
    } else {
        Ok(())
    }
}

/// The number of nodes of a value.
pub(super) fn parts(value: Node<'_>) -> usize {
    match value.content() {
        Content::Array(items) => 1 + items.map(parts).sum::<usize>(),
        Content::Object(members) => 1 + members.map(|(_, value)| parts(value)).sum::<usize>(),
        Content::String(text) | Content::Text(text) => 1 + cost(text),
        Content::Null | Content::Bool(_) | Content::Integer(_) | Content::Float(_) | Content::Opaque(_) => 1,
    }
}

/// The cost of reading a string, which is copied.
pub(super) const fn cost(text: &str) -> usize {
    text.len() / 64
}
