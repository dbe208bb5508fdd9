//! The table in docs/ARCHITECTURE.md of what the model keeps agrees with the grammar and with src/model.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The objects of OpenAPI whose keys the table lists.
const OBJECTS: [&str; 14] = [
    "info object",
    "server",
    "server variable",
    "tag",
    "operation",
    "parameter",
    "request body",
    "media type",
    "response",
    "header",
    "example",
    "link",
    "callback",
    "security scheme",
];

/// A row of the table.
struct Row {
    object: String,
    keys: Vec<String>,
    target: String,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The texts in backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn rows() -> Vec<Row> {
    let text = read("docs/ARCHITECTURE.md");
    let section = text.split("## What the model keeps\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [object, keys, target] = cells[..] else { panic!("{line}") };
        Row { object: object.to_owned(), keys: quoted(keys), target: target.to_owned() }
    };
    lines.map(row).collect()
}

/// The members of each struct and enum of the model: fields and variants.
fn members() -> BTreeMap<String, BTreeSet<String>> {
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue; // The tests of a module.
        }
        let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
        for item in file.items {
            match item {
                syn::Item::Struct(item) => {
                    let fields = item.fields.iter().filter_map(|field| field.ident.as_ref()).map(ToString::to_string);
                    members.insert(item.ident.to_string(), fields.collect());
                }
                syn::Item::Enum(item) => {
                    let variants = item.variants.iter().map(|variant| variant.ident.to_string());
                    members.insert(item.ident.to_string(), variants.collect());
                }
                _ => {}
            }
        }
    }
    members
}

#[test]
fn every_key_of_openapi_3_0_is_listed_once() {
    let grammar = read("src/document/grammar/keys.tsv");
    let mut expected: BTreeSet<(String, String)> = BTreeSet::new();
    for line in grammar.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let is_of_3_0 = cells[2].split(' ').any(|versions| matches!(versions, "all" | "3.0+"));
        if OBJECTS.contains(&cells[0]) && is_of_3_0 && cells[1] != "$ref" {
            expected.insert((cells[0].to_owned(), cells[1].to_owned()));
        }
    }
    let listed: Vec<(String, String)> =
        rows().into_iter().flat_map(|row| row.keys.into_iter().map(move |key| (row.object.clone(), key))).collect();
    assert!(listed.len() > 60, "{listed:?}");
    let distinct: BTreeSet<(String, String)> = listed.iter().cloned().collect();
    assert_eq!(distinct.len(), listed.len(), "a key is listed twice");
    let objects: BTreeSet<&str> = distinct.iter().map(|(object, _)| object.as_str()).collect();
    assert_eq!(objects, OBJECTS.into_iter().collect());
    assert_eq!(distinct, expected);
}

#[test]
fn every_listed_field_exists() {
    let members = members();
    for Row { object, keys, target } in rows() {
        if let Some(reason) = target.strip_prefix("not kept: ") {
            assert!(reason.split_whitespace().count() > 2, "{object} {keys:?}: `{reason}` is not a reason");
            continue;
        }
        let fields = quoted(&target);
        assert!(!fields.is_empty(), "{object} {keys:?}: {target}");
        for field in fields {
            let (owner, member) = field.split_once("::").unwrap_or_else(|| panic!("{field}"));
            assert!(
                members.get(owner).is_some_and(|members| members.contains(member)),
                "`{field}` is not in src/model"
            );
        }
    }
}
