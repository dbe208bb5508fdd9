//! The use of a type, which provides the words for its name.

use crate::diag::Pointer;
use crate::lower::component_name::component_name;
use crate::model::schema::{TypeHint, TypeId};

/// Where a type is used: the words for its name, and how many lists and maps are around it.
#[derive(Debug, Clone)]
pub(in crate::lower) struct Place {
    owner: PlaceOwner,
    role: String,
    /// How many lists and maps are around it since the last named type.
    pub(in crate::lower) nesting: usize,
}

#[derive(Debug, Clone)]
enum PlaceOwner {
    Type(TypeId),
    Operation(usize),
    /// A component that operations share, by its name.
    Shared(String),
}

impl Place {
    /// Inside a named type.
    pub(in crate::lower) fn within(owner: TypeId, role: impl Into<String>) -> Self {
        Self { owner: PlaceOwner::Type(owner), role: role.into(), nesting: 0 }
    }

    /// In an operation.
    pub(in crate::lower) fn operation(operation: usize, role: impl Into<String>) -> Self {
        Self { owner: PlaceOwner::Operation(operation), role: role.into(), nesting: 0 }
    }

    /// In a component that operations share: it has its own name, not that of its first user. `kind` says what it is.
    pub(in crate::lower) fn shared(at: &Pointer, kind: &str) -> Self {
        Self { owner: PlaceOwner::Shared(component_name(at)), role: kind.to_owned(), nesting: 0 }
    }

    /// The same place for another type next to the one that has its name.
    pub(in crate::lower) fn next_to(&self, word: &str) -> Self {
        Self { owner: self.owner.clone(), role: format!("{} {word}", self.role), nesting: self.nesting }
    }

    /// Inside one more list or map.
    pub(in crate::lower) fn inner(&self, word: &str) -> Self {
        let role = if self.role.is_empty() { word.to_owned() } else { format!("{} {word}", self.role) };
        Self { owner: self.owner.clone(), role, nesting: self.nesting + 1 }
    }

    /// The words for a type with this title.
    pub(in crate::lower) fn hint(&self, title: Option<&String>) -> TypeHint {
        let role = self.role.clone();
        match &self.owner {
            PlaceOwner::Type(owner) => TypeHint::Within { owner: *owner, role, title: title.cloned() },
            PlaceOwner::Operation(operation) => TypeHint::Operation { operation: *operation, role },
            PlaceOwner::Shared(name) => TypeHint::Shared { name: name.clone(), role },
        }
    }
}
