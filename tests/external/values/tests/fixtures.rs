//! Values of the fixtures: an independent validator accepts those that are valid, and rejects those that are not.

use std::path::{Path, PathBuf};

use values::faults::Comparison;

#[test]
fn validator_agrees_about_every_value_of_the_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures");
    let entries = ["ok", "world"].iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    let mut comparison = Comparison::default();
    for path in paths {
        comparison.add(&path.file_stem().unwrap().to_string_lossy(), &path);
    }
    assert!(comparison.count > 4000, "{} values only", comparison.count);
    let unexpected = comparison.unexpected(include_str!("fixtures.tsv"));
    assert!(unexpected.is_empty(), "{} of {}\n{}", unexpected.len(), comparison.count, unexpected.join("\n"));
}
