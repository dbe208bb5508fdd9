//! Generates both sides of every document and reports the results.

use std::collections::BTreeMap;
use std::fmt;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::documents::Document;
use crate::job::{Job, Outcome, Result, Side};
use crate::{refused, workers};

/// The number of slowest documents in the report.
const SLOWEST: usize = 5;

/// Which sides are generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Client and server of each document.
    Both,
    /// One side of each document: of the first the client, of the second the server, and so on.
    InTurn,
}

/// The results of all documents.
#[derive(Debug, Default)]
pub struct Report {
    /// The results by document and side.
    pub results: BTreeMap<(String, Side), Result>,
    /// The time of the whole run.
    pub time: Duration,
}

/// Generates these documents in processes that `command` starts, the longest first.
pub fn run(command: impl Fn() -> Command + Sync, mut documents: Vec<Document>, sides: Sides) -> Report {
    documents.sort_by_key(|document| std::cmp::Reverse(document.bytes));
    let job =
        |document: &Document, side| Job { name: document.name.clone(), spec: document.path.clone(), side, out: None };
    let both = [Side::Client, Side::Server];
    let of = |at: usize| if sides == Sides::Both { &both[..] } else { &both[at % 2..=at % 2] };
    let jobs = documents.iter().enumerate().flat_map(|(at, document)| of(at).iter().map(|side| job(document, *side)));
    let start = Instant::now();
    let mut report = Report::default();
    workers::run(command, jobs.collect(), |job, result| {
        report.results.insert((job.name, job.side), result);
    });
    report.time = start.elapsed();
    report
}

impl Report {
    /// All defects, all rejections that are not in the list or have other codes there, and rows of the list that are no
    /// longer needed.
    pub fn faults(&self) -> Vec<String> {
        let listed = refused::listed();
        let fault =
            |((name, side), result): (&(String, Side), &Result)| match (&result.outcome, listed.get(name.as_str())) {
                (Outcome::Made, None) => None,
                (Outcome::Refused(codes), Some(expected)) if codes == expected => None,
                (Outcome::Made, Some(_)) => Some(format!("{name} ({side}) is no longer rejected")),
                (Outcome::Refused(codes), _) => Some(format!("{name} ({side}) is rejected with {codes:?}")),
                (Outcome::Defect(fault), _) => Some(format!("{name} ({side}): {fault}")),
            };
        self.results.iter().filter_map(fault).collect()
    }

    fn count(&self, is_it: impl Fn(&Outcome) -> bool) -> usize {
        self.results.values().filter(|result| is_it(&result.outcome)).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let made = self.count(|outcome| *outcome == Outcome::Made);
        let defects = self.count(|outcome| matches!(outcome, Outcome::Defect(_)));
        writeln!(f, "generated {made} of {} crates, defects {defects}", self.results.len())?;
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for result in self.results.values() {
            if let Outcome::Refused(all) = &result.outcome {
                all.iter().for_each(|code| *codes.entry(code).or_default() += 1);
            }
        }
        for (code, count) in codes {
            writeln!(f, "rejected with {code}: {count}")?;
        }
        let operations: usize = self.results.values().map(|result| result.operations).sum();
        let peak = self.results.values().map(|result| result.peak).max().unwrap_or_default();
        writeln!(
            f,
            "operations {operations}, time {:.1} s, peak memory of a process {} MiB",
            self.time.as_secs_f64(),
            peak >> 10
        )?;
        let mut slowest: Vec<_> = self.results.iter().collect();
        slowest.sort_by_key(|(_, result)| std::cmp::Reverse(result.time));
        for ((name, side), result) in slowest.into_iter().take(SLOWEST) {
            let (time, operations, peak) = (result.time.as_secs_f64(), result.operations, result.peak >> 10);
            writeln!(f, "  {name} ({side}): {time:.1} s, {peak} MiB, {operations} operations")?;
        }
        Ok(())
    }
}
