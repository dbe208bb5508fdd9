//! `keystub client` and `keystub server`: generate a crate, or compare it with a folder.

use std::path::{Path, PathBuf};

use clap::Args;

use super::document_args::DocumentArgs;
use super::outcome::{CommandError, Outcome};
use crate::config::{layout, runtime};
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Output;
use crate::options::{Layout, Options, Runtime};

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    #[command(flatten)]
    pub(super) document: DocumentArgs,
    /// Write the files to this folder
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing; exit with status 1 if the folder is out of date
    #[arg(long)]
    check: bool,
    /// Write nothing; print the changes as a unified diff
    #[arg(long)]
    diff: bool,
    /// Set the name of the crate [default: derived from the file name]
    #[arg(long)]
    name: Option<String>,
    /// Generate a whole crate, or only the files of a module: `crate` or `module` [default: crate]
    #[arg(long, value_parser = layout)]
    layout: Option<Layout>,
    /// Include the runtime in the generated code, or depend on its crate: `vendored` or `crate` [default: vendored]
    #[arg(long, value_parser = runtime)]
    runtime: Option<Runtime>,
}

impl GenerateArgs {
    pub(super) fn run(&self, kind: TargetKind) -> Result<Outcome, Error> {
        let mut options = self.document.options(Options::default())?;
        options.name = self.name.clone().or(options.name);
        options.layout = self.layout.unwrap_or(options.layout);
        options.runtime = self.runtime.unwrap_or(options.runtime);
        let output = self.document.generator(kind, options).generate()?;
        let done = if self.check {
            check(&output, &self.out)
        } else if self.diff {
            output.file_set().diff(&self.out).map_err(io)
        } else {
            write(&output, &self.out)
        };
        Ok(Outcome::generated(&output, done))
    }
}

pub(super) fn write(output: &Output, out: &Path) -> Result<String, CommandError> {
    let written = output.file_set().write(out).map_err(io)?;
    Ok(format!("{}: {written}\n", out.display()))
}

pub(super) fn check(output: &Output, out: &Path) -> Result<String, CommandError> {
    let drift = output.file_set().check(out).map_err(io)?;
    match drift.is_empty() {
        true => Ok(String::new()),
        false => Err(CommandError::Drift(format!("`{}` is out of date\n{drift}", out.display()))),
    }
}

pub(super) fn io(error: impl std::fmt::Display) -> CommandError {
    CommandError::Failed(Error::Io(error.to_string()))
}
