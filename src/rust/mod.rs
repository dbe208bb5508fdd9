//! Generates Rust from the model and the names: types with their codec, default values, the data of operations, and
//! documentation. Returns tokens, and formats files.

pub mod added_derives;
pub mod code;
pub mod codec;
pub mod derives;
pub mod discriminators;
pub mod docs;
pub mod enums;
pub mod fields;
pub mod format;
pub mod forms;
pub mod gates;
pub mod headers;
pub mod layout;
pub mod mapped;
pub mod models;
pub mod multipart;
pub mod operations;
pub mod presence;
pub mod rules;
pub mod shape_hints;
pub mod types;
pub mod uses;
pub mod values;

pub use code::Code;

use added_derives::AddedDerives;
use discriminators::Discriminators;
use gates::Gates;
use mapped::MappedTypes;

use crate::model::Api;
use crate::model::schema::Usage;
use crate::names::NameTable;

/// The side for which code is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It writes requests and reads responses.
    Client,
    /// It reads requests and writes responses.
    Server,
}

/// The input of code generation.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The model.
    pub api: &'a Api,
    /// The identifiers.
    pub names: &'a NameTable,
    /// The discriminator properties that have no field.
    pub discriminators: &'a Discriminators<'a>,
    /// The traits that the user adds to types.
    pub added_derives: &'a AddedDerives,
    /// The types that take the place of generated ones.
    pub mapped: &'a MappedTypes<'a>,
    /// The features that the parts of the crate need.
    pub gates: &'a Gates,
    /// The side.
    pub side: Side,
}

impl Context<'_> {
    /// Whether this side writes values of a type with this usage.
    pub fn writes(&self, usage: Usage) -> bool {
        match self.side {
            Side::Client => usage.in_request,
            Side::Server => usage.in_response,
        }
    }

    /// Whether this side reads values of a type with this usage.
    pub fn reads(&self, usage: Usage) -> bool {
        match self.side {
            Side::Client => usage.in_response,
            Side::Server => usage.in_request,
        }
    }
}
