//! Values of the fixtures: they satisfy their schemas, and do not depend on the order of the document.

use std::path::{Path, PathBuf};

use keystub::Generator;
use keystub::model::Api;
use keystub::values::{Presets, ValueUse, Values};

/// Every fixture that is valid.
fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let entries = ["ok", "world"].iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    assert!(paths.len() > 50, "{} fixtures", paths.len());
    paths
}

fn inspect(path: &Path) -> keystub::Inspection {
    Generator::client(path).inspect().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every parameter, body, response and header field.
fn uses(api: &Api) -> Vec<ValueUse> {
    let mut uses = Vec::new();
    for (operation, found) in api.operations.iter().enumerate() {
        uses.extend((0..found.parameters.len()).map(|index| ValueUse::Parameter { operation, index }));
        let forms = found.body.as_ref().map_or(0, |body| body.forms.iter().count());
        uses.extend((0..forms).map(|index| ValueUse::Body { operation, index }));
        for (response, found) in found.responses.iter().enumerate() {
            uses.extend((0..found.forms.len()).map(|index| ValueUse::Response { operation, response, index }));
            uses.extend((0..found.headers.len()).map(|index| ValueUse::Header { operation, response, index }));
        }
    }
    uses
}

/// Schemas without a value: fixture and reason.
const WITHOUT_VALUES: &[(&str, &str)] = &[("recursion.yaml", "the schema requires values that are nested without end")];

#[test]
fn schemas_of_fixtures_have_valid_values_or_say_why_not() {
    let mut count = 0;
    let mut without = Vec::new();
    for path in fixtures() {
        let inspection = inspect(&path);
        let values = Values::new(inspection.api(), 1);
        for of in uses(inspection.api()) {
            count += 1;
            match values.value(of, &Presets::default()) {
                Ok(value) => values.check(of, &value).unwrap_or_else(|error| panic!("{} {error}", path.display())),
                Err(error) => without.push((path.file_name().unwrap().to_string_lossy().into_owned(), error.reason)),
            }
        }
    }
    assert!(count > 500, "{count} values only");
    assert_eq!(without.len(), WITHOUT_VALUES.len(), "{without:?}");
    for ((file, reason), expected) in without.iter().zip(WITHOUT_VALUES) {
        assert!(file == expected.0 && reason.starts_with(expected.1), "{file}: {reason}");
    }
}

/// A document with these operations, in a temporary folder.
fn document(paths: &str) -> (tempfile::TempDir, keystub::Inspection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.yaml");
    std::fs::write(&path, format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}")).unwrap();
    let inspection = inspect(&path);
    (folder, inspection)
}

/// An operation that responds with this schema.
fn response(path: &str, schema: &str) -> String {
    format!(
        "  {path}: {{get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}\n"
    )
}

const RESPONSE: ValueUse = ValueUse::Response { operation: 0, response: 0, index: 0 };

#[test]
fn values_of_the_path_are_those_of_the_response() {
    let inspection = inspect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/world/petshop.yaml"));
    let api = inspection.api();
    let operation = api.operations.iter().position(|operation| operation.path.text == "/pets/{petId}").unwrap();
    let of = ValueUse::Response { operation, response: 0, index: 0 };
    let values = Values::new(api, 1);
    let pet = |id| values.value(of, &Presets::of_path(&api.operations[operation], |_| Some(String::from(id)))).unwrap();
    assert_eq!(pet("7")["id"], 7);
    assert_eq!(pet("7"), pet("7"));
    assert_ne!(pet("7")["born"], pet("8")["born"]);
    // A value that the schema does not allow is not used.
    assert!(pet("x")["id"].is_number());
}

#[test]
fn values_depend_on_the_seed_and_not_on_the_order_of_the_document() {
    let schema = "{type: object, properties: {city: {type: string}, age: {type: integer}}}";
    let turned = "{type: object, properties: {age: {type: integer}, city: {type: string}}}";
    let (_one, one) = document(&response("/a", schema));
    let (_other, other) = document(&(response("/a", turned) + &response("/b", "{type: string}")));
    let value = |inspection: &keystub::Inspection, seed| {
        Values::new(inspection.api(), seed).value(RESPONSE, &Presets::default()).unwrap()
    };
    assert_eq!(value(&one, 1), value(&other, 1));
    assert_ne!(value(&one, 1), value(&one, 2));
}

#[test]
fn valid_examples_are_preferred() {
    let (_folder, inspection) = document(&response(
        "/a",
        "{type: object, properties: {a: {type: string, maxLength: 3, example: abc}, b: {type: string, maxLength: 3, example: abcd}}}",
    ));
    let value = Values::new(inspection.api(), 1).value(RESPONSE, &Presets::default()).unwrap();
    assert_eq!(value["a"], "abc");
    assert!(value["b"].as_str().is_some_and(|text| text != "abcd" && text.chars().count() <= 3), "{value}");
}

#[test]
fn constraints_that_contradict_each_other_are_errors() {
    let rows = [
        ("{type: integer, minimum: 5, maximum: 4}", "found no number that satisfies all bounds"),
        ("{type: string, minLength: 3, maxLength: 2}", "no string has at least 3 and at most 2 characters"),
        ("{type: string, pattern: '^[a-c]{2}$', minLength: 5}", "found no string that matches `^[a-c]{2}$`"),
        ("{type: array, minItems: 3, uniqueItems: true, items: {type: boolean}}", "found no 3 different items"),
        ("{allOf: [{type: string}, {type: integer}]}", "the types of `allOf` contradict each other"),
        ("{type: string, enum: [a], maxLength: 0}", "no value of `enum` satisfies the other constraints"),
        ("{type: object, additionalProperties: false, minProperties: 1}", "at least 1 properties are required"),
    ];
    for (schema, reason) in rows {
        let (_folder, inspection) = document(&response("/a", schema));
        let error = Values::new(inspection.api(), 1).value(RESPONSE, &Presets::default()).unwrap_err();
        assert!(error.reason.starts_with(reason), "{schema}: {error}");
    }
}

#[test]
fn bounds_are_reached_and_exceeded() {
    let (_folder, inspection) = document(&response("/a", "{type: integer, minimum: 2, maximum: 9, multipleOf: 1}"));
    let values = Values::new(inspection.api(), 1);
    let found = |variants: Vec<keystub::values::Variant>, keyword: &str| {
        variants
            .into_iter()
            .filter(|variant| variant.keyword == keyword)
            .map(|variant| variant.value)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(values.boundaries(RESPONSE).unwrap(), "minimum"), [2]);
    assert_eq!(found(values.boundaries(RESPONSE).unwrap(), "maximum"), [9]);
    assert_eq!(found(values.invalid(RESPONSE).unwrap(), "minimum"), [1]);
    assert_eq!(found(values.invalid(RESPONSE).unwrap(), "maximum"), [10]);
}
