//! Documents as a user gets them back: with overlays, or with the files that they refer to.

use std::path::{Path, PathBuf};

use super::bundle::{self, Bundled};
use super::loaded::{Applied, Single, invalid, read};
use super::tree::Node;
use super::{Input, LoadError, Overlays};
use crate::diag::{Format, InvalidDocument, Listing, Report, Sources};
use crate::limits::Limits;

/// A document as a tree.
pub struct Rewritten {
    /// The tree.
    pub tree: Node,
    /// The format of the document.
    pub format: Format,
    /// The files of the document.
    pub files: Vec<PathBuf>,
    sources: Sources,
    report: Report,
}

impl Rewritten {
    /// The document with overlays. Nothing below its first level is checked.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or an overlay cannot be applied.
    pub fn overlaid(input: &Input, overlays: &Overlays, limits: &Limits) -> Result<Self, LoadError> {
        let Single { tree, source, overlays: Applied { origins, sources: others, report }, .. } =
            read(input, overlays, limits)?;
        let format = source.format();
        let mut sources = Sources::from(source);
        others.into_iter().for_each(|(at, source)| sources.add(at, source));
        sources.set_origins(origins);
        let files = input.path().map(Path::to_owned).into_iter().collect();
        Ok(Self { tree, format, files, sources, report })
    }

    /// The document with all files that it refers to, in one tree.
    ///
    /// # Errors
    ///
    /// If something cannot be read or is not found, or an overlay cannot be applied.
    pub fn bundled(input: &Input, overlays: &Overlays, limits: &Limits) -> Result<Self, LoadError> {
        let Single { tree, source, overlays: Applied { origins, sources: others, mut report }, .. } =
            read(input, overlays, limits)?;
        let format = source.format();
        let Bundled { tree, mut sources, report: found, paths: files } = bundle::bundle(tree, source, input, limits);
        others.into_iter().for_each(|(at, source)| sources.add(at, source));
        sources.set_origins(origins);
        report.extend(found);
        match report.has_errors() {
            true => Err(invalid(&report, &sources)),
            false => Ok(Self { tree, format, files, sources, report }),
        }
    }

    /// The error for a `report`, with the warnings.
    pub fn invalid(&self, report: Report) -> InvalidDocument {
        let mut whole = self.report.clone();
        whole.extend(report);
        InvalidDocument::new(&whole, &self.sources)
    }

    /// The warnings, and those of `report`.
    pub fn listing(&self, report: Report) -> Listing {
        let mut whole = self.report.clone();
        whole.extend(report);
        Listing::new(&whole, &self.sources)
    }
}
