//! The arguments of every command that reads a document.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::outcome::Detail;
use super::remote_args::RemoteArgs;
use crate::diag::escaped;
use crate::error::Error;
use crate::generator::Generator;
use crate::limits::{is_url, shown};
use crate::options::{Options, Product};

/// The format of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// Text for people: diagnostics and a summary on standard error, everything else on standard output
    Text,
    /// One JSON document on standard output
    Json,
}

#[derive(Debug, Clone, Args)]
pub(super) struct DocumentArgs {
    /// Path or https URL of the OpenAPI document (YAML or JSON), or `-` for standard input
    pub(super) spec: String,
    /// Allow references to files in this folder [default: the folder of the document]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Set one key of the configuration file, in TOML, such as "limits.depth = 100"; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Skip invalid parts and report them; errors in security are never skipped
    #[arg(long)]
    skip_broken: bool,
    /// Reject documents with public operations, including those with optional security
    #[arg(long)]
    deny_public: bool,
    /// Allow one operation to be public: its operationId or "METHOD /path"; can be repeated
    #[arg(long, value_name = "OPERATION")]
    allow_public: Vec<String>,
    #[command(flatten)]
    pub(super) remote: RemoteArgs,
    #[command(flatten)]
    overlays: OverlayArgs,
    #[command(flatten)]
    filters: FilterArgs,
    /// Print errors only, and what the command is asked to print
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// List repeated warnings one by one instead of grouping them
    #[arg(long, short)]
    verbose: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    pub(super) format: OutputFormat,
}

/// The overlays that are applied.
#[derive(Debug, Clone, Args)]
pub(super) struct OverlayArgs {
    /// Apply an OpenAPI overlay to the document; can be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) overlay: Vec<PathBuf>,
    /// Treat warnings about overlays as errors
    #[arg(long)]
    pub(super) strict: bool,
}

/// The options of a configuration file, if there is one.
pub(super) fn configured(file: Option<&Path>) -> Result<Options, Error> {
    match file {
        Some(path) => Options::default().with_file(path).map_err(|error| Error::Setting(error.to_string())),
        None => Ok(Options::default()),
    }
}

/// The options with those of `--set`.
pub(super) fn set_lines(options: Options, lines: &[String]) -> Result<Options, Error> {
    lines.iter().try_fold(options, |options, line| {
        options.with_line(line).map_err(|error| Error::Setting(format!("`--set {line}`: {error}")))
    })
}

/// The operations that are read.
#[derive(Debug, Clone, Args)]
pub(super) struct FilterArgs {
    /// Keep only these operations: "tag:NAME", "id:OPERATION", "METHOD /path/**" or "deprecated"; can be repeated
    #[arg(long, value_name = "FILTER")]
    pub(super) only: Vec<String>,
    /// Remove these operations; can be repeated
    #[arg(long, value_name = "FILTER")]
    pub(super) except: Vec<String>,
}

impl DocumentArgs {
    /// These options, with those of the file and of the command line in their place.
    pub(super) fn options(&self, mut options: Options) -> Result<Options, Error> {
        if let Some(path) = &self.config {
            options = options.with_file(path).map_err(|error| Error::Setting(error.to_string()))?;
        }
        options = set_lines(options, &self.set)?;
        options.skips_broken |= self.skip_broken;
        options.denies_public |= self.deny_public;
        options.allowed_public.extend(self.allow_public.iter().cloned());
        options.overlays.extend(self.overlays.overlay.iter().cloned());
        options.is_strict |= self.overlays.strict;
        options.only.extend(self.filters.only.iter().cloned());
        options.except.extend(self.filters.except.iter().cloned());
        options.root = self.root.clone().or(options.root);
        options.lock = Some(self.remote.lock_path(&options));
        Ok(options)
    }

    /// The generator for the document, which is fetched if it is at a URL.
    pub(super) fn generator(&self, product: impl Into<Product>, mut options: Options) -> Result<Generator, Error> {
        let input = self.remote.input(&self.spec, &mut options)?;
        Ok(Generator::new(product, input).options(options))
    }

    /// How much is printed.
    pub(super) fn detail(&self) -> Detail {
        Detail::of(self.quiet, self.verbose)
    }

    /// Whether long work is shown. Standard input may be typed.
    pub(super) fn starts_progress(&self) -> bool {
        !self.quiet && self.spec != "-" && self.format == OutputFormat::Text
    }

    /// The document as it is printed.
    pub(super) fn shown_spec(&self) -> String {
        escaped(&shown(&self.spec))
    }

    /// The files that are watched even if the document cannot be read.
    pub(super) fn watched(&self) -> Result<Vec<PathBuf>, Error> {
        if self.spec == "-" || is_url(&self.spec) {
            return Err(Error::Setting("`--watch` needs the path of a file".to_owned()));
        }
        let files = [PathBuf::from(&self.spec)].into_iter().chain(self.config.clone());
        let options = Options { file: self.config.clone(), ..Options::default() };
        Ok(files.chain(self.overlays.overlay.clone()).chain([self.remote.lock_path(&options)]).collect())
    }
}
