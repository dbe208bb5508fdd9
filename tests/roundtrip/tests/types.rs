//! Values that satisfy a schema go through the types of both sides and come back whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use roundtrip::{is_same, own, values};
use serde_json::Value;

/// How many values of each schema.
const COUNT: usize = 8;

/// Documents whose schemas are not described by the file alone, or not in the words of JSON Schema.
const OTHERS: &[(&str, &str)] = &[
    ("many-files", "its schemas stand in other files"),
    ("v31-references", "its references are anchors and identifiers"),
];

fn documents() -> Vec<PathBuf> {
    let folder = own("../../fixtures/ok");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_ours = |path: &PathBuf| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        path.extension().is_some_and(|ending| ending == "yaml") && OTHERS.iter().all(|(name, _)| *name != stem)
    };
    let mut documents: Vec<PathBuf> = entries.filter(is_ours).collect();
    documents.sort();
    documents
}

#[test]
fn what_satisfies_a_schema_comes_back_whole() {
    let table = std::fs::read_to_string(own("known.tsv")).unwrap();
    let known: BTreeSet<(&str, &str, &str)> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            (columns[0], columns[1], columns[2])
        })
        .collect();
    let mut faults: BTreeMap<(String, String, String), String> = BTreeMap::new();
    let (mut count, mut types) = (0, BTreeSet::new());
    for row in values(COUNT, &documents()) {
        let Some(codec) = fixtures::codec(&row.document, &row.side, &row.schema) else { continue };
        let sent: Value = serde_json::from_str(&row.json).unwrap();
        // A type is never `null` itself: that stands where the type is used.
        if sent.is_null() {
            continue;
        }
        count += 1;
        types.insert((row.document.clone(), row.schema.clone()));
        let is_whole = match codec(row.json.as_bytes()) {
            Ok(text) if is_same(&sent, &serde_json::from_str(&text).unwrap()) => None,
            Ok(text) => Some(format!("came back as {text}")),
            Err(error) => Some(error),
        };
        if let Some(fault) = is_whole {
            let fault = format!("{} {} {} {}\n    {fault}", row.document, row.schema, row.side, row.json);
            faults.entry((row.document, row.schema, row.side)).or_insert(fault);
        }
    }
    let is_known = |key: &(String, String, String)| known.contains(&(key.0.as_str(), key.1.as_str(), key.2.as_str()));
    let new: Vec<&String> = faults.iter().filter(|(key, _)| !is_known(key)).map(|(_, fault)| fault).collect();
    assert!(
        new.is_empty(),
        "{} of {count} values:\n{}",
        new.len(),
        new.iter().map(|s| s.as_str()).collect::<Vec<_>>().join("\n")
    );
    let needless = known.iter().filter(|key| !faults.contains_key(&(key.0.into(), key.1.into(), key.2.into())));
    assert_eq!(needless.collect::<Vec<_>>(), Vec::<&(&str, &str, &str)>::new(), "these come back whole by now");
    assert!(count > 1000 && types.len() > 80, "{count} values of {} types", types.len());
}
