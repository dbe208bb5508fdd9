//! The report of `keystub mock --proxy`: where the server differs from the document.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::super::document_args::OutputFormat;
use super::super::outcome;
use crate::diag::{counted, escaped, json_escaped};
use crate::live::mock::{Difference, ProxyReport, Target};
use crate::model::Api;

/// Prints the report, and returns 1 if there are differences.
pub(super) fn print(api: &Api, report: &ProxyReport, format: OutputFormat) -> ExitCode {
    let written = outcome::print(&match format {
        OutputFormat::Text => text(api, report),
        OutputFormat::Json => json_escaped(&format!("{:#}", json(api, report))) + "\n",
    });
    if report.differences.is_empty() { written } else { ExitCode::FAILURE }
}

/// The method and the path: of an operation as the document has it.
fn target<'a>(api: &'a Api, target: &'a Target) -> (&'a str, &'a str) {
    match target {
        Target::Operation(at) => {
            let operation = &api.operations[*at];
            (operation.method.as_str(), &operation.path.text)
        }
        Target::Request(method, path) => (method, path),
    }
}

fn text(api: &Api, report: &ProxyReport) -> String {
    let mut text = String::new();
    for (difference, count) in &report.differences {
        let (method, path) = target(api, &difference.target);
        let times = if *count == 1 { String::new() } else { format!("   {count} times") };
        let [name, expected, got] =
            [&difference.name(), &difference.expected, &difference.got].map(|text| escaped(text));
        text.push_str(&format!(
            "FAIL {}   {name}{times}   expected {expected}, got {got}\n",
            escaped(&format!("{method} {path}"))
        ));
        if let Some(sent) = &difference.sent {
            text.push_str(&format!("     the request is not as documented: {}\n", escaped(sent)));
        }
    }
    if report.others > 0 {
        text.push_str(&format!("and {} that are not listed\n", counted_u64(report.others, "other difference")));
    }
    let ProxyReport { requests, refused, unchecked, operations, .. } = report;
    text.push_str(&format!(
        "{} to {} of {}: {}\n",
        counted_u64(*requests, "request"),
        operations.len(),
        counted(api.operations.len(), "operation"),
        counted(report.differences.len(), "difference"),
    ));
    if *refused > 0 {
        text.push_str(&format!("{} not as documented, and refused\n", counted_u64(*refused, "request")));
    }
    if *unchecked > 0 {
        text.push_str(&format!("{} not checked as a whole\n", counted_u64(*unchecked, "response")));
    }
    text
}

fn counted_u64(count: u64, word: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), word)
}

fn json(api: &Api, report: &ProxyReport) -> Value {
    let operation = |at: &usize| {
        let operation = &api.operations[*at];
        json!({ "id": operation.id, "method": operation.method.as_str(), "path": operation.path.text })
    };
    let difference = |(own, count): &(Difference, u64)| {
        let (method, path) = target(api, &own.target);
        let operation = match &own.target {
            Target::Operation(at) => Some(&api.operations[*at].id),
            Target::Request(..) => None,
        };
        json!({
            "check": own.check,
            "part": own.part,
            "operation": operation,
            "method": method,
            "path": path,
            "request_invalid": own.sent,
            "expected": own.expected,
            "got": own.got,
            "count": count,
        })
    };
    json!({
        "requests": report.requests,
        "invalid_requests_refused": report.refused,
        "unchecked": report.unchecked,
        "operations": report.operations.iter().map(operation).collect::<Vec<Value>>(),
        "differences": report.differences.iter().map(difference).collect::<Vec<Value>>(),
        "other_differences": report.others,
    })
}
