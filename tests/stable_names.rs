//! The order of paths and schemas in a document has no influence on names: reversing it changes only the order of items.

use std::path::Path;

use keystub::{Generator, Input, TargetKind};
use serde_yaml::{Mapping, Value};

/// Fixtures whose names depend on the order, with the reason.
const EXCEPTIONS: &[(&str, &str)] =
    &[("responses.yaml", "a response that refers to that of another operation names the types of both")];

/// The lines of the generated code, sorted, each with its words sorted: lists of values are in the order of the document.
/// The private module of rules, whose equal rules share the name of the first, is left out.
fn lines(kind: TargetKind, document: &Value) -> Option<Vec<String>> {
    let bytes = serde_yaml::to_string(document).unwrap().into_bytes();
    let input = Input::Memory { name: "api.yaml".into(), bytes };
    let output = Generator::new(kind, input).runtime(keystub::Runtime::Crate).generate().ok()?;
    let is_compared = |path: &str| path.ends_with(".rs") && !path.ends_with("rules.rs");
    let files = output.files().into_iter().filter(|(path, _)| is_compared(path));
    let mut lines: Vec<String> = files.flat_map(|(_, text)| text.lines()).flat_map(sorted_words).collect();
    lines.sort();
    Some(lines)
}

/// The line with its words sorted; each item of a list that fills several lines, whose breaks depend on the order.
fn sorted_words(line: &str) -> Vec<String> {
    let line = line.trim();
    if line.starts_with("types::") {
        return line.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words: Vec<&str> = line.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    vec![words.join(" ")]
}

fn reverse(document: &mut Value, keys: &[&str]) {
    let target = keys.iter().try_fold(document, |node, key| node.get_mut(key)).and_then(Value::as_mapping_mut);
    if let Some(mapping) = target {
        let mut entries: Vec<(Value, Value)> = std::mem::take(mapping).into_iter().collect();
        entries.reverse();
        *mapping = entries.into_iter().collect::<Mapping>();
    }
}

#[test]
fn order_of_paths_and_schemas_does_not_change_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = ["ok", "world"].map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let mut compared = 0;
    let mut faults = Vec::new();
    for path in files.into_iter().flatten().map(|entry| entry.unwrap().path()) {
        let Some(text) =
            std::fs::read_to_string(&path).ok().filter(|_| path.extension().is_some_and(|end| end == "yaml"))
        else {
            continue;
        };
        let Ok(document) = serde_yaml::from_str::<Value>(&text) else { continue };
        let mut reversed = document.clone();
        for keys in [&["paths"][..], &["components", "schemas"], &["definitions"]] {
            reverse(&mut reversed, keys);
        }
        for kind in [TargetKind::ClientReqwest, TargetKind::ServerAxum] {
            let (Some(before), Some(after)) = (lines(kind, &document), lines(kind, &reversed)) else { continue };
            compared += 1;
            let lost: Vec<&String> = before.iter().filter(|line| after.binary_search(line).is_err()).collect();
            let name = path.file_name().unwrap().to_string_lossy();
            if EXCEPTIONS.iter().any(|(exception, _)| *exception == name) {
                assert!(!lost.is_empty(), "{name} is no longer an exception");
            } else if !lost.is_empty() {
                faults.push(format!("{}: {:?}", path.display(), &lost[..lost.len().min(5)]));
            }
        }
    }
    assert!(compared > 60, "{compared} outputs were compared");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The public structs and enums of a client of `api.yaml` and the files next to it.
fn type_names(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = Generator::client(folder.path().join("api.yaml")).generate().unwrap();
    let items = output.files()["src/types.rs"].lines();
    let name = |line: &str| {
        let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
        Some(rest.trim_end_matches(" {").to_owned())
    };
    let mut names: Vec<String> = items.filter_map(name).collect();
    names.sort();
    names
}

#[test]
fn types_of_path_items_in_other_files_are_named_after_their_operation() {
    let object = "{content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}";
    let api = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/pets: {$ref: pets.yaml}}\n";
    let pets = format!(
        "parameters: [{{name: kind, in: query, schema: {{type: string, enum: [a, b]}}}}]\npost:\n  operationId: addPet\n  \
         requestBody: {object}\n  responses: {{'200': {{$ref: 'shared.yaml#/Ok'}}}}\n"
    );
    let shared = format!("Ok: {{description: d, {}}}\n", &object[1..object.len() - 1]);
    let names = type_names(&[("api.yaml", api), ("pets.yaml", &pets), ("shared.yaml", &shared)]);
    assert_eq!(names, ["AddPetBody", "AddPetKind", "OkResponse"]);
}

#[test]
fn types_of_shared_parts_are_named_after_the_component() {
    let schema = "content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}";
    let operation = |id: &str| {
        format!(
            "{{operationId: {id}, requestBody: {{$ref: '#/components/requestBodies/Antibody'}}, responses: {{'200': {{$ref: \
             '#/components/responses/ListResponse'}}, default: {{$ref: '#/components/responses/Failure'}}}}}}"
        )
    };
    let (first, second) = (operation("first"), operation("second"));
    let api = format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths: {{/a: {{post: {first}, put: {second}}}}}\ncomponents:\n  \
         requestBodies: {{Antibody: {{{schema}}}}}\n  responses: {{ListResponse: {{description: d, {schema}}}, Failure: \
         {{description: d, {schema}}}}}\n"
    );
    assert_eq!(type_names(&[("api.yaml", &api)]), ["AntibodyBody", "FailureResponse", "ListResponse"]);
}

/// A client whose operations have a body with these properties.
fn with_bodies(operations: &[(&str, &str)]) -> keystub::Output {
    let path = |(id, properties): &(&str, &str)| {
        format!(
            "  /{id}: {{post: {{operationId: {id}, requestBody: {{content: {{application/json: {{schema: {{type: object, \
             properties: {properties}}}}}}}}}, responses: {{'204': {{description: d}}}}}}}}\n"
        )
    };
    let paths: String = operations.iter().map(path).collect();
    let bytes = format!("openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n{paths}").into_bytes();
    Generator::new(TargetKind::ClientReqwest, Input::Memory { name: "api.yaml".into(), bytes }).generate().unwrap()
}

/// The lines that define types, without braces, sorted.
fn definitions(output: &keystub::Output) -> Vec<String> {
    let items = output.files()["src/types.rs"].lines();
    let is_item = |line: &&str| ["pub struct ", "pub enum ", "pub type "].iter().any(|start| line.starts_with(start));
    let mut items: Vec<String> = items.filter(is_item).map(|line| line.trim_end_matches(" {").to_owned()).collect();
    items.sort();
    items
}

const ADDRESS: &str = "{type: object, description: Home, properties: {city: {type: string}, zip: {type: string}}}";
const SAME_ADDRESS: &str = "{type: object, properties: {city: {type: string, example: Rome}, zip: {type: string}}}";

#[test]
fn equal_schemas_share_a_type_and_keep_their_names_as_aliases() {
    let (first, second) =
        (format!("{{home_address: {ADDRESS}, a: {{type: string}}}}"), format!("{{home_address: {SAME_ADDRESS}}}"));
    let output = with_bodies(&[("add", &first), ("put", &second)]);
    assert_eq!(
        definitions(&output),
        [
            "pub struct AddBody",
            "pub struct HomeAddress",
            "pub struct PutBody",
            "pub type AddBodyHomeAddress = HomeAddress;",
            "pub type PutBodyHomeAddress = HomeAddress;",
        ]
    );
}

#[test]
fn schemas_that_differ_in_anything_but_documentation_have_separate_types() {
    let base = "{type: object, properties: {kind: {type: string, default: x}}, required: [kind]}";
    let others = [
        "{type: object, properties: {kind: {type: string, default: y}}, required: [kind]}",
        "{type: object, properties: {kind: {type: string, default: x}}}",
        "{type: object, properties: {kind: {type: string, default: x, deprecated: true}}, required: [kind]}",
        "{type: object, properties: {kind: {type: string, format: password, default: x}}, required: [kind]}",
        "{type: object, properties: {kind: {type: string, default: x, nullable: true}}, required: [kind]}",
        "{type: object, properties: {kind: {type: string, default: x}}, required: [kind], additionalProperties: {type: string}}",
        "{type: object, properties: {kind: {type: string, default: x}}, required: [kind], deprecated: true}",
    ];
    for other in others {
        let (first, second) = (format!("{{plan: {base}, a: {{type: string}}}}"), format!("{{plan: {other}}}"));
        let names = definitions(&with_bodies(&[("add", &first), ("put", &second)]));
        assert_eq!(
            names,
            ["pub struct AddBody", "pub struct AddBodyPlan", "pub struct PutBody", "pub struct PutBodyPlan"],
            "{other}"
        );
    }
}

#[test]
fn new_use_of_an_equal_schema_renames_nothing() {
    let body = |other: &str| format!("{{home_address: {ADDRESS}, {other}: {{type: string}}}}");
    let (first, second, third) = (body("a"), body("b"), body("c"));
    let idents = |operations: &[(&str, &str)]| -> Vec<String> {
        let words = |line: String| line.split_whitespace().nth(2).map(str::to_owned);
        definitions(&with_bodies(operations)).into_iter().filter_map(words).collect()
    };
    let one = idents(&[("put", &first)]);
    let two = idents(&[("put", &first), ("send", &second)]);
    let three = idents(&[("add", &third), ("put", &first), ("send", &second)]);
    for (before, after) in [(one, &two), (two.clone(), &three)] {
        assert!(before.iter().all(|name| after.contains(name)), "{before:?} {after:?}");
    }
    assert!(two.contains(&"HomeAddress".to_owned()), "{two:?}");
}

#[test]
fn recursive_schemas_share_a_type() {
    let tree = |id: &str| {
        format!(
            "{{{id}: {{type: string}}, node: {{type: object, properties: {{list: {{type: array, items: {{$ref: '#/components/schemas/Leaf'}}}}, inner: {{type: object, properties: {{x: {{type: integer}}}}}}}}}}}}"
        )
    };
    let bodies = [("add", tree("a")), ("put", tree("b"))].map(|(id, tree)| {
        format!("  /{id}: {{post: {{operationId: {id}, requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {tree}}}}}}}}}, responses: {{'204': {{description: d}}}}}}}}\n")
    });
    let bytes = format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n{}components: {{schemas: {{Leaf: {{type: object, properties: {{next: {{$ref: '#/components/schemas/Leaf'}}}}}}}}}}\n",
        bodies.concat()
    );
    let input = Input::Memory { name: "api.yaml".into(), bytes: bytes.into_bytes() };
    let output = Generator::new(TargetKind::ClientReqwest, input).generate().unwrap();
    let structs: Vec<String> = definitions(&output).into_iter().filter(|line| line.starts_with("pub struct")).collect();
    assert_eq!(structs, ["AddBody", "Inner", "Leaf", "Node", "PutBody"].map(|name| format!("pub struct {name}")));
}
