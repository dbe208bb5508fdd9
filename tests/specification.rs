//! Rules of the specification: what is written, how it is reported, and what is allowed (specification.tsv).

use keystub::{Error, Generator, Input};

const TABLE: &str = include_str!("specification.tsv");

/// The diagnostics of a document in YAML flow style, as printed.
fn listing(text: &str) -> String {
    let input = Input::Memory { name: "api.yaml".into(), bytes: format!("# yaml\n{text}").into_bytes() };
    match Generator::client(input).generate() {
        Ok(output) => output.warnings().join("\n"),
        Err(Error::Document(invalid)) => invalid.to_string(),
        Err(error) => panic!("{text}: {error}"),
    }
}

/// The parts of a document around what a row has written.
fn document(version: &str, frame: &str, written: &str) -> String {
    let head = if version == "2.0" { "swagger: '2.0'".to_owned() } else { format!("openapi: {version}") };
    let info = if written.contains("info:") { "" } else { "info: {title: t, version: '1'}, " };
    let ok = "{'200': {description: d}}";
    let part = match frame {
        "document" => written.to_owned(),
        "path" => format!("paths: {{{written}}}"),
        "operation" => format!("paths: {{/a: {{post: {{responses: {ok}, {written}}}}}}}"),
        "parameter" => format!("paths: {{/a: {{post: {{parameters: [{written}], responses: {ok}}}}}}}"),
        "response" => format!("paths: {{/a: {{post: {{responses: {{'200': {written}}}}}}}}}"),
        "schema" if version == "2.0" => format!("definitions: {{A: {written}}}"),
        "schema" => format!("components: {{schemas: {{A: {written}}}}}"),
        "scheme" if version == "2.0" => format!("securityDefinitions: {{s: {written}}}"),
        "scheme" => format!("components: {{securitySchemes: {{s: {written}}}}}"),
        other => panic!("unknown frame {other}"),
    };
    let paths =
        if part.contains("paths:") { String::new() } else { format!(", paths: {{/z: {{get: {{responses: {ok}}}}}}}") };
    format!("{{{head}, {info}{part}{paths}}}")
}

#[test]
fn rules_of_the_specification_are_reported() {
    let mut faults = Vec::new();
    for row in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let [version, frame, written, reported, at] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let listing = listing(&document(version, frame, written));
        let found: Vec<&str> = listing.lines().filter(|line| line.contains("]: ")).collect();
        let is_expected = match (reported, found.as_slice()) {
            ("-", []) => true,
            (reported, [line]) => line.starts_with(reported) && listing.contains(&format!("(#{at})")),
            _ => false,
        };
        if !is_expected {
            faults.push(format!("{version} {written}: {listing}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
