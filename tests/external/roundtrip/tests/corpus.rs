//! Round trips of values of thirty real documents, chosen for their features.

use roundtrip::known::Comparison;
use roundtrip::sample::{self, Programs};
use roundtrip::{Number, values};

/// Values of few schemas of many documents, those with alternatives first: making the values takes most of the time.
const COUNT: Number = Number { values: 3, schemas: 16 };

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
    // Unions without discriminators, told apart by required and constant properties.
    "mailscript.com",
    "openai.com",
    "box.com",
    "apache.org/airflow",
    "nexmo.com/voice",
    "nexmo.com/messages-olympus",
    "nexmo.com/dispatch",
    "orbit.love",
    "telegram.org",
    "optimade.local",
    // Unions with discriminators, with and without mappings.
    "ix-api.net",
    "ably.net/control",
    "exavault.com",
    "apideck.com/vault",
    "apideck.com/webhook",
    // Hundreds of objects with nullable properties.
    "plaid.com",
    "soundcloud.com",
    "ably.io/platform",
    // Numbers as texts, texts as numbers.
    "openaq.local",
    "keyserv.solutions",
];

#[test]
fn valid_values_of_real_documents_do_not_change() {
    let documents = sample::documents(DOCUMENTS);
    let rows = values(COUNT, &documents);
    let results = Programs::of(&documents, &rows).back(&rows);
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
