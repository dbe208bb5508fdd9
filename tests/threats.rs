//! The tables of threats in the test packages: each row names tests, and each test exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_generator_threat_has_tests() {
    assert_rows("external/hostile", 'G', 24);
}

#[test]
fn every_client_threat_has_tests() {
    assert_rows("runtime/client", 'C', 28);
}

#[test]
fn every_server_threat_has_tests() {
    assert_rows("runtime/server", 'S', 48);
}

fn assert_rows(package: &str, letter: char, last: usize) {
    let rows = rows(package);
    let named: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let all: Vec<String> = (1..=last).map(|number| format!("{letter}{number}")).collect();
    assert_eq!(named, all);

    let present = tests();
    for (row, tests) in &rows {
        assert!(!tests.is_empty(), "{row} names no test");
        for test in tests {
            assert!(present.contains(test), "{row} names `{test}`, which is not a test");
        }
    }
}

/// The name of each row of the table and the tests of its last column.
fn rows(package: &str) -> Vec<(String, Vec<String>)> {
    let path = Path::new(ROOT).join("tests").join(package).join("src/lib.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let cells = text.lines().filter_map(|line| line.strip_prefix("//! | ")?.strip_suffix(" |"));
    let rows = cells.map(|row| row.split(" | ").collect::<Vec<_>>()).filter(|row| !row[0].starts_with('|'));
    rows.map(|row| (row[0].to_owned(), quoted(row.last().unwrap()))).collect()
}

fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The functions below src/ and tests/ with an attribute that ends in `test`; includes tests made by macros.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let folders = ["src", "tests"].map(|folder| sources(&Path::new(ROOT).join(folder)));
    for path in folders.concat() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut marked = false;
        for line in text.lines().map(str::trim) {
            let name = line.trim_start_matches("async ").strip_prefix("fn ");
            if let Some((name, _)) = name.filter(|_| marked).and_then(|rest| rest.split_once('(')) {
                found.insert(name.to_owned());
            }
            marked = is_test(line) || (marked && line.starts_with("#["));
        }
    }
    found
}

fn is_test(line: &str) -> bool {
    line.strip_prefix("#[").is_some_and(|rest| rest.split(['(', ']']).next().is_some_and(|path| path.ends_with("test")))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir()
            && path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with("petshop-") && name != "fuzz")
        {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
