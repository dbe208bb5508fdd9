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

fn is_without_value(path: &Path, error: &keystub::values::ValueError) -> bool {
    WITHOUT_VALUE.iter().any(|(file, schema)| path.ends_with(file) && error.schema.to_string() == *schema)
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

/// Schemas without a value: a required property has the schema of the whole.
const WITHOUT_VALUE: [(&str, &str); 1] = [("recursion.yaml", "#/components/schemas/Node")];

#[test]
fn every_schema_of_the_fixtures_has_a_valid_value() {
    let (mut count, mut without) = (0, 0);
    let mut faults = Vec::new();
    for path in fixtures() {
        let inspection = inspect(&path);
        let values = Values::new(inspection.api(), 1);
        for of in uses(inspection.api()) {
            count += 1;
            let made = values.value(of, &Presets::default()).and_then(|value| values.check(of, &value).map(|()| value));
            match made {
                Ok(value) if std::env::var_os("SHOW").is_some() => println!("{of:?} {value}"),
                Ok(_) => {}
                Err(error) if is_without_value(&path, &error) => without += 1,
                Err(error) => faults.push(format!("{} {of:?}: {error}", path.display())),
            }
        }
    }
    assert!(count > 500, "{count} values only");
    assert_eq!(without, WITHOUT_VALUE.len());
    assert!(faults.is_empty(), "{} of {count}\n{}", faults.len(), faults.join("\n"));
}
