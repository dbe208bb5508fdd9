//! Documents with overlays, or with all their files, as text.

use std::path::PathBuf;

use crate::diag::{Code, Diagnostic, Format, Listing, Pointer, Report};
use crate::document::tree::Node;
use crate::document::{Input, LoadError, Loaded, Overlays, Rewritten, Subject, text};
use crate::error::Error;
use crate::limits::Limits;
use crate::lower::lower_skipping;
use crate::options::Options;
use crate::overlay_access;
use crate::threads::on_a_large_stack;

/// A document that can be written.
pub(crate) struct RewrittenDocument {
    tree: Node,
    /// The format of the original.
    pub(crate) format: Format,
    /// The files of the original.
    pub(crate) files: Vec<PathBuf>,
    /// The warnings.
    pub(crate) listing: Listing,
}

impl RewrittenDocument {
    /// The text in this format.
    pub(crate) fn text(&self, format: Format) -> Result<String, Error> {
        on_a_large_stack(|| text(&self.tree, format)).map_err(Error::Setting)
    }
}

/// Rewrites a document by these options.
pub(crate) struct Rewriting {
    input: Input,
    overlays: Overlays,
    limits: Limits,
}

impl Rewriting {
    /// The input and the options that matter: overlays, limits and the folder of references.
    ///
    /// # Errors
    ///
    /// If standard input cannot be read, or a limit is not possible.
    pub(crate) fn new(input: &Input, options: &Options) -> Result<Self, Error> {
        let limits = Limits { root: options.root.clone(), remote: options.remote.clone(), ..options.limits.clone() };
        limits.check().map_err(Error::Setting)?;
        let overlays = Overlays { files: options.overlays.clone(), is_strict: options.is_strict };
        Ok(Self { input: input.rereadable(limits.bytes).map_err(LoadError::Io)?, overlays, limits })
    }

    /// The document with the overlays applied.
    pub(crate) fn overlaid(&self) -> Result<RewrittenDocument, Error> {
        on_a_large_stack(|| {
            let document = Rewritten::overlaid(&self.input, &self.overlays, &self.limits)?;
            finish(document, self.access_report())
        })
    }

    /// The document without the overlays.
    pub(crate) fn plain(&self) -> Result<RewrittenDocument, Error> {
        on_a_large_stack(|| {
            let document = Rewritten::overlaid(&self.input, &Overlays::default(), &self.limits)?;
            finish(document, Report::new())
        })
    }

    /// The document with the files that it refers to.
    pub(crate) fn bundled(&self) -> Result<RewrittenDocument, Error> {
        on_a_large_stack(|| {
            let document = Rewritten::bundled(&self.input, &self.overlays, &self.limits)?;
            finish(document, self.access_report())
        })
    }

    /// What the overlays change about access.
    fn access_report(&self) -> Report {
        let mut report = Report::new();
        if self.overlays.is_empty() {
            return report;
        }
        let is_strict = self.overlays.is_strict;
        let loaded = |overlays: &Overlays| Loaded::load(Subject::Paths, &self.input, overlays, &self.limits);
        let written = loaded(&Overlays::default());
        let base = written.as_ref().ok().and_then(|written| Some((written, lower_skipping(written.clone()).ok()?)));
        let base = base.as_ref().map(|(written, (_, api, _))| (*written, api));
        match loaded(&self.overlays).and_then(lower_skipping) {
            Ok((document, api, _)) => {
                overlay_access::check(base, (&document, &api), is_strict, &mut report);
                document.original(&report)
            }
            Err(_) => {
                let message = "the document is invalid with its overlays, so what they change about access is unknown";
                let diagnostic = Diagnostic::warning(Code::OverlayAccess, &Pointer::root(), message);
                report.push(overlay_access::with_level(diagnostic, is_strict));
                report
            }
        }
    }
}

fn finish(document: Rewritten, report: Report) -> Result<RewrittenDocument, Error> {
    if report.has_errors() {
        return Err(Error::Document(document.invalid(report)));
    }
    let listing = document.listing(report);
    Ok(RewrittenDocument { format: document.format, tree: document.tree, files: document.files, listing })
}
