//! The files of a run: collected in memory, then written, checked or compared.
//!
//! There are two kinds of files: generated files, which have keystub's header and are overwritten, and files that are
//! written once and then belong to the user. A file without the header is never touched.

mod compare;
mod error;
mod file_set;
mod path;
mod tree;
mod write;

pub use compare::Drift;
#[cfg(feature = "cli")]
pub(crate) use compare::unified_diff;
pub use error::OutputError;
pub use file_set::{FileKind, FileSet};
pub(crate) use file_set::{INCLUDED, pack_mark};
pub use path::RelPath;
pub use write::WriteSummary;

#[cfg(test)]
mod tests;
