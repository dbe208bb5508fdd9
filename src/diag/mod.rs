//! Diagnostics: what is wrong with a document, where, and how to fix it.
//!
//! Passes collect [`Diagnostic`]s in a [`Report`] and continue, so that one run reports all of them. A [`Listing`] has
//! their lines.

mod code;
mod diagnostic;
mod explanation;
mod finding;
mod invalid_document;
mod io_error;
mod listing;
mod origins;
mod place;
mod pointer;
pub mod print;
mod report;
pub mod source;
mod sources;

pub use code::Code;
pub use diagnostic::{Diagnostic, Level};
pub use finding::Finding;
pub use invalid_document::InvalidDocument;
pub use io_error::IoError;
pub use listing::{Listing, Repeated};
pub use origins::Origins;
pub use place::Place;
pub use pointer::Pointer;
pub use print::escaped;
#[cfg(feature = "cli")]
pub use print::json_escaped;
pub(crate) use report::counted;
pub use report::{Counts, Report};
pub use source::{Format, Position, Source};
pub use sources::Sources;
