//! `keystub lock`: write the names of a document and the hashes of its remote files.

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
    /// Names and hashes of other documents stay.
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let mut options = self.document.options(Options::default())?;
        let path = self.document.remote.lock_path(&options);
        let mut lock = Lock::read(&path).map_err(Error::Setting)?;
        let documents = self.document.remote.unpinned(&mut options)?;
        let input = documents.input(&self.document.spec, &options)?;
        let options = Options { lock: Some(path.clone()), ..options };
        let generator = Generator::new(TargetKind::ClientReqwest, input).options(options);
        let (names, listing) = generator.listed_names()?;
        let counts = format!("{} operations, {} types", names.operations.len(), names.types.len());
        lock.names.insert(generator.lock_key(), names);
        lock.remote.extend(documents.hashes());
        let text = lock.text();
        let is_same = std::fs::read(&path).is_ok_and(|present| present == text.as_bytes());
        if !is_same {
            write(&path, &text)?;
        }
        let done = if is_same { "unchanged" } else { "written" };
        Ok(Outcome::rewritten(
            listing,
            format!("{}: {done}, {counts}, {} remote files\n", path.display(), lock.remote.len()),
        ))
    }
}
