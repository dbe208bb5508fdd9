//! What an edit of a document changes in the generated code: with a lock file, no name that was given before moves.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use keystub::{Generator, Input, LockedNames};
use serde_yaml::Value;

use crate::edits;

fn generator(document: &Value) -> Generator {
    let bytes = serde_yaml::to_string(document).unwrap().into_bytes();
    Generator::client(Input::Memory { name: "api.yaml".into(), bytes }).runtime(keystub::Runtime::Crate)
}

/// Writes the lock file of a document with the program.
fn lock(folder: &Path, document: &Value) -> bool {
    let spec = folder.join("api.yaml");
    std::fs::write(&spec, serde_yaml::to_string(document).unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.arg("lock").arg(&spec).arg("--lock").arg(folder.join("keystub.lock"));
    command.output().unwrap().status.success()
}

/// The entries of both whose names differ.
fn moved(before: &LockedNames, after: &LockedNames) -> Vec<String> {
    let differ = |before: &BTreeMap<String, String>, after: &BTreeMap<String, String>| -> Vec<String> {
        let both = before.iter().filter_map(|(key, name)| Some((key, name, after.get(key)?)));
        both.filter(|(_, name, now)| name != now).map(|(key, name, now)| format!("{key}: {name} → {now}")).collect()
    };
    [differ(&before.operations, &after.operations), differ(&before.types, &after.types)].concat()
}

fn lines(generator: &Generator) -> Option<Vec<String>> {
    let output = generator.generate().ok()?;
    let files = output.files().into_iter().filter(|(path, _)| path.ends_with(".rs"));
    Some(files.flat_map(|(_, text)| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()).collect())
}

#[test]
fn documents_with_the_same_file_name_have_separate_sections() {
    let folder = tempfile::tempdir().unwrap();
    let document = |name: &str| {
        let text = format!(
            "{{openapi: 3.0.3, info: {{title: t, version: '1'}}, paths: {{/a: {{get: {{operationId: {name}, responses: {{}}}}}}}}}}"
        );
        serde_yaml::from_str::<Value>(&text).unwrap()
    };
    let lock = folder.path().join("keystub.lock");
    for name in ["first", "second"] {
        let inner = folder.path().join(name);
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(inner.join("api.yaml"), serde_yaml::to_string(&document(name)).unwrap()).unwrap();
        // From the folder of the document, and from elsewhere.
        for (from, spec) in [(&inner, Path::new("api.yaml")), (&folder.path().to_owned(), &inner.join("api.yaml"))] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
            command.current_dir(from).arg("lock").arg(spec).arg("--lock").arg(&lock);
            assert!(command.output().unwrap().status.success());
        }
    }
    let text = std::fs::read_to_string(&lock).unwrap();
    assert_eq!(text.matches("operations]").count(), 2, "{text}");
    for name in ["first", "second"] {
        assert!(text.contains(&format!("[names.\"{name}/api.yaml\".operations]\n\"GET /a\" = \"{name}\"")), "{text}");
        let spec = folder.path().join(name).join("api.yaml");
        std::fs::write(&spec, serde_yaml::to_string(&document("other")).unwrap()).unwrap();
        let names = Generator::client(spec).lock(&lock).names().unwrap();
        assert_eq!(names.operations["GET /a"], name);
    }
}

#[test]
fn names_with_the_keys_of_an_older_version_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let text = "{openapi: 3.0.3, info: {title: t, version: '1'}, paths: {/a: {get: {operationId: a, responses: {}}}}}";
    let document = serde_yaml::from_str::<Value>(text).unwrap();
    let lock = folder.path().join("keystub.lock");
    std::fs::write(&lock, "version = 1\n[names.\"api.yaml\".operations]\n\"GET /a\" = \"first\"\n").unwrap();
    let error = generator(&document).lock(&lock).names().unwrap_err().to_string();
    assert!(error.contains("keystub.lock:1: ") && error.contains("run `keystub lock`"), "{error}");
    std::fs::write(&lock, "version = 2\n[names.\"api.yaml\".operations]\n\"GET /a\" = \"first\"\n").unwrap();
    assert_eq!(generator(&document).lock(&lock).names().unwrap().operations["GET /a"], "first");
}

#[test]
fn locked_names_of_parameters_stay_when_parameters_are_reordered() {
    let parameter = |name: &str| format!("{{name: {name}, in: query, schema: {{type: string, enum: [a, b, {name}]}}}}");
    let (first, second) = (parameter("x_y"), parameter("x-y"));
    let document = |parameters: &str| {
        let text = format!(
            "{{openapi: 3.0.3, info: {{title: t, version: '1'}}, paths: {{/a: {{get: {{operationId: list, parameters: [{parameters}], responses: {{}}}}}}}}}}"
        );
        serde_yaml::from_str::<Value>(&text).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let before = document(&format!("{first}, {second}"));
    assert!(lock(folder.path(), &before));
    let locked = |document: &Value| generator(document).lock(folder.path().join("keystub.lock")).names().unwrap();
    assert_eq!(locked(&document(&format!("{second}, {first}"))), locked(&before));
    let alone = locked(&document(&second));
    assert!(alone.types.iter().all(|entry| locked(&before).types.iter().any(|before| before == entry)), "{alone:?}");
    assert_eq!(alone.types.len(), 1);
}

#[test]
fn locked_names_of_alternatives_stay_when_alternatives_are_reordered() {
    let of = |properties: &str, rest: &str| format!("{{type: object, properties: {properties}{rest}}}");
    let by_property = of("{wings: {type: integer}}", ", required: [wings]");
    let by_title = of("{legs: {type: integer}}", ", title: Two legs");
    let by_value = |value: &str| {
        of(&format!("{{kind: {{type: string, enum: [{value}]}}, {value}: {{type: string}}}}"), ", required: [kind]")
    };
    let nested =
        of("{inner: {type: object, properties: {a: {type: string}}}, tail: {type: string}}", ", required: [tail]");
    let document = |first: &[&String], second: &[&String]| {
        let text = |list: &[&String]| list.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(", ");
        let text = format!(
            "{{openapi: 3.0.3, info: {{title: t, version: '1'}}, paths: {{/a: {{post: {{operationId: add, requestBody: {{content: \
             {{application/json: {{schema: {{type: object, properties: {{first: {{oneOf: [{}]}}, second: {{oneOf: [{}]}}}}}}}}}}}}, \
             responses: {{}}}}}}}}}}",
            text(first),
            text(second)
        );
        serde_yaml::from_str::<Value>(&text).unwrap()
    };
    let (one, two) = (by_value("one"), by_value("two"));
    let folder = tempfile::tempdir().unwrap();
    let before = document(&[&by_property, &by_title, &nested], &[&one, &two]);
    assert!(lock(folder.path(), &before));
    let locked = |document: &Value| generator(document).lock(folder.path().join("keystub.lock"));
    let names = locked(&before).names().unwrap();
    let keys: Vec<&str> = names.types.keys().filter_map(|key| Some(key.split_once("/oneOf/")?.1)).collect();
    let expected = [
        "property tail",
        "property tail/properties/inner",
        "property wings",
        "title Two legs",
        "value one",
        "value one/properties/kind",
        "value two",
        "value two/properties/kind",
    ];
    assert_eq!(keys, expected);
    let after = document(&[&nested, &by_title, &by_property], &[&two, &one]);
    assert_eq!(locked(&after).names().unwrap(), names);
    // Without the lock, the names have the positions.
    assert_ne!(generator(&after).names().unwrap(), generator(&before).names().unwrap());
    let types = |document: &Value| {
        let text = locked(document).generate().unwrap().files()["src/types.rs"].to_owned();
        let mut items: Vec<String> =
            text.split("\npub struct ").skip(1).map(|item| item.split("\n}").next().unwrap().to_owned()).collect();
        items.sort();
        items
    };
    assert_eq!(types(&after), types(&before));
}

#[test]
fn locked_names_do_not_move_when_documents_are_edited() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let files = ["ok", "world"].map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let (mut documents, mut compared, mut unlocked) = (0_u64, 0, 0);
    let mut faults = Vec::new();
    for path in files.into_iter().flatten().map(|entry| entry.unwrap().path()) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Ok(document) = serde_yaml::from_str::<Value>(&text) else { continue };
        let folder = tempfile::tempdir().unwrap();
        let (Ok(before), true) = (generator(&document).names(), lock(folder.path(), &document)) else { continue };
        documents += 1;
        let locked = |document: &Value| generator(document).lock(folder.path().join("keystub.lock"));
        assert_eq!(
            lines(&locked(&document)),
            lines(&generator(&document)),
            "{}: locked names are others",
            path.display()
        );
        // The small documents share the edits, because most of them have little that can be edited.
        let is_large = path.parent().is_some_and(|folder| folder.ends_with("world"));
        let few = (documents * 3..documents * 3 + 3).map(|number| number % edits::EDITS);
        let numbers: Vec<u64> = if is_large { (0..edits::EDITS).collect() } else { few.collect() };
        for number in numbers {
            let (edited, what) = edits::edited(&document, number);
            let (Ok(free), Ok(kept)) = (generator(&edited).names(), locked(&edited).names()) else { continue };
            compared += 1;
            unlocked += moved(&before, &free).len();
            let moved = moved(&before, &kept);
            faults.extend(moved.first().map(|first| format!("{}, {what} ({number}): {first}", path.display())));
        }
    }
    assert!(documents > 50 && compared > 250, "{documents} documents, {compared} edits");
    assert!(unlocked > 0, "no edit makes names collide, so the lock file is not tested");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
