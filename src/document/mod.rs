//! Reading: takes a path, standard input or bytes, and returns a [`Document`].
//!
//! A document is held in two forms: as a tree of nodes, into which all pointers point, and as `openapiv3` types. What
//! the types do not cover is read from the tree.

mod bundle;
mod completion;
mod conformance;
mod error;
mod extent;
mod filter;
mod fragment;
mod grammar;
mod guard;
mod inline;
mod json_path;
mod kind;
mod load;
mod loaded;
mod mapped;
mod merge;
mod near;
mod overlay;
mod parts;
mod prune;
mod read;
mod resolve;
mod revision;
#[cfg(feature = "docs")]
#[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "the documentation of a server has only the tree"))]
mod rewrite;
mod seed;
mod sequential;
mod shape;
mod tolerate;
pub mod tree;
mod typed;
mod unknown;
mod upgrade;
mod valid;
mod version;
mod webhooks;
#[cfg(feature = "docs")]
mod write;

pub use bundle::FILES;
#[cfg(feature = "docs")]
pub use bundle::with_needed_parts;
pub use error::LoadError;
pub use extent::Extent;
pub use filter::{Candidate, Filters, OperationAt, Unmatched};
pub use fragment::fragment_of;
pub use kind::{ITEMS, OPERATIONS, QUERY};
pub use loaded::Loaded;
pub use mapped::MappedNames;
pub use near::nearest;
pub use overlay::Overlays;
pub use prune::SkippedPart;
pub use read::Input;
pub use resolve::Component;
pub use revision::Revision;
#[cfg(feature = "docs")]
pub use rewrite::Rewritten;
pub use sequential::{Framing, framing};
pub use upgrade::{FILE_PART, PATTERNED, PLACES};
pub use valid::Document;
pub use webhooks::Subject;
#[cfg(feature = "docs")]
pub use write::text;

#[cfg(test)]
mod tests;
