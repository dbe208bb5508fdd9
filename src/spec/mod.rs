//! Reading: a path, standard input or bytes go in, a [`Document`] comes out.
//!
//! The document is there twice: as the tree of what was written, which every pointer leads into, and typed, as
//! `openapiv3` understands it. Where the typed one is silent about something, the tree has it.

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

use std::fmt;
use std::path::{Path, PathBuf};

use openapiv3::OpenAPI;

use crate::diag::print;
use crate::diag::{Code, Diagnostic, Pointer, Report, Source, WorldError};
use kind::Kind;
pub use read::Input;
pub use resolve::Component;
pub use seed::Limits;
use shape::Shaper;
use tree::Node;
use upgrade::Moves;

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
    /// Its text.
    pub source: Source,
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
        print::listing(&self.whole(report), &self.source)
    }

    /// Each diagnostic of a report about this document as it is printed.
    pub fn print(&self, report: &Report) -> Vec<String> {
        print::entries(&self.whole(report), &self.source)
    }

    /// The report with what reading has told, all at the places where it was written.
    fn whole(&self, report: &Report) -> Report {
        let mut whole = self.warnings.clone();
        whole.extend(written(report, &self.moves));
        whole
    }

    fn from_bytes(input: &Input, bytes: Vec<u8>, limits: &Limits) -> Result<Self, Failure> {
        let files = input.path().map(Path::to_owned).into_iter().collect();
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
                return Err(Failure::document(report, source));
            }
        };
        let upgrade::Upgraded { tree, moves, report: warnings } = upgrade::upgrade(tree, version);
        match typed_document(&tree) {
            Ok(_) if warnings.has_errors() => Err(Failure::document(warnings, source)),
            Ok(api) => Ok(Self { api, tree, source, warnings, moves, files }),
            Err(found) => {
                let mut report = warnings;
                report.extend(written(&found, &moves));
                Err(Failure::document(report, source))
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
    for (at, reference) in references {
        if report.is_full() {
            break;
        }
        if let Err(diagnostic) = resolve::follow(tree, &reference, &at) {
            report.push(*diagnostic);
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
    /// The text.
    pub source: Source,
}

impl Failure {
    /// A document with errors.
    pub fn document(report: Report, source: Source) -> Self {
        Failure::Document(Box::new(Rejection { report, source }))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::World(error) => write!(f, "error: {error}"),
            Failure::Document(rejection) => f.write_str(&print::listing(&rejection.report, &rejection.source)),
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
