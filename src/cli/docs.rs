//! `keystub docs`: write a reference of the API as HTML pages.

use std::path::{Path, PathBuf};

use clap::Args;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use super::write_args::WriteArgs;
use crate::docs::Form;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::options::Options;

#[derive(Debug, Args)]
pub(super) struct DocsArgs {
    #[command(flatten)]
    pub(super) document: DocumentArgs,
    /// Write the pages to this folder
    #[arg(long, value_name = "DIR", required_unless_present = "single", conflicts_with = "single")]
    out: Option<PathBuf>,
    /// Write everything to this file
    #[arg(long, value_name = "FILE")]
    single: Option<PathBuf>,
    #[command(flatten)]
    write: WriteArgs,
    /// Set the name of the client crate in examples [default: derived from the file name]
    #[arg(long)]
    name: Option<String>,
    /// Leave out what calls operations: the pages send no requests
    #[arg(long)]
    no_try: bool,
}

impl DocsArgs {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let mut options = self.document.options(Options::default())?;
        options.name = self.name.clone().or(options.name);
        let generator = self.document.generator(TargetKind::ClientReqwest, options)?;
        let (folder, single) = self.place()?;
        let output = generator.docs(&Form { single, has_try: !self.no_try })?;
        let done = self.write.apply(output.file_set(), &folder);
        Ok(Outcome::generated(&output, done))
    }

    /// The folder, and the name of a single file.
    fn place(&self) -> Result<(PathBuf, Option<String>), Error> {
        let Some(file) = &self.single else {
            return Ok((self.out.clone().expect("clap requires one of them"), None));
        };
        let name = file.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".html"));
        let name = name.ok_or_else(|| Error::Setting("the name of `--single` must end in `.html`".to_owned()))?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok((folder.to_owned(), Some(name.to_owned())))
    }
}
