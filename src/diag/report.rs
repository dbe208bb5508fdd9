//! Collects the diagnostics of a run.

use std::collections::BTreeMap;
use std::fmt;

use super::diagnostic::Kind;
use super::{Code, Diagnostic, Level, Pointer};

/// How many diagnostics of each level a report keeps; the others are only counted.
const KEPT: usize = 200;

/// The diagnostics of a run, in the order in which they were found.
///
/// Equal diagnostics are kept once. At most 200 of each level are kept; the others are only counted.
#[derive(Debug, Clone, Default)]
pub struct Report {
    kept: Vec<Diagnostic>,
    counts: Counts,
    /// How many warnings of each kind were counted but not kept.
    dropped_warnings: BTreeMap<Kind, usize>,
}

/// How many diagnostics of each level there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Errors in parts that were skipped.
    pub skipped: usize,
    /// Warnings.
    pub warnings: usize,
}

impl fmt::Display for Counts {
    /// `1 error, 2 skipped, 3 warnings`, without zero counts.
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

    /// The sum.
    pub(super) fn all(self) -> usize {
        self.errors + self.skipped + self.warnings
    }
}

impl From<Diagnostic> for Report {
    fn from(diagnostic: Diagnostic) -> Self {
        let mut report = Self::new();
        report.push(diagnostic);
        report
    }
}

impl Report {
    /// An empty report.
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
    pub(super) fn warnings_by_kind(&self) -> BTreeMap<Kind, usize> {
        let mut counts = self.dropped_warnings.clone();
        for kept in self.kept.iter().filter(|kept| kept.level == Level::Warning) {
            *counts.entry(kept.kind()).or_default() += 1;
        }
        counts
    }

    /// The report with each pointer replaced.
    pub fn map_places(&self, place: impl Fn(&Pointer) -> Pointer) -> Report {
        let mut report = self.clone();
        report.kept.iter_mut().for_each(|kept| kept.at = place(&kept.at));
        report
    }

    /// Drops the diagnostics about places for which `is_gone`. Those that were only counted stay counted.
    pub(crate) fn drop_places(&mut self, is_gone: impl Fn(&Pointer) -> bool) {
        let (gone, kept): (Vec<Diagnostic>, _) =
            std::mem::take(&mut self.kept).into_iter().partition(|kept| is_gone(&kept.at));
        self.kept = kept;
        gone.iter().for_each(|gone| *self.counts.of(gone.level) -= 1);
    }

    /// The report with each message and help replaced.
    pub(crate) fn map_texts(mut self, text: impl Fn(&str) -> String) -> Report {
        for kept in &mut self.kept {
            kept.message = text(&kept.message);
            kept.help = kept.help.as_deref().map(&text);
        }
        self
    }

    /// The diagnostics whose pointer `place` maps to another one, with that pointer.
    pub(super) fn select(&self, place: impl Fn(&Pointer) -> Option<Pointer>) -> Report {
        let reported = self.kept.iter().filter_map(|kept| Some(Diagnostic { at: place(&kept.at)?, ..kept.clone() }));
        let mut report = Report::new();
        reported.for_each(|diagnostic| report.push(diagnostic));
        report
    }

    /// The errors, and everything else.
    pub(crate) fn split_errors(mut self) -> (Report, Report) {
        let (errors, others) = std::mem::take(&mut self.kept).into_iter().partition(|kept| kept.level == Level::Error);
        let count = std::mem::take(&mut self.counts.errors);
        let errors =
            Report { kept: errors, counts: Counts { errors: count, ..Counts::default() }, ..Report::default() };
        (errors, Report { kept: others, ..self })
    }

    /// Whether it has errors.
    pub fn has_errors(&self) -> bool {
        self.counts.errors > 0
    }

    /// Whether no more errors are kept, so that work that only finds errors can stop.
    pub fn is_full(&self) -> bool {
        self.counts.errors >= KEPT
    }

    /// Whether it has no diagnostics.
    pub fn is_empty(&self) -> bool {
        self.counts.all() == 0
    }

    /// How many diagnostics of each level there are, including those that were not kept.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The diagnostics that were kept.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.kept.iter()
    }

    /// How many of each level were counted but not kept.
    pub(crate) fn dropped(&self) -> Counts {
        let mut dropped = self.counts;
        self.kept.iter().for_each(|kept| *dropped.of(kept.level) -= 1);
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Counts, Pointer, Report};

    #[test]
    fn equal_diagnostics_are_kept_once() {
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
    fn many_warnings_do_not_displace_errors() {
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
