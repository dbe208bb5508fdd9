//! References where OpenAPI does not allow them, from the document to the access of operations, with and without
//! `--skip-broken`.

use std::fs;
use std::path::Path;

use keystub::model::security::Access;
use keystub::{Error, Generator, Input, Inspection, TargetKind};
use serde_json::{Value, json};

/// A document with an operation that requires a key, and `paths`; `security` of the document is empty.
fn document(paths: &Value) -> Value {
    let mut document = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "security": [],
        "paths": {"/kept": {"get": {"responses": {"200": {"description": "d"}}}}},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "x-op": {"security": [{"key": []}], "responses": {"200": {"description": "d"}}}
    });
    for (path, item) in paths.as_object().unwrap() {
        document["paths"][path] = item.clone();
    }
    document
}

fn write(folder: &Path, name: &str, value: &Value) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, value.to_string()).unwrap();
}

fn generator(folder: &Path) -> Generator {
    Generator::new(TargetKind::ServerAxum, Input::Path(folder.join("api.json")))
}

fn skipping(document: &Value, files: &[(&str, &Value)]) -> Result<Inspection, Error> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "api.json", document);
    files.iter().for_each(|(name, value)| write(folder.path(), name, value));
    generator(folder.path()).skip_broken().inspect()
}

fn has_path(inspection: &Inspection, path: &str) -> bool {
    inspection.api().operations.iter().any(|operation| operation.path.text == path)
}

#[test]
fn referenced_operation_has_the_access_of_its_target() {
    let folder = tempfile::tempdir().unwrap();
    let by = |reference: &str| json!({"get": {"$ref": reference}});
    let paths = json!({
        "/local": by("#/x-op"),
        "/file": by("ops/get.json"),
        "/through": by("#/paths/~1file/get"),
        "/item": {"$ref": "ops/item.json"},
        "/open": by("ops/open.json"),
        "/default": by("ops/default.json")
    });
    let mut document = document(&paths);
    let operation = document["x-op"].clone();
    write(folder.path(), "ops/get.json", &operation);
    write(folder.path(), "ops/item.json", &json!({"get": {"$ref": "get.json"}}));
    write(folder.path(), "ops/open.json", &json!({"security": [], "responses": {}}));
    write(folder.path(), "ops/default.json", &json!({"responses": {}}));
    for (default, is_open) in [(json!([]), true), (json!([{"key": []}]), false)] {
        document["security"] = default;
        write(folder.path(), "api.json", &document);
        let inspection = generator(folder.path()).inspect().unwrap_or_else(|error| panic!("{error}"));
        let is_open_at = |path: &str| {
            let found = inspection.api().operations.iter().find(|operation| operation.path.text == path);
            matches!(found.unwrap().access, Access::Open)
        };
        for path in ["/local", "/file", "/through", "/item"] {
            assert!(!is_open_at(path), "{path}");
        }
        assert!(is_open_at("/open"));
        assert_eq!(is_open_at("/default"), is_open);
    }
}

#[test]
fn references_are_relative_to_their_file() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "api.json",
        &document(&json!({"/a": {"get": {"$ref": "ops/get.json", "operationId": "own"}}})),
    );
    let operation = json!({"security": [{"zzz": []}], "responses": {"$ref": "parts/responses.json"}});
    write(folder.path(), "ops/get.json", &operation);
    let responses = json!({"200": {"description": "d", "content": {"application/json": {"$ref": "b.json"}}}});
    write(folder.path(), "ops/parts/responses.json", &responses);
    write(folder.path(), "ops/parts/b.json", &json!({"schema": {"$ref": "c.json"}, "exampel": 1}));
    write(folder.path(), "ops/parts/c.json", &json!({"type": "string"}));
    let Err(Error::Document(refusal)) = generator(folder.path()).inspect() else { panic!("it is accepted") };
    let found: Vec<_> = refusal
        .diagnostics()
        .iter()
        .map(|found| {
            let name = Path::new(&found.file).strip_prefix(folder.path()).unwrap().to_str().unwrap();
            format!("{} {name} {}", found.code, found.pointer)
        })
        .collect();
    let expected = ["unknown-scheme ops/get.json /security/0/zzz", "unknown-key ops/parts/b.json /exampel"];
    assert_eq!(found, expected);
}

#[test]
fn operation_with_dangling_reference_is_skipped() {
    let with = |place: &str| {
        let item = json!({"get": {"security": [], "responses": {"200": {"description": "d"}}}});
        let mut document = document(&json!({"/b": item}));
        *document.pointer_mut(place).unwrap() = json!({"$ref": "#/x-none"});
        skipping(&document, &[])
    };
    for place in ["/paths/~1b/get", "/paths/~1b/get/responses", "/paths/~1b/get/responses/200"] {
        let inspection = with(place).unwrap_or_else(|error| panic!("{place} {error}"));
        assert!(!has_path(&inspection, "/b") && has_path(&inspection, "/kept"), "{place}");
    }
    for place in ["/paths", "/components", "/components/securitySchemes", "/security", "/paths/~1b/get/security"] {
        assert!(with(place).is_err(), "{place}");
    }
}

#[test]
fn skipped_reference_leaves_no_empty_operation() {
    let chain = json!({"$ref": "none.json"});
    for (reference, files) in [("none.json", &[][..]), ("#/x-none", &[]), ("op.json", &[("op.json", &chain)])] {
        let item = json!({"get": {"$ref": reference}, "put": {"$ref": reference}});
        if let Ok(inspection) = skipping(&document(&json!({"/b": item})), files) {
            assert!(!has_path(&inspection, "/b"), "{reference}");
        }
    }
    // The error is in `/c`, but `/b` needs the same target.
    let paths = json!({"/c": {"get": {"$ref": "#/x-none"}}, "/b": {"get": {"$ref": "#/paths/~1c/get"}}});
    let inspection = skipping(&document(&paths), &[]).unwrap_or_else(|error| panic!("{error}"));
    assert!(!has_path(&inspection, "/b") && !has_path(&inspection, "/c") && has_path(&inspection, "/kept"));
}

/// Whether a document is read whose `/x` is in a file that has its own `security`.
fn reads_item(reference: &str, own: &Value, default: &Value) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mut operation = json!({"responses": {"200": {"description": "d"}}});
    if !own.is_null() {
        operation["security"] = own.clone();
    }
    let mut other = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"get": operation}, "/y": {"get": {"$ref": "#/x-op"}}},
        "components": {"pathItems": {"x": {"get": operation}}},
        "x-op": operation
    });
    if !default.is_null() {
        other["security"] = default.clone();
    }
    let item = if reference.ends_with("get") || reference.ends_with("op") {
        json!({"get": {"$ref": reference}})
    } else {
        json!({"$ref": reference})
    };
    write(folder.path(), "api.json", &document(&json!({"/x": item})));
    write(folder.path(), "other.json", &other);
    generator(folder.path()).inspect().is_ok()
}

#[test]
fn default_security_of_another_file_is_not_dropped() {
    let (key, none) = (json!([{"key": []}]), Value::Null);
    let references = [
        "other.json#/paths/~1x",
        "other.json#/paths/~1x/get",
        "other.json#/paths/~1y",
        "other.json#/components/pathItems/x",
        "other.json#/x-op",
    ];
    for reference in references {
        assert!(!reads_item(reference, &none, &key), "{reference}: the author believes that a key is required");
        assert!(reads_item(reference, &key, &key), "{reference}: the operation states its own");
        assert!(reads_item(reference, &none, &json!([])), "{reference}: both files say the same");
        assert!(reads_item(reference, &none, &none), "{reference}: the file has none");
    }
}

#[test]
fn path_item_in_place_of_an_operation_is_rejected() {
    let item =
        json!({"parameters": [], "post": {"security": [{"key": []}], "responses": {"200": {"description": "d"}}}});
    for (target, is_read) in [
        (item, false),
        (json!({"summary": "s"}), false),
        (json!({}), false),
        (json!({"responses": {"200": {"description": "d"}}}), true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "api.json", &document(&json!({"/x": {"get": {"$ref": "item.json"}}})));
        write(folder.path(), "item.json", &target);
        assert_eq!(generator(folder.path()).inspect().is_ok(), is_read, "{target}");
    }
}
