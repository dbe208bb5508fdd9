//! What a document contains, without code.

use super::{Generator, webhooks};
use crate::emit::TargetKind;
use crate::error::Error;
use crate::inspect::{Inspection, NotGenerated};
use crate::lower::Shadowed;
use crate::model::Skipped;
use crate::options::Options;

impl Generator {
    /// Reads the document and returns its operations, their security requirements, and what is not generated.
    ///
    /// # Errors
    ///
    /// Those of [`Self::generate`].
    pub fn inspect(&self) -> Result<Inspection, Error> {
        let unmapped = Self {
            options: Options { has_webhooks: self.options.has_webhooks, ..self.unmapped().options },
            ..self.clone()
        };
        let mut read = self.matched(unmapped.read(Shadowed::Kept)?)?;
        if self.options.has_webhooks {
            // As a receiver has them: under their own paths.
            webhooks::prepare(TargetKind::ServerAxum, &mut read.api)
                .map_err(|message| Error::Setting(self.in_file(message)))?;
        }
        self.bind(&mut read.api)?;
        let reported = |skipped: &Skipped, is_broken| NotGenerated {
            at: read.document.shown(&skipped.at),
            reason: read.document.shown_text(&skipped.reason),
            is_broken,
        };
        let skipped = read.api.skipped.iter().map(|skipped| reported(skipped, false));
        let skipped = skipped.chain(read.api.invalid.iter().map(|skipped| reported(skipped, true))).collect();
        let listing = read.document.listing(&read.report);
        let has_webhooks = self.options.has_webhooks;
        Ok(Inspection { api: read.api, skipped, listing, has_webhooks })
    }
}
