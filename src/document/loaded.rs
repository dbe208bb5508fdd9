//! A document on its way: all its files as one tree in the shape of OpenAPI 3.0, before it is known to be well-formed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::kind::Kind;
use super::shape::Shaper;
use super::tree::Node;
use super::upgrade::{self, Moves};
use super::{Document, Input, LoadError, bundle, inline, load, resolve, typed, unknown, version};
use crate::diag::{Code, Diagnostic, InvalidDocument, Pointer, Report, Sources};
use crate::limits::Limits;

/// A document that may still have mistakes below its first level.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub(super) tree: Node,
    pub(super) sources: Sources,
    pub(super) moves: Moves,
    /// What unknown keys and the upgrade report, at the places where it was written.
    warnings: Report,
    /// References that cannot be followed before the upgrade, at the places where they were written.
    unfollowed: Report,
    files: Vec<PathBuf>,
    pub(super) limits: Limits,
}

impl Loaded {
    /// Reads a document and its files.
    ///
    /// # Errors
    /// [`LoadError::Io`] where the input cannot be read, [`LoadError::Document`] where it is no document at all.
    pub fn load(input: &Input, limits: &Limits) -> Result<Self, LoadError> {
        let bytes = input.read(limits.bytes).map_err(LoadError::Io)?;
        let load::Parsed { source, tree } = load::load(&input.name(), bytes, limits);
        let read = tree.and_then(|tree| {
            let version = version::of(&tree)?;
            Ok((tree, version))
        });
        let (tree, version) = match read {
            Ok(read) => read,
            Err(diagnostic) => {
                let mut report = Report::new();
                report.push(*diagnostic);
                return Err(invalid(&report, &source.into()));
            }
        };
        let bundle::Bundled { tree, sources, paths: files, report } =
            bundle::bundle(tree, source, input.path(), limits);
        if report.iter().any(|found| !is_of_a_reference(found.code)) {
            return Err(invalid(&report, &sources));
        }
        let inline::Inlined { tree, moves, report: found } = inline::inline(tree, version, &report, limits);
        let mut unfollowed = report;
        unfollowed.extend(found);
        if unfollowed.iter().any(|found| matches!(found.code, Code::TooManyNodes | Code::TooDeep)) {
            return Err(invalid(&unfollowed, &sources));
        }
        let mut warnings = unknown::report(&tree, version, &moves);
        let upgraded = upgrade::upgrade(tree, version, limits.references, moves);
        warnings.extend(upgraded.report);
        let upgrade::Upgraded { tree, moves, .. } = upgraded;
        Ok(Self { tree, sources, moves, warnings, unfollowed, files, limits: limits.clone() })
    }

    /// The document, where it is well-formed.
    ///
    /// # Errors
    /// [`LoadError::Document`] with all that is wrong.
    pub fn document(self) -> Result<Document, LoadError> {
        if self.unfollowed.has_errors() {
            return Err(invalid(&self.unfollowed, &self.sources));
        }
        match self.typed() {
            Ok(_) if self.warnings.has_errors() => Err(invalid(&self.warnings, &self.sources)),
            Ok(api) => {
                let Self { tree, sources, moves, warnings, files, limits, .. } = self;
                Ok(Document { api, tree, sources, warnings, moves, files, limits })
            }
            Err(found) => Err(self.error(&found)),
        }
    }

    /// The node at `at`.
    pub fn node(&self, at: &Pointer) -> Option<&Node> {
        self.tree.find(at)
    }

    /// The place that a reference leads to in the end, if it leads anywhere.
    pub fn destination(&self, reference: &str) -> Option<Pointer> {
        resolve::destination(&self.tree, reference, self.limits.references)
    }

    /// The same for a draft of which more may be left out.
    ///
    /// # Errors
    /// What is malformed, at places in the tree.
    pub fn read(&self) -> Result<Document, Report> {
        let api = self.typed()?;
        let Self { tree, sources, moves, warnings, files, limits, .. } = self.clone();
        Ok(Document { api, tree, sources, warnings, moves, files, limits })
    }

    /// The failure with what `report` tells of places in the tree, and with what reading has told.
    pub fn error(&self, report: &Report) -> LoadError {
        let mut whole = self.warnings.clone();
        whole.extend(report.map_places(|at| self.moves.written(at)));
        invalid(&whole, &self.sources)
    }

    /// Errors of unknown keys and of the upgrade, at places in the tree; all are about security.
    pub(super) fn refused(&self) -> Report {
        let mut refused = Report::new();
        let errors = self.warnings.iter().filter(|found| found.level == crate::diag::Level::Error);
        errors.for_each(|found| refused.push(Diagnostic { at: self.moves.now(&found.at), ..found.clone() }));
        refused
    }

    /// Takes what is reported about references before the upgrade, at places in the tree.
    pub(super) fn take_unfollowed(&mut self) -> Report {
        let unfollowed = std::mem::take(&mut self.unfollowed);
        unfollowed.map_places(|at| self.moves.now(at))
    }

    /// The document as `openapiv3` understands it.
    ///
    /// # Errors
    /// What is malformed, at places in the tree.
    fn typed(&self) -> Result<openapiv3::OpenAPI, Report> {
        let mut shaper = Shaper::default();
        let shaped = shaper.shape(Kind::Document, &self.tree, &Pointer::root());
        let Shaper { mut report, references: mut waiting } = shaper;
        let mut in_files = BTreeSet::new();
        while let Some((at, reference, kind)) = waiting.pop_front() {
            if report.is_full() {
                break;
            }
            match resolve::follow(&self.tree, &reference, &at, self.limits.references) {
                Err(diagnostic) => report.push(*diagnostic),
                // What stands in another file is checked where something refers to it.
                Ok(target) if is_in_file(&target) && in_files.insert(target.clone()) => {
                    let shaper = self.shaped(kind, &target);
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
            let message = format!("the document is malformed: {error}");
            report.push(Diagnostic::error(Code::Malformed, &Pointer::root(), message));
            report
        })
    }

    /// Every reference that leads somewhere, whatever else is wrong.
    pub(super) fn references(&self) -> Vec<Reference> {
        let mut waiting = self.shaped(Kind::Document, &Pointer::root()).references;
        let mut found = Vec::new();
        let mut in_files = BTreeSet::new();
        while let Some((at, reference, kind)) = waiting.pop_front() {
            let Some(target) = resolve::destination(&self.tree, &reference, self.limits.references) else { continue };
            if is_in_file(&target) && in_files.insert(target.clone()) {
                waiting.extend(self.shaped(kind, &target).references);
            }
            found.push(Reference { at, target, kind });
        }
        found
    }

    fn shaped(&self, kind: Kind, at: &Pointer) -> Shaper {
        let mut shaper = Shaper::default();
        shaper.shape(kind, self.tree.find(at).expect("the caller has found it"), at);
        shaper
    }
}

fn invalid(report: &Report, sources: &Sources) -> LoadError {
    LoadError::Document(InvalidDocument::new(report, sources))
}

/// A reference that leads somewhere.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// The object that holds it.
    pub(super) at: Pointer,
    pub(super) target: Pointer,
    /// What it stands for.
    pub(super) kind: Kind,
}

/// Whether a mistake of this kind is about one reference alone.
fn is_of_a_reference(code: Code) -> bool {
    matches!(code, Code::DanglingRef | Code::RemoteRef | Code::OutsideRoot)
}

fn is_in_file(at: &Pointer) -> bool {
    at.tokens().next().is_some_and(|first| first == bundle::FILES)
}
