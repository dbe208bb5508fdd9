//! The command line: one file for each command, and how results are printed.

mod audit;
mod changes;
mod deps;
mod docs;
mod document_args;
mod generate;
mod hash;
mod inspect;
mod json;
mod outcome;

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};

use crate::emit::TargetKind;
use audit::AuditArgs;
use changes::ChangesArgs;
use deps::DepsArgs;
use docs::DocsArgs;
use document_args::OutputFormat;
use generate::GenerateArgs;
use hash::{HashKeyArgs, HashPasswordArgs};
use inspect::InspectArgs;
use outcome::Outcome;

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
    /// Check the security of a document: access, schemes, servers
    Audit(AuditArgs),
    /// Compare two versions of a document: what breaks clients and servers, and what becomes weaker
    Changes(ChangesArgs),
    /// Write a reference of the API as HTML pages
    Docs(DocsArgs),
    /// Print the dependencies of the generated code, as lines of Cargo.toml
    Deps(DepsArgs),
    /// Print the argon2id hash of a password read from standard input, as generated servers store it
    HashPassword(HashPasswordArgs),
    /// Print the SHA-256 hash of an API key read from standard input, as generated servers store it
    HashKey(HashKeyArgs),
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
        Command::Docs(args) => (&args.document, args.run()),
        Command::Deps(args) => (&args.document, args.run()),
        Command::Audit(args) => return args.run(),
        Command::Changes(args) => return args.run(),
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
