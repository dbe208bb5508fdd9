//! A bound on the work of reading a type from a tree: unions that are told apart by trying, inside each other, could be
//! made to try every combination of their variants, which doubles with each level of the text.

use std::cell::Cell;

use super::json::{Decode, DecodeError, Value};

/// How often each part of a tree may be looked at, on average.
const LOOKS: usize = 64;

thread_local! {
    /// What is left of the running reading, which never leaves its thread.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Reads a type from a tree with work in proportion to the tree.
///
/// # Errors
///
/// If the value is not of this type, or it cannot be told with so much work.
pub fn read<T: Decode>(value: &Value<'_>) -> Result<T, DecodeError> {
    bounded(value, || T::decode(value))
}

/// Does work on a tree in proportion to it.
pub(super) fn bounded<T>(value: &Value<'_>, work: impl FnOnce() -> T) -> T {
    let before = LEFT.replace((1024 + parts(value)).saturating_mul(LOOKS));
    let done = work();
    LEFT.set(before);
    done
}

/// Takes the work of one look at so many parts.
pub(super) fn charge(parts: usize) -> Result<(), DecodeError> {
    let left = LEFT.get().saturating_sub(1 + parts);
    LEFT.set(left);
    if left == 0 {
        Err(DecodeError::new("the value fits too many variants in part to tell which it is"))
    } else {
        Ok(())
    }
}

/// How much there is in a value to look at.
pub(super) fn parts(value: &Value<'_>) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(parts).sum::<usize>(),
        Value::Object(fields) => 1 + fields.iter().map(|(_, value)| parts(value)).sum::<usize>(),
        Value::String(text) | Value::Text(text) => 1 + cost(text),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Opaque(_) => 1,
    }
}

/// A long text is copied where it is read.
pub(super) fn cost(text: &str) -> usize {
    text.len() / 64
}
