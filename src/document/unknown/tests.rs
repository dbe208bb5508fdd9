//! Spellings and places of keys: which are errors, which are warnings, and which are allowed.

use crate::document::{Document, Input};
use crate::limits::Limits;

const TABLE: &str = include_str!("keys.tsv");

/// The listing of a document in YAML flow style.
fn listing(text: &str) -> String {
    let input = Input::Memory { name: "api.yaml".into(), bytes: format!("# yaml\n{text}").into_bytes() };
    match Document::load(&input, &Limits::default()) {
        Ok(document) => document.listing(&crate::diag::Report::new()).text(crate::diag::Repeated::Listed),
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn unknown_keys_about_security_are_errors_and_others_warnings() {
    let mut count = 0;
    for row in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let [version, written, level, reported] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let head = match version {
            "2.0" => "swagger: '2.0'",
            version => &format!("openapi: {version}"),
        };
        let own = |key: &str| if written.contains(&format!("{key}:")) { "" } else { "present" };
        let info = if own("info").is_empty() { "" } else { ", info: {title: t, version: '1'}" };
        let paths = if own("paths").is_empty() { "" } else { ", paths: {}" };
        let listing = listing(&format!("{{{head}{info}{paths}, {written}}}"));
        let expected = match level {
            "error" => "error[misplaced-security]",
            "warning" => "warning[unknown-key]",
            _ => "",
        };
        let first = listing.lines().find(|line| line.starts_with(expected)).unwrap_or_default();
        let is_as_told = match level {
            "-" => !listing.contains("unknown-key") && !listing.contains("misplaced-security"),
            _ => !first.is_empty() && listing.contains(reported),
        };
        let is_single = listing.matches("misplaced-security").count() + listing.matches("unknown-key").count() <= 1;
        assert!(is_as_told && is_single, "{row}\n{listing}");
        count += 1;
    }
    assert!(count > 90, "{count}");
}

#[test]
fn object_that_is_read_as_two_kinds_is_checked_as_both() {
    let item = "{get: {securty: [{key: []}], responses: {'200': {description: d}}}}";
    for other in [
        "get: {responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/x-s'}}}}}}",
        "get: {parameters: [{$ref: '#/x-s'}], responses: {'200': {description: d}}}",
    ] {
        let listing = listing(&format!(
            "{{openapi: 3.0.3, info: {{title: t, version: '1'}}, paths: {{/a: {{{other}}}, /b: {{$ref: '#/x-s'}}}}, x-s: {item}}}"
        ));
        assert!(listing.contains("error[misplaced-security]: unknown key `securty` in an operation"), "{listing}");
    }
}

#[test]
fn methods_of_3_2_next_to_a_reference_are_rejected() {
    let operation = "{security: [{key: []}], responses: {'200': {description: d}}}";
    for (key, methods) in [
        ("query", format!("query: {operation}")),
        ("additionalOperations", format!("additionalOperations: {{COPY: {operation}}}")),
    ] {
        let listing = listing(&format!(
            "{{openapi: 3.2.0, info: {{title: t, version: '1'}}, paths: {{/a: {{$ref: '#/x-i', {methods}}}}}, \
             x-i: {{get: {{responses: {{'200': {{description: d}}}}}}}}}}"
        ));
        let message = format!("error[unsupported-ref]: `{key}` is next to `$ref` in a path item");
        assert!(listing.contains(&message), "{listing}");
    }
}

#[test]
fn one_unknown_key_is_reported_once_with_its_places() {
    let schemas: String = (0..300).map(|n| format!("A{n}: {{propertys: {{}}, other{n}: 1}}, ")).collect();
    let listing = listing(&format!(
        "{{openapi: 3.0.3, info: {{title: t, version: '1'}}, paths: {{}}, components: {{schemas: {{{schemas}}}}}}}"
    ));
    assert!(listing.contains("unknown key `propertys` in a schema at 300 places"), "{listing}");
    assert_eq!(listing.matches("unknown key `other").count(), 20, "{listing}");
    assert!(listing.contains("280 more unknown keys in objects of kind schema"), "{listing}");
}

#[test]
fn comparison_of_unknown_keys_is_limited() {
    let keys: String = (0..5000).map(|n| format!("propertie{n}: 1, ")).collect();
    let listing = listing(&format!(
        "{{openapi: 3.0.3, info: {{title: t, version: '1'}}, paths: {{}}, components: {{schemas: {{A: {{{keys}}}}}}}}}"
    ));
    assert!(listing.contains("3000 more places with unknown keys"), "{listing}");
}
