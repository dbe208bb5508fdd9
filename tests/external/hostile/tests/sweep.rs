//! No text of a document becomes code, markup or a file name, whatever it is.

use hostile::payloads::PAYLOADS;
use hostile::sweep::{Extent, run};

#[test]
fn no_text_and_no_key_of_a_document_leaves_its_quotes() {
    let report = run(Extent::Some(3));
    let shown = report.faults.iter().take(60).cloned().collect::<Vec<_>>().join("\n");
    assert!(report.faults.is_empty(), "{} faults, the first:\n{shown}", report.faults.len());
    assert!(report.places > 700, "{} places only", report.places);
    for (payload, text) in PAYLOADS.iter().enumerate() {
        let made = report.made.get(&payload).copied().unwrap_or_default();
        assert!(made >= 20, "{text:?} went through at {made} places only");
    }
}
