//! No text of a document becomes code, markup or a file name.

use hostile::payloads::PAYLOADS;
use hostile::sweep::{Extent, run};

#[test]
fn no_text_of_a_document_becomes_code() {
    let report = run(Extent::Some(3));
    let shown = report.faults.iter().take(60).cloned().collect::<Vec<_>>().join("\n");
    assert!(report.faults.is_empty(), "{} faults, the first:\n{shown}", report.faults.len());
    assert!(report.places > 700, "only {} places", report.places);
    for (payload, text) in PAYLOADS.iter().enumerate() {
        let made = report.made.get(&payload).copied().unwrap_or_default();
        assert!(made >= 20, "{text:?} was generated at only {made} places");
    }
}
