//! Reading: a path, standard input or bytes go in, a [`Document`] comes out.
//!
//! The document is there twice: as the tree of what was written, which every pointer leads into, and typed, as
//! `openapiv3` understands it. Where the typed one is silent about something, the tree has it.

mod bundle;
mod guard;
mod kind;
mod load;
mod mend;
mod merge;
mod read;
mod resolve;
mod seed;
mod shape;
pub mod tree;
mod typed;
mod upgrade;
mod version;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use openapiv3::OpenAPI;

use crate::diag::print;
use crate::diag::{Code, Diagnostic, Pointer, Report, Sources, WorldError};
pub use bundle::FILES;
use kind::Kind;
pub use read::Input;
pub use resolve::Component;
pub use seed::Limits;
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
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`Failure::World`] where the input cannot be read, [`Failure::Document`] with all that is wrong in it.
    pub fn load(input: &Input, limits: &Limits) -> Result<Self, Failure> {
        let bytes = input.read(limits.bytes).map_err(Failure::World)?;
        on_a_large_stack(|| Self::from_bytes(input, bytes, limits))
    }

    /// The node that `at` leads to, as it was written.
    pub fn node(&self, at: &Pointer) -> Option<&Node> {
        self.tree.find(at)
    }

    /// The files that were read; none for standard input.
    pub fn files(&self) -> Vec<PathBuf> {
        self.files.clone()
    }

    /// The whole listing of a report about this document.
    pub fn listing(&self, report: &Report) -> String {
        print::listing(&self.whole(report), &self.sources)
    }

    /// Each diagnostic of a report about this document as it is printed.
    pub fn print(&self, report: &Report) -> Vec<String> {
        print::entries(&self.whole(report), &self.sources)
    }

    /// The report with what reading has told, all at the places where it was written.
    fn whole(&self, report: &Report) -> Report {
        let mut whole = self.warnings.clone();
        whole.extend(written(report, &self.moves));
        whole
    }

    fn from_bytes(input: &Input, bytes: Vec<u8>, limits: &Limits) -> Result<Self, Failure> {
        let load::Loaded { source, tree } = load::load(&input.name(), bytes, limits);
        let read = tree.and_then(|tree| {
            let version = version::of(&tree)?;
            Ok((tree, version))
        });
        let (tree, version) = match read {
            Ok(read) => read,
            Err(diagnostic) => {
                let mut report = Report::new();
                report.push(*diagnostic);
                return Err(Failure::document(report, source.into()));
            }
        };
        let bundle::Bundled { tree, sources, paths: files, report } =
            bundle::bundle(tree, source, input.path(), limits);
        if report.has_errors() {
            return Err(Failure::document(report, sources));
        }
        let upgrade::Upgraded { tree, moves, report: warnings } = upgrade::upgrade(tree, version);
        match typed_document(&tree) {
            Ok(_) if warnings.has_errors() => Err(Failure::document(warnings, sources)),
            Ok(api) => Ok(Self { api, tree, sources, warnings, moves, files }),
            Err(found) => {
                let mut report = warnings;
                report.extend(written(&found, &moves));
                Err(Failure::document(report, sources))
            }
        }
    }
}

/// The report with the places as the user wrote them.
fn written(report: &Report, moves: &Moves) -> Report {
    report.map_places(|at| moves.written(at))
}

fn typed_document(tree: &Node) -> Result<OpenAPI, Report> {
    let mut shaper = Shaper::default();
    let shaped = shaper.shape(Kind::Document, tree, &Pointer::root());
    let Shaper { mut report, references } = shaper;
    let mut waiting = references;
    let mut in_files = BTreeSet::new();
    while let Some((at, reference, kind)) = waiting.pop_front() {
        if report.is_full() {
            break;
        }
        match resolve::follow(tree, &reference, &at) {
            Err(diagnostic) => report.push(*diagnostic),
            // What stands in another file is checked where something refers to it.
            Ok(target) if is_in_file(&target) && in_files.insert(target.clone()) => {
                let mut shaper = Shaper::default();
                shaper.shape(kind, tree.find(&target).expect("the reference was followed"), &target);
                report.extend(shaper.report);
                waiting.extend(shaper.references);
            }
            Ok(_) => {}
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    typed::parse(&shaped).map_err(|error| {
        report.push(Diagnostic::error(
            Code::Malformed,
            &Pointer::root(),
            format!("the document is malformed: {error}"),
        ));
        report
    })
}

fn is_in_file(at: &Pointer) -> bool {
    at.tokens().next().is_some_and(|first| first == bundle::FILES)
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

/// Why there is no document.
#[derive(Debug)]
pub enum Failure {
    /// The input cannot be read.
    World(WorldError),
    /// The input is not a document that we read.
    Document(Box<Rejection>),
}

/// What is wrong with a document, and its text to show where.
#[derive(Debug)]
pub struct Rejection {
    /// All that was found.
    pub report: Report,
    /// The texts.
    pub sources: Sources,
}

impl Failure {
    /// A document with errors.
    pub fn document(report: Report, sources: Sources) -> Self {
        Failure::Document(Box::new(Rejection { report, sources }))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::World(error) => write!(f, "error: {error}"),
            Failure::Document(rejection) => f.write_str(&print::listing(&rejection.report, &rejection.sources)),
        }
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Failure::World(error) => Some(error),
            Failure::Document(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
