//! Why there is no value, or why a value is invalid.

use std::fmt;

use crate::diag::{Pointer, escaped};

/// Why a schema has no value, or why a value does not satisfy its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// The place in the value.
    pub place: Pointer,
    /// The schema in the document; the root if there is none.
    pub schema: Pointer,
    /// What was expected, or what cannot be satisfied.
    pub reason: String,
}

impl ValueError {
    pub(super) fn new(place: &Pointer, schema: &Pointer, reason: impl Into<String>) -> Self {
        Self { place: place.clone(), schema: schema.clone(), reason: reason.into() }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {} of the value, schema {})", escaped(&self.reason), self.place, self.schema)
    }
}

impl std::error::Error for ValueError {}
