//! `keystub client` and `keystub server`: generate a crate, or compare it with a folder.

use std::path::PathBuf;

use clap::Args;

use super::document_args::DocumentArgs;
use super::outcome::Outcome;
use super::write_args::WriteArgs;
use crate::config::{features, layout, runtime};
use crate::emit::TargetKind;
use crate::error::Error;
use crate::options::{Features, Layout, Options, Runtime};

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    #[command(flatten)]
    pub(super) document: DocumentArgs,
    /// Write the files to this folder
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    write: WriteArgs,
    /// Generate again whenever one of the files changes
    #[arg(long, conflicts_with_all = ["check", "diff"])]
    watch: bool,
    /// Generate code for the webhooks and callbacks of the document instead of its paths
    #[arg(long)]
    webhooks: bool,
    /// Set the name of the crate [default: derived from the file name]
    #[arg(long)]
    name: Option<String>,
    /// Generate a whole crate, or only the files of a module: `crate` or `module` [default: crate]
    #[arg(long, value_parser = layout)]
    layout: Option<Layout>,
    /// Include the runtime in the generated code, or depend on its crate: `vendored` or `crate` [default: vendored]
    #[arg(long, value_parser = runtime)]
    runtime: Option<Runtime>,
    /// Give the crate a cargo feature for each tag: `none` or `tags` [default: none]
    #[arg(long, value_parser = features)]
    features: Option<Features>,
    /// Use the templates in this folder instead of the embedded ones of the same name
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

impl GenerateArgs {
    pub(super) fn run(&self, kind: TargetKind) -> Result<Outcome, Error> {
        self.generate(kind, self.options()?)
    }

    /// The folders to watch with `--watch`.
    pub(super) fn watched(&self) -> Option<Vec<PathBuf>> {
        self.watch.then(|| self.options().ok().and_then(|options| options.templates).into_iter().collect())
    }

    fn options(&self) -> Result<Options, Error> {
        let mut options = self.document.options(Options::default())?;
        options.name = self.name.clone().or(options.name);
        options.layout = self.layout.unwrap_or(options.layout);
        options.runtime = self.runtime.unwrap_or(options.runtime);
        options.features = self.features.unwrap_or(options.features);
        options.has_webhooks |= self.webhooks;
        options.templates = self.templates.clone().or(options.templates);
        Ok(options)
    }

    fn generate(&self, kind: TargetKind, options: Options) -> Result<Outcome, Error> {
        let output = self.document.generator(kind, options)?.generate()?;
        Ok(Outcome::generated(&output, self.write.apply(output.file_set(), &self.out)))
    }
}

#[derive(Debug, Args)]
pub(super) struct ServerArgs {
    #[command(flatten)]
    pub(super) generate: GenerateArgs,
    /// Add a page about the API and the OpenAPI document, which the server serves if the variable `DOCS` is `true`
    #[arg(long)]
    docs: bool,
}

impl ServerArgs {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let mut options = self.generate.options()?;
        options.has_docs |= self.docs;
        self.generate.generate(TargetKind::ServerAxum, options)
    }
}
