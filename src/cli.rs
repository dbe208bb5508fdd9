//! The command line: one subcommand for each task, and how results are printed.

mod hash;
mod json;
mod outcome;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{layout, runtime};
use crate::diag::Repeated;
use crate::document::Input;
use crate::emit::TargetKind;
use crate::error::Error;
use crate::generator::{Generator, Output};
use crate::options::{Layout, Options, Runtime};
use hash::{HashKeyArgs, HashPasswordArgs};
use outcome::{CommandError, Outcome};

/// Generate a client or server crate from an OpenAPI document, with the document's security built in
#[derive(Debug, Parser)]
#[command(name = "keystub", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a client crate based on reqwest
    Client(GenerateArgs),
    /// Generate a server crate based on axum
    Server(GenerateArgs),
    /// List operations, their security requirements, and anything skipped
    Inspect(InspectArgs),
    /// Print the dependencies of the generated code, as lines of Cargo.toml
    Deps(DepsArgs),
    /// Print the argon2id hash of a password read from standard input, as generated servers store it
    HashPassword(HashPasswordArgs),
    /// Print the SHA-256 hash of an API key read from standard input, as generated servers store it
    HashKey(HashKeyArgs),
}

/// The format of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// Text for people: diagnostics and a summary on standard error, everything else on standard output
    Text,
    /// One JSON document on standard output
    Json,
}

#[derive(Debug, Args)]
struct DocumentArgs {
    /// Path of the OpenAPI document (YAML or JSON), or `-` for standard input
    spec: String,
    /// Allow references to files in this folder [default: the folder of the document]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Read settings from this TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Skip invalid parts and report them; errors in security are never skipped
    #[arg(long)]
    skip_broken: bool,
    /// Reject documents with public operations, including those with optional security
    #[arg(long)]
    deny_public: bool,
    /// Allow one operation to be public: its operationId or "METHOD /path"; can be repeated
    #[arg(long, value_name = "OPERATION")]
    allow_public: Vec<String>,
    /// List repeated warnings one by one instead of grouping them
    #[arg(long)]
    verbose: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = OutputFormat::Text)]
    format: OutputFormat,
}

#[derive(Debug, Args)]
struct GenerateArgs {
    #[command(flatten)]
    document: DocumentArgs,
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

#[derive(Debug, Args)]
struct DepsArgs {
    #[command(flatten)]
    document: DocumentArgs,
    /// Print the dependencies of a server instead of a client
    #[arg(long)]
    server: bool,
    /// For a whole crate, or for the files of a module: `crate` or `module` [default: module]
    #[arg(long, value_parser = layout)]
    layout: Option<Layout>,
    /// For a vendored runtime, or for the runtime crate: `vendored` or `crate` [default: crate]
    #[arg(long, value_parser = runtime)]
    runtime: Option<Runtime>,
}

#[derive(Debug, Args)]
struct InspectArgs {
    #[command(flatten)]
    document: DocumentArgs,
}

/// Runs the command line.
///
/// The exit code is 0 for success, 1 for an error or an out-of-date folder, and 2 for invalid arguments.
pub fn run() -> ExitCode {
    let start = Instant::now();
    let cli = Cli::parse();
    let (document, outcome) = match &cli.command {
        Command::Client(args) => (&args.document, args.run(TargetKind::ClientReqwest)),
        Command::Server(args) => (&args.document, args.run(TargetKind::ServerAxum)),
        Command::Inspect(args) => (&args.document, args.run()),
        Command::Deps(args) => (&args.document, args.run()),
        Command::HashPassword(args) => return hashed(args.run()),
        Command::HashKey(args) => return hashed(args.run()),
    };
    let outcome = outcome.unwrap_or_else(Outcome::failed);
    match document.format {
        OutputFormat::Text => outcome.print_text(document.repeated(), start.elapsed()),
        OutputFormat::Json => outcome.print(&json::text(&outcome)),
    }
}

/// Prints the line for a store, or the reason for a failure.
fn hashed(line: Result<String, String>) -> ExitCode {
    match line {
        Ok(line) => outcome::print(&line),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

impl DocumentArgs {
    /// These options, with those of the file and of the command line in their place.
    fn options(&self, mut options: Options) -> Result<Options, Error> {
        if let Some(path) = &self.config {
            options = options.with_file(path).map_err(|error| Error::Setting(error.to_string()))?;
        }
        options.skips_broken |= self.skip_broken;
        options.denies_public |= self.deny_public;
        options.allowed_public.extend(self.allow_public.iter().cloned());
        options.root.clone_from(&self.root);
        Ok(options)
    }

    fn generator(&self, kind: TargetKind, options: Options) -> Generator {
        Generator::new(kind, Input::path_or_stdin(&self.spec)).options(options)
    }

    fn repeated(&self) -> Repeated {
        if self.verbose { Repeated::Listed } else { Repeated::Grouped }
    }
}

impl InspectArgs {
    fn run(&self) -> Result<Outcome, Error> {
        let generator = self.document.generator(TargetKind::ClientReqwest, self.document.options(Options::default())?);
        Ok(Outcome::inspected(generator.inspect()?))
    }
}

impl DepsArgs {
    /// The defaults are those of build scripts.
    fn run(&self) -> Result<Outcome, Error> {
        let module = self.document.options(Options::for_build_script())?;
        let layout = self.layout.unwrap_or(module.layout);
        let mut options = match layout {
            Layout::Module => module,
            Layout::Crate => self.document.options(Options { runtime: Runtime::Crate, ..Options::default() })?,
        };
        options.layout = layout;
        options.runtime = self.runtime.unwrap_or(options.runtime);
        let kind = if self.server { TargetKind::ServerAxum } else { TargetKind::ClientReqwest };
        let output = self.document.generator(kind, options).generate()?;
        let own = output.dependencies().iter().map(ToString::to_string);
        let mut lines: Vec<String> = own.chain(output.added_dependencies().iter().map(ToString::to_string)).collect();
        lines.sort();
        let text = format!("[dependencies]\n{}\n", lines.join("\n"));
        Ok(Outcome::described(&output, text))
    }
}

impl GenerateArgs {
    fn run(&self, kind: TargetKind) -> Result<Outcome, Error> {
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

fn write(output: &Output, out: &Path) -> Result<String, CommandError> {
    let written = output.file_set().write(out).map_err(io)?;
    Ok(format!("{}: {written}\n", out.display()))
}

fn check(output: &Output, out: &Path) -> Result<String, CommandError> {
    let drift = output.file_set().check(out).map_err(io)?;
    match drift.is_empty() {
        true => Ok(String::new()),
        false => Err(CommandError::Drift(format!("`{}` is out of date\n{drift}", out.display()))),
    }
}

fn io(error: impl std::fmt::Display) -> CommandError {
    CommandError::Failed(Error::Io(error.to_string()))
}
