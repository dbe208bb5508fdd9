//! Round trips of values of real documents: a fixed sample of the corpus, chosen for their features.

use roundtrip::known::Comparison;
use roundtrip::sample::{self, Program};
use roundtrip::{Number, values};

/// The number of values of each schema.
const COUNT: Number = Number::of_each(4);

/// The documents. The package has none of Swagger 2.0; those are among the fixtures.
const DOCUMENTS: &[&str] = &[
    // 3.1: `allOf`, maps, UUIDs, enums, nullable values.
    "codat.io/sync-for-commerce",
    // 3.1: dates, lengths.
    "codat.io/bank-feeds",
    // 3.1: `oneOf`, 64-bit integers.
    "urlbox.io",
    // 3.1: `anyOf`.
    "adyen.com/PayoutService",
    // Subtypes by `allOf` and a discriminator, `readOnly`.
    "azure.com/datalake-analytics-job",
    // Bytes in base64.
    "azure.com/mediaservices-ContentKeyPolicies",
    // Patterns, `uniqueItems`.
    "1password.local/connect",
    // `oneOf` in lists, defaults.
    "hubapi.com/automation",
    // `anyOf` with nullable values.
    "apideck.com/lead",
    // Maps of objects.
    "azure.com/cognitiveservices-FormRecognizer",
];

#[test]
fn valid_values_of_real_documents_do_not_change() {
    let documents = sample::documents(DOCUMENTS);
    // Compile while the values are generated.
    let (program, rows) = std::thread::scope(|scope| {
        let program = scope.spawn(|| Program::of(&documents));
        let rows = values(COUNT, &documents);
        (program.join().expect("the program is built"), rows)
    });
    let results = program.back(&rows);
    assert_eq!(rows.len(), results.len());
    let mut comparison = Comparison::default();
    for (row, back) in rows.into_iter().zip(results) {
        if let Some(back) = back {
            comparison.add(row, back);
        }
    }
    comparison.assert_known("known-corpus.tsv");
    let (count, types) = (comparison.count, comparison.types.len());
    assert!(count > 1000 && types > 200, "{count} values of {types} types");
}
