//! Reading: a path, standard input or bytes go in, a [`Document`] comes out.
//!
//! The document is there twice: as the tree of what was written, which every pointer leads into, and typed, as
//! `openapiv3` understands it. Where the typed one is silent about something, the tree has it.

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
pub use prune::LeftOut;
pub use read::Input;
pub use resolve::Component;
use shape::Shaper;
use tree::Node;
use upgrade::Moves;
pub use upgrade::PLACES;

/// A document that is well-formed, all its references included.
#[derive(Debug)]
pub struct Document {
    /// The document as OpenAPI 3.0.
    ///
    /// Not in it: security schemes of other kinds than its four, callbacks, links, examples and external
    /// documentation; keys it does not know; entries of `paths` that do not begin with `/` and of `responses` that
    /// are no status. The tree has them all.
    pub api: OpenAPI,
    /// The document as it was written, in the shape of OpenAPI 3.0.
    pub tree: Node,
    /// The texts of its files.
    pub sources: Sources,
    /// What the upgrade to that shape warns of, at the places where it was written.
    warnings: Report,
    /// Where its nodes were written.
    moves: Moves,
    /// The files that were read.
    files: Vec<PathBuf>,
    /// How far it may go.
    pub limits: Limits,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`LoadError::Io`] where the input cannot be read, [`LoadError::Document`] with all that is wrong in it.
    pub fn load(input: &Input, limits: &Limits) -> Result<Self, LoadError> {
        on_a_large_stack(|| Loaded::load(input, limits)?.document())
    }

    /// The node that `at` leads to, as it was written.
    pub fn node(&self, at: &Pointer) -> Option<&Node> {
        self.tree.find(at)
    }

    /// The operation at `at`, where it is of a method that 3.0 has no key for.
    pub fn operation(&self, at: &Pointer) -> Option<openapiv3::Operation> {
        let shaped = Shaper::default().shape(Kind::Operation, self.tree.find(at)?, at);
        typed::parse(&shaped).ok()
    }

    /// The `security` that the operation at `at` would have by default in the document where it was written, if that is a
    /// document in another file; its own file may also hold nothing but the operation.
    pub fn default_in_other_file(&self, at: &Pointer) -> Option<&Node> {
        let written = self.moves.written(at);
        let mut tokens = written.tokens();
        let (_, file) = (tokens.next().filter(|first| *first == bundle::FILES)?, tokens.next()?);
        let root = self.tree.find(&Pointer::root().child(bundle::FILES).child(&file))?;
        let is_document = root.get("openapi").is_some() || root.get("swagger").is_some();
        root.get("security").filter(|_| is_document)
    }

    /// The files that were read; none for standard input.
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

    /// Where the node at `at` was written, as the user knows the place: `#/paths` or `other.yaml#/A`.
    pub fn shown(&self, at: &Pointer) -> String {
        self.sources.shown(&self.moves.written(at).to_string())
    }

    /// A message with places in other files as the user knows them.
    pub fn shown_text(&self, text: &str) -> String {
        self.sources.shown(text)
    }

    /// The report with what reading has told, all at the places where it was written.
    fn whole(&self, report: &Report) -> Report {
        let mut whole = self.warnings.clone();
        whole.extend(report.map_places(|at| self.moves.written(at)));
        whole
    }
}

/// 120 levels of a schema take more than the 2 MiB that a thread has by default.
const STACK: usize = 256 << 20;

/// Runs `work` where nesting cannot overflow the stack.
pub(crate) fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let outcome = thread.expect("the system gives one more thread").join();
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests;
