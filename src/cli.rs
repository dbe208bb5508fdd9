//! The command line: `keystub client`, `keystub server`, `keystub inspect`.

mod outcome;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{Config, Layout, layout};
use crate::document::Input;
use crate::generator::{Error, Generator, Output};
use crate::target::TargetKind;
use outcome::{CommandError, Outcome};

/// Writes Rust from an OpenAPI document: a client or a server with the document's security built in.
#[derive(Debug, Parser)]
#[command(name = "keystub", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a client crate over reqwest
    Client(GenerateArgs),
    /// Write a server crate over axum
    Server(GenerateArgs),
    /// Print each operation with what it asks of its caller, and what is skipped and why
    Inspect(InspectArgs),
}

/// How what is told is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// Listings for people: warnings and errors on standard error, the rest on standard output
    Text,
    /// One JSON document on standard output, and nothing on standard error
    Json,
}

#[derive(Debug, Args)]
struct DocumentArgs {
    /// The OpenAPI document, YAML or JSON; `-` reads standard input
    spec: String,
    /// The folder that references to other files stay in; the document's own where it is not given
    #[arg(long)]
    root: Option<PathBuf>,
    /// A file with settings
    #[arg(long)]
    config: Option<PathBuf>,
    /// Leave out what is broken, and tell what; security is never left out
    #[arg(long)]
    skip_broken: bool,
    /// Refuse public operations, also those that may be called anonymously
    #[arg(long)]
    deny_public: bool,
    /// Allow this operation to be public: its operationId, or "METHOD /path"; may be repeated
    #[arg(long, value_name = "OPERATION")]
    allow_public: Vec<String>,
    /// Listings for people, or one JSON document for tools
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    format: OutputFormat,
}

#[derive(Debug, Args)]
struct GenerateArgs {
    #[command(flatten)]
    read: DocumentArgs,
    /// The folder to write to
    #[arg(long)]
    out: PathBuf,
    /// Write nothing; exit 1 when the folder is not what would be written
    #[arg(long)]
    check: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    diff: bool,
    /// The name of the crate
    #[arg(long)]
    name: Option<String>,
    /// A whole crate, or the files of a module
    #[arg(long, value_parser = layout)]
    layout: Option<Layout>,
}

#[derive(Debug, Args)]
struct InspectArgs {
    #[command(flatten)]
    read: DocumentArgs,
}

/// Runs the command line. Exit code 0: done; 1: the document or the folder is not as it must be; 2: wrong usage.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let (format, outcome) = match cli.command {
        Command::Client(generate) => (generate.read.format, generate.run(TargetKind::ClientReqwest)),
        Command::Server(generate) => (generate.read.format, generate.run(TargetKind::ServerAxum)),
        Command::Inspect(inspect) => (inspect.read.format, inspect.run()),
    };
    outcome.unwrap_or_else(Outcome::failed).print(format)
}

impl DocumentArgs {
    fn config(&self) -> Result<Config, Error> {
        let mut config = match &self.config {
            Some(path) => Config::read(path).map_err(|error| Error::Setting(error.to_string()))?,
            None => Config::default(),
        };
        if self.skip_broken {
            config.skips_broken = Some(true);
        }
        if self.deny_public {
            config.denies_public = Some(true);
        }
        config.allowed_public.extend(self.allow_public.iter().cloned());
        Ok(config)
    }

    fn generator(&self, kind: TargetKind, config: Config) -> Generator {
        let generator = Generator::new(kind, Input::path_or_stdin(&self.spec)).config(config);
        match &self.root {
            Some(root) => generator.root(root),
            None => generator,
        }
    }
}

impl InspectArgs {
    fn run(&self) -> Result<Outcome, Error> {
        let generator = self.read.generator(TargetKind::ClientReqwest, self.read.config()?);
        Ok(Outcome::inspected(generator.inspect()?))
    }
}

impl GenerateArgs {
    fn run(&self, kind: TargetKind) -> Result<Outcome, Error> {
        let mut config = self.read.config()?;
        config.name = self.name.clone().or(config.name);
        config.layout = self.layout.or(config.layout);
        let output = self.read.generator(kind, config).generate()?;
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

fn write(output: &Output, out: &Path) -> Result<String, CommandError> {
    let written = output.file_set().write(out).map_err(io)?;
    Ok(format!("{}: {written}\n", out.display()))
}

fn check(output: &Output, out: &Path) -> Result<String, CommandError> {
    let drift = output.file_set().check(out).map_err(io)?;
    match drift.is_empty() {
        true => Ok(String::new()),
        false => Err(CommandError::Drift(format!("{} is not what the document gives\n{drift}", out.display()))),
    }
}

fn io(error: impl std::fmt::Display) -> CommandError {
    CommandError::Error(Error::Io(error.to_string()))
}
