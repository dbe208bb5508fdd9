//! `hostile sweep` tries payloads at every text of fixtures/world/everything.yaml, on both sides. `hostile documents` writes
//! documents in which all free texts are payloads.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hostile::filled::document_of;
use hostile::payloads::PAYLOADS;
use hostile::sweep::{Extent, Report, run};

/// That of the program `keystub`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Generate malicious documents, and check the code that keystub generates from them
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Replace one text at a time by payloads, and check the files
    Sweep {
        /// Set the number of payloads for each text, each on one side [default: all payloads, on both sides]
        #[arg(long)]
        payloads: Option<usize>,
        /// Fail if a payload is generated at fewer places
        #[arg(long, default_value_t = 20)]
        places: usize,
    },
    /// Write documents in which all free texts are payloads: 0.json, 1.json, …
    Documents {
        /// Set the number of documents
        #[arg(long)]
        count: usize,
        /// The folder
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let faults = match Arguments::parse().work {
        Work::Sweep { payloads, places } => sweep(payloads.map_or(Extent::All, Extent::Some), places),
        Work::Documents { count, folder } => match write(count, &folder) {
            Ok(()) => Vec::new(),
            Err(error) => vec![format!("{}: {error}", folder.display())],
        },
    };
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn sweep(extent: Extent, least: usize) -> Vec<String> {
    let mut report = run(extent);
    let made: usize = report.made.values().sum();
    println!("{} places, {made} generated, {} rejected, {} faults", report.places, report.refused, report.faults.len());
    report.faults.extend(rare(&report, least));
    report.faults
}

/// The payloads that were generated at fewer places than this.
fn rare(report: &Report, least: usize) -> Vec<String> {
    let counts = PAYLOADS.iter().enumerate().map(|(at, payload)| (payload, report.made.get(&at).copied().unwrap_or(0)));
    let few = counts.filter(|(_, made)| *made < least);
    few.map(|(payload, made)| format!("{payload:?} was generated at only {made} places")).collect()
}

fn write(count: usize, folder: &std::path::Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::thread::scope(|scope| {
        let one = |turn: usize| std::fs::write(folder.join(format!("{turn}.json")), document_of(turn).to_string());
        let all: Vec<_> = (0..count).map(|turn| scope.spawn(move || one(turn))).collect();
        all.into_iter().try_for_each(|one| one.join().expect("keystub does not panic"))
    })
}
