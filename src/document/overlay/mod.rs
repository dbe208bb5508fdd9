//! Overlays: applies the actions of OpenAPI Overlay 1.0 and 1.1 documents to a tree.
//!
//! A node that an overlay brings keeps its place in the overlay file, so that diagnostics point there.

mod apply;
mod merge;
mod parse;
mod remove;

use std::path::{Path, PathBuf};

use super::json_path::Budget;
use super::load;
use super::read::Input;
use super::tree::Node;
use crate::diag::{Code, Diagnostic, IoError, Level, Origins, Pointer, Report, Source};
use crate::limits::Limits;
use apply::Applier;

/// The key below which diagnostics point into overlays.
const OVERLAYS: &str = "x-keystub-overlays";

/// The steps that all expressions of one run may take together: some seconds.
const STEPS: u64 = 30_000_000;

/// The overlays to apply, in order.
#[derive(Debug, Clone, Default)]
pub struct Overlays {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Whether warnings about overlays are errors.
    pub is_strict: bool,
}

/// A tree with overlays applied.
pub(super) struct Overlaid {
    pub(super) tree: Node,
    pub(super) origins: Origins,
    /// The overlay files, each with the pointer below which diagnostics point into it.
    pub(super) sources: Vec<(Pointer, Source)>,
    pub(super) report: Report,
}

impl Overlays {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Applies all to the `tree` of `document`. If the report has errors, the tree is incomplete.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub(super) fn apply(&self, tree: Node, document: Option<&Path>, limits: &Limits) -> Result<Overlaid, IoError> {
        let mut applier = Applier::new(tree, limits, Budget::new(STEPS));
        let mut sources = Vec::new();
        for (index, path) in self.files.iter().enumerate() {
            let at = Pointer::from_tokens([OVERLAYS, &index.to_string()]);
            let input = Input::Path(path.clone());
            let load::Parsed { source, tree } = load::load(&input.name(), input.read(limits.bytes)?, limits);
            sources.push((at.clone(), source));
            let overlay = match tree {
                Ok(tree) => parse::overlay(tree, &at, &mut applier.report),
                Err(diagnostic) => {
                    applier.report.push(unreadable(*diagnostic, &at));
                    None
                }
            };
            if let Some(overlay) = overlay {
                applier.report.extend(check_extends(&overlay, path, document));
                applier.apply(&overlay);
            }
            if applier.report.has_errors() {
                break;
            }
        }
        let Applier { tree, origins, report, .. } = applier;
        let report = if self.is_strict { strict(&report) } else { report };
        Ok(Overlaid { tree, origins, sources, report })
    }
}

/// The error of a file that is not YAML or JSON.
fn unreadable(found: Diagnostic, at: &Pointer) -> Diagnostic {
    let message = match found.code {
        Code::EmptyDocument => "the overlay is empty; expected an object with the key `overlay`".to_owned(),
        _ => found.message,
    };
    Diagnostic { at: at.join(&found.at), message, ..found }
}

/// A warning if `extends` names another file than the document. A URL may be the place where the document is published.
fn check_extends(overlay: &parse::Overlay, path: &Path, document: Option<&Path>) -> Report {
    let mut report = Report::new();
    let (Some((at, extends)), Some(document)) = (&overlay.extends, document) else { return report };
    let is_url = extends.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains('/'));
    let named = path.parent().unwrap_or(Path::new("")).join(extends);
    let is_same = matches!((named.canonicalize(), document.canonicalize()), (Ok(one), Ok(other)) if one == other);
    if !is_url && !is_same {
        let extends = crate::diag::print::excerpt(extends);
        let message = format!("the overlay extends `{extends}`, but it is applied to `{}`", document.display());
        report.warning(Code::OverlayExtends, at, message);
    }
    report
}

/// The report with its warnings as errors.
fn strict(report: &Report) -> Report {
    let mut strict = Report::new();
    report.iter().for_each(|found| strict.push(Diagnostic { level: Level::Error, ..found.clone() }));
    strict
}

#[cfg(test)]
mod tests;
