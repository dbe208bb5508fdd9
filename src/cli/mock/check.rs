//! `keystub mock --check`: print the calls whose response is not a documented success.

use std::process::ExitCode;

use super::super::outcome::print;
use crate::diag::{counted, escaped};
use crate::live::mock_check::{BUDGET, Checked};
use crate::live::test::{Call, Coverage, TestReport, Verdict};
use crate::model::Api;
use crate::model::operation::Status;
use crate::model::security::Secret;

/// Prints the result, and returns 1 if a call failed.
pub(super) fn report(checked: &Checked) -> ExitCode {
    let Checked { api, report, .. } = checked;
    let text = format!("{}{}{}", skipped(checked), failed(api, report), stopped(report));
    let failures = text.lines().filter(|line| line.starts_with("FAIL ")).count();
    print(&format!("{text}{}\n", summary(report, failures)));
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The operations that cannot be called.
fn skipped(checked: &Checked) -> String {
    let name = |at: usize| name(checked.api, at);
    let line = |(own, served): &(usize, usize)| {
        format!("SKIP {}: no request reaches it, because {} has the same method and path\n", name(*own), name(*served))
    };
    checked.unserved.iter().map(line).collect()
}

/// The failures of operations.
fn failed(api: &Api, report: &TestReport) -> String {
    let mut text = String::new();
    for coverage in &report.coverage {
        let operation = name(api, coverage.operation);
        if let Some(reason) = &coverage.skipped {
            text.push_str(&format!("FAIL {operation}: {}\n", escaped(reason)));
        }
        for call in coverage.calls.iter().filter(|call| !is_documented(api, coverage, call)) {
            let by = if call.schemes.is_empty() { "no credentials".to_owned() } else { call.schemes.join(" and ") };
            let outcome = call.outcome.as_ref().map_or_else(Clone::clone, |status| format!("the response is {status}"));
            text.push_str(&format!("FAIL {operation} by {}: {}\n", escaped(&by), escaped(&outcome)));
        }
    }
    for finding in report.findings.iter().filter(|finding| finding.verdict == Verdict::Broken) {
        let [check, expected, got] =
            [&finding.name(), &finding.expected, &finding.got].map(|text| escaped(text).to_string());
        text.push_str(&format!("FAIL {}: {check}: expected {expected}, got {got}\n", name(api, finding.operation)));
        if let Some(curl) = &finding.curl {
            text.push_str(&format!("     {}\n", escaped(curl)));
        }
    }
    text
}

/// Why the check is not complete, if it is not.
fn stopped(report: &TestReport) -> String {
    let minutes = BUDGET.as_secs() / 60;
    let line = || format!("FAIL the check was stopped after {minutes} minutes; not every call was made\n");
    report.is_cut.then(line).unwrap_or_default()
}

/// The last line.
fn summary(report: &TestReport, failures: usize) -> String {
    let calls: usize = report.coverage.iter().map(|coverage| coverage.calls.len()).sum();
    let counts = [(report.coverage.len(), "operation"), (calls, "call"), (failures, "failure")];
    counts.map(|(count, word)| counted(count, word)).join(", ")
}

/// Whether the response is a success, or a redirect of an operation that documents no success. A client certificate needs
/// TLS, which the mock does not serve.
fn is_documented(api: &Api, coverage: &Coverage, call: &Call) -> bool {
    let operation = &api.operations[coverage.operation];
    let has_success =
        operation.responses.iter().any(|own| matches!(own.status, Status::Code(200..=299) | Status::Range(2)));
    match &call.outcome {
        Ok(200..=299) => true,
        Ok(status) => !has_success && operation.responses.iter().any(|own| own.status == Status::Code(*status)),
        Err(_) => call.schemes.iter().any(|scheme| {
            let kind = api.schemes.iter().find(|own| own.name == *scheme).map(|own| &own.kind);
            kind.is_some_and(|kind| kind.secret() == Secret::Certificate)
        }),
    }
}

fn name(api: &Api, at: usize) -> String {
    let operation = &api.operations[at];
    escaped(&operation.title()).to_string()
}

#[cfg(test)]
mod tests {
    use super::{stopped, summary};
    use crate::live::test::{Call, Coverage, TestReport};

    fn report(calls: usize, is_cut: bool) -> TestReport {
        let calls = (0..calls).map(|_| Call { schemes: Vec::new(), outcome: Ok(200) }).collect();
        let coverage = vec![Coverage { operation: 0, calls, skipped: None }];
        TestReport { findings: Vec::new(), coverage, requests: 0, is_cut, notes: Vec::new(), exchanges: Vec::new() }
    }

    #[test]
    fn counts_are_singular_or_plural() {
        assert_eq!(summary(&report(1, false), 1), "1 operation, 1 call, 1 failure");
        assert_eq!(summary(&report(2, false), 0), "1 operation, 2 calls, 0 failures");
    }

    #[test]
    fn check_that_was_stopped_is_a_failure() {
        assert_eq!(stopped(&report(1, true)), "FAIL the check was stopped after 60 minutes; not every call was made\n");
        assert_eq!(stopped(&report(1, false)), "");
    }
}
