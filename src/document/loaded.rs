//! A document with all its files as one tree in the form of OpenAPI 3.0, not yet validated.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::kind::Kind;
use super::shape::Shaper;
use super::tree::Node;
use super::upgrade::{self, Moves};
use super::version::Version;
use super::{
    Document, Extent, Input, LoadError, MappedNames, Overlays, Subject, bundle, completion, conformance, inline, load,
    overlay, parts, resolve, typed, unknown, version, webhooks,
};
use crate::diag::{Code, Diagnostic, InvalidDocument, Origins, Pointer, Report, Source, Sources};
use crate::limits::Limits;
use crate::threads::both;

/// A document that may still have errors below its first level.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Shared with the documents that are read from it.
    pub(super) tree: Arc<Node>,
    pub(super) sources: Sources,
    pub(super) moves: Moves,
    /// The diagnostics for unknown keys and from the upgrade, with the original pointers.
    warnings: Report,
    /// References that could not be resolved before the upgrade, with the original pointers.
    unfollowed: Report,
    /// The errors of [`conformance`], with the original pointers.
    violations: Report,
    files: Vec<PathBuf>,
    pub(super) limits: Limits,
    mapped: MappedNames,
    extent: Extent,
}

impl Loaded {
    /// Reads a document and its files, and applies overlays to it. Its operations are those of `subject`.
    ///
    /// # Errors
    ///
    /// [`LoadError::Io`] if the input cannot be read, [`LoadError::Document`] if it is not an OpenAPI document.
    pub fn load(subject: Subject, input: &Input, overlays: &Overlays, limits: &Limits) -> Result<Self, LoadError> {
        let Single { tree, version, source, overlays: applied } = read(input, overlays, limits)?;
        let bundle::Bundled { tree, mut sources, paths: mut files, report } =
            bundle::bundle(tree, source, input, limits);
        files.extend(overlays.files.iter().cloned());
        let Applied { origins, sources: others, report: mut warnings } = applied;
        others.into_iter().for_each(|(at, source)| sources.add(at, source));
        sources.set_origins(origins);
        if report.iter().any(|found| !is_of_a_reference(found.code)) {
            return Err(invalid(&report, &sources));
        }
        let inline::Inlined { mut tree, mut moves, report: found } = inline::inline(tree, version, &report, limits);
        let mut unfollowed = report;
        unfollowed.extend(found);
        if subject == Subject::Webhooks {
            let found = webhooks::select(&mut tree, &mut moves, limits.references);
            unfollowed.extend(moves.original(&found));
        }
        if unfollowed.iter().any(|found| matches!(found.code, Code::TooManyNodes | Code::TooDeep)) {
            return Err(invalid(&unfollowed, &sources));
        }
        let (unfollowed, found) = unfollowed.split_errors();
        warnings.extend(found);
        let (unknown, violations) =
            both(|| unknown::report(&tree, version, &moves), || conformance::report(&tree, version, &moves));
        warnings.extend(unknown);
        let (violations, found) = violations.split_errors();
        warnings.extend(found);
        let upgraded = upgrade::upgrade(tree, version, limits.references, moves);
        warnings.extend(upgraded.report);
        let upgrade::Upgraded { tree, moves, .. } = upgraded;
        Ok(Self {
            tree: Arc::new(tree),
            sources,
            moves,
            warnings,
            unfollowed,
            violations,
            files,
            limits: limits.clone(),
            mapped: MappedNames::default(),
            extent: Extent::default(),
        })
    }

    /// The document with formats and components that are mapped to other types.
    pub fn with_mapped(self, mapped: MappedNames) -> Self {
        Self { mapped, ..self }
    }

    /// The document, of which not everything becomes part of the model.
    pub fn with_extent(self, extent: Extent) -> Self {
        Self { extent, ..self }
    }

    /// The validated document.
    ///
    /// # Errors
    ///
    /// [`LoadError::Document`] with all errors.
    pub fn document(self) -> Result<Document, LoadError> {
        if self.unfollowed.has_errors() {
            return Err(invalid(&self.unfollowed, &self.sources));
        }
        let typed = self.typed();
        let Self { tree, sources, moves, mut warnings, violations, files, limits, mapped, extent, .. } = self;
        warnings.extend(violations);
        match typed {
            Ok(api) if !warnings.has_errors() => {
                Ok(Document { api, tree, sources, warnings, moves, files, limits, mapped, extent })
            }
            typed => {
                warnings.extend(moves.original(&typed.err().unwrap_or_default()));
                Err(invalid(&warnings, &sources))
            }
        }
    }

    /// The node at `at`.
    pub fn node(&self, at: &Pointer) -> Option<&Node> {
        self.tree.find(at)
    }

    /// The tree, to modify it.
    pub(super) fn tree_mut(&mut self) -> &mut Node {
        Arc::make_mut(&mut self.tree)
    }

    /// The final target of a reference, if it has one.
    pub fn destination(&self, reference: &str) -> Option<Pointer> {
        resolve::destination(&self.tree, reference, self.limits.references)
    }

    /// Adds the missing parts without which nothing could be read; returns an entry for each.
    pub fn complete(&mut self) -> Report {
        completion::complete(self.tree_mut())
    }

    /// Like [`Self::document`], for a document of which more parts may be skipped.
    ///
    /// # Errors
    ///
    /// The errors, with pointers into the tree.
    pub fn read(&self) -> Result<Document, Report> {
        let api = self.typed()?;
        let Self { tree, sources, moves, warnings, files, limits, mapped, extent, .. } = self.clone();
        Ok(Document { api, tree, sources, warnings, moves, files, limits, mapped, extent })
    }

    /// The error for a `report` with pointers into the tree, including the diagnostics of reading.
    pub fn error(&self, report: &Report) -> LoadError {
        let mut whole = self.warnings.clone();
        whole.extend(self.moves.original(report));
        invalid(&whole, &self.sources)
    }

    /// The errors for unknown keys and from the upgrade, with pointers into the tree; all are about security.
    pub(super) fn refused(&self) -> Report {
        let mut refused = Report::new();
        let errors = self.warnings.iter().filter(|found| found.level == crate::diag::Level::Error);
        errors.for_each(|found| refused.push(Diagnostic { at: self.moves.now(&found.at), ..found.clone() }));
        refused
    }

    /// Takes the errors from before the upgrade that are about one part each, with pointers into the tree.
    pub(super) fn take_unfollowed(&mut self) -> Report {
        let mut unfollowed = std::mem::take(&mut self.unfollowed);
        unfollowed.extend(std::mem::take(&mut self.violations));
        unfollowed.map_places(|at| self.moves.now(at))
    }

    /// Drops the diagnostics of reading about places for which `is_gone`.
    pub(super) fn forget(&mut self, is_gone: impl Fn(&Pointer) -> bool) {
        for report in [&mut self.warnings, &mut self.unfollowed, &mut self.violations] {
            report.drop_places(&is_gone);
        }
    }

    /// The document as `openapiv3` types.
    ///
    /// # Errors
    ///
    /// The errors, with pointers into the tree.
    fn typed(&self) -> Result<openapiv3::OpenAPI, Report> {
        let parts::Read { frame, parts, mut report, references: mut waiting } = parts::read(&self.tree);
        let mut in_files = BTreeSet::new();
        while let Some((at, reference, kind)) = waiting.pop_front() {
            if report.is_full() {
                break;
            }
            match resolve::follow(&self.tree, &reference, &at, self.limits.references) {
                Err(diagnostic) => report.push(*diagnostic),
                // Nodes in another file are checked where they are referenced.
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
        let mut api = typed::parse(&frame).map_err(|error| parts::malformed(&Pointer::root(), &error))?;
        parts.into_iter().for_each(|part| part.add_to(&mut api));
        Ok(api)
    }

    /// Every reference that can be resolved, regardless of other errors.
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
        shaper.shape(kind, self.tree.find(at).expect("the caller checked that the node exists"), at);
        shaper
    }
}

/// A document with its overlays, without the files that it refers to.
pub(super) struct Single {
    pub(super) tree: Node,
    pub(super) version: Version,
    pub(super) source: Source,
    pub(super) overlays: Applied,
}

/// What overlays left besides the tree.
#[derive(Default)]
pub(super) struct Applied {
    pub(super) origins: Origins,
    pub(super) sources: Vec<(Pointer, Source)>,
    pub(super) report: Report,
}

/// Reads a document and applies overlays.
pub(super) fn read(input: &Input, overlays: &Overlays, limits: &Limits) -> Result<Single, LoadError> {
    let bytes = input.read(limits.bytes).map_err(LoadError::Io)?;
    let load::Parsed { source, tree } = load::load(&input.name(), bytes, limits);
    let read = tree.and_then(|tree| Ok((version::of(&tree)?, tree)));
    let (version, tree) = read.map_err(|diagnostic| invalid(&Report::from(*diagnostic), &source.clone().into()))?;
    if overlays.is_empty() {
        return Ok(Single { tree, version, source, overlays: Applied::default() });
    }
    let overlay::Overlaid { tree, origins, sources: others, report } =
        overlays.apply(tree, input.path(), limits).map_err(LoadError::Io)?;
    let mut sources = Sources::from(source.clone());
    others.iter().for_each(|(at, source)| sources.add(at.clone(), source.clone()));
    sources.set_origins(origins.clone());
    if report.has_errors() {
        return Err(invalid(&report, &sources));
    }
    // An overlay may change the version.
    let version = version::of(&tree).map_err(|diagnostic| invalid(&Report::from(diagnostic), &sources))?;
    Ok(Single { tree, version, source, overlays: Applied { origins, sources: others, report } })
}

pub(super) fn invalid(report: &Report, sources: &Sources) -> LoadError {
    LoadError::Document(InvalidDocument::new(report, sources))
}

#[cfg(test)]
impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// [`LoadError::Io`] if the input cannot be read, [`LoadError::Document`] if the document is invalid.
    pub fn load(input: &Input, limits: &Limits) -> Result<Self, LoadError> {
        crate::threads::on_a_large_stack(|| {
            Loaded::load(Subject::Paths, input, &Overlays::default(), limits)?.document()
        })
    }
}

/// A reference that can be resolved.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// The object that contains it.
    pub(super) at: Pointer,
    pub(super) target: Pointer,
    /// The kind of object that it replaces.
    pub(super) kind: Kind,
}

/// Whether an error with this code is about a single reference.
fn is_of_a_reference(code: Code) -> bool {
    matches!(code, Code::DanglingRef | Code::RemoteRef | Code::OutsideRoot)
}

fn is_in_file(at: &Pointer) -> bool {
    at.tokens().next().is_some_and(|first| first == bundle::FILES)
}
