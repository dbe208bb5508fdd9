//! Diagnostics: what is wrong with a document, where, and how it can be put right.
//!
//! Passes collect [`Diagnostic`]s in a [`Report`] and go on, so that one run shows all.
//! [`print`] turns a report into the listing that the user reads.

mod code;
mod finding;
mod invalid_document;
mod io_error;
mod listing;
mod pointer;
pub mod print;
pub mod source;
mod sources;

use std::collections::BTreeMap;
use std::fmt;

pub use code::Code;
pub use finding::Finding;
pub use invalid_document::InvalidDocument;
pub use io_error::IoError;
pub use listing::{Listing, Repeated};
pub use pointer::Pointer;
pub use print::escaped;
pub use source::{Format, Position, Source};
pub use sources::Sources;

/// How many diagnostics of each level a report keeps; the rest is only counted.
const KEPT: usize = 200;

/// Whether code can be written all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is written.
    Error,
    /// An error whose owner is left out, as the user asked for.
    Skipped,
    /// Code is written, and the user should know something about it.
    Warning,
}

impl Level {
    /// Its name, as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule is broken.
    pub code: Code,
    /// Whether it stops the run.
    pub level: Level,
    /// The node that it is about.
    pub at: Pointer,
    /// Point at the key of the node rather than at its value.
    pub on_key: bool,
    /// The place in the text, where a parser said it; wins over `at`.
    pub position: Option<Position>,
    /// One sentence: what was found and what was expected.
    pub message: String,
    /// The way out, where it is known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error about the value at `at`.
    pub fn error(code: Code, at: &Pointer, message: impl Into<String>) -> Self {
        Self::new(Level::Error, code, at, message.into())
    }

    /// A warning about the value at `at`.
    pub fn warning(code: Code, at: &Pointer, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, at, message.into())
    }

    fn new(level: Level, code: Code, at: &Pointer, message: String) -> Self {
        Self { code, level, at: at.clone(), on_key: false, position: None, message, help: None }
    }

    /// The same, pointing at the key of the node.
    pub fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }

    /// The same with a way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn kind(&self) -> Kind {
        let unquoted: Vec<&str> = self.message.split('`').step_by(2).collect();
        (self.code, unquoted.join("`"))
    }

    /// The same at a place in the text that a parser has told.
    pub fn position(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }
}

/// The diagnostics of a run, in the order in which they were found.
///
/// Equal diagnostics are kept once. At most 200 of each level are kept; the others are only counted.
#[derive(Debug, Clone, Default)]
pub struct Report {
    kept: Vec<Diagnostic>,
    counts: Counts,
    /// How many warnings of each kind were counted and not kept.
    dropped_warnings: BTreeMap<Kind, usize>,
}

/// What repeated warnings have in common: the code, and the message without the names in backticks.
type Kind = (Code, String);

/// How many diagnostics of each level there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that stop the run.
    pub errors: usize,
    /// The errors whose owner is left out.
    pub skipped: usize,
    /// Those that do not.
    pub warnings: usize,
}

impl fmt::Display for Counts {
    /// `1 error, 2 skipped, 3 warnings`, without those of which there are none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize, word: &str| (count > 0).then(|| counted(count, word));
        let skipped = (self.skipped > 0).then(|| format!("{} skipped", self.skipped));
        let words = [plural(self.errors, "error"), skipped, plural(self.warnings, "warning")];
        f.write_str(&words.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

impl Counts {
    fn of(&mut self, level: Level) -> &mut usize {
        match level {
            Level::Error => &mut self.errors,
            Level::Skipped => &mut self.skipped,
            Level::Warning => &mut self.warnings,
        }
    }

    /// All together.
    fn all(self) -> usize {
        self.errors + self.skipped + self.warnings
    }
}

impl Report {
    /// A report with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let count = self.counts.of(diagnostic.level);
        if *count < KEPT {
            if self.kept.contains(&diagnostic) {
                return;
            }
            self.kept.push(diagnostic);
        } else if diagnostic.level == Level::Warning {
            *self.dropped_warnings.entry(diagnostic.kind()).or_default() += 1;
        }
        *count += 1;
    }

    /// Adds an error about the value at `at`.
    pub fn error(&mut self, code: Code, at: &Pointer, message: impl Into<String>) {
        self.push(Diagnostic::error(code, at, message));
    }

    /// Adds a warning about the value at `at`.
    pub fn warning(&mut self, code: Code, at: &Pointer, message: impl Into<String>) {
        self.push(Diagnostic::warning(code, at, message));
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Report) {
        let dropped = other.dropped();
        for diagnostic in other.kept {
            self.push(diagnostic);
        }
        self.counts.errors += dropped.errors;
        self.counts.skipped += dropped.skipped;
        self.counts.warnings += dropped.warnings;
        for (kind, count) in other.dropped_warnings {
            *self.dropped_warnings.entry(kind).or_default() += count;
        }
    }

    /// How many warnings there are of each kind, including those that were not kept.
    fn warnings_by_kind(&self) -> BTreeMap<Kind, usize> {
        let mut counts = self.dropped_warnings.clone();
        for kept in self.kept.iter().filter(|kept| kept.level == Level::Warning) {
            *counts.entry(kept.kind()).or_default() += 1;
        }
        counts
    }

    /// The same about other places.
    pub fn map_places(&self, place: impl Fn(&Pointer) -> Pointer) -> Report {
        let mut report = self.clone();
        report.kept.iter_mut().for_each(|kept| kept.at = place(&kept.at));
        report
    }

    /// What is told of the places that `place` gives back, there; all the rest is left out.
    fn select(&self, place: impl Fn(&Pointer) -> Option<Pointer>) -> Report {
        let told = self.kept.iter().filter_map(|kept| Some(Diagnostic { at: place(&kept.at)?, ..kept.clone() }));
        let mut report = Report::new();
        told.for_each(|diagnostic| report.push(diagnostic));
        report
    }

    /// Whether something in it stops the run.
    pub fn has_errors(&self) -> bool {
        self.counts.errors > 0
    }

    /// Whether it keeps no more errors: what could only add some may stop.
    pub fn is_full(&self) -> bool {
        self.counts.errors >= KEPT
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.counts.all() == 0
    }

    /// How many there are of each level, also those that were not kept.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The diagnostics that were kept.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.iter()
    }

    /// How many of each level were counted and not kept.
    fn dropped(&self) -> Counts {
        let mut dropped = self.counts;
        self.kept.iter().for_each(|kept| *dropped.of(kept.level) -= 1);
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Counts, Pointer, Report};

    #[test]
    fn the_same_diagnostic_is_kept_once() {
        let mut report = Report::new();
        report.error(Code::DanglingRef, &Pointer::root(), "x");
        report.error(Code::DanglingRef, &Pointer::root(), "x");
        assert_eq!(report.counts(), Counts { errors: 1, ..Counts::default() });
    }

    #[test]
    fn dropped_warnings_are_counted_by_kind() {
        let mut first = Report::new();
        for index in 0..300 {
            first.warning(Code::UnsupportedSchema, &Pointer::root().index(index), format!("`{index}` is not checked"));
        }
        let mut report = Report::new();
        report.warning(Code::UnsupportedSchema, &Pointer::root(), "something else");
        report.extend(first);
        let counts: Vec<_> = report.warnings_by_kind().into_iter().map(|((_, text), count)| (text, count)).collect();
        assert_eq!(counts, [("` is not checked".to_owned(), 300), ("something else".to_owned(), 1)]);
    }

    #[test]
    fn a_flood_of_warnings_drops_no_error() {
        let mut report = Report::new();
        for index in 0..1000 {
            report.warning(Code::UnsupportedSchema, &Pointer::root().index(index), "x");
        }
        report.error(Code::DanglingRef, &Pointer::root(), "x");
        let mut whole = Report::new();
        whole.extend(report);
        let counts = Counts { errors: 1, skipped: 0, warnings: 1000 };
        assert_eq!((whole.counts(), whole.iter().count()), (counts, 201));
        assert!(whole.has_errors());
    }
}
