//! Workflow commands of GitHub Actions: annotations of lines.

use super::super::report::Audit;
use super::super::severity::Severity;
use crate::diag::escaped;

/// One command for each open finding.
pub fn github(audit: &Audit) -> String {
    let mut out = String::new();
    for finding in audit.open() {
        let command = match finding.severity {
            Severity::High => "error",
            Severity::Medium | Severity::Low => "warning",
            Severity::Info => "notice",
        };
        let file = property(&finding.place.file);
        let place = finding
            .place
            .position
            .map_or(String::new(), |position| format!(",line={},col={}", position.line, position.column));
        let title = property(finding.rule.id);
        out += &format!("::{command} file={file}{place},title={title}::{}\n", data(&finding.message));
    }
    out
}

/// A text without line breaks, which end a command, and with `%` escaped, because the runner decodes `%0A`.
fn data(text: &str) -> String {
    escaped(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn text_of_a_document_cannot_begin_a_command() {
        assert_eq!(data("a\n::error::b%0A\r"), "a\\u{a}::error::b%250A\\u{d}");
        assert_eq!(property("a:b,c\n"), "a%3Ab%2Cc\\u{a}");
    }
}
