//! Mutates a document as a tree: the result is JSON, and mostly still an OpenAPI document.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// Keywords of OpenAPI and JSON Schema.
const KEYS: &[&str] = &[
    "$ref", "type", "properties", "items", "allOf", "oneOf", "anyOf", "not", "enum", "const", "default", "required",
    "nullable", "format", "additionalProperties", "discriminator", "mapping", "propertyName", "in", "name", "style",
    "explode", "schema", "content", "parameters", "requestBody", "responses", "headers", "security", "securitySchemes",
    "scheme", "flows", "scopes", "tokenUrl", "authorizationUrl", "openIdConnectUrl", "servers", "variables", "url",
    "operationId", "tags", "components", "schemas", "paths", "x-rust-name", "x-enum-varnames", "encoding", "minimum",
    "exclusiveMinimum", "maxLength", "pattern", "multipleOf", "uniqueItems", "minProperties", "$defs", "$anchor",
    "$id", "prefixItems", "patternProperties", "if", "then", "else", "contentEncoding", "webhooks", "pathItems",
    "itemSchema", "definitions", "collectionFormat", "consumes", "produces", "securityDefinitions", "host", "basePath",
    "schemes", "readOnly", "writeOnly", "deprecated", "title", "description", "get", "post", "query", "200", "default",
];

/// Values of keywords, and texts that must not be interpreted.
const TEXTS: &[&str] = &[
    "", "string", "integer", "number", "boolean", "array", "object", "null", "file", "path", "query", "header",
    "cookie", "body", "formData", "form", "simple", "label", "matrix", "deepObject", "multi", "byte", "binary",
    "date-time", "uuid", "int32", "uint64", "float", "password", "apiKey", "http", "oauth2", "openIdConnect", "bearer",
    "basic", "mutualTLS", "application/json", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain",
    "*/*", "self", "Self", "crate", "_", "r#type", "Option", "\"", "\\", "*/ fn EVIL(){} /*", "\n fn EVIL(){}", "{0}{x}",
    "{{ 7*7 }}", "\u{2028}", "\u{202e}", "\0", "\r", "    code", "```", "/{id}", "/{id}/{id}", "https://h/{v}", "#/", "#",
    "2.0", "3.0.3", "3.1.0", "3.2.0",
];

/// Makes one to four changes to the document, chosen by `seed`; `None` if the bytes are not JSON.
pub fn mutate(bytes: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(bytes).ok()?;
    let mut rng = Rng::with_seed(u64::from(seed));
    for _ in 0..rng.usize(1..=4) {
        change(&mut document, &mut rng);
    }
    serde_json::to_vec(&document).ok()
}

fn change(document: &mut Value, rng: &mut Rng) {
    let pointers = pointers(document);
    let other = document.pointer(&pointers[rng.usize(..pointers.len())]).cloned().unwrap_or_default();
    let target = pointers[rng.usize(..pointers.len())].clone();
    let at = &pointers[rng.usize(..pointers.len())];
    match rng.u8(..9) {
        0 => remove(document, at),
        1 => rename(document, at, rng),
        kind => {
            if let Some(node) = document.pointer_mut(at) {
                replace(node, kind, other, &target, rng);
            }
        }
    }
}

fn replace(node: &mut Value, kind: u8, other: Value, target: &str, rng: &mut Rng) {
    match (kind, node) {
        (2, node) => *node = scalar(rng),
        (3, node) => *node = other,
        (4, node) => *node = json!({ "$ref": format!("#{target}") }),
        (5, node) => {
            let inner = node.take();
            *node = match rng.u8(..4) {
                0 => json!({ "allOf": [inner, other] }),
                1 => json!({ "oneOf": [inner, other] }),
                2 => json!({ "type": "array", "items": inner }),
                _ => json!({ "additionalProperties": inner, "properties": { "a": other } }),
            };
        }
        (_, Value::Object(object)) => {
            let value = if rng.bool() { scalar(rng) } else { other };
            object.insert(KEYS[rng.usize(..KEYS.len())].to_owned(), value);
        }
        (_, Value::Array(items)) => items.push(other),
        (_, Value::String(text)) => text.push_str(TEXTS[rng.usize(..TEXTS.len())]),
        (_, node) => *node = scalar(rng),
    }
}

fn scalar(rng: &mut Rng) -> Value {
    match rng.u8(..8) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(1e308),
        4 => json!([]),
        5 => json!({}),
        _ => json!(TEXTS[rng.usize(..TEXTS.len())]),
    }
}

/// A JSON pointer to every node.
fn pointers(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![(String::new(), document)];
    while let Some((at, node)) = waiting.pop() {
        match node {
            Value::Object(object) => waiting.extend(object.iter().map(|(key, value)| (child(&at, key), value))),
            Value::Array(items) => {
                waiting.extend(items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        found.push(at);
    }
    found
}

fn child(at: &str, key: &str) -> String {
    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn remove(document: &mut Value, at: &str) {
    let Some((parent, token)) = at.rsplit_once('/') else { return };
    let key = key(token);
    match document.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.remove(&key);
        }
        Some(Value::Array(items)) => {
            if let Some(index) = key.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

/// Renames a key: to a keyword, or to a text that must not be interpreted.
fn rename(document: &mut Value, at: &str, rng: &mut Rng) {
    let Some((parent, token)) = at.rsplit_once('/') else { return };
    let Some(Value::Object(object)) = document.pointer_mut(parent) else { return };
    let words = if rng.bool() { KEYS } else { TEXTS };
    let (old, new) = (key(token), words[rng.usize(..words.len())]);
    let entries = std::mem::take(object).into_iter();
    let renamed = |(name, value): (String, Value)| if name == old { (new.to_owned(), value) } else { (name, value) };
    *object = entries.map(renamed).collect::<Map<_, _>>();
}

fn key(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
