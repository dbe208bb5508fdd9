//! A dependency that the user adds to generated code.

use std::fmt;

/// An additional dependency of generated code. `Display` prints its line in `[dependencies]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedDependency {
    /// The name of the crate.
    pub name: String,
    /// The version requirement or the table, in TOML.
    pub requirement: String,
}

impl fmt::Display for AddedDependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.requirement)
    }
}
