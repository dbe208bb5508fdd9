//! The command line: one file for each command, and how results are printed.

mod audit;
#[cfg(feature = "net")]
mod call;
mod changes;
mod deps;
mod docs;
mod document_args;
mod explain;
mod generate;
mod generate_all;
mod hash;
mod init;
mod inspect;
mod json;
#[cfg(feature = "net")]
mod mock;
mod outcome;
mod rewrite;
mod shell;
mod templates;
mod write_args;

use std::process::ExitCode;
use std::time::Instant;

use clap::{CommandFactory, Parser, Subcommand};

use crate::diag::{Code, Repeated};
use crate::emit::TargetKind;
use crate::error::Error;
use audit::AuditArgs;
#[cfg(feature = "net")]
use call::CallArgs;
use changes::ChangesArgs;
use deps::DepsArgs;
use docs::DocsArgs;
use document_args::OutputFormat;
use generate::GenerateArgs;
use generate_all::GenerateAllArgs;
use hash::{HashKeyArgs, HashPasswordArgs};
use init::InitArgs;
use inspect::InspectArgs;
#[cfg(feature = "net")]
use mock::MockArgs;
use outcome::Outcome;
use rewrite::{BundleArgs, OverlayCommandArgs};
use shell::{CompletionsArgs, ManArgs};
use templates::TemplatesArgs;

/// Generate a client or server crate from an OpenAPI document, with the document's security built in
#[derive(Debug, Parser)]
#[command(name = "keystub", version, args_conflicts_with_subcommands = true, arg_required_else_help = true)]
struct Cli {
    /// Explain the code of an error or warning: its cause, an example, and what to do
    #[arg(long, value_name = "CODE", value_parser = explain::code)]
    explain: Option<Code>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a client crate based on reqwest
    Client(GenerateArgs),
    /// Generate a server crate based on axum
    Server(GenerateArgs),
    /// Generate every API of a configuration file
    Generate(GenerateAllArgs),
    /// Write a commented keystub.toml that has the default of every setting
    Init(InitArgs),
    /// Print the JSON Schema of keystub.toml
    Schema,
    /// List operations, their security requirements, and anything skipped
    Inspect(InspectArgs),
    /// Check the security of a document: access, schemes, servers
    Audit(AuditArgs),
    /// Compare two versions of a document: what breaks clients and servers, and what becomes weaker
    Changes(ChangesArgs),
    /// Write a reference of the API as HTML pages
    Docs(DocsArgs),
    /// Run a mock server that enforces the document's security
    #[cfg(feature = "net")]
    Mock(MockArgs),
    /// Call an operation of an API
    #[cfg(feature = "net")]
    Call(CallArgs),
    /// Write a document with OpenAPI overlays applied
    Overlay(OverlayCommandArgs),
    /// Write a document and the files that it refers to as one file
    Bundle(BundleArgs),
    /// List the templates of generated code, or write them to a folder
    Templates(TemplatesArgs),
    /// Print the dependencies of the generated code, as lines of Cargo.toml
    Deps(DepsArgs),
    /// Print the argon2id hash of a password read from standard input, as generated servers store it
    HashPassword(HashPasswordArgs),
    /// Print the SHA-256 hash of an API key read from standard input, as generated servers store it
    HashKey(HashKeyArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print a manual page
    Man(ManArgs),
}

/// Runs the command line.
///
/// The exit code is 0 for success, 1 for an error or an out-of-date folder, and 2 for invalid arguments.
pub fn run() -> ExitCode {
    match Cli::parse() {
        Cli { explain: Some(code), .. } => outcome::print(&explain::text(code)),
        Cli { command: Some(command), .. } => run_command(&command),
        // Without arguments, the help is printed before.
        Cli { explain: None, command: None } => ExitCode::from(2),
    }
}

fn run_command(command: &Command) -> ExitCode {
    let start = Instant::now();
    let (document, outcome) = match command {
        Command::Client(args) => (&args.document, args.run(TargetKind::ClientReqwest)),
        Command::Server(args) => (&args.document, args.run(TargetKind::ServerAxum)),
        Command::Inspect(args) => (&args.document, args.run()),
        Command::Docs(args) => (&args.document, args.run()),
        Command::Deps(args) => (&args.document, args.run()),
        Command::Generate(args) => return args.run(),
        Command::Templates(args) => return printed(args.run()),
        Command::Init(args) => return printed(args.run()),
        Command::Schema => return outcome::print(&crate::config::schema()),
        Command::Audit(args) => return args.run(),
        Command::Changes(args) => return args.run(),
        #[cfg(feature = "net")]
        Command::Mock(args) => return args.run(),
        #[cfg(feature = "net")]
        Command::Call(args) => return args.run(),
        Command::Overlay(args) => return rewritten(args.run(), start),
        Command::Bundle(args) => return rewritten(args.run(), start),
        Command::Completions(args) => return outcome::print(&args.run(Cli::command())),
        Command::Man(args) => return printed(args.run(Cli::command())),
        Command::HashPassword(args) => return printed(args.run()),
        Command::HashKey(args) => return printed(args.run()),
    };
    let outcome = outcome.unwrap_or_else(Outcome::failed);
    match document.format {
        OutputFormat::Text => outcome.print_text(document.repeated(), start.elapsed()),
        OutputFormat::Json => outcome.print(&json::text(&[&outcome])),
    }
}

fn rewritten(outcome: Result<Outcome, Error>, start: Instant) -> ExitCode {
    outcome.unwrap_or_else(Outcome::failed).print_text(Repeated::Grouped, start.elapsed())
}

/// Prints the line, or the reason for a failure.
fn printed(line: Result<String, String>) -> ExitCode {
    match line {
        Ok(line) => outcome::print(&line),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Cli, CommandFactory};
    use crate::config::{KEYS, Place};

    /// Flags about one run, which a configuration file does not set.
    const RUN: [&str; 7] = ["check", "config", "diff", "format", "help", "set", "verbose"];

    #[test]
    fn flags_of_generation_are_keys_and_all_keys_can_be_set() {
        let cli = Cli::command();
        for name in ["client", "server"] {
            let command = cli.find_subcommand(name).unwrap();
            let flags: BTreeSet<&str> = command.get_arguments().filter_map(|argument| argument.get_long()).collect();
            let keys: BTreeSet<&str> = KEYS.iter().map(|key| key.name).collect();
            let others: Vec<&&str> = flags.iter().filter(|flag| !keys.contains(*flag) && !RUN.contains(flag)).collect();
            assert!(others.is_empty(), "{others:?} are not keys");
            // `--set` sets the keys that may be at top level; `[[api]]` has a subcommand, an argument and a flag instead.
            assert!(flags.contains("set") && flags.contains("out"));
            let own: Vec<&str> = KEYS.iter().filter(|key| key.place == Place::Api).map(|key| key.name).collect();
            assert_eq!(own, ["spec", "kind", "out"]);
        }
    }
}
