//! Every log of the fixtures is valid, and a log with a mistake is not.

use std::path::Path;

use serde_json::{Value, json};

/// The two versions of a fixture of `keystub changes`, or the documents of one of `keystub audit`, in files.
fn documents(folder: &Path, fixture: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(fixture).unwrap();
    let write = |(index, document): (usize, &str)| {
        let path = folder.join(format!("{index}.yaml"));
        let head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";
        let head = if document.contains("\ninfo:") { "" } else { head };
        std::fs::write(&path, format!("{head}{document}")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    text.split("---\n").enumerate().map(write).collect()
}

fn fixtures(name: &str) -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures").join(name);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn logs_of_all_fixtures_are_valid() {
    let (keystub, schema) = (sarif::keystub(), sarif::schema());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = std::env::temp_dir().join(format!("keystub-sarif-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut results = 0;
    let mut check = |log: &Value, what: &str| {
        let faults: Vec<String> =
            validator.iter_errors(log).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{what}: {faults:#?}");
        results += log["runs"][0]["results"].as_array().unwrap().len();
    };
    for fixture in fixtures("audit") {
        for document in documents(&folder, &fixture) {
            check(&sarif::log(&keystub, &["audit", &document]), &fixture.display().to_string());
        }
    }
    for fixture in fixtures("changes") {
        let [old, new] = documents(&folder, &fixture).try_into().unwrap();
        check(&sarif::log(&keystub, &["changes", &old, &new]), &fixture.display().to_string());
    }
    assert!(results > 200, "{results} results only");
    let mut log = sarif::log(&keystub, &["audit", "fixtures/world/petshop.yaml"]);
    assert!(validator.is_valid(&log));
    log["runs"][0]["results"][0]["level"] = json!("fatal");
    assert!(!validator.is_valid(&log), "the schema is not checked");
    std::fs::remove_dir_all(&folder).unwrap();
}
