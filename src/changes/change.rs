//! A change, before the lines of its places are looked up.

use super::kind::Kind;
use crate::diag::Pointer;

/// A difference between two versions. Changes of one kind with the same message and places are one change of several
/// operations.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its kind.
    pub kind: &'static Kind,
    /// One sentence: what it was and what it is.
    pub message: String,
    /// The place in the old version, if it has one.
    pub old: Option<Pointer>,
    /// The place in the new version, if it has one.
    pub new: Option<Pointer>,
    /// The operations, as `METHOD /path` of the newest version that has them.
    pub operations: Vec<String>,
}

impl Change {
    /// A change without places.
    pub fn new(kind: &'static Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), old: None, new: None, operations: Vec::new() }
    }

    /// Sets the place in the old version.
    pub fn old(mut self, at: Pointer) -> Self {
        self.old = Some(at);
        self
    }

    /// Sets the place in the new version.
    pub fn new_at(mut self, at: Pointer) -> Self {
        self.new = Some(at);
        self
    }

    /// Adds an operation.
    pub fn of(mut self, operation: impl Into<String>) -> Self {
        self.operations.push(operation.into());
        self
    }
}
