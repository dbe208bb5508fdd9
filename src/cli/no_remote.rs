//! Documents from files only: keystub was built without the feature `net`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::lock_path::lock_path;
use crate::document::Input;
use crate::error::Error;
use crate::limits::is_url;
use crate::options::Options;

#[derive(Debug, Clone, Args)]
pub(super) struct RemoteArgs {
    /// Read names that stay from this file [default: keystub.lock next to the file of --config, or in the current folder]
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
}

impl RemoteArgs {
    /// The path of the lock file, whether it exists or not.
    pub(super) fn lock_path(&self, options: &Options) -> PathBuf {
        lock_path(self.lock.as_deref(), options)
    }

    /// What reads the documents of this run.
    pub(super) fn unpinned(&self, options: &mut Options) -> Result<Documents, Error> {
        self.documents(options)
    }

    /// There are no header fields.
    pub(super) fn check_hosts<'s>(&self, _: impl Iterator<Item = &'s str>) -> Result<(), Error> {
        Ok(())
    }

    /// What reads the documents of this run.
    pub(super) fn documents(&self, _: &mut Options) -> Result<Documents, Error> {
        Ok(Documents)
    }

    /// The document that an argument names.
    pub(super) fn input(&self, spec: &str, options: &mut Options) -> Result<Input, Error> {
        Documents.input(spec, options)
    }
}

/// What reads the documents of one run.
pub(super) struct Documents;

impl Documents {
    /// There are no remote files.
    pub(super) fn hashes(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// The document that an argument names.
    pub(super) fn input(&self, spec: &str, _: &Options) -> Result<Input, Error> {
        if is_url(spec) {
            let message = "documents from URLs need keystub with the feature `net`".to_owned();
            return Err(Error::Setting(message));
        }
        Ok(Input::path_or_stdin(spec))
    }
}
