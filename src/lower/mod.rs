//! Lowering: converts a document to the closed model of an API, or reports why it cannot.
//!
//! [`passes`] has the order of the passes. [`source`] is the document; [`schema`] makes types of its schemas, and
//! [`operation`] operations of its paths; [`finish`] completes both; [`security`] and [`rules`] have their own folders.

mod component_name;
mod constrained;
mod draft;
mod example_cache;
mod examples;
mod extension;
mod filter;
mod finish;
mod flat_schema;
mod operation;
mod outgoing;
mod passes;
mod ref_targets;
mod rules;
mod schema;
mod security;
mod server;
mod skip;
mod source;
mod token;
mod value_schemas;

#[cfg(test)]
mod tests;

pub use filter::{Filtered, Shadowed, filter};
pub use operation::Requests;
pub use passes::lower;
pub use skip::lower_skipping;
