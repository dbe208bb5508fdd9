//! Valid values of a schema do not change when the types of both sides decode and encode them.

use std::path::PathBuf;

use roundtrip::known::Comparison;
use roundtrip::{Number, own, values};

/// The number of values of each schema.
const COUNT: Number = Number::of_each(8);

/// Documents that the tool cannot read, with the reason.
const OTHERS: &[(&str, &str)] = &[
    ("many-files", "its schemas are in other files"),
    ("v31-references", "its references are anchors and identifiers"),
];

fn documents() -> Vec<PathBuf> {
    let folder = own("../../../fixtures/ok");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_readable = |path: &PathBuf| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        path.extension().is_some_and(|ending| ending == "yaml") && OTHERS.iter().all(|(name, _)| *name != stem)
    };
    let mut documents: Vec<PathBuf> = entries.filter(is_readable).collect();
    documents.sort();
    documents
}

#[test]
fn valid_values_do_not_change() {
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
