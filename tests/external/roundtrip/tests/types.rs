//! Values that satisfy a schema go through the types of both sides and come back whole.

use std::path::PathBuf;

use roundtrip::known::Comparison;
use roundtrip::{own, values};

/// How many values of each schema.
const COUNT: usize = 8;

/// Documents whose schemas are not described by the file alone, or not in the words of JSON Schema.
const OTHERS: &[(&str, &str)] = &[
    ("many-files", "its schemas stand in other files"),
    ("v31-references", "its references are anchors and identifiers"),
];

fn documents() -> Vec<PathBuf> {
    let folder = own("../../../fixtures/ok");
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
    let mut comparison = Comparison::default();
    for row in values(COUNT, &documents()) {
        if let Some(codec) = fixtures::codec(&row.document, &row.side, &row.schema) {
            let back = codec(row.json.as_bytes());
            comparison.add(row, back);
        }
    }
    comparison.assert_known("known.tsv");
    let (count, types) = (comparison.count, comparison.types.len());
    assert!(count > 1000 && types > 80, "{count} values of {types} types");
}
