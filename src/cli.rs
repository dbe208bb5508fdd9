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
mod lock;
mod lock_path;
#[cfg(feature = "net")]
mod mock;
mod outcome;
mod paint;
mod progress;
#[cfg_attr(not(feature = "net"), path = "cli/no_remote.rs")]
mod remote_args;
mod rewrite;
mod shell;
mod templates;
#[cfg(feature = "net")]
mod test;
mod versions;
mod watch;
mod write_args;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::diag::Code;
use crate::emit::TargetKind;
use crate::error::Error;
use audit::AuditArgs;
#[cfg(feature = "net")]
use call::CallArgs;
use changes::ChangesArgs;
use deps::DepsArgs;
use docs::DocsArgs;
use document_args::{DocumentArgs, OutputFormat};
use generate::{GenerateArgs, ServerArgs};
use generate_all::GenerateAllArgs;
use hash::{HashKeyArgs, HashPasswordArgs};
use init::InitArgs;
use inspect::InspectArgs;
use lock::LockArgs;
#[cfg(feature = "net")]
use mock::MockArgs;
use outcome::{Detail, Outcome};
use progress::Progress;
use rewrite::{BundleArgs, OverlayCommandArgs};
use shell::{CompletionsArgs, ManArgs};
use templates::TemplatesArgs;
#[cfg(feature = "net")]
use test::TestArgs;

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
    Server(ServerArgs),
    /// Generate every API of a configuration file, or the files of a pack
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
    /// Check whether a server does what its document says, above all about security
    #[cfg(feature = "net")]
    Test(TestArgs),
    /// Write a document with OpenAPI overlays applied
    Overlay(OverlayCommandArgs),
    /// Write a document and the files that it refers to as one file
    Bundle(BundleArgs),
    /// Write the names of operations and types and the hashes of remote files to keystub.lock, so that they stay
    Lock(LockArgs),
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
    run_cli(Cli::parse())
}

/// Runs the command line as `cargo keystub`: cargo passes the name of its command as the first argument.
pub fn run_for_cargo() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.get(1).is_some_and(|first| first == "keystub") {
        arguments.remove(1);
    }
    let command = Cli::command().bin_name("cargo keystub");
    let matches = command.get_matches_from(arguments);
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => run_cli(cli),
        Err(error) => error.exit(),
    }
}

fn run_cli(cli: Cli) -> ExitCode {
    match cli {
        Cli { explain: Some(code), .. } => outcome::print(&explain::text(code)),
        Cli { command: Some(command), .. } => run_command(&command),
        // Without arguments, the help is printed before.
        Cli { explain: None, command: None } => ExitCode::from(2),
    }
}

/// Generates once, or again and again if there are folders to watch besides the document, which may be none.
fn generated(
    document: &DocumentArgs,
    folders: Option<Vec<PathBuf>>,
    run: impl Fn() -> Result<Outcome, Error>,
) -> ExitCode {
    let Some(folders) = folders else { return once(document, run).0 };
    match document.watched() {
        Ok(files) => watch::watch(&[files, folders].concat(), || once(document, &run).1),
        Err(error) => Outcome::failed(error).print_text(document.detail(), Duration::ZERO),
    }
}

/// Generates, and returns the files that were read.
fn once(document: &DocumentArgs, run: impl Fn() -> Result<Outcome, Error>) -> (ExitCode, Vec<PathBuf>) {
    let start = Instant::now();
    let outcome = waiting(document, run);
    let inputs = outcome.inputs.clone();
    (finish(&outcome, document, start), inputs)
}

/// Runs a command with a line on the terminal if it takes long.
fn waiting(document: &DocumentArgs, run: impl FnOnce() -> Result<Outcome, Error>) -> Outcome {
    let progress = document.starts_progress().then(|| Progress::start(format!("reading {}", document.shown_spec())));
    let outcome = run().unwrap_or_else(Outcome::failed);
    drop(progress);
    outcome
}

fn finish(outcome: &Outcome, document: &DocumentArgs, start: Instant) -> ExitCode {
    match document.format {
        OutputFormat::Text => outcome.print_text(document.detail(), start.elapsed()),
        OutputFormat::Json => outcome.print(&json::text(&[outcome])),
    }
}

fn run_command(command: &Command) -> ExitCode {
    let start = Instant::now();
    let (document, outcome) = match command {
        Command::Client(args) => {
            return generated(&args.document, args.watched(), || args.run(TargetKind::ClientReqwest));
        }
        Command::Server(args) => return generated(&args.generate.document, args.generate.watched(), || args.run()),
        Command::Inspect(args) => (&args.document, waiting(&args.document, || args.run())),
        Command::Docs(args) => (&args.document, waiting(&args.document, || args.run())),
        Command::Lock(args) => (&args.document, waiting(&args.document, || args.run())),
        Command::Deps(args) => (&args.document, waiting(&args.document, || args.run())),
        Command::Generate(args) if args.has_pack() => {
            return generated(&args.document, args.watched(), || args.run_pack());
        }
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
        #[cfg(feature = "net")]
        Command::Test(args) => return args.run(),
        Command::Overlay(args) => return rewritten(args.run(), start),
        Command::Bundle(args) => return rewritten(args.run(), start),
        Command::Completions(args) => return outcome::print(&args.run(Cli::command())),
        Command::Man(args) => return printed(args.run(Cli::command())),
        Command::HashPassword(args) => return printed(args.run()),
        Command::HashKey(args) => return printed(args.run()),
    };
    finish(&outcome, document, start)
}

fn rewritten(outcome: Result<Outcome, Error>, start: Instant) -> ExitCode {
    outcome.unwrap_or_else(Outcome::failed).print_text(Detail::Grouped, start.elapsed())
}

/// Prints the line, or the reason for a failure.
fn printed(line: Result<String, String>) -> ExitCode {
    match line {
        Ok(line) => outcome::print(&line),
        Err(error) => {
            paint::print(&format!("error: {error}\n"));
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
    const RUN: [&str; 12] = [
        "check",
        "config",
        "diff",
        "fetch-timeout",
        "format",
        "header",
        "help",
        "insecure",
        "quiet",
        "set",
        "verbose",
        "watch",
    ];

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
            assert_eq!(own, ["spec", "kind", "pack", "out"]);
        }
    }
}
