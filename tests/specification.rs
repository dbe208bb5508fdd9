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
        "path" => format!("paths: {{{written}, /z: {{get: {{responses: {ok}}}}}}}"),
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
        // An operation without responses also has this warning, which is about the generated code.
        let is_other = |line: &&str| line.contains("]: ") && !line.starts_with("warning[no-documented-success]");
        let found: Vec<&str> = listing.lines().filter(is_other).collect();
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

#[test]
fn help_says_where_required_belongs() {
    for (frame, written, help) in [
        (
            "parameter",
            "{name: q, in: query, schema: {type: string, required: true}}",
            "move `required` out of the schema, next to `in` of the parameter",
        ),
        (
            "schema",
            "{type: object, properties: {id: {type: string, required: true}}}",
            "list `id` in `required` of the object that has this property",
        ),
    ] {
        let listing = listing(&document("3.0.3", frame, written));
        assert!(listing.contains(help), "{listing}");
    }
}

#[test]
fn keys_of_keystub_are_not_shown() {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    for row in rows {
        let columns: Vec<&str> = row.split('\t').collect();
        let listing = listing(&document(columns[0], columns[1], columns[2]));
        let is_swagger = columns[0] == "2.0";
        let is_shown = listing.contains("x-keystub") || (is_swagger && listing.contains("#/components"));
        assert!(!is_shown, "{listing}");
    }
}

const PET: &str = "components: {schemas: {Pet: {type: object, properties: {name: {type: string}}}}}";

fn generator(text: &str) -> [Generator; 2] {
    let input = Input::Memory { name: "api.yaml".into(), bytes: format!("# yaml\n{{{text}}}").into_bytes() };
    [Generator::client(input.clone()), Generator::server(input)]
}

#[test]
fn missing_parts_are_named_and_completed_if_parts_may_be_skipped() {
    let get = "paths: {/z: {get: {responses: {'200': {description: d}}}}}";
    for (text, message, help) in [
        (format!("openapi: 3.0.3, info: {{title: t, version: '1'}}, {PET}"), "has no `paths`", "write `paths: {}`"),
        (
            "swagger: '2.0', info: {title: t, version: '1'}, host: a.test".to_owned(),
            "has no `paths`",
            "write `paths: {}`",
        ),
        (format!("openapi: 3.0.3, {get}"), "has no `info`", "info: {title: My API"),
        (format!("openapi: 3.1.0, info: {{version: '1'}}, {get}"), "has no title", "`title: My API` in `info`"),
        (format!("openapi: 3.1.0, info: {{title: t}}, {get}"), "has no version", "`version: 1.0.0` in `info`"),
    ] {
        for generator in generator(&text) {
            let refused = generator.generate().unwrap_err().to_string();
            assert!(refused.contains(&format!("error[malformed]: the document {message}")), "{refused}");
            assert!(refused.contains(help) && refused.matches("error[").count() == 1, "{refused}");
            let listing = generator.skip_broken().generate().unwrap().warnings().join("\n");
            assert!(listing.contains(&format!("skipped[malformed]: the document {message}")), "{listing}");
        }
    }
}

#[test]
fn schemas_without_operations_become_types() {
    for generator in generator(&format!("openapi: 3.1.0, info: {{title: t, version: '1'}}, {PET}")) {
        let output = generator.generate().unwrap();
        let listing = output.warnings().join("\n");
        assert!(listing.starts_with("warning[no-operations]: the document has no operations"), "{listing}");
        assert!(output.files().values().any(|text| text.contains("pub struct Pet {")), "{:?}", output.files().keys());
    }
}
