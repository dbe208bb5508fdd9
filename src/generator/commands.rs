//! What commands need of a document besides generated code.

use crate::audit;
use crate::changes::{self, Changes, Located, Security};
#[cfg(feature = "net")]
use crate::diag::Pointer;
use crate::diag::{Diagnostic, Listing, Report};
use crate::docs;
#[cfg(feature = "net")]
use crate::document::tree::Node;
use crate::document::{Document, Extent, LoadError, Unmatched};
use crate::dpop;
use crate::emit;
use crate::error::Error;
use crate::lower::Shadowed;
use crate::lower::lower_skipping;
use crate::matrix::Matrix;
use crate::model::Api;
use crate::summary::Summary;
use crate::threads::{both, on_a_large_stack};

#[cfg(feature = "net")]
use super::output::Described;
use super::output::Output;
use super::{Generator, Lowered};

impl Generator {
    /// Reads the document for a command that runs it.
    ///
    /// # Errors
    ///
    /// Those of [`Self::generate`], and if the options select webhooks, which nobody calls at a URL of the document.
    #[cfg(feature = "net")]
    pub(crate) fn described(&self) -> Result<Described, Error> {
        if self.options.has_webhooks {
            let message = "`webhooks` is for generated code and `keystub inspect`, and this command has the paths of the \
                           document; add `--set webhooks=false`";
            return Err(Error::Setting(self.in_file(message.to_owned())));
        }
        let mut read = self.matched(self.unmapped().read(self.shadowed())?)?;
        let root = read.document.node(&Pointer::root());
        let document = root.map(Node::to_json).unwrap_or_default();
        let listing = read.document.listing(&read.report);
        // With their key, bound tokens are text too.
        let variables = emit::credential_variables(&read.api, &self.settings()?.name);
        self.bind(&mut read.api)?;
        let operations: Vec<_> = read.api.operations.iter().map(|operation| operation.at.clone()).collect();
        let places = read.document.places(&operations);
        let files = read.document.files();
        Ok(Described { api: read.api, document, variables, listing, places, read: files })
    }

    /// Audits the document, and returns what was reported about overlays. Invalid parts are skipped; each is a finding.
    pub(crate) fn audit(&self, settings: &audit::Settings) -> Result<(audit::Audit, Listing), Error> {
        let limits = self.checked_limits()?;
        on_a_large_stack(|| {
            let input = self.input.rereadable(limits.bytes).map_err(LoadError::Io)?;
            let filtered = self.reduced(Extent::Audited).filter(&input, Shadowed::Kept, &limits)?;
            self.check_filters(&filtered.unmatched, filtered.is_empty)?;
            let (document, mut api, _) = lower_skipping(filtered.loaded)?;
            self.bind_described(&mut api)?;
            let mut report = Report::default();
            self.check_overlays(&input, &limits, (&document, &api), &mut report)?;
            if report.has_errors() {
                return Err(Error::Document(document.invalid(&report)));
            }
            Ok((audit::Audit::new(&document, &api, settings), document.overlay_listing(&report)))
        })
    }

    /// Binds the tokens of schemes to keys. With `webhooks`, the schemes may be those of webhooks, which are described, too.
    fn bind_described(&self, api: &mut Api) -> Result<(), Error> {
        let bound = match self.options.has_webhooks {
            true => dpop::apply_with_outgoing(api, &self.options),
            false => dpop::apply(api, &self.options),
        };
        bound.map_err(|message| Error::Setting(self.in_file(message)))
    }

    /// Compares the document with an older version of it. Returns what was reported about overlays, and about parts that
    /// differ and are not compared, for each version.
    pub(crate) fn changes_since(&self, old: &Self) -> Result<(Changes, [Listing; 2]), Error> {
        let (old, new) = self.read_with(old, Extent::Compared)?;
        // An operation may be in one of the versions only.
        let unmatched: Vec<Unmatched> =
            new.unmatched.into_iter().filter(|new| old.unmatched.iter().any(|old| old.filter == new.filter)).collect();
        self.check_filters(&unmatched, old.is_empty && new.is_empty)?;
        let changes = Changes::new((&old.document, &old.api), (&new.document, &new.api));
        let [before, after] = uncompared((&old.document, &old.report), (&new.document, &new.report));
        let mut listed = new.document.about_overlays(&new.report);
        listed.extend(after);
        Ok((changes, [old.document.original_listing(&before), new.document.original_listing(&listed)]))
    }

    /// The same without types of the user, for a command that reads only a part of the model.
    fn reduced(&self, extent: Extent) -> Self {
        Self { extent, ..self.unmapped() }
    }

    /// Reads the older version, which is compared, and this one at the same time.
    fn read_with(&self, old: &Self, extent: Extent) -> Result<(Lowered, Lowered), Error> {
        let read = |generator: &Self, extent| generator.reduced(extent).read(Shadowed::Kept);
        let (old, new) = both(|| read(old, Extent::Compared), || read(self, extent));
        Ok((old?, new?))
    }

    /// Reads the document and renders its reference, with the changes since an older version that has a name.
    pub(crate) fn docs(&self, form: &docs::Form, older: Option<(&str, &Self)>) -> Result<Output, Error> {
        let settings = self.settings()?;
        let (older_read, read) = match older {
            Some((_, older)) => self.read_with(older, Extent::Whole).map(|(older, read)| (Some(older), read))?,
            None => (None, self.unmapped().read(Shadowed::Kept)?),
        };
        let mut read = self.matched(read)?;
        self.bind_described(&mut read.api)?;
        let calls = emit::client_calls(&read.api, &settings.name, &settings.locked, settings.options.groups)
            .map_err(|error| Error::Defect(error.to_string()))?;
        let matrix = Matrix::new(&read.api).table();
        let since = older.zip(older_read).map(|((version, _), older)| {
            let changes = Changes::new((&older.document, &older.api), (&read.document, &read.api));
            let uncompared = uncompared((&older.document, &older.report), (&read.document, &read.report));
            since(version, &changes, &uncompared)
        });
        let extras = docs::Extras { matrix, calls, has_try: form.has_try, since, document: None };
        let files = match &form.single {
            Some(name) => docs::single(&read.api, extras, name).map_err(|error| Error::Setting(error.to_string()))?,
            None => docs::folder(&read.api, extras),
        };
        let listing = read.document.listing(&read.report);
        let summary = Summary::new(Some(files.len()), &read.api, listing.counts());
        let (dependencies, wasm_dependencies, added) = (Vec::new(), Vec::new(), Vec::new());
        let read = read.document.files();
        Ok(Output { files, dependencies, wasm_dependencies, added, listing, summary, read })
    }
}

/// The warnings about parts that differ between two versions and are not compared; those that both versions have, in the
/// newer one.
fn uncompared(old: (&Document, &Report), new: (&Document, &Report)) -> [Report; 2] {
    let [before, after] = [(old, new), (new, old)].map(|((one, report), (other, _))| one.uncompared(report, other));
    let is_in_both = |found: &Diagnostic| after.iter().any(|other| (other.code, &other.at) == (found.code, &found.at));
    let mut removed = Report::new();
    before.iter().filter(|found| !is_in_both(found)).for_each(|found| removed.push(found.clone()));
    [removed, after]
}

/// The changes as the reference shows them.
fn since(version: &str, changes: &Changes, [removed, others]: &[Report; 2]) -> docs::Since {
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
    let uncompared = |is_removed| {
        move |found: &Diagnostic| docs::Uncompared {
            at: found.at.to_string(),
            is_removed,
            message: found.message.clone(),
        }
    };
    let uncompared = removed.iter().map(uncompared(true)).chain(others.iter().map(uncompared(false))).collect();
    docs::Since { version: version.to_owned(), summary, changes: changes.open().map(change).collect(), uncompared }
}
