//! What commands need of a document besides generated code.

use crate::audit;
use crate::changes::{self, Changes, Located, Security};
#[cfg(feature = "net")]
use crate::diag::Pointer;
use crate::diag::{Listing, Report};
use crate::docs;
#[cfg(feature = "net")]
use crate::document::tree::Node;
use crate::document::{LoadError, Unmatched, on_a_large_stack};
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

    /// Audits the document, and returns what was reported about overlays. Invalid parts are skipped; each is a finding.
    pub(crate) fn audit(&self, settings: &audit::Settings) -> Result<(audit::Audit, Listing), Error> {
        let limits = self.checked_limits()?;
        on_a_large_stack(|| {
            let input = self.input.rereadable(limits.bytes).map_err(LoadError::Io)?;
            let filtered = self.unmapped().filter(&input, Shadowed::Kept, &limits)?;
            self.check_filters(&filtered.unmatched, filtered.is_empty)?;
            let (document, api, _) = lower_skipping(filtered.loaded)?;
            let mut report = Report::default();
            self.check_overlays(&input, &limits, (&document, &api), &mut report)?;
            if report.has_errors() {
                return Err(Error::Document(document.invalid(&report)));
            }
            Ok((audit::Audit::new(&document, &api, settings), document.overlay_listing(&report)))
        })
    }

    /// Compares the document with an older version of it, and returns what was reported about its overlays.
    pub(crate) fn changes_since(&self, old: &Self) -> Result<(Changes, Listing), Error> {
        let (old, new) = (old.unmapped().read(Shadowed::Kept)?, self.unmapped().read(Shadowed::Kept)?);
        // An operation may be in one of the versions only.
        let unmatched: Vec<Unmatched> =
            new.unmatched.into_iter().filter(|new| old.unmatched.iter().any(|old| old.filter == new.filter)).collect();
        self.check_filters(&unmatched, old.is_empty && new.is_empty)?;
        let changes = Changes::new((&old.document, &old.api), (&new.document, &new.api));
        Ok((changes, new.document.overlay_listing(&new.report)))
    }

    /// Reads the document and renders its reference, with the changes since an older version that has a name.
    pub(crate) fn docs(&self, form: &docs::Form, older: Option<(&str, &Self)>) -> Result<Output, Error> {
        let settings = self.settings()?;
        let read = self.matched(self.unmapped().read(Shadowed::Kept)?)?;
        let calls = emit::client_calls(&read.api, &settings.name, &settings.locked, settings.options.groups)
            .map_err(|error| Error::Defect(error.to_string()))?;
        let matrix = audit::Matrix::new(&read.api).table();
        let since = match older {
            Some((version, older)) => {
                let older = older.unmapped().read(Shadowed::Kept)?;
                let changes = Changes::new((&older.document, &older.api), (&read.document, &read.api));
                Some(since(version, &changes))
            }
            None => None,
        };
        let extras = docs::Extras { matrix, calls, has_try: form.has_try, since, document: None };
        let files = match &form.single {
            Some(name) => docs::single(&read.api, extras, name).map_err(|error| Error::Setting(error.to_string()))?,
            None => docs::folder(&read.api, extras),
        };
        let listing = read.document.listing(&read.report);
        let summary = Summary::new(Some(files.len()), &read.api, listing.counts());
        let (dependencies, added, read) = (Vec::new(), Vec::new(), read.document.files());
        Ok(Output { files, dependencies, added, listing, summary, read })
    }
}

/// The changes as the reference shows them.
fn since(version: &str, changes: &Changes) -> docs::Since {
    let change = |located: &Located| docs::SinceChange {
        group: match (located.kind.security, located.kind.is_breaking()) {
            (Security::Weakened, _) => docs::Group::Weakened,
            (Security::Moved | Security::Strengthened, _) => docs::Group::Security,
            (Security::Neutral, true) => docs::Group::Breaking,
            (Security::Neutral, false) => docs::Group::Other,
        },
        verdict: located.kind.verdict(),
        kind: located.kind.id,
        message: located.message.clone(),
        clients: located.kind.clients.as_str(),
        servers: located.kind.servers.as_str(),
        operations: located.operations.clone(),
    };
    let summary = changes::format::summary(changes);
    docs::Since { version: version.to_owned(), summary, changes: changes.open().map(change).collect() }
}
