//! `--skip-broken`: lowers a document that has errors, by removing invalid parts until none are left.

mod shadow;
pub(super) mod written;

use super::passes::lower;
use super::source::Source;
use super::{operation, security};
use crate::diag::{Code, Diagnostic, Level, Pointer, Report};
use crate::document::{Document, LoadError, Loaded, SkippedPart};
use crate::lower::operation::OperationAccess;
use crate::lower::ref_targets::Deep;
use crate::model::{Api, Skipped};
use written::{KnownAccess, NamedAccess, WrittenOperation};

/// How often a document is read again; each round reports up to 200 errors, and may uncover others.
const ROUNDS: usize = 100;

/// Lowers the valid parts of a document. The report has each error with what was skipped because of it.
///
/// Security is checked first and as a whole: an operation with invalid security is never skipped.
///
/// # Errors
///
/// If an error is about security or the whole document, if no operation would be left, or if the errors do not end.
pub fn lower_skipping(mut loaded: Loaded) -> Result<(Document, Api, Report), LoadError> {
    let completed = loaded.complete();
    let written = check_security(&loaded)?;
    let mut skipping = Skipping { loaded, report: completed, skipped: Vec::new() };
    let unfollowed = skipping.loaded.unfollowed();
    if unfollowed.has_errors() {
        skipping.skip(&unfollowed)?;
    }
    for _ in 0..ROUNDS {
        let mut report = Report::new();
        let found = match skipping.loaded.read() {
            Ok(document) => match lower(&document, &mut report) {
                Some(api) => match shadow::shadowing(&written, &document, &api) {
                    shadows if shadows.is_empty() => return skipping.finish(document, api, report),
                    shadows => shadows,
                },
                None => report,
            },
            Err(report) => report,
        };
        skipping.skip(&found)?;
    }
    Err(skipping.error())
}

/// The state of skipping: the remaining document, and what was skipped.
struct Skipping {
    loaded: Loaded,
    report: Report,
    skipped: Vec<SkippedPart>,
}

impl Skipping {
    fn skip(&mut self, found: &Report) -> Result<(), LoadError> {
        match self.loaded.skip(found) {
            Ok(skipped) => {
                self.report.extend(skipped.report);
                self.skipped.extend(skipped.skipped_parts);
                Ok(())
            }
            Err(refused) => {
                self.report.extend(refused);
                Err(self.loaded.error(&self.report))
            }
        }
    }

    fn finish(
        self,
        document: Document,
        mut api: Api,
        mut report: Report,
    ) -> Result<(Document, Api, Report), LoadError> {
        if api.operations.is_empty() && !self.skipped.is_empty() {
            return Err(self.error());
        }
        report.extend(self.report);
        api.invalid = self.skipped.into_iter().map(|SkippedPart { at, reason }| Skipped { at, reason }).collect();
        Ok((document, api, report))
    }

    /// All errors as errors, when nothing is skipped.
    fn error(&self) -> LoadError {
        let mut errors = Report::new();
        for found in self.report.iter() {
            match found.level {
                Level::Skipped => errors.push(Diagnostic { level: Level::Error, help: None, ..found.clone() }),
                Level::Error | Level::Warning => errors.push(found.clone()),
            }
        }
        self.loaded.error(&errors)
    }
}

/// Checks every security requirement of the original document, regardless of other errors in the operation, and lists
/// the operations with their requirements.
pub(super) fn check_security(loaded: &Loaded) -> Result<Vec<WrittenOperation>, LoadError> {
    if loaded.unskippable().has_errors() {
        return Err(loaded.error(&Report::new()));
    }
    let mut skeleton = loaded.skeleton();
    for _ in 0..ROUNDS {
        let found = match skeleton.read() {
            Ok(document) => return Ok(written::list(loaded, read_access(loaded, &document)?)),
            Err(found) => found,
        };
        skeleton.skip(&found).map_err(|refused| loaded.error(&refused))?;
    }
    let mut report = Report::new();
    let message = "the document has too many errors to determine its security";
    report.error(Code::Malformed, &Pointer::root(), message);
    Err(loaded.error(&report))
}

fn read_access(loaded: &Loaded, skeleton: &Document) -> Result<KnownAccess, LoadError> {
    let deep = Deep::gather(skeleton);
    let mut source = Source::new(skeleton, &deep);
    let security = security::Security::read(&mut source);
    let operations = operation::read_access(&mut source, &security);
    match source.report.has_errors() {
        true => Err(loaded.error(&source.report)),
        false => {
            let named = |access: &_| NamedAccess::of(access, |id| security.name(id));
            Ok(operations
                .into_iter()
                .map(|OperationAccess { path, at, access }| ((path, at), named(&access)))
                .collect())
        }
    }
}
