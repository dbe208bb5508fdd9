//! `keystub lock`: write the hashes of the remote files of a document.

use clap::Args;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use super::rewrite::write;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Generator;
use crate::lock::Lock;
use crate::options::Options;

#[derive(Debug, Args)]
pub(super) struct LockArgs {
    #[command(flatten)]
    pub(super) document: DocumentArgs,
}

impl LockArgs {
    /// The hashes of files to which only other documents refer stay.
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let mut options = self.document.options(Options::default())?;
        let path = self.document.remote.lock_path(options.file.as_deref());
        let mut lock = Lock::read(&path).map_err(Error::Setting)?;
        let (input, fetcher) = self.document.unpinned(&mut options)?;
        let inspection = Generator::new(TargetKind::ClientReqwest, input).options(options).inspect()?;
        let hashes = fetcher.hashes();
        let changed = hashes.iter().filter(|(url, hash)| lock.remote.get(*url) != Some(hash)).count();
        lock.remote.extend(hashes);
        write(&path, &lock.text())?;
        let message = format!("{}: {changed} changed, {} in total\n", path.display(), lock.remote.len());
        Ok(Outcome::rewritten(inspection.listing().clone(), message))
    }
}
