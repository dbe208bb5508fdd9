//! Values of 200 documents of the corpus: an independent validator accepts those that are valid, and rejects those that are
//! not.

use corpus::documents;
use values::faults::Comparison;

/// How many documents are read.
const COUNT: usize = 200;

/// The size of the largest one, in bytes; the validator compiles each schema separately.
const LARGEST: u64 = 80_000;

#[test]
fn validator_agrees_about_values_of_real_documents() {
    let mut all = documents::all();
    all.retain(|document| document.bytes <= LARGEST);
    let step = all.len() / COUNT;
    let mut comparison = Comparison::default();
    for document in all.iter().step_by(step).take(COUNT) {
        comparison.add(&document.name, &document.path);
    }
    println!("{} values of {} documents", comparison.count, comparison.documents);
    assert!(comparison.documents > COUNT * 9 / 10 && comparison.count > 10_000, "too little was compared");
    let unexpected = comparison.unexpected(include_str!("corpus.tsv"));
    assert!(unexpected.is_empty(), "{} of {}\n{}", unexpected.len(), comparison.count, unexpected.join("\n"));
}
