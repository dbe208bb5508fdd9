//! SARIF 2.1.0 (OASIS): the properties that code scanning services read.

use serde::Serialize;

use super::super::finding::{Finding, Suppression};
use super::super::report::Audit;
use super::super::rule::Rule;
use super::super::severity::Severity;
use super::super::{catalog, rules_page};
use crate::diag::json_escaped;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    /// Columns are counted in characters.
    column_kind: &'a str,
    results: Vec<Result<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Message<'a>,
    full_description: Message<'a>,
    help: Message<'a>,
    default_configuration: Configuration<'a>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
struct Configuration<'a> {
    level: &'a str,
}

#[derive(Serialize)]
struct Properties<'a> {
    tags: Vec<String>,
    #[serde(rename = "security-severity")]
    security_severity: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'a str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppressed<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
    kind: &'a str,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "keystub/v1")]
    keystub: String,
}

#[derive(Serialize)]
struct Suppressed<'a> {
    kind: &'a str,
    justification: &'a str,
}

/// The log, with a line end.
pub fn sarif(audit: &Audit) -> String {
    let driver = Driver {
        name: "keystub",
        version: env!("CARGO_PKG_VERSION"),
        rules: catalog::rules().map(descriptor).collect(),
    };
    let results = audit.findings.iter().map(result).collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    };
    json_escaped(&serde_json::to_string_pretty(&log).expect("strings and numbers are valid JSON")) + "\n"
}

fn message(text: &str) -> Message<'_> {
    Message { text: text.into() }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium | Severity::Low => "warning",
        Severity::Info => "note",
    }
}

fn descriptor(rule: &Rule) -> Descriptor<'_> {
    let security_severity = match rule.severity {
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    };
    let categories = rule.owasp.iter().map(|category| format!("owasp-api-2023-{}", category.to_lowercase()));
    Descriptor {
        id: rule.id,
        short_description: message(rule.summary),
        full_description: message(rule.explanation),
        help: Message { text: rules_page::explanation(rule).into() },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Properties {
            tags: ["security".to_owned()].into_iter().chain(categories).collect(),
            security_severity,
        },
    }
}

fn result(finding: &Finding) -> Result<'_> {
    let Finding { rule, severity, place, suppression, .. } = finding;
    let reaches = match finding.operations.as_slice() {
        [] => String::new(),
        operations => format!(" (reaches {})", operations.join(", ")),
    };
    let region = place.position.map(|position| Region { start_line: position.line, start_column: position.column });
    Result {
        rule_id: rule.id,
        rule_index: catalog::rules().position(|other| other.id == rule.id).expect("it is in the list"),
        level: level(*severity),
        message: Message { text: format!("{}{reaches}", finding.message).into() },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(&place.file) },
                region,
            },
            logical_locations: vec![LogicalLocation { fully_qualified_name: &place.pointer, kind: "member" }],
        }],
        partial_fingerprints: Fingerprints { keystub: finding.fingerprint() },
        suppressions: suppression.iter().map(suppressed).collect(),
    }
}

fn suppressed(suppression: &Suppression) -> Suppressed<'_> {
    let kind = match suppression {
        Suppression::InDocument(_) => "inSource",
        Suppression::Option | Suppression::Baseline => "external",
    };
    Suppressed { kind, justification: suppression.reason() }
}

/// A path as a URI reference (RFC 3986): only unreserved characters and slashes as they are.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut uri = String::new();
    for byte in path.bytes() {
        match is_plain(byte) {
            true => uri.push(char::from(byte)),
            false => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}
