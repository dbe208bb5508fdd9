//! Lowering: converts a document to the closed model of an API, or reports why it cannot.
//!
//! [`passes`] has the order of the passes; each pass has its own file.

mod compose;
mod content;
mod defaults;
mod discriminate;
mod encoding;
mod enums;
mod extension;
mod family;
mod fields;
mod flat_schema;
mod form;
mod formats;
mod forms;
mod found_operation;
mod graph;
mod header_field;
mod lowering;
mod misspelt;
mod nullability;
mod operation;
mod parameter;
mod passes;
mod path;
mod pending_default;
mod place;
mod properties;
mod recursion;
mod ref_targets;
mod route;
mod rules;
mod scalar;
mod schema;
mod security;
mod server;
mod skip;
mod subtypes;
mod token;
mod union;
mod usage;

#[cfg(test)]
mod tests;

use extension::text_of;
use lowering::Lowering;
pub use passes::lower;
pub use skip::lower_skipping;
