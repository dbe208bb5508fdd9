//! The error for a document that is rejected.

use std::fmt;

use super::{Finding, Listing, Repeated, Report, Sources};

/// A document that is invalid or uses unsupported features. Displayed as a listing with lines and carets.
#[derive(Debug)]
pub struct InvalidDocument {
    listing: Listing,
}

impl InvalidDocument {
    pub(crate) fn new(report: &Report, sources: &Sources) -> Self {
        Self { listing: Listing::new(report, sources) }
    }

    /// The listing; [`fmt::Display`] groups repeated warnings.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// The errors and warnings, file by file in the order of the text.
    ///
    /// ```
    /// let input = keystub::Input::Memory { name: "api.yaml".into(), bytes: b"openapi: 3.0.3\npaths: []".to_vec() };
    /// let Err(keystub::Error::Document(invalid)) = keystub::Generator::client(input).generate() else {
    ///     panic!("the document is accepted")
    /// };
    /// let first = &invalid.diagnostics()[0];
    /// assert_eq!((first.file.as_str(), first.line, first.pointer.as_str()), ("api.yaml", Some(1), ""));
    /// ```
    pub fn diagnostics(&self) -> &[Finding] {
        self.listing.findings()
    }
}

impl fmt::Display for InvalidDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.listing.text(Repeated::Grouped))
    }
}

impl std::error::Error for InvalidDocument {}
