//! `keystub audit --crate`: takes a generated crate and a folder with advisories in the format of RustSec, and returns
//! which locked packages are affected and what to do. It uses no network.

mod advisory;
mod crates;
mod database;
mod error;
mod format;
mod lock;
mod report;
mod workspace;

pub use database::Database;
pub use error::AdvisoryError;
pub use format::{json, text};
pub use report::{CrateReport, check};
