//! SARIF 2.1.0 (OASIS): the properties that code scanning services read.

use std::collections::BTreeMap;

use serde::Serialize;

use super::result::{Descriptor, Entry, Level, Suppressed};
use crate::diag::{Place, json_escaped};

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
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
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
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'a str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation<'a>>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RelatedLocation<'a> {
    id: usize,
    physical_location: PhysicalLocation,
    message: Message<'a>,
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
struct Suppression<'a> {
    kind: &'a str,
    justification: &'a str,
}

/// The log, with a line end. Each result has the name of one of the descriptors.
pub fn sarif<'a>(descriptors: &'a [Descriptor<'a>], entries: &'a [Entry<'a>]) -> String {
    let driver =
        Driver { name: "keystub", version: env!("CARGO_PKG_VERSION"), rules: descriptors.iter().map(rule).collect() };
    let indexes: BTreeMap<&str, usize> =
        descriptors.iter().enumerate().map(|(index, descriptor)| (descriptor.id, index)).collect();
    let results = entries.iter().map(|entry| result(entry, indexes[entry.id])).collect();
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

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn rule<'a>(descriptor: &'a Descriptor<'a>) -> Rule<'a> {
    Rule {
        id: descriptor.id,
        short_description: message(descriptor.summary),
        full_description: message(descriptor.explanation),
        help: message(&descriptor.help),
        default_configuration: Configuration { level: level(descriptor.level) },
        properties: Properties { tags: descriptor.tags.clone(), security_severity: descriptor.severity },
    }
}

fn result<'a>(entry: &'a Entry<'a>, rule_index: usize) -> Result<'a> {
    let Entry { id, place, suppression, .. } = entry;
    let related = |(index, (text, place)): (usize, &(&'a str, &'a Place))| RelatedLocation {
        id: index + 1,
        physical_location: physical(place),
        message: message(text),
    };
    Result {
        rule_id: id,
        rule_index,
        level: level(entry.level),
        message: message(&entry.message),
        locations: [Location {
            physical_location: physical(place),
            logical_locations: vec![LogicalLocation { fully_qualified_name: &place.pointer, kind: "member" }],
        }],
        related_locations: entry.related.iter().enumerate().map(related).collect(),
        partial_fingerprints: Fingerprints { keystub: entry.fingerprint.clone() },
        suppressions: suppression.iter().map(suppressed).collect(),
    }
}

fn physical(place: &Place) -> PhysicalLocation {
    let region = place.position.map(|position| Region { start_line: position.line, start_column: position.column });
    PhysicalLocation { artifact_location: ArtifactLocation { uri: uri(&place.file) }, region }
}

fn suppressed<'a>(suppressed: &Suppressed<'a>) -> Suppression<'a> {
    let kind = if suppressed.is_in_source { "inSource" } else { "external" };
    Suppression { kind, justification: suppressed.reason }
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
