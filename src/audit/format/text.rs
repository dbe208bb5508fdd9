//! Text for people.

use std::fmt::Write;

use super::super::finding::Finding;
use super::super::report::Audit;
use super::super::rules_page::sources;
use super::super::severity::Severity;
use crate::diag::{counted, escaped};

/// How many operations of a finding are listed.
const LISTED: usize = 5;

/// Every open finding with its line, and the counts.
pub fn text(audit: &Audit) -> String {
    let mut out: String = audit.open().map(|finding| entry(finding) + "\n").collect();
    let count = |severity| audit.open().filter(|finding| finding.severity == severity).count();
    let counts = [Severity::High, Severity::Medium, Severity::Low, Severity::Info];
    let counts: Vec<String> = counts.into_iter().map(|severity| format!("{} {severity}", count(severity))).collect();
    let suppressed = audit.findings.len() - audit.open().count();
    let suppressed = if suppressed > 0 { format!(", {suppressed} suppressed") } else { String::new() };
    let operations = counted(audit.operations, "operation");
    writeln!(out, "{operations} audited: {}{suppressed}", counts.join(", ")).expect("writing to a String cannot fail");
    out
}

fn entry(finding: &Finding) -> String {
    let Finding { rule, severity, message, place, operations, .. } = finding;
    let mut out = format!("{severity}[{}]: {}\n", rule.id, escaped(message));
    let at = escaped(&place.pointer);
    match place.position {
        Some(position) => {
            out += &format!("  --> {}:{}:{}  (#{at})\n", escaped(&place.file), position.line, position.column);
            out += format!("{:5} | {}", position.line, place.line).trim_end();
            out += &format!("\n      | {:indent$}^\n", "", indent = place.caret);
        }
        None => out += &format!("  --> {}  (#{at})\n", escaped(&place.file)),
    }
    if !operations.is_empty() {
        let shown: Vec<String> = operations.iter().take(LISTED).map(|operation| escaped(operation)).collect();
        let others = operations.len().saturating_sub(LISTED);
        let others = if others > 0 { format!(" and {others} others") } else { String::new() };
        out += &format!("      = reaches: {}{others}\n", shown.join(", "));
    }
    out + &format!("      = {}\n", sources(rule))
}
