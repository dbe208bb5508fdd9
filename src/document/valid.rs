//! A valid document: the typed form, the tree, and the places where its nodes were written.

use std::path::PathBuf;
use std::sync::Arc;

use openapiv3::OpenAPI;

use super::bundle::FILES;
use super::extent::Extent;
use super::kind::Kind;
use super::mapped::MappedNames;
use super::shape::Shaper;
use super::tree::Node;
use super::typed;
use super::upgrade::Moves;
#[cfg(feature = "cli")]
use crate::diag::Diagnostic;
use crate::diag::{Code, InvalidDocument, Listing, Pointer, Report, Sources};
use crate::limits::Limits;

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
    pub tree: Arc<Node>,
    /// The texts of its files.
    pub sources: Sources,
    /// The warnings of reading, with the original pointers.
    pub(super) warnings: Report,
    /// Maps nodes of the tree to the places where they were written.
    pub(super) moves: Moves,
    /// The files that were read.
    pub(super) files: Vec<PathBuf>,
    /// The limits for reading and generating.
    pub limits: Limits,
    /// The formats and components that are mapped to other types.
    pub mapped: MappedNames,
    /// How much of it becomes part of the model.
    pub extent: Extent,
}

impl Document {
    /// The node at `at`.
    pub fn node(&self, at: &Pointer) -> Option<&Node> {
        self.tree.find(at)
    }

    /// The operation at `at` if its method has no key in 3.0.
    pub fn operation(&self, at: &Pointer) -> Option<openapiv3::Operation> {
        let shaped = Shaper::default().shape(Kind::Operation, self.tree.find(at)?, at);
        typed::parse(&shaped).ok()
    }

    /// The path item at `at`, which may be outside `paths`.
    ///
    /// # Errors
    ///
    /// The errors in the path item.
    pub fn path_item(&self, at: &Pointer) -> Result<openapiv3::PathItem, Report> {
        let mut shaper = Shaper::default();
        let shaped = shaper.shape(Kind::PathItem, self.tree.find(at).unwrap_or(&Node::Null), at);
        let mut report = shaper.report;
        if report.has_errors() {
            return Err(report);
        }
        typed::parse(&shaped).map_err(|error| {
            report.error(Code::Malformed, at, format!("the path item is malformed: {error}"));
            report
        })
    }

    /// The default `security` of the document in which the operation at `at` was written, if that is a document in
    /// another file. The other file may also contain only the operation.
    pub fn default_in_other_file(&self, at: &Pointer) -> Option<&Node> {
        let written = self.moves.written(at);
        let mut tokens = written.tokens();
        let (_, file) = (tokens.next().filter(|first| *first == FILES)?, tokens.next()?);
        let root = self.tree.find(&Pointer::root().child(FILES).child(&file))?;
        let is_document = root.get("openapi").is_some() || root.get("swagger").is_some();
        root.get("security").filter(|_| is_document)
    }

    /// The files that were read; empty for standard input.
    pub fn files(&self) -> Vec<PathBuf> {
        self.files.clone()
    }

    /// The name of the file that is the document, as the user gave it.
    #[cfg(feature = "cli")]
    pub fn name(&self) -> String {
        self.sources.name().to_owned()
    }

    /// The error for a report about this document.
    pub fn invalid(&self, report: &Report) -> InvalidDocument {
        InvalidDocument::new(&self.whole(report), &self.sources)
    }

    /// The listing of a report about this document.
    pub fn listing(&self, report: &Report) -> Listing {
        Listing::new(&self.whole(report), &self.sources)
    }

    /// The listing of what a report about this document says about overlays.
    #[cfg(feature = "cli")]
    pub fn overlay_listing(&self, report: &Report) -> Listing {
        self.original_listing(&self.about_overlays(report))
    }

    /// The listing of a report with original pointers.
    #[cfg(feature = "cli")]
    pub fn original_listing(&self, report: &Report) -> Listing {
        Listing::new(report, &self.sources)
    }

    /// What a report about this document says about overlays, with the original pointers.
    #[cfg(feature = "cli")]
    pub fn about_overlays(&self, report: &Report) -> Report {
        let is_about_overlays = |code| {
            matches!(code, Code::OverlayAccess | Code::OverlayConflict | Code::OverlayExtends | Code::OverlayNoMatch)
        };
        let mut about_overlays = Report::new();
        let whole = self.whole(report);
        whole.iter().filter(|found| is_about_overlays(found.code)).for_each(|found| about_overlays.push(found.clone()));
        about_overlays
    }

    /// The warnings, of a report about this document and of reading, about parts that are not in the model, if `other`,
    /// another version of the document, does not have the part or has another one. The pointers are the original ones.
    #[cfg(feature = "cli")]
    pub fn uncompared(&self, report: &Report, other: &Self) -> Report {
        let is_uncompared = |found: &&Diagnostic| {
            // A server with another fault in its variables is compared.
            let is_server = found.code == Code::BadServerUrl && found.at.last().as_deref() == Some("url");
            let is_ignored = matches!(
                found.code,
                Code::IgnoredKeyword | Code::IgnoredMediaType | Code::UnsupportedPattern | Code::UnsupportedSchema
            );
            is_server || is_ignored
        };
        let explained = |found: &Diagnostic| found.clone().help("it differs between the versions and is not compared");
        let (mut selected, mut lowered) = (Report::new(), Report::new());
        let read = self.warnings.iter().filter(is_uncompared);
        let read = read.filter(|found| self.differs(&self.moves.now(&found.at), other));
        read.for_each(|found| selected.push(explained(found)));
        let found = report.iter().filter(is_uncompared).filter(|found| self.differs(&found.at, other));
        found.for_each(|found| lowered.push(explained(found)));
        selected.extend(self.moves.original(&lowered));
        let dropped = self.warnings.dropped().warnings + report.dropped().warnings;
        if dropped > 0 && self.tree != other.tree {
            let message = format!("{dropped} more warnings are not listed; what they are about is not compared");
            selected.push(Diagnostic::warning(Code::IgnoredKeyword, &Pointer::root(), message));
        }
        selected
    }

    /// Whether the part at `at`, or the nearest one around it, is another one in `other`.
    #[cfg(feature = "cli")]
    fn differs(&self, at: &Pointer, other: &Self) -> bool {
        let mut at = at.clone();
        // These keywords have others next to them that belong to them: `then`, `else`, `minContains` and `maxContains`.
        let is_group = matches!(at.last().as_deref(), Some("if" | "contains"));
        if let Some(whole) = at.parent().filter(|_| is_group) {
            at = whole;
        }
        while let (None, Some(around)) = (self.node(&at), at.parent()) {
            at = around;
        }
        // `webhooks` are compared even if no code is generated for them.
        at != Pointer::root().child("webhooks") && self.node(&at) != other.node(&at)
    }

    /// The original place of the node at `at`, as the user knows it: `#/paths` or `other.yaml#/A`.
    pub fn shown(&self, at: &Pointer) -> String {
        self.sources.shown_place(&self.moves.written(at))
    }

    /// Whether the node at `at` was added or moved by an overlay.
    pub fn is_overlaid(&self, at: &Pointer) -> bool {
        self.sources.is_overlaid(&self.moves.written(at))
    }

    /// Where the nodes at these pointers were written: the key of a value of an object, the start of other nodes.
    #[cfg(feature = "cli")]
    pub fn places(&self, nodes: &[Pointer]) -> Vec<crate::diag::Place> {
        let has_key =
            |at: &Pointer| at.parent().is_some_and(|parent| matches!(self.node(&parent), Some(Node::Object(_))));
        let written = |at: &Pointer| (self.moves.written(at), has_key(at));
        self.sources.places(&nodes.iter().map(written).collect::<Vec<_>>())
    }

    /// A message in which places are named as the user knows them.
    pub fn shown_text(&self, text: &str) -> String {
        self.sources.shown(&self.moves.original_text(text))
    }

    /// A report about this document with the original pointers.
    #[cfg(feature = "cli")]
    pub fn original(&self, report: &Report) -> Report {
        self.moves.original(report)
    }

    /// The report with the diagnostics of reading, all with the original pointers.
    fn whole(&self, report: &Report) -> Report {
        let mut whole = self.warnings.clone();
        whole.extend(self.moves.original(report));
        whole
    }
}
