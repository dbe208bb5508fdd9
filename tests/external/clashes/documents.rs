//! Documents whose schemas, properties, operations, parameters and security schemes have the names of everything in the
//! runtime and in the templates: none of them may keep generated code from compiling.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// How many names one document has: rustc takes a time that is quadratic in it.
const PORTION: usize = 40;

/// The templates whose methods share a type with those of security schemes.
const OF_SCHEMES: [&str; 3] = ["authentication.rs.j2", "auth.rs.j2", "client.rs.j2"];

/// Writes the documents to `out`.
pub fn write(templates: &Path, out: &Path) -> Vec<PathBuf> {
    println!("cargo::rerun-if-changed={}", templates.display());
    let (mut names, mut of_schemes) = (BTreeSet::new(), BTreeSet::new());
    let mut folders = vec![templates.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the templates are there") {
            let entry = entry.expect("an entry can be read");
            let (path, kind) = (entry.path(), entry.file_type().expect("it has a type"));
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.to_string_lossy().contains(".rs") {
                let text = std::fs::read_to_string(&path).expect("templates are UTF-8");
                let found: Vec<String> = declared(&text).map(str::to_owned).collect();
                names.extend(path.file_name().map(|name| stem(&name.to_string_lossy())));
                if OF_SCHEMES.iter().any(|name| path.ends_with(name)) {
                    of_schemes.extend(found.iter().cloned());
                }
                names.extend(found);
            }
        }
    }
    names.extend(
        ["rt", "std", "core", "alloc", "types", "operations", "self", "super", "crate", "Self"].map(str::to_owned),
    );
    names.extend(of_schemes.iter().cloned());
    let names: Vec<String> = names.into_iter().collect();
    let of_schemes: Vec<String> = of_schemes.into_iter().collect();
    std::fs::write(out.join("names.txt"), names.join("\n")).expect("OUT_DIR can be written");
    let count = names.len().div_ceil(PORTION);
    let portions = names
        .chunks(PORTION)
        .zip(of_schemes.chunks(of_schemes.len().div_ceil(count)).chain(std::iter::repeat(&[][..])));
    portions
        .enumerate()
        .map(|(at, (names, schemes))| {
            let path = out.join(format!("clashes-{at}.json"));
            std::fs::write(&path, document(names, schemes).to_string()).expect("OUT_DIR can be written");
            path
        })
        .collect()
}

fn stem(file: &str) -> String {
    file.split('.').next().unwrap_or_default().to_owned()
}

/// The names of the items that a file declares.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    let marks = ["fn ", "struct ", "enum ", "trait ", "mod ", "const ", "static ", "type ", "macro_rules! "];
    marks.into_iter().flat_map(move |mark| text.split(mark).skip(1)).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let word = &rest[..end];
        (word.len() > 1 && word.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(word)
    })
}

fn document(names: &[String], schemes: &[String]) -> Value {
    let text = json!({"type": "string"});
    let properties: Map<String, Value> = names.iter().map(|name| (name.clone(), text.clone())).collect();
    let parameters: Vec<Value> =
        names.iter().map(|name| json!({"name": name, "in": "query", "schema": {"type": "string"}})).collect();
    let mut schemas = Map::new();
    let mut paths = Map::new();
    for (at, name) in names.iter().enumerate() {
        // Enums and structs by turns, so that names are also those of variants.
        let schema = match at % 3 {
            0 => json!({"type": "object", "properties": {name: {"type": "integer"}}}),
            1 => json!({"type": "string", "enum": [name, "other"]}),
            _ => {
                json!({"type": "object", "additionalProperties": {"$ref": format!("#/components/schemas/{}", names[at - 1])}})
            }
        };
        schemas.insert(name.clone(), schema);
        let content = json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
        let security: Vec<Value> = schemes.iter().map(|scheme| json!({scheme: []})).collect();
        let operation = json!({
            "operationId": name,
            "security": if security.is_empty() { json!([]) } else { json!(security) },
            "parameters": [{"name": name, "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": name, "in": "query", "schema": {"type": "string"}}],
            "requestBody": {"content": content},
            "responses": {"200": {"description": "done", "content": content}, "404": {"description": "none"}}
        });
        paths.insert(format!("/{name}/{{{name}}}"), json!({"post": operation}));
    }
    schemas.insert("AllOfThem".to_owned(), json!({"type": "object", "properties": properties}));
    paths.insert(
        "/all".to_owned(),
        json!({"get": {
            "operationId": "allOfThem", "parameters": parameters,
            "responses": {"200": {"description": "done",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AllOfThem"}}}}}
        }}),
    );
    let schemes: Map<String, Value> =
        schemes.iter().map(|name| (name.clone(), json!({"type": "http", "scheme": "bearer"}))).collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Clashes", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": schemes}
    })
}
