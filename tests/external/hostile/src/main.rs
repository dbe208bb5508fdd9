//! Tries every payload at every text of fixtures/world/everything.yaml, on both sides.

use std::process::ExitCode;

use hostile::sweep::{Extent, run};

fn main() -> ExitCode {
    let report = run(Extent::All);
    for fault in &report.faults {
        eprintln!("{fault}");
    }
    let made: usize = report.made.values().sum();
    println!("{} places, {made} generated, {} rejected, {} faults", report.places, report.refused, report.faults.len());
    if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
