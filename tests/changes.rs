//! `keystub changes`: every kind has a fixture with two versions in which it is the only change.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

fn keystub(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn kinds() -> BTreeSet<String> {
    let page = stdout(&keystub(&["changes", "--kinds"]));
    page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).map(str::to_owned).collect()
}

/// Compares two versions, which are written to a folder without their common head.
fn compare(folder: &Path, old: &str, new: &str, options: &[&str]) -> Output {
    let paths = [("old.yaml", old), ("new.yaml", new)].map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, format!("{HEAD}{text}")).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let arguments = ["changes", &paths[0], &paths[1]];
    keystub(&[&arguments[..], options].concat())
}

/// The changes as JSON.
fn changes(folder: &Path, old: &str, new: &str) -> Vec<serde_json::Value> {
    let output = compare(folder, old, new, &["--format", "json", "--fail", "never"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    json["changes"].as_array().unwrap().clone()
}

fn versions(kind: &str) -> (String, String) {
    let text = std::fs::read_to_string(format!("fixtures/changes/{kind}.yaml"))
        .unwrap_or_else(|error| panic!("{kind} has no fixture: {error}"));
    let (old, new) = text.split_once("---\n").unwrap();
    (old.to_owned(), new.to_owned())
}

#[test]
fn every_kind_is_the_only_change_of_its_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for kind in kinds() {
        let (old, new) = versions(&kind);
        let found: Vec<String> = changes(folder.path(), &old, &new)
            .iter()
            .map(|change| change["kind"].as_str().unwrap().to_owned())
            .collect();
        if found != [kind.as_str()] {
            faults.push(format!("{kind}: found {found:?}"));
        }
        let unchanged = changes(folder.path(), &new, &new);
        if !unchanged.is_empty() {
            faults.push(format!("{kind}: a document differs from itself: {unchanged:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_fixture_belongs_to_a_kind() {
    let kinds = kinds();
    assert!(kinds.len() > 20, "{kinds:?}");
    for entry in std::fs::read_dir("fixtures/changes").unwrap() {
        let path = entry.unwrap().path();
        assert!(kinds.contains(path.file_stem().unwrap().to_str().unwrap()), "{}", path.display());
    }
}

#[test]
fn kinds_page_is_up_to_date() {
    let page = stdout(&keystub(&["changes", "--kinds"]));
    if std::env::var_os("KEYSTUB_UPDATE").is_some() {
        std::fs::write("docs/CHANGES.md", &page).unwrap();
    }
    let written = std::fs::read_to_string("docs/CHANGES.md").unwrap_or_default();
    assert_eq!(written, page, "run the test with KEYSTUB_UPDATE=1");
}

const SCHEMES: &str = "components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}\n";

#[test]
fn change_of_the_root_security_is_one_change_of_all_operations_that_inherit_it() {
    let folder = tempfile::tempdir().unwrap();
    let paths = "paths:
  /pets:
    get: {responses: {'204': {description: d}}}
    put: {responses: {'204': {description: d}}}
    post: {responses: {'204': {description: d}}, security: [{key: []}]}
";
    let old = format!("security: [{{key: []}}]\n{paths}{SCHEMES}");
    let new = format!("{paths}{SCHEMES}");
    let found = changes(folder.path(), &old, &new);
    assert_eq!(found.len(), 2, "one for each place in the new version: {found:?}");
    let operations: BTreeSet<&str> = found
        .iter()
        .flat_map(|change| change["operations"].as_array().unwrap())
        .map(|text| text.as_str().unwrap())
        .collect();
    assert_eq!(operations, BTreeSet::from(["GET /pets", "PUT /pets"]));
    for change in &found {
        assert_eq!((&change["kind"], &change["security"]), (&"access-opened".into(), &"weakened".into()));
        assert_eq!(change["old"]["line"], 3);
    }
}

#[test]
fn status_is_1_for_the_verdicts_of_fail_only() {
    let folder = tempfile::tempdir().unwrap();
    let status = |kind: &str, options: &[&str]| {
        let (old, new) = versions(kind);
        compare(folder.path(), &old, &new, options).status.code()
    };
    assert_eq!(status("access-opened", &[]), Some(1));
    assert_eq!(status("access-opened", &["--fail", "breaking"]), Some(0));
    assert_eq!(status("operation-removed", &[]), Some(1));
    assert_eq!(status("operation-removed", &["--fail", "weakened,moved"]), Some(0));
    assert_eq!(status("access-guarded", &["--fail", "strengthened"]), Some(1));
    assert_eq!(status("operation-added", &[]), Some(0));
    assert_eq!(status("server-moved", &["--fail", "moved"]), Some(1));
}

#[test]
fn text_and_markdown_name_the_change_with_the_worst_first() {
    let folder = tempfile::tempdir().unwrap();
    let old = format!(
        "paths: {{/a|b: {{get: {{responses: {{'204': {{description: d}}}}, security: [{{key: []}}]}}}}}}\n{SCHEMES}"
    );
    let new = format!(
        "paths: {{/a|b: {{get: {{responses: {{'204': {{description: d}}}}, security: []}}}}, /c: {{get: {{responses: {{'204': \
         {{description: d}}}}, security: [{{key: []}}]}}}}}}\n{SCHEMES}"
    );
    let text = stdout(&compare(folder.path(), &old, &new, &[]));
    assert!(text.starts_with("weakened[access-opened]: was `key`, is `public`\n  old "), "{text}");
    assert!(text.contains("old.yaml:3:") && text.contains("operations: GET /a|b\n"), "{text}");
    assert!(text.ends_with("2 changes: 1 weakened, 0 moved, 0 strengthened; 0 breaking for clients\n"), "{text}");
    let markdown = stdout(&compare(folder.path(), &old, &new, &["--format", "markdown"]));
    assert!(markdown.contains("| weakened | `access-opened`: was `key`, is `public` | GET /a\\|b |"), "{markdown}");
}

#[test]
fn invalid_version_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let good = format!("paths: {{}}\n{SCHEMES}");
    let bad = "paths: {/a: {get: {responses: {'204': {description: d}}, security: [{nope: []}]}}}\n";
    let output = compare(folder.path(), &good, bad, &[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("unknown-scheme") && error.contains("new.yaml:3:"), "{error}");
}
