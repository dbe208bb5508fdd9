//! References: what they may point to, and those that are rejected.

use openapiv3::{Parameter, ReferenceOr, Schema};

use super::{load, refused, reported};
use crate::diag::{Pointer, Report};

const REFERENCES: &str = "
paths:
  /a:
    parameters: [{$ref: '#/components/parameters/P'}]
    get: {responses: {default: {description: d, content: {a/b: {schema: {type: string, title: inner}}}}}}
components:
  parameters:
    P: {$ref: '#/components/parameters/Q'}
    Q: {name: q, in: query, schema: {type: string}}
  schemas:
    A: {properties: {b: {title: nested}}}
    'x y/z': {title: odd}
";

#[test]
fn references_can_point_anywhere() {
    let document = load(REFERENCES).unwrap();
    let mut report = Report::new();
    let mut schema = |reference: &str| {
        let found = document.lookup::<Schema>(reference, &Pointer::root(), &mut report)?;
        Some((found.0.to_string(), found.1.schema_data.title.clone()?))
    };
    let titled = |at: &str, title: &str| Some((at.to_owned(), title.to_owned()));
    assert_eq!(schema("#/components/schemas/A/properties/b"), titled("#/components/schemas/A/properties/b", "nested"));
    let inner = "#/paths/~1a/get/responses/default/content/a~1b/schema";
    assert_eq!(schema(inner), titled(inner, "inner"));
    assert_eq!(schema("#/components/schemas/x%20y~1z"), titled("#/components/schemas/x y~1z", "odd"));
    assert_eq!(schema("#/components/parameters/Q"), None);
    let ReferenceOr::Item(path) = &document.api.paths.paths["/a"] else { panic!("no item") };
    let parameter = &path.parameters[0];
    let (at, found) = document.resolve::<Parameter>(parameter, &Pointer::root(), &mut report).unwrap();
    assert_eq!((at.as_str(), found.parameter_data_ref().name.as_str()), ("/components/parameters/Q", "q"));
    assert_eq!(report.counts().errors, 1);
}

#[test]
fn dangling_references_are_reported() {
    let body = |schemas: &str| format!("paths: {{}}\ncomponents:\n  schemas:\n{schemas}");
    let codes = |schemas: &str| refused(&body(schemas)).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes("    A: {$ref: '#/components/schemas/A'}"), ["cyclic-ref"]);
    assert_eq!(codes("    A: {$ref: '#/x-x/b'}\nx-x: {b: {$ref: '#/x-x/c'}, c: {$ref: '#/x-x/b'}}"), ["cyclic-ref"]);
    for remote in ["http://127.0.0.1/x", "file:///etc/passwd", "../x.yaml#/A", "//host/x", ""] {
        assert_eq!(codes(&format!("    A: {{$ref: '{remote}'}}")), ["remote-ref"], "{remote}");
    }
    for dangling in ["#/", "#/../", "#/components/schemas/B", "#/components/schemas/A/x", "#/%25", "#/~0"] {
        assert_eq!(codes(&format!("    A: {{$ref: '{dangling}'}}")), ["dangling-ref"], "{dangling}");
    }
    for form in ["#A", "#/~2", "#%2"] {
        assert_eq!(codes(&format!("    A: {{$ref: '{form}'}}")), ["unsupported-ref"], "{form}");
    }
}

#[test]
fn long_reference_chains_are_rejected() {
    let chain: String = (0..200).map(|n| format!("    S{n}: {{$ref: '#/components/schemas/S{}'}}\n", n + 1)).collect();
    let body = format!("paths: {{}}\ncomponents:\n  schemas:\n{chain}    S200: {{}}\n");
    assert!(refused(&body).iter().all(|(code, _)| code == "unsupported-ref"));
}

#[test]
fn path_item_with_reference_and_operations_is_rejected() {
    let body = "paths:\n  /a: {$ref: '#/paths/~1b', get: {responses: {'204': {description: d}}}}\n  /b: {}\n";
    assert_eq!(refused(body), [reported("unsupported-ref", "/paths/~1a/get")]);
}
