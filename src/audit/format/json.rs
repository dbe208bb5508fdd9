//! One JSON document with every finding.

use serde::Serialize;

use super::super::finding::Finding;
use super::super::report::Audit;
use crate::diag::json_escaped;

#[derive(Serialize)]
struct Document<'a> {
    operations: usize,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    pointer: &'a str,
    operations: &'a [String],
    fingerprint: String,
    /// The reason why it does not count.
    suppressed: Option<&'a str>,
}

/// The document, with a line end.
pub fn json(audit: &Audit) -> String {
    let findings = audit.findings.iter().map(entry).collect();
    let document = Document { operations: audit.operations, findings };
    json_escaped(&serde_json::to_string_pretty(&document).expect("strings and numbers are valid JSON")) + "\n"
}

fn entry(finding: &Finding) -> Entry<'_> {
    Entry {
        rule: finding.rule.id,
        severity: finding.severity.as_str(),
        message: &finding.message,
        file: &finding.place.file,
        line: finding.place.position.map(|position| position.line),
        column: finding.place.position.map(|position| position.column),
        pointer: &finding.place.pointer,
        operations: &finding.operations,
        fingerprint: finding.fingerprint(),
        suppressed: finding.suppression.as_ref().map(|suppression| suppression.reason()),
    }
}
