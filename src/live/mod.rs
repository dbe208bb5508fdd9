//! Runs a document: the runtime of generated code, with operation tables that are built at run time.

mod dynamic;
pub(crate) mod mock;
mod rules;
mod tables;
