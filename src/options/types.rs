//! Options of generated types.

use std::collections::BTreeMap;

use super::MappedType;

/// Additions to the generated types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeOptions {
    /// `derives`: the traits that every type derives, by path.
    pub derives: Vec<String>,
    /// `attributes`: attributes of every type, without `#[…]`.
    pub attributes: Vec<String>,
    /// `date-time = "jiff::Timestamp"`, `"components.Money" = "crate::Money"`: types of the user that take the place of
    /// generated ones.
    pub mapped: Vec<MappedType>,
    /// `[types.Pet]`: additions to one type, by the name of its component or its Rust name.
    pub by_name: BTreeMap<String, OneType>,
}

impl TypeOptions {
    /// Adds a type, or replaces that of the same source.
    pub fn map(&mut self, mapped: MappedType) {
        self.mapped.retain(|other| other.source != mapped.source);
        self.mapped.push(mapped);
    }
}

/// Additions to one generated type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OneType {
    /// `derives`: the traits that it derives, by path.
    pub derives: Vec<String>,
    /// `attributes`: its attributes, without `#[…]`.
    pub attributes: Vec<String>,
    /// `name`: its Rust name.
    pub name: Option<String>,
    /// `fields`: the Rust names of fields, by the names of the properties.
    pub fields: BTreeMap<String, String>,
    /// `variants`: the Rust names of variants, by the values of an enum or the types of a union.
    pub variants: BTreeMap<String, String>,
}
