//! A table in Markdown, for reviews.

use super::super::finding::Finding;
use super::super::markdown_text::markdown_text;
use super::super::report::Audit;

/// A table with every open finding, and the counts of suppressed ones.
pub fn markdown(audit: &Audit) -> String {
    let mut out = "| severity | rule | place | finding | operations |\n| --- | --- | --- | --- | --- |\n".to_owned();
    out.extend(audit.open().map(row));
    let suppressed = audit.findings.len() - audit.open().count();
    out + &format!("\n{} findings, {suppressed} suppressed.\n", audit.open().count())
}

fn row(finding: &Finding) -> String {
    let Finding { rule, severity, message, place, operations, .. } = finding;
    let line = place.position.map_or(String::new(), |position| format!(":{}", position.line));
    let place = markdown_text(&format!("{}{line}", place.file));
    format!("| {severity} | {} | {place} | {} | {} |\n", rule.id, markdown_text(message), operations.len())
}
