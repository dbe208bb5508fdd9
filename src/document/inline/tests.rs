//! References read the same as their targets at every place, from the document and from another file.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::diag::{Repeated, Report};
use crate::document::{Document, Input, LoadError, Loaded, Overlays, Subject};
use crate::limits::Limits;

fn openapi(version: &str) -> Value {
    let schema = json!({"type": "object", "required": ["p"], "properties": {"p": {"type": "string", "enum": ["a"]}}});
    json!({
        "openapi": version,
        "info": {"title": "t", "version": "1", "description": "d"},
        "servers": [{"url": "https://{h}.test", "variables": {"h": {"default": "a", "enum": ["a"]}}}],
        "security": [{"key": []}],
        "tags": [{"name": "t"}],
        "paths": {"/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "get": {
                "tags": ["t"],
                "security": [{"oauth": ["read"]}],
                "parameters": [{"name": "q", "in": "query", "content": {"application/json": {"schema": {}}}}],
                "responses": {"200": {
                    "description": "d",
                    "headers": {"X-A": {"schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": schema}}
                }}
            },
            "post": {
                "requestBody": {"content": {"multipart/form-data": {
                    "schema": schema,
                    "encoding": {"p": {"contentType": "text/plain"}}
                }}},
                "callbacks": {"c": {"{$request.query.q}": {"post": {"responses": {"200": {"description": "d"}}}}}},
                "responses": {"200": {"description": "d"}}
            }
        }},
        "components": {
            "schemas": {"A": schema},
            "responses": {"R": {"description": "d"}},
            "parameters": {"P": {"name": "q", "in": "query", "schema": {"type": "string"}}},
            "requestBodies": {"B": {"content": {"application/json": {"schema": {}}}}},
            "headers": {"H": {"schema": {"type": "string"}}},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "oauth": {"type": "oauth2", "flows": {"clientCredentials": {
                    "tokenUrl": "https://a.test/token", "scopes": {"read": "r"}
                }}}
            }
        }
    })
}

const OPENAPI: [&str; 42] = [
    "/info",
    "/info/title",
    "/info/description",
    "/servers",
    "/servers/0",
    "/servers/0/url",
    "/servers/0/variables",
    "/servers/0/variables/h",
    "/security",
    "/security/0",
    "/security/0/key",
    "/tags",
    "/tags/0",
    "/paths",
    "/paths/~1a~1{id}/parameters",
    "/paths/~1a~1{id}/get",
    "/paths/~1a~1{id}/get/tags",
    "/paths/~1a~1{id}/get/security",
    "/paths/~1a~1{id}/get/security/0",
    "/paths/~1a~1{id}/get/security/0/oauth",
    "/paths/~1a~1{id}/get/parameters",
    "/paths/~1a~1{id}/get/parameters/0/content",
    "/paths/~1a~1{id}/get/responses",
    "/paths/~1a~1{id}/get/responses/200/headers",
    "/paths/~1a~1{id}/get/responses/200/content",
    "/paths/~1a~1{id}/get/responses/200/content/application~1json",
    "/paths/~1a~1{id}/get/responses/200/content/application~1json/schema/properties",
    "/paths/~1a~1{id}/get/responses/200/content/application~1json/schema/required",
    "/paths/~1a~1{id}/post/requestBody/content",
    "/paths/~1a~1{id}/post/requestBody/content/multipart~1form-data/encoding",
    "/paths/~1a~1{id}/post/requestBody/content/multipart~1form-data/encoding/p",
    "/paths/~1a~1{id}/post/callbacks",
    "/components",
    "/components/schemas",
    "/components/responses",
    "/components/parameters",
    "/components/requestBodies",
    "/components/headers",
    "/components/securitySchemes",
    "/components/securitySchemes/oauth/flows",
    "/components/securitySchemes/oauth/flows/clientCredentials",
    "/components/securitySchemes/oauth/flows/clientCredentials/scopes",
];

fn swagger() -> Value {
    json!({
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "host": "a.test",
        "schemes": ["https"],
        "produces": ["application/json"],
        "security": [{"key": []}],
        "paths": {"/a": {"post": {
            "consumes": ["application/x-www-form-urlencoded"],
            "security": [{"oauth": ["read"]}],
            "parameters": [{"name": "q", "in": "formData", "type": "string"}],
            "responses": {"200": {"description": "d", "schema": {"type": "object", "properties": {"p": {}}}}}
        }}},
        "definitions": {"A": {"type": "object"}},
        "securityDefinitions": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "basic": {"type": "basic"},
            "oauth": {"type": "oauth2", "flow": "application", "tokenUrl": "https://a.test/t", "scopes": {"read": "r"}}
        }
    })
}

const SWAGGER: [&str; 18] = [
    "/info",
    "/security",
    "/security/0",
    "/paths",
    "/paths/~1a/post",
    "/paths/~1a/post/security",
    "/paths/~1a/post/security/0",
    "/paths/~1a/post/parameters",
    "/paths/~1a/post/responses",
    "/paths/~1a/post/responses/200/schema/properties",
    "/definitions",
    "/securityDefinitions",
    "/securityDefinitions/key",
    "/securityDefinitions/basic",
    "/securityDefinitions/oauth",
    "/securityDefinitions/oauth/scopes",
    "/securityDefinitions/oauth/flow",
    "/securityDefinitions/key/in",
];

fn write(folder: &Path, name: &str, value: &Value) {
    fs::write(folder.join(name), value.to_string()).unwrap();
}

fn load(folder: &Path) -> Result<Document, LoadError> {
    Document::load(&Input::Path(folder.join("api.json")), &Limits::default())
}

/// The typed document without keystub's own keys.
fn read(document: Result<Document, LoadError>) -> Result<openapiv3::OpenAPI, String> {
    let mut api = document.map_err(|failure| failure.to_string())?.api;
    api.extensions.clear();
    Ok(api)
}

/// Reads a document whose value at `place` is a reference to a part of the document or of another file.
fn referenced(mut value: Value, place: &str, in_file: bool) -> Result<openapiv3::OpenAPI, String> {
    let folder = tempfile::tempdir().unwrap();
    let reference = if in_file { "part.json" } else { "#/x-part" };
    let part = std::mem::replace(value.pointer_mut(place).unwrap(), json!({"$ref": reference}));
    if in_file {
        write(folder.path(), "part.json", &part);
    } else {
        value["x-part"] = part;
    }
    write(folder.path(), "api.json", &value);
    read(load(folder.path()))
}

#[test]
fn references_are_replaced_by_their_targets_everywhere() {
    let documents = [openapi("3.0.3"), openapi("3.1.0"), openapi("3.2.0"), swagger()];
    for (index, value) in documents.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "api.json", &value);
        let expected = read(load(folder.path())).unwrap();
        let places: &[&str] = if index == 3 { &SWAGGER } else { &OPENAPI };
        // Since 3.2, a media type may be a reference, whose schema stays in place.
        let is_defined = |place: &str| index == 2 && place.ends_with("/content/application~1json");
        for place in places.iter().filter(|place| !is_defined(place)) {
            for in_file in [false, true] {
                let found = referenced(value.clone(), place, in_file);
                assert_eq!(found.as_ref(), Ok(&expected), "{index} {place} {in_file}");
            }
        }
    }
}

#[test]
fn dangling_references_are_rejected_everywhere() {
    for (value, places) in [(openapi("3.0.3"), &OPENAPI[..]), (openapi("3.1.0"), &OPENAPI), (swagger(), &SWAGGER)] {
        for place in places {
            for reference in ["#/x-none", "none.json"] {
                let folder = tempfile::tempdir().unwrap();
                let mut value = value.clone();
                *value.pointer_mut(place).unwrap() = json!({"$ref": reference});
                write(folder.path(), "api.json", &value);
                if place.ends_with("/description") {
                    let document = load(folder.path()).unwrap();
                    let listing = document.listing(&Report::new()).text(Repeated::Listed);
                    assert_eq!(listing.matches("warning[dangling-ref]").count(), 1, "{place} {reference} {listing}");
                    continue;
                }
                let error = read(load(folder.path())).unwrap_err();
                assert!(error.contains("error[dangling-ref]"), "{place} {reference} {error}");
                assert_eq!(error.matches("error[").count(), 1, "{place} {reference} {error}");
            }
        }
    }
}

/// The listing of a document whose `get` is `operation`, and whose `x-op` requires `key`.
fn with_operation(operation: &Value) -> Result<openapiv3::OpenAPI, String> {
    let mut value = openapi("3.0.3");
    value["paths"] = json!({"/a": {"get": operation}});
    value["x-op"] = json!({"security": [{"key": []}], "description": "d", "responses": {"200": {"description": "d"}}});
    value["x-next"] = json!({"$ref": "#/x-op", "security": [{"oauth": []}]});
    let bytes = value.to_string().into_bytes();
    read(Document::load(&Input::Memory { name: "api.json".into(), bytes }, &Limits::default()))
}

#[test]
fn conflicting_keys_next_to_a_reference_are_rejected() {
    let added = [
        (json!({"$ref": "#/x-op", "operationId": "a"}), "operationId", json!("a")),
        (json!({"$ref": "#/x-op", "description": "own"}), "description", json!("own")),
        (json!({"$ref": "#/x-op", "security": [{"key": []}]}), "security", json!([{"key": []}])),
        (json!({"$ref": "#/x-op", "operationId": "a"}), "security", json!([{"key": []}])),
    ];
    for (operation, key, expected) in added {
        let api = serde_json::to_value(with_operation(&operation).unwrap()).unwrap();
        assert_eq!(api["paths"]["/a"]["get"][key], expected, "{operation}");
    }
    let refused = [
        json!({"$ref": "#/x-op", "security": []}),
        json!({"$ref": "#/x-op", "security": [{}]}),
        json!({"$ref": "#/x-op", "responses": {}}),
        json!({"$ref": "#/x-next"}),
        json!({"$ref": "#/x-op/security", "operationId": "a"}),
    ];
    for operation in refused {
        let error = with_operation(&operation).unwrap_err();
        assert!(error.contains("error[unsupported-ref]"), "{operation} {error}");
    }
}

#[test]
fn reference_that_is_not_a_string_is_rejected() {
    for value in [json!(null), json!(5), json!({}), json!([])] {
        let error = with_operation(&json!({"$ref": value})).unwrap_err();
        assert!(error.contains("error[malformed]: `$ref` is "), "{value} {error}");
    }
}

#[test]
fn target_of_another_kind_is_rejected() {
    for reference in ["#/components/schemas", "#/paths", "#/info/title", "#/security"] {
        assert!(with_operation(&json!({"$ref": reference})).is_err(), "{reference}");
    }
}

#[test]
fn reference_cycles_are_rejected() {
    for (get, other) in [("#/paths/~1a/get", ""), ("#/x-b", "#/x-b"), ("#/x-b", "#/paths/~1a/get"), ("#/paths/~1a", "")]
    {
        let mut value = openapi("3.0.3");
        value["paths"] = json!({"/a": {"get": {"$ref": get}}});
        value["x-b"] = json!({"$ref": other});
        let bytes = value.to_string().into_bytes();
        let error = read(Document::load(&Input::Memory { name: "api.json".into(), bytes }, &Limits::default()));
        let error = error.unwrap_err();
        assert!(error.contains("error[cyclic-ref]") || error.contains("error[malformed]"), "{get} {other} {error}");
    }
    // Callbacks contain operations, which contain callbacks.
    let mut value = openapi("3.0.3");
    value["paths"]["/a/{id}"]["post"]["callbacks"] = json!({"c": {"/x": {"post": {"$ref": "#/paths/~1a~1{id}/post"}}}});
    let bytes = value.to_string().into_bytes();
    let error =
        read(Document::load(&Input::Memory { name: "api.json".into(), bytes }, &Limits::default())).unwrap_err();
    assert!(error.contains("error[cyclic-ref]"), "{error}");
}

#[test]
fn exponential_references_are_rejected() {
    let mut value = openapi("3.0.3");
    value["components"]["schemas"] = json!({"A": {"properties": {"$ref": "#/x-0"}}});
    for level in 0..40 {
        let next = json!({"properties": {"$ref": format!("#/x-{}", level + 1)}});
        value[format!("x-{level}")] = json!({"a": next, "b": next});
    }
    value["x-40"] = json!({});
    let bytes = value.to_string().into_bytes();
    let mut limits = Limits::default();
    let load = |limits: &Limits| {
        let input = Input::Memory { name: "api.json".into(), bytes: bytes.clone() };
        read(Document::load(&input, limits)).unwrap_err()
    };
    limits.nodes = 10_000;
    assert!(load(&limits).contains("error[too-many-nodes]"));
    limits.references = 10;
    assert!(load(&limits).contains("error[unsupported-ref]"));
    limits = Limits { depth: 40, ..Limits::default() };
    assert!(load(&limits).contains("error[too-deep]"));
}

#[test]
fn reference_can_use_self_uri() {
    let mut value = openapi("3.2.0");
    value["$self"] = json!("https://a.test/api");
    value["x-op"] = json!({"security": [{"key": []}], "responses": {}});
    value["paths"] = json!({"/a": {"get": {"$ref": "https://a.test/api#/x-op"}}});
    let bytes = value.to_string().into_bytes();
    let input = Input::Memory { name: "api.json".into(), bytes };
    let api = serde_json::to_value(read(Document::load(&input, &Limits::default())).unwrap()).unwrap();
    assert_eq!(api["paths"]["/a"]["get"]["security"], json!([{"key": []}]));
}

#[test]
fn reference_limits_are_never_skipped() {
    let mut value = openapi("3.0.3");
    value["paths"]["/b"] = json!({"get": {"$ref": "#/x-op"}});
    value["x-op"] = json!({"responses": {}, "tags": vec!["t"; 1000]});
    let bytes = value.to_string().into_bytes();
    let load = |nodes| {
        let limits = Limits { nodes, ..Limits::default() };
        Loaded::load(
            Subject::Paths,
            &Input::Memory { name: "api.json".into(), bytes: bytes.clone() },
            &Overlays::default(),
            &limits,
        )
        .map(|_| ())
    };
    assert!(load(1500).is_ok());
    value["paths"]["/c"] = json!({"get": {"$ref": "#/x-op"}});
    let bytes = value.to_string().into_bytes();
    let limits = Limits { nodes: 1500, ..Limits::default() };
    let error =
        Loaded::load(Subject::Paths, &Input::Memory { name: "api.json".into(), bytes }, &Overlays::default(), &limits)
            .unwrap_err()
            .to_string();
    assert!(error.contains("error[too-many-nodes]"), "{error}");
}
