//! Reading: takes a path, standard input or bytes, and returns a [`Document`].
//!
//! A document is held in two forms: as a tree of nodes, into which all pointers point, and as `openapiv3` types. What
//! the types do not cover is read from the tree.

mod bundle;
mod error;
mod grammar;
mod guard;
mod inline;
mod kind;
mod load;
mod loaded;
mod merge;
mod near;
mod prune;
mod read;
mod resolve;
mod seed;
mod shape;
mod tolerate;
pub mod tree;
mod typed;
mod unknown;
mod upgrade;
mod version;

use std::path::PathBuf;

use openapiv3::OpenAPI;

use crate::diag::{InvalidDocument, Listing, Pointer, Report, Sources};
use crate::limits::Limits;
pub use bundle::FILES;
pub use error::LoadError;
use kind::Kind;
pub use kind::{OPERATIONS, QUERY};
pub use loaded::Loaded;
pub use near::nearest;
pub use prune::SkippedPart;
pub use read::Input;
pub use resolve::Component;
use shape::Shaper;
use tree::Node;
use upgrade::Moves;
pub use upgrade::PLACES;

/// A valid document with all its files.
#[derive(Debug)]
pub struct Document {
    /// The document as OpenAPI 3.0 types.
    ///
    /// It does not contain: security schemes of other types than the four of 3.0, callbacks, links, examples, external
    /// documentation, unknown keys, entries of `paths` that do not start with `/`, and entries of `responses` that are
    /// not a status. The tree has them all.
    pub api: OpenAPI,
    /// The document in the form of OpenAPI 3.0.
    pub tree: Node,
    /// The texts of its files.
    pub sources: Sources,
    /// The warnings of reading, with the original pointers.
    warnings: Report,
    /// Maps nodes of the tree to the places where they were written.
    moves: Moves,
    /// The files that were read.
    files: Vec<PathBuf>,
    /// The limits for reading and generating.
    pub limits: Limits,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// [`LoadError::Io`] if the input cannot be read, [`LoadError::Document`] if the document is invalid.
    pub fn load(input: &Input, limits: &Limits) -> Result<Self, LoadError> {
        on_a_large_stack(|| Loaded::load(input, limits)?.document())
    }

    /// The node at `at`.
    pub fn node(&self, at: &Pointer) -> Option<&Node> {
        self.tree.find(at)
    }

    /// The operation at `at` if its method has no key in 3.0.
    pub fn operation(&self, at: &Pointer) -> Option<openapiv3::Operation> {
        let shaped = Shaper::default().shape(Kind::Operation, self.tree.find(at)?, at);
        typed::parse(&shaped).ok()
    }

    /// The default `security` of the document in which the operation at `at` was written, if that is a document in
    /// another file. The other file may also contain only the operation.
    pub fn default_in_other_file(&self, at: &Pointer) -> Option<&Node> {
        let written = self.moves.written(at);
        let mut tokens = written.tokens();
        let (_, file) = (tokens.next().filter(|first| *first == bundle::FILES)?, tokens.next()?);
        let root = self.tree.find(&Pointer::root().child(bundle::FILES).child(&file))?;
        let is_document = root.get("openapi").is_some() || root.get("swagger").is_some();
        root.get("security").filter(|_| is_document)
    }

    /// The files that were read; empty for standard input.
    pub fn files(&self) -> Vec<PathBuf> {
        self.files.clone()
    }

    /// The error for a report about this document.
    pub fn invalid(&self, report: &Report) -> InvalidDocument {
        InvalidDocument::new(&self.whole(report), &self.sources)
    }

    /// The listing of a report about this document.
    pub fn listing(&self, report: &Report) -> Listing {
        Listing::new(&self.whole(report), &self.sources)
    }

    /// The original place of the node at `at`, as the user knows it: `#/paths` or `other.yaml#/A`.
    pub fn shown(&self, at: &Pointer) -> String {
        self.sources.shown(&self.moves.written(at).to_string())
    }

    /// A message in which places in other files are named as the user knows them.
    pub fn shown_text(&self, text: &str) -> String {
        self.sources.shown(text)
    }

    /// The report with the diagnostics of reading, all with the original pointers.
    fn whole(&self, report: &Report) -> Report {
        let mut whole = self.warnings.clone();
        whole.extend(report.map_places(|at| self.moves.written(at)));
        whole
    }
}

/// 120 levels of a schema need more stack than the default of 2 MiB.
const STACK: usize = 256 << 20;

/// Runs `work` on a thread whose stack is large enough for the deepest document.
pub(crate) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let outcome = thread.expect("the system gives one more thread").join();
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests;
