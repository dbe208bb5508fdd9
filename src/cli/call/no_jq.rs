//! Calls without `--jq`: keystub was built without the feature `jq`.

use std::time::Duration;

use clap::Args;

#[derive(Debug, Args)]
pub(super) struct JqArgs {}

impl JqArgs {
    /// Always `None`: filters need the feature `jq`.
    pub fn filter(&self, _: Duration) -> Result<Option<Filter>, String> {
        Ok(None)
    }
}

/// A filter, which cannot exist without the feature `jq`.
pub(super) enum Filter {}

impl Filter {
    pub fn print(&self, _: &[u8], _: bool) -> Result<bool, String> {
        match *self {}
    }
}
