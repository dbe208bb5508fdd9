//! `--check` and `--diff`: what is done with generated files.

use std::path::Path;

use clap::Args;

use super::outcome::{CommandError, Done};
use crate::error::Error;
use crate::output::{FileSet, OutputError};

#[derive(Debug, Args)]
pub(super) struct WriteArgs {
    /// Write nothing; exit with status 1 if a folder is out of date
    #[arg(long)]
    check: bool,
    /// Write nothing; print the changes as a unified diff
    #[arg(long)]
    diff: bool,
}

impl WriteArgs {
    /// Whether files are written, instead of being compared.
    pub(super) fn writes(&self) -> bool {
        !self.check && !self.diff
    }

    /// Writes the files, or compares them with the folder.
    pub(super) fn apply(&self, files: &FileSet, out: &Path) -> Done {
        self.apply_below(files, out, "")
    }

    /// The same, with this folder before the paths of a diff.
    pub(super) fn apply_below(&self, files: &FileSet, out: &Path, folder: &str) -> Done {
        self.try_apply(files, out, folder).unwrap_or_else(|error| Done {
            output: String::new(),
            is_status: true,
            error: Some(CommandError::Failed(Error::Io(error.to_string()))),
        })
    }

    fn try_apply(&self, files: &FileSet, out: &Path, folder: &str) -> Result<Done, OutputError> {
        if self.writes() {
            let written = files.write(out)?;
            return Ok(Done { output: format!("{}: {written}\n", out.display()), is_status: true, error: None });
        }
        let output = if self.diff { files.diff_below(out, folder)? } else { String::new() };
        let drift = if self.check { Some(files.check(out)?) } else { None };
        let drift = drift.filter(|drift| !drift.is_empty());
        let error = drift.map(|drift| CommandError::Drift(format!("`{}` is out of date\n{drift}", out.display())));
        Ok(Done { output, is_status: false, error })
    }
}
