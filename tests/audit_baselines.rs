//! Baselines of `keystub audit` list the same findings wherever the document is.

use std::path::Path;
use std::process::{Command, Output};

const OPEN_DELETE: &str = "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /pets: {$ref: 'parts/pets.yaml#/pets'}
  /owners:
    get: {security: [{key: []}], responses: {'204': {description: d}}}
    delete: {responses: {'204': {description: d}}}
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
";

const PARTS: &str = "pets:\n  delete: {responses: {'204': {description: d}}}\n";

fn audit(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.current_dir(folder).arg("audit").args(["--only", "open-write"]).args(arguments).output().unwrap()
}

fn written(folder: &Path, name: &str) {
    std::fs::create_dir_all(folder.join("parts")).unwrap();
    std::fs::write(folder.join(name), OPEN_DELETE).unwrap();
    std::fs::write(folder.join("parts/pets.yaml"), PARTS).unwrap();
}

#[test]
fn baseline_stays_valid_if_the_document_is_moved() {
    let root = tempfile::tempdir().unwrap();
    let (first, second) = (root.path().join("first"), root.path().join("second"));
    written(&first, "api.yaml");
    written(&second, "renamed.yaml");
    let baseline = root.path().join("baseline.json");
    let baseline = baseline.to_str().unwrap();
    assert!(audit(&first, &["api.yaml", "--baseline", baseline, "--write"]).status.success());
    assert!(std::fs::read_to_string(baseline).unwrap().matches("\"fingerprint\"").count() == 2);
    assert!(audit(&second, &["renamed.yaml", "--baseline", baseline]).status.success());
    assert!(audit(root.path(), &["second/renamed.yaml", "--baseline", baseline]).status.success());
    let absolute = second.join("renamed.yaml");
    assert!(audit(root.path(), &[absolute.to_str().unwrap(), "--baseline", baseline]).status.success());
    // The same operation in another file is another finding.
    std::fs::rename(second.join("parts/pets.yaml"), second.join("parts/others.yaml")).unwrap();
    std::fs::write(second.join("renamed.yaml"), OPEN_DELETE.replace("pets.yaml", "others.yaml")).unwrap();
    assert_eq!(audit(&second, &["renamed.yaml", "--baseline", baseline]).status.code(), Some(1));
}

/// FNV-1a with 64 bits, of texts that each end with a zero byte.
fn hash(parts: [&str; 4]) -> String {
    let bytes = parts.into_iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

#[test]
fn baseline_with_names_of_files_in_fingerprints_is_still_valid() {
    let root = tempfile::tempdir().unwrap();
    written(root.path(), "api.yaml");
    assert!(audit(root.path(), &["api.yaml", "--baseline", "b.json", "--write"]).status.success());
    let text = std::fs::read_to_string(root.path().join("b.json")).unwrap();
    let mut baseline: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut is_new = true;
    for finding in baseline["findings"].as_array_mut().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        let (rule, pointer, message) = (text("rule"), text("pointer"), text("message"));
        let file = if pointer.starts_with("/paths") { "api.yaml" } else { "parts/pets.yaml" };
        is_new &= text("fingerprint") != hash([&rule, "api.yaml", &pointer, &message]);
        finding["fingerprint"] = hash([&rule, file, &pointer, &message]).into();
    }
    assert!(is_new);
    std::fs::write(root.path().join("b.json"), baseline.to_string()).unwrap();
    assert!(audit(root.path(), &["api.yaml", "--baseline", "b.json"]).status.success());
    let others = baseline.to_string().replace("\"fingerprint\":\"", "\"fingerprint\":\"0");
    std::fs::write(root.path().join("b.json"), others).unwrap();
    assert_eq!(audit(root.path(), &["api.yaml", "--baseline", "b.json"]).status.code(), Some(1));
}
