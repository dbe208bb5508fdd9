//! The formats and components that the user maps to other types. Lowering looks them up here; the types themselves are
//! known to code generation only.

use std::collections::{BTreeMap, BTreeSet};

/// What is mapped, each with the index of its type.
#[derive(Debug, Clone, Default)]
pub struct MappedNames {
    /// Formats.
    pub formats: BTreeMap<String, usize>,
    /// Keys in `components/schemas`.
    pub components: BTreeMap<String, usize>,
    /// The indices of types that are plain strings.
    pub texts: BTreeSet<usize>,
}
