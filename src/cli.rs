//! The command line: `keystub client`, `keystub server`, `keystub inspect`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Layout, layout};
use crate::generator::{Generator, Output};
use crate::spec::Input;
use crate::target::TargetKind;

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
    Client(Generate),
    /// Write a server crate over axum
    Server(Generate),
    /// Print each operation with what it asks of its caller, and what is skipped and why
    Inspect(Inspect),
}

#[derive(Debug, Args)]
struct Generate {
    /// The OpenAPI document, YAML or JSON; `-` reads standard input
    spec: String,
    /// The folder that references to other files stay in; the document's own where it is not given
    #[arg(long)]
    root: Option<PathBuf>,
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
    /// A file with settings
    #[arg(long)]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Inspect {
    /// The OpenAPI document, YAML or JSON; `-` reads standard input
    spec: String,
    /// The folder that references to other files stay in; the document's own where it is not given
    #[arg(long)]
    root: Option<PathBuf>,
}

/// Runs the command line. Exit code 0: done; 1: the document or the folder is not as it must be; 2: wrong usage.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Client(generate) => generate.run(TargetKind::ClientReqwest),
        Command::Server(generate) => generate.run(TargetKind::ServerAxum),
        Command::Inspect(inspect) => inspect.run(),
    };
    match done {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

impl Inspect {
    fn run(&self) -> Result<ExitCode, String> {
        let text = generator(TargetKind::ClientReqwest, &self.spec, self.root.as_ref())
            .inspect()
            .map_err(|error| error.to_string())?;
        print(&text)
    }
}

impl Generate {
    fn run(&self, kind: TargetKind) -> Result<ExitCode, String> {
        let mut config = match &self.config {
            Some(path) => Config::read(path).map_err(|error| format!("error: {error}"))?,
            None => Config::default(),
        };
        config.name = self.name.clone().or(config.name);
        config.layout = self.layout.or(config.layout);
        let output = generator(kind, &self.spec, self.root.as_ref())
            .config(config)
            .generate()
            .map_err(|error| error.to_string())?;
        for warning in output.warnings() {
            eprintln!("{}", warning.trim_end());
        }
        if self.check {
            check(&output, &self.out)
        } else if self.diff {
            let diff = output.file_set().diff(&self.out).map_err(|error| format!("error: {error}"))?;
            print(&diff)
        } else {
            write(&output, &self.out)
        }
    }
}

fn generator(kind: TargetKind, spec: &str, root: Option<&PathBuf>) -> Generator {
    let generator = Generator::new(kind, Input::path_or_stdin(spec));
    match root {
        Some(root) => generator.root(root),
        None => generator,
    }
}

fn write(output: &Output, out: &Path) -> Result<ExitCode, String> {
    let written = output.file_set().write(out).map_err(|error| format!("error: {error}"))?;
    print(&format!("{}: {written}\n", out.display()))
}

fn check(output: &Output, out: &Path) -> Result<ExitCode, String> {
    let drift = output.file_set().check(out).map_err(|error| format!("error: {error}"))?;
    if drift.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(format!("error: {} is not what the document gives\n{drift}", out.display()))
}

/// Prints; a reader that went away (a closed pipe) is no failure.
fn print(text: &str) -> Result<ExitCode, String> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("error: cannot print: {error}")),
        _ => Ok(ExitCode::SUCCESS),
    }
}
