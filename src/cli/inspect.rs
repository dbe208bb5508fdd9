//! `keystub inspect`: list what a document contains.

use clap::Args;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::options::Options;

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    #[command(flatten)]
    pub(super) document: DocumentArgs,
}

impl InspectArgs {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let generator =
            self.document.generator(TargetKind::ClientReqwest, self.document.options(Options::default())?)?;
        Ok(Outcome::inspected(generator.inspect()?))
    }
}
