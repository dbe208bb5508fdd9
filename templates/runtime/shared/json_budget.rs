//! Limits the work of reading a type from a tree: with nested unions that are tried variant by variant, an input could
//! otherwise cause work that is exponential in its depth.

use std::cell::Cell;

use super::json::{Decode, DecodeError, Value};

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
    bounded(value, || T::decode(value))
}

/// Runs `work` with a budget that is linear in the size of the tree.
pub fn bounded<T>(value: &Value<'_>, work: impl FnOnce() -> T) -> T {
    let before = LEFT.replace((1024 + parts(value)).saturating_mul(LOOKS));
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
pub(super) fn parts(value: &Value<'_>) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(parts).sum::<usize>(),
        Value::Object(fields) => 1 + fields.iter().map(|(_, value)| parts(value)).sum::<usize>(),
        Value::String(text) | Value::Text(text) => 1 + cost(text),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Opaque(_) => 1,
    }
}

/// The cost of reading a string, which is copied.
pub(super) fn cost(text: &str) -> usize {
    text.len() / 64
}
