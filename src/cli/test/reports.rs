//! Results for services: JUnit's XML and SARIF.

use std::fmt::Write;

use super::format::operation_name;
use crate::diag::{Place, escaped};
use crate::live::test::check::{CHECKS, Family};
use crate::live::test::{Finding, TestReport, Verdict};
use crate::model::Api;
use crate::scanning::{Descriptor, Entry, Level, fingerprint};

/// JUnit's XML: one suite, in which an operation is a class and a check a case.
pub(super) fn junit(api: &Api, report: &TestReport) -> String {
    let (broken, unknown) = (report.count(Verdict::Broken), report.count(Verdict::Inconclusive));
    let tests = report.findings.len();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{tests}\" failures=\"{broken}\" skipped=\"{unknown}\"");
    writeln!(text, "<testsuites>\n<testsuite name=\"keystub test\" {counts}>").expect("a string grows");
    for finding in &report.findings {
        let (class, name) = (xml(&operation_name(api, finding.operation)), xml(&finding.name()));
        let message = xml(&message(finding));
        let content = match finding.verdict {
            Verdict::Kept => String::new(),
            Verdict::Broken => {
                format!("<failure message=\"{message}\">{}</failure>", xml(finding.curl.as_deref().unwrap_or_default()))
            }
            Verdict::Inconclusive => format!("<skipped message=\"{message}\"/>"),
        };
        writeln!(text, "<testcase classname=\"{class}\" name=\"{name}\">{content}</testcase>").expect("a string grows");
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}

/// Text of XML 1.0: the names of its five characters, and no control characters.
fn xml(text: &str) -> String {
    let text = escaped(text);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

fn message(finding: &Finding) -> String {
    format!("{}: sent {}; expected {}, got {}", finding.name(), finding.sent, finding.expected, finding.got)
}

/// SARIF 2.1.0: the broken rules, at the operations of the document.
pub(super) fn sarif(api: &Api, report: &TestReport, places: &[Place]) -> String {
    let descriptors: Vec<Descriptor<'_>> = CHECKS
        .iter()
        .map(|check| {
            let is_security = check.family != Family::Contract;
            Descriptor {
                id: check.id,
                summary: check.summary,
                explanation: check.summary,
                help: check.reference.into(),
                level: Level::Error,
                tags: vec![if is_security { "security".to_owned() } else { "contract".to_owned() }],
                severity: is_security.then_some("8.0"),
            }
        })
        .collect();
    let entry = |finding: &Finding| {
        let operation = operation_name(api, finding.operation);
        Entry {
            id: finding.check.check().id,
            level: Level::Error,
            message: format!("{operation}: {}", message(finding)).into(),
            place: &places[finding.operation],
            fingerprint: fingerprint([finding.name().as_str(), &operation, &finding.sent]),
            related: Vec::new(),
            suppression: None,
        }
    };
    let is_broken = |finding: &&Finding| finding.verdict == Verdict::Broken;
    let entries: Vec<Entry<'_>> = report.findings.iter().filter(is_broken).map(entry).collect();
    crate::scanning::sarif(&descriptors, &entries)
}
