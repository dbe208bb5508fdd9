//! The listing of a report, for people and as data.

use std::collections::BTreeMap;

use super::diagnostic::Kind;
use super::print::entry;
use super::source::{Lines, Position};
use super::{Counts, Diagnostic, Finding, Level, Report, Source, Sources};

/// Whether repeated warnings are grouped. Warnings are repeated if they have the same code and their messages differ
/// only in the text in backticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// The first warning of each kind, with the number of places.
    Grouped,
    /// Every warning.
    Listed,
}

/// The diagnostics of a report with their lines, file by file in the order of the text.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    findings: Vec<Finding>,
    entries: Vec<String>,
    grouped: Vec<String>,
    counts: Counts,
}

impl Listing {
    /// Looks up the line of every diagnostic.
    pub(crate) fn new(report: &Report, sources: &Sources) -> Self {
        let mut listing = Self { counts: report.counts(), ..Self::default() };
        let mut ungrouped = report.warnings_by_kind();
        for (source, report) in sources.split(report) {
            let lines = Lines::new(source.text());
            for (found, place) in located(&report, source) {
                let shown = shown(found, sources);
                let entry = entry(&shown, place, source, &lines);
                if let Some(count) = places(found, &mut ungrouped) {
                    listing.grouped.push(format!("{entry}{}", note(count)));
                }
                listing.entries.push(entry);
                listing.findings.push(Finding::new(shown, place, source));
            }
        }
        listing
    }

    /// The diagnostics as data.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Each diagnostic as it is printed.
    pub fn entries(&self, repeated: Repeated) -> &[String] {
        match repeated {
            Repeated::Grouped => &self.grouped,
            Repeated::Listed => &self.entries,
        }
    }

    /// How many diagnostics of each level there are, including those that are not listed.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// All entries, and the counts on the last line.
    pub fn text(&self, repeated: Repeated) -> String {
        let mut text = self.entries(repeated).join("\n");
        if self.counts.all() == 0 {
            return text;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let hidden = self.counts.all() - self.entries.len();
        let hidden = if hidden > 0 { format!(" ({hidden} not shown)") } else { String::new() };
        text + &format!("{}{hidden}\n", self.counts)
    }
}

/// The diagnostics about one file with their places, in the order of its text.
fn located<'r>(report: &'r Report, source: &Source) -> Vec<(&'r Diagnostic, Option<Position>)> {
    let places = source.places(&report.iter().collect::<Vec<_>>());
    let mut located: Vec<_> = report.iter().zip(places).collect();
    located.sort_by_key(|(_, place)| *place);
    located
}

/// The diagnostic with other files named as the user knows them.
fn shown(diagnostic: &Diagnostic, sources: &Sources) -> Diagnostic {
    let help = diagnostic.help.as_ref().map(|help| sources.shown(help));
    Diagnostic { message: sources.shown(&diagnostic.message), help, ..diagnostic.clone() }
}

/// The number of places in the grouped entry of a diagnostic; `None` if an earlier entry includes it.
fn places(found: &Diagnostic, ungrouped: &mut BTreeMap<Kind, usize>) -> Option<usize> {
    match found.level {
        Level::Warning => ungrouped.remove(&found.kind()),
        Level::Error | Level::Skipped => Some(1),
    }
}

fn note(places: usize) -> String {
    match places {
        1 => String::new(),
        places => format!("      = {places} places, of which this is the first\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Listing, Repeated};
    use crate::diag::{Code, Diagnostic, Format, Pointer, Report, Source, escaped};

    fn listing(report: &Report, source: Source, repeated: Repeated) -> String {
        Listing::new(report, &source.into()).text(repeated)
    }

    #[test]
    fn listing_shows_code_place_line_and_help() {
        let text = "paths:\n  /x:\n    get:\n      security:\n        - zzz: []\n";
        let at = Pointer::parse("/paths/~1x/get/security/0/zzz").unwrap();
        let mut report = Report::new();
        let diagnostic = Diagnostic::error(Code::UnknownScheme, &at, "security scheme `zzz` is not declared");
        report.push(diagnostic.on_key().help("declared schemes: key, session"));
        let expected = "\
error[unknown-scheme]: security scheme `zzz` is not declared
  --> api.yaml:5:11  (#/paths/~1x/get/security/0/zzz)
    5 |         - zzz: []
      |           ^ declared schemes: key, session

1 error
";
        assert_eq!(listing(&report, Source::new("api.yaml", text, Format::Yaml), Repeated::Listed), expected);
    }

    #[test]
    fn repeated_warnings_are_one_entry_and_errors_are_not() {
        let text = "a: 1\nb: 2\nc: 3\nd: 4\n";
        let mut report = Report::new();
        for key in ["c", "a", "b"] {
            let at = Pointer::root().child(key);
            report.warning(Code::UnsupportedSchema, &at, format!("`{key}` is not checked"));
            report.error(Code::Malformed, &at, "malformed");
        }
        report.warning(Code::UnsupportedSchema, &Pointer::root().child("d"), "`d` is ignored");
        let source = Source::new("api.yaml", text, Format::Yaml);
        let grouped = listing(&report, source.clone(), Repeated::Grouped);
        let group = "warning[unsupported-schema]: `a` is not checked
  --> api.yaml:1:4  (#/a)
    1 | a: 1
      |    ^
      = 3 places, of which this is the first
";
        assert!(grouped.contains(group), "{grouped}");
        assert_eq!((grouped.matches("warning[").count(), grouped.matches("error[").count()), (2, 3), "{grouped}");
        assert!(grouped.ends_with("3 errors, 4 warnings\n"), "{grouped}");
        assert_eq!(listing(&report, source, Repeated::Listed).matches("warning[").count(), 4);
    }

    #[test]
    fn control_characters_are_never_printed() {
        let hostile = "\u{1b}]0;x\u{7}\u{202e}\u{9b}\u{200b}\r";
        let mut report = Report::new();
        report.error(Code::Syntax, &Pointer::root().child(hostile), hostile);
        let text = format!("{{\"{hostile}\": 1}}");
        let listing = listing(&report, Source::new(hostile, text, Format::Json), Repeated::Listed);
        assert!(listing.chars().all(|c| c == '\n' || escaped(&c.to_string()).len() == c.len_utf8()), "{listing:?}");
    }
}
