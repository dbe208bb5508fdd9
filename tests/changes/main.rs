//! `keystub changes`: every kind has a fixture with two versions in which it is the only change, and with its verdicts.

mod access;
mod choices;
mod command;
mod constraints;
mod items;
mod parts;
mod schemas;

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

/// Compares two versions, which are written to a folder; those without `info` get their common head.
fn compare(folder: &Path, old: &str, new: &str, options: &[&str]) -> Output {
    let paths = [("old.yaml", old), ("new.yaml", new)].map(|(name, text)| {
        let path = folder.join(name);
        let head = if text.contains("\ninfo:") { "" } else { HEAD };
        std::fs::write(&path, format!("{head}{text}")).unwrap();
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
        let text = |change: &serde_json::Value, key: &str| change[key].as_str().unwrap().to_owned();
        let line = |change| {
            let [security, clients, servers] = ["security", "clients", "servers"].map(|key| text(change, key));
            format!("{}: # Security {security}, clients {clients}, servers {servers}", text(change, "kind"))
        };
        // A change that comes with another one by its nature names it.
        let also = old.lines().nth(2).and_then(|line| line.strip_prefix("# Also "));
        let all = changes(folder.path(), &old, &new);
        if let Some(also) = also
            && !all.iter().any(|change| text(change, "kind") == also)
        {
            faults.push(format!("{kind}: expected {also} too"));
        }
        let others = all.iter().filter(|change| also.is_none_or(|also| text(change, "kind") != also));
        let found: Vec<String> = others.map(line).collect();
        let expected = format!("{kind}: {}", old.lines().nth(1).unwrap());
        if found != [expected.as_str()] {
            faults.push(format!("expected {expected}, found {found:?}"));
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
