//! Documents from files only: keystub was built without the feature `net`.

use clap::Args;

use crate::document::Input;
use crate::error::Error;
use crate::limits::is_url;
use crate::options::Options;

#[derive(Debug, Clone, Args)]
pub(super) struct RemoteArgs {}

impl RemoteArgs {
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
    /// The document that an argument names.
    pub(super) fn input(&self, spec: &str, _: &Options) -> Result<Input, Error> {
        if is_url(spec) {
            let message = "documents from URLs need keystub with the feature `net`".to_owned();
            return Err(Error::Setting(message));
        }
        Ok(Input::path_or_stdin(spec))
    }
}
