//! `keystub generate`: generate every API of a configuration file, or the files of a pack.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Arg, Args};

use super::document_args::{DocumentArgs, OutputFormat};
use super::json;
use super::outcome::{Done, Outcome, print};
use super::progress::Progress;
use super::watch::watch;
use super::write_args::WriteArgs;
use crate::config::{ApiConfiguration, Configuration};
use crate::document::Input;
use crate::error::Error;
use crate::generator::{Generator, Output};
use crate::limits::is_url;
use crate::options::{Options, Product};

#[derive(Debug, Args)]
#[command(mut_args(of_pack))]
pub(super) struct GenerateAllArgs {
    /// Generate the files of the pack in this folder for SPEC, instead of the APIs of a configuration file
    #[arg(long, value_name = "DIR", requires_all = ["spec", "out"])]
    pack: Option<PathBuf>,
    /// Write the files to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Set the name of the package [default: derived from the file name]
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    pub(super) document: DocumentArgs,
    #[command(flatten)]
    write: WriteArgs,
    /// Generate again whenever one of the files changes
    #[arg(long, conflicts_with_all = ["check", "diff"])]
    watch: bool,
}

/// The configuration file that is read unless `--config` names another one.
const CONFIGURATION: &str = "keystub.toml";

/// The arguments that a configuration file has instead.
const WITH_PACK: [&str; 11] =
    ["allow_public", "deny_public", "except", "name", "only", "out", "overlay", "root", "set", "skip_broken", "strict"];

/// Allows the arguments about one document only with `--pack`.
fn of_pack(arg: Arg) -> Arg {
    match arg.get_id().as_str() {
        "spec" => arg.required(false).default_value("").hide_default_value(true).requires("pack"),
        "config" => arg.help(
            "Read the APIs and their settings from this file; with --pack, settings only [default: keystub.toml]",
        ),
        id if WITH_PACK.contains(&id) => arg.requires("pack").help_heading("For one pack"),
        _ => arg,
    }
}

/// An API, what was generated for it or the reason why not, and how long it took.
struct Generated<'c> {
    api: &'c ApiConfiguration,
    output: Result<Output, Error>,
    elapsed: Duration,
}

impl GenerateAllArgs {
    /// Whether a pack is generated.
    pub(super) fn has_pack(&self) -> bool {
        self.pack.is_some()
    }

    /// The folders to watch with `--watch` for a pack.
    pub(super) fn watched(&self) -> Option<Vec<PathBuf>> {
        self.watch.then(|| self.pack.iter().cloned().collect())
    }

    /// Generates the files of the pack.
    pub(super) fn run_pack(&self) -> Result<Outcome, Error> {
        let (Some(pack), Some(out)) = (&self.pack, &self.out) else {
            return Err(Error::Setting("`--pack` needs SPEC and `--out`".to_owned()));
        };
        let mut options = self.document.options(Options::default())?;
        options.name = self.name.clone().or(options.name);
        let output = self.document.generator(Product::Pack(pack.clone()), options)?.generate()?;
        Ok(Outcome::generated(&output, self.write.apply(output.file_set(), out)))
    }

    /// Generates every API of the configuration file.
    pub(super) fn run(&self) -> ExitCode {
        if !self.watch {
            return self.once().0;
        }
        let files = [self.config().to_owned(), self.document.remote.lock_path(&self.options())];
        watch(&files, || self.once().1)
    }

    fn config(&self) -> &Path {
        self.document.config.as_deref().unwrap_or(Path::new(CONFIGURATION))
    }

    /// The options that tell where the lock file is.
    fn options(&self) -> Options {
        Options { file: Some(self.config().to_owned()), ..Options::default() }
    }

    /// Runs once, and returns the files that were read.
    fn once(&self) -> (ExitCode, Vec<PathBuf>) {
        let progress = Progress::start(format!("generating the APIs of {}", self.config().display()));
        let (outcomes, named) = match Configuration::read(self.config()) {
            Ok(configuration) => match self.check_hosts(&configuration) {
                Ok(()) => (self.outcomes(&configuration), named(&configuration)),
                Err(error) => (vec![(Outcome::failed(error), Duration::ZERO)], Vec::new()),
            },
            Err(error) => (vec![(Outcome::failed(Error::Setting(error.to_string())), Duration::ZERO)], Vec::new()),
        };
        drop(progress);
        let inputs = outcomes.iter().flat_map(|(outcome, _)| outcome.inputs.clone()).chain(named).collect();
        let has_failed = outcomes.iter().any(|(outcome, _)| outcome.error.is_some());
        let code = match self.document.format {
            OutputFormat::Text => {
                let detail = self.document.detail();
                let codes = outcomes.iter().map(|(outcome, elapsed)| outcome.print_text(detail, *elapsed));
                codes.fold(ExitCode::SUCCESS, |all, code| if code == ExitCode::SUCCESS { all } else { code })
            }
            OutputFormat::Json => {
                let outcomes: Vec<&Outcome> = outcomes.iter().map(|(outcome, _)| outcome).collect();
                print(&json::text(&outcomes))
            }
        };
        (if has_failed { ExitCode::FAILURE } else { code }, inputs)
    }

    /// Rejects header fields that would go to several hosts.
    fn check_hosts(&self, configuration: &Configuration) -> Result<(), Error> {
        self.document.remote.check_hosts(configuration.apis.iter().filter_map(|api| api.spec.to_str()))
    }

    /// Generates all APIs in memory, and writes them if all are valid and all can be written.
    fn outcomes(&self, configuration: &Configuration) -> Vec<(Outcome, Duration)> {
        let generated: Vec<Generated<'_>> =
            configuration.apis.iter().map(|api| self.generate(configuration, api)).collect();
        let is_blocked = self.write.writes() && generated.iter().any(|generated| generated.output.is_err());
        generated.into_iter().map(|generated| self.finish(generated, is_blocked)).collect()
    }

    fn generate<'c>(&self, configuration: &Configuration, api: &'c ApiConfiguration) -> Generated<'c> {
        let start = Instant::now();
        let output = self.generator(api).and_then(|generator| generator.generate());
        let output = output.and_then(|output| {
            if self.write.writes() {
                output.file_set().check_write(&api.out).map_err(|error| Error::Io(error.to_string()))?;
            }
            Ok(output)
        });
        let output = output.map_err(|error| match error {
            Error::Setting(message) => Error::Setting(configuration.located(api, &message)),
            other => other,
        });
        Generated { api, output, elapsed: start.elapsed() }
    }

    fn generator(&self, api: &ApiConfiguration) -> Result<Generator, Error> {
        let mut options = Options { file: self.options().file, ..api.options.clone() };
        let documents = self.document.remote.documents(&mut options)?;
        let input = match api.spec.to_str() {
            Some(url) if is_url(url) => documents.input(url, &options)?,
            Some(_) | None => Input::Path(api.spec.clone()),
        };
        options.lock = Some(self.document.remote.lock_path(&options));
        options.file.clone_from(&api.options.file);
        Ok(Generator::new(api.product.clone(), input).options(options))
    }

    /// Writes or compares the files of one API, unless an error in any API prevents that all are written.
    fn finish(&self, generated: Generated<'_>, is_blocked: bool) -> (Outcome, Duration) {
        let start = Instant::now();
        let out = &generated.api.out;
        let outcome = match generated.output {
            Ok(output) if is_blocked => {
                let message = format!("{}: not written, because another API has errors\n", out.display());
                Outcome::generated(&output, Done { output: message, is_status: true, error: None })
            }
            Ok(output) => {
                let folder = out.to_string_lossy().replace('\\', "/");
                let done = self.write.apply_below(output.file_set(), out, folder.trim_start_matches('/'));
                Outcome::generated(&output, done)
            }
            Err(error) => Outcome::failed(error),
        };
        (outcome.labelled(out), generated.elapsed + start.elapsed())
    }
}

/// The documents, packs and folders of templates that a configuration names: what a run that fails may not have read.
fn named(configuration: &Configuration) -> Vec<PathBuf> {
    let of = |api: &ApiConfiguration| {
        let pack = match &api.product {
            Product::Pack(folder) => Some(folder.clone()),
            Product::Rust(_) => None,
        };
        let document = api.spec.to_str().is_none_or(|spec| !is_url(spec)).then(|| api.spec.clone());
        document.into_iter().chain(pack).chain(api.options.templates.clone())
    };
    configuration.apis.iter().flat_map(of).collect()
}
