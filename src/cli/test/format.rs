//! The formats of the results of `keystub test`.

use serde_json::{Value, json};

use crate::diag::{escaped, json_escaped};
use crate::live::test::check::CHECKS;
use crate::live::test::{Coverage, Finding, TestReport, Verdict};
use crate::model::Api;

/// The checks, one a line.
pub(super) fn list() -> String {
    let line = |check: &crate::live::test::check::Check| {
        format!("{:<32} {:<9} {} ({})\n", check.id, check.family.as_str(), check.summary, check.reference)
    };
    CHECKS.iter().map(line).collect()
}

/// Text for people.
pub(super) fn text(api: &Api, report: &TestReport) -> String {
    let mut text = String::new();
    for finding in report.findings.iter().filter(|finding| finding.verdict == Verdict::Broken) {
        text.push_str(&failure(api, finding));
    }
    for coverage in &report.coverage {
        text.push_str(&reached(api, coverage));
    }
    for note in &report.notes {
        text.push_str(&format!("note: {}\n", escaped(note)));
    }
    if report.is_cut {
        text.push_str("note: the limits of the run were reached; not everything was tested\n");
    }
    let (kept, broken) = (report.count(Verdict::Kept), report.count(Verdict::Broken));
    let inconclusive = report.count(Verdict::Inconclusive);
    text.push_str(&format!(
        "{} requests: {kept} checks kept, {broken} broken, {inconclusive} inconclusive\n",
        report.requests
    ));
    if !report.is_conclusive() {
        text.push_str(
            "inconclusive: no call with valid credentials succeeded, so the security requirements were not tested\n",
        );
    }
    text
}

pub(super) fn operation_name(api: &Api, at: usize) -> String {
    let operation = &api.operations[at];
    escaped(&operation.title())
}

fn failure(api: &Api, finding: &Finding) -> String {
    let operation = operation_name(api, finding.operation);
    let mut text = format!(
        "FAIL {}   {operation}   expected {}, got {}\n     sent {}\n     {} ({})\n",
        escaped(&finding.name()),
        escaped(&finding.expected),
        escaped(&finding.got),
        escaped(&finding.sent),
        finding.check.check().summary,
        finding.check.check().reference,
    );
    if let Some(curl) = &finding.curl {
        text.push_str(&format!("     {}\n", escaped(curl)));
    }
    text.push('\n');
    text
}

/// What of an operation was called, if not everything was.
fn reached(api: &Api, coverage: &Coverage) -> String {
    let operation = operation_name(api, coverage.operation);
    if let Some(reason) = &coverage.skipped {
        return format!("not tested: {operation}: {}\n", escaped(reason));
    }
    let mut text = String::new();
    for call in coverage.calls.iter().filter(|call| !call.is_success()) {
        let by = if call.schemes.is_empty() { "no credentials".to_owned() } else { call.schemes.join(" and ") };
        let outcome = match &call.outcome {
            Ok(status) => format!("the response is {status}"),
            Err(message) => message.clone(),
        };
        text.push_str(&format!("inconclusive: {operation} by {}: {}\n", escaped(&by), escaped(&outcome)));
    }
    text
}

/// One JSON document.
pub(super) fn json(api: &Api, report: &TestReport) -> String {
    let verdict = |verdict| match verdict {
        Verdict::Kept => "kept",
        Verdict::Broken => "broken",
        Verdict::Inconclusive => "inconclusive",
    };
    let id = |at: usize| {
        let operation = &api.operations[at];
        json!({ "id": operation.id, "method": operation.method.as_str(), "path": operation.path.text })
    };
    let finding = |finding: &Finding| {
        json!({
            "check": finding.check.check().id,
            "part": finding.part,
            "operation": id(finding.operation),
            "verdict": verdict(finding.verdict),
            "sent": finding.sent,
            "expected": finding.expected,
            "got": finding.got,
            "curl": finding.curl,
        })
    };
    let coverage = |coverage: &Coverage| {
        let calls = coverage.calls.iter().map(|call| {
            let (status, reason) = match &call.outcome {
                Ok(status) => (Some(*status), None),
                Err(message) => (None, Some(message)),
            };
            json!({ "schemes": call.schemes, "status": status, "reason": reason })
        });
        json!({
            "operation": id(coverage.operation),
            "calls": calls.collect::<Vec<Value>>(),
            "skipped": coverage.skipped,
        })
    };
    let all = json!({
        "requests": report.requests,
        "limits_reached": report.is_cut,
        "conclusive": report.is_conclusive(),
        "notes": report.notes,
        "findings": report.findings.iter().map(finding).collect::<Vec<Value>>(),
        "coverage": report.coverage.iter().map(coverage).collect::<Vec<Value>>(),
    });
    json_escaped(&format!("{all:#}")) + "\n"
}

/// A HAR 1.2 log.
pub(super) fn har(exchanges: &[Value]) -> String {
    // The time of a request is left out: HAR requires the member, and the log is the same for every run without it.
    let entries: Vec<Value> = exchanges
        .iter()
        .map(|exchange| {
            let mut entry = exchange.clone();
            entry["startedDateTime"] = "1970-01-01T00:00:00Z".into();
            entry["time"] = 0.into();
            entry
        })
        .collect();
    let creator = json!({ "name": "keystub", "version": env!("CARGO_PKG_VERSION") });
    let log = json!({ "log": { "version": "1.2", "creator": creator, "entries": entries } });
    json_escaped(&format!("{log:#}")) + "\n"
}
