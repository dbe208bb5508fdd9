//! What commands need of a document besides generated code.

use crate::audit;
use crate::changes::Changes;
#[cfg(feature = "net")]
use crate::diag::Pointer;
use crate::docs;
#[cfg(feature = "net")]
use crate::document::tree::Node;
use crate::document::{Unmatched, on_a_large_stack};
use crate::emit;
use crate::error::Error;
use crate::lower::Shadowed;
use crate::lower::lower_skipping;
use crate::summary::Summary;

use super::Generator;
#[cfg(feature = "net")]
use super::output::Described;
use super::output::Output;

impl Generator {
    /// Reads the document for a command that runs it.
    #[cfg(feature = "net")]
    pub(crate) fn described(&self) -> Result<Described, Error> {
        let read = self.matched(self.unmapped().read(self.shadowed())?)?;
        let root = read.document.node(&Pointer::root());
        let document = root.map(Node::to_json).unwrap_or_default();
        let listing = read.document.listing(&read.report);
        let variables = emit::credential_variables(&read.api, &self.settings()?.name);
        let operations: Vec<_> = read.api.operations.iter().map(|operation| operation.at.clone()).collect();
        let places = read.document.places(&operations);
        Ok(Described { api: read.api, document, variables, listing, places })
    }

    /// Audits the document. Invalid parts are skipped; each is a finding.
    pub(crate) fn audit(&self, settings: &audit::Settings) -> Result<audit::Audit, Error> {
        let limits = self.checked_limits()?;
        on_a_large_stack(|| {
            let filtered = self.unmapped().filter(&self.input, Shadowed::Kept, &limits)?;
            self.check_filters(&filtered.unmatched, filtered.is_empty)?;
            let (document, api, _) = lower_skipping(filtered.loaded)?;
            Ok(audit::Audit::new(&document, &api, settings))
        })
    }

    /// Compares the document with an older version of it.
    pub(crate) fn changes_since(&self, old: &Self) -> Result<Changes, Error> {
        let (old, new) = (old.unmapped().read(Shadowed::Kept)?, self.unmapped().read(Shadowed::Kept)?);
        // An operation may be in one of the versions only.
        let unmatched: Vec<Unmatched> =
            new.unmatched.into_iter().filter(|new| old.unmatched.iter().any(|old| old.filter == new.filter)).collect();
        self.check_filters(&unmatched, old.is_empty && new.is_empty)?;
        Ok(Changes::new((&old.document, &old.api), (&new.document, &new.api)))
    }

    /// Reads the document and renders its reference: a folder, or a single file of this name; with what calls operations,
    /// or without it.
    pub(crate) fn docs(&self, single: Option<&str>, has_try: bool) -> Result<Output, Error> {
        let settings = self.settings()?;
        let read = self.matched(self.unmapped().read(Shadowed::Kept)?)?;
        let calls = emit::client_calls(&read.api, &settings.name, &settings.locked)
            .map_err(|error| Error::Defect(error.to_string()))?;
        let extras = docs::Extras { matrix: audit::Matrix::new(&read.api).table(), calls, has_try };
        let files = match single {
            Some(name) => docs::single(&read.api, extras, name).map_err(|error| Error::Setting(error.to_string()))?,
            None => docs::folder(&read.api, extras),
        };
        let listing = read.document.listing(&read.report);
        let summary = Summary::new(Some(files.len()), &read.api, listing.counts());
        let (dependencies, added, read) = (Vec::new(), Vec::new(), read.document.files());
        Ok(Output { files, dependencies, added, listing, summary, read })
    }
}
