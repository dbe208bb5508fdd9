//! The same for real documents, which others wrote: a fixed few of the corpus, each for what it has.

use roundtrip::known::Comparison;
use roundtrip::sample::{self, Program};
use roundtrip::values;

/// How many values of each schema.
const COUNT: usize = 4;

/// The package holds no Swagger 2.0, which our own documents have.
const DOCUMENTS: &[&str] = &[
    // 3.1: `allOf`, maps, UUIDs, enumerations, what may be null.
    "codat.io/sync-for-commerce",
    // 3.1: days, lengths.
    "codat.io/bank-feeds",
    // 3.1: `oneOf`, whole numbers of 64 bits.
    "urlbox.io",
    // 3.1: `anyOf`.
    "adyen.com/PayoutService",
    // Families by `allOf` and a discriminator, `readOnly`.
    "azure.com/datalake-analytics-job",
    // Bytes in base64.
    "azure.com/mediaservices-ContentKeyPolicies",
    // Patterns, lists without equal items.
    "1password.local/connect",
    // `oneOf` in lists, defaults.
    "hubapi.com/automation",
    // `anyOf` with what may be null.
    "apideck.com/lead",
    // Maps of objects.
    "azure.com/cognitiveservices-FormRecognizer",
];

#[test]
fn what_satisfies_a_schema_of_a_real_document_comes_back_whole() {
    let documents = sample::documents(DOCUMENTS);
    // The compiler and the tool that makes the values work side by side.
    let (program, rows) = std::thread::scope(|scope| {
        let program = scope.spawn(|| Program::of(&documents));
        let rows = values(COUNT, &documents);
        (program.join().expect("the program is made"), rows)
    });
    let answers = program.back(&rows);
    assert_eq!(rows.len(), answers.len());
    let mut comparison = Comparison::default();
    for (row, back) in rows.into_iter().zip(answers) {
        if let Some(back) = back {
            comparison.add(row, back);
        }
    }
    comparison.assert_known("known-corpus.tsv");
    let (count, types) = (comparison.count, comparison.types.len());
    assert!(count > 1000 && types > 200, "{count} values of {types} types");
}
