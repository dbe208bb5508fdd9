//! `--skip-broken` with the invalid documents: their valid parts are generated, but a document with an error in
//! security is still rejected as a whole.

use corpus::{documents, refused};
use keystub::diag::Level;
use keystub::{Error, Generator};

/// The document whose only path is invalid.
const NOTHING_LEFT: &str = "freetv-app.com";

#[test]
fn invalid_parts_are_skipped_unless_they_are_about_security() {
    let listed = refused::listed();
    let mut documents = documents::all();
    documents.retain(|document| listed.contains_key(document.name.as_str()));
    assert_eq!(documents.len(), listed.len());
    let mut faults = Vec::new();
    for document in documents {
        let codes = &listed[document.name.as_str()];
        let is_security = ["conflicting-schemes", "bad-header-name"].iter().any(|code| codes.contains(*code));
        let stays_refused = is_security || document.name == NOTHING_LEFT;
        for generator in [Generator::client(&document.path), Generator::server(&document.path)] {
            let fault = match generator.skip_broken().generate() {
                Ok(_) if stays_refused => "it is generated".to_owned(),
                Ok(output) if output.diagnostics().iter().any(|found| found.level == Level::Skipped) => continue,
                Ok(_) => "no skipped part is reported".to_owned(),
                Err(Error::Document(refusal)) if stays_refused => {
                    let found: Vec<_> = refusal.diagnostics().iter().map(|found| found.code.as_str()).collect();
                    if codes.iter().all(|code| found.contains(&code.as_str())) {
                        continue;
                    }
                    format!("it is rejected with {found:?}")
                }
                Err(error) => error.to_string(),
            };
            faults.push(format!("{}: {fault}", document.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
