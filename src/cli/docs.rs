//! `keystub docs`: write a reference of the API as HTML pages.

use std::path::{Path, PathBuf};

use clap::Args;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use super::remote_args::Documents;
use super::versions::older;
use super::write_args::WriteArgs;
use crate::docs::Form;
use crate::document::Input;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::Generator;
use crate::limits::shown;
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
    /// Add a page of the changes since a revision of the git repository, or since another document: a path, an https URL or
    /// `REV:PATH`
    #[arg(long, value_name = "REV|FILE")]
    since: Option<String>,
}

impl DocsArgs {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let mut options = self.document.options(Options::default())?;
        options.name = self.name.clone().or(options.name);
        let documents = self.document.remote.documents(&mut options)?;
        let generator = |input, options| Generator::new(TargetKind::ClientReqwest, input).options(options);
        let older = self.since.as_deref().map(|since| self.older(since, &documents, &options)).transpose()?;
        // Public operations of the older version are compared, not rejected.
        let older_options = Options { denies_public: false, allowed_public: Vec::new(), ..options.clone() };
        let older = older.map(|(version, input)| (version, generator(input, older_options)));
        let current = generator(documents.input(&self.document.spec, &options)?, options);
        let (folder, single) = self.place()?;
        let older = older.as_ref().map(|(version, generator)| (version.as_str(), generator));
        let output = current.docs(&Form { single, has_try: !self.no_try }, older)?;
        let done = self.write.apply(output.file_set(), &folder);
        Ok(Outcome::generated(&output, done))
    }

    /// The name of the older version, and its document.
    fn older(&self, since: &str, documents: &Documents, options: &Options) -> Result<(String, Input), Error> {
        if since == "-" {
            return Err(Error::Setting("`--since` cannot be standard input".to_owned()));
        }
        Ok((shown(since), older(since, &self.document.spec, documents, options)?))
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
