//! Compilation of generated crates: rustc is called directly, with dependencies that were checked once.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::dependencies::{Dependencies, option};
use crate::documents::{Document, folder};
use crate::job::{Job, Outcome, Side};
use crate::{refused, workers};

/// Too large to compile; it is only generated.
const TOO_LARGE: &str = "microsoft.com/graph-beta";

/// The number of slowest crates in the report.
const SLOWEST: usize = 5;

/// The result of compiling a crate.
#[derive(Debug)]
pub struct Checked {
    /// The error messages, one line each.
    pub errors: Vec<String>,
    /// The warnings, one line each.
    pub warnings: Vec<String>,
    /// The time.
    pub time: Duration,
}

/// The results of a sample.
#[derive(Debug, Default)]
pub struct Report {
    /// The compiled crates, by document and side.
    pub crates: BTreeMap<(String, Side), Checked>,
    /// The documents that were not generated, with the reason.
    pub defects: Vec<String>,
    /// The time of the whole run.
    pub time: Duration,
}

/// A sample of the documents that are not listed as invalid, the same for the same seed; without a number, all of them.
pub fn sample(mut documents: Vec<Document>, number: Option<usize>, seed: u64) -> Vec<Document> {
    let broken = refused::listed();
    documents.retain(|document| document.name != TOO_LARGE && !broken.contains_key(document.name.as_str()));
    fastrand::Rng::with_seed(seed).shuffle(&mut documents);
    documents.truncate(number.unwrap_or(documents.len()));
    documents
}

/// Generates and compiles both sides of these documents, the longest first.
pub fn run(command: impl Fn() -> Command + Sync, mut documents: Vec<Document>) -> Report {
    let start = Instant::now();
    let crates = folder().join("crates");
    if crates.is_dir() {
        std::fs::remove_dir_all(&crates).unwrap();
    }
    documents.sort_by_key(|document| std::cmp::Reverse(document.bytes));
    let job = |document: &Document, side| {
        let mut job = Job { name: document.name.clone(), spec: document.path.clone(), side, out: None };
        job.out = Some(crates.join(job.folder()));
        job
    };
    let jobs = documents.iter().flat_map(|document| [Side::Client, Side::Server].map(|side| job(document, side)));
    let (mut report, mut made) = (Report::default(), Vec::new());
    workers::run(command, jobs.collect(), |job, result| match result.outcome {
        Outcome::Made => made.push(job),
        Outcome::Refused(codes) => {
            report.defects.push(format!("{} ({}) is rejected with {codes:?}", job.name, job.side))
        }
        Outcome::Defect(fault) => report.defects.push(format!("{} ({}): {fault}", job.name, job.side)),
    });
    report.crates = check(made);
    report.time = start.elapsed();
    report
}

fn check(made: Vec<Job>) -> BTreeMap<(String, Side), Checked> {
    let folder = |job: &Job| job.out.clone().expect("every job of a sample has an output folder");
    let manifest = |job| std::fs::read_to_string(folder(job).join("Cargo.toml")).expect("a crate has a manifest");
    let dependencies = Dependencies::of(&made.iter().map(manifest).collect::<Vec<_>>());
    let done = Mutex::new(BTreeMap::new());
    workers::on_all_cores(made, |job| {
        let checked = check_crate(&folder(&job), &job.package().replace('-', "_"), &dependencies);
        if checked.errors.is_empty() && checked.warnings.is_empty() {
            std::fs::remove_dir_all(folder(&job)).expect("this function wrote the crate");
        }
        done.lock().expect("nothing panics in the lock").insert((job.name, job.side), checked);
    });
    done.into_inner().expect("nothing panics in the lock")
}

/// Compiles the library of a crate, and the program if it is a server.
fn check_crate(folder: &Path, name: &str, dependencies: &Dependencies) -> Checked {
    let start = Instant::now();
    let metadata = folder.join("lib.rmeta");
    let mut library = rustc(folder, dependencies);
    library.args(["src/lib.rs", "--crate-type", "lib", "--crate-name", name, "-o"]).arg(&metadata);
    let mut said = stderr(library);
    if folder.join("src/main.rs").is_file() && metadata.is_file() {
        let mut program = rustc(folder, dependencies);
        program.args(["src/main.rs", "--crate-type", "bin", "-o"]).arg(folder.join("main.rmeta"));
        program.arg("--extern").arg(option(name, &metadata));
        said.push_str(&stderr(program));
    }
    let lines = |level: &str| {
        let is_of = |line: &&str| line.starts_with(level) || line.contains(&format!(": {level}"));
        said.lines().filter(is_of).map(str::to_owned).collect()
    };
    let mut errors: Vec<String> = lines("error");
    let warnings = lines("warning");
    if errors.is_empty() && !metadata.is_file() {
        errors.push(format!("rustc wrote no metadata: {said}"));
    }
    Checked { errors, warnings, time: start.elapsed() }
}

fn rustc(folder: &Path, dependencies: &Dependencies) -> Command {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.current_dir(folder).args(["--edition", "2024", "--emit", "metadata", "--error-format", "short"]);
    rustc.args(["--cfg", "feature=\"serde\"", "--check-cfg", "cfg(feature, values(\"serde\"))"]);
    dependencies.add_to(&mut rustc);
    rustc
}

fn stderr(mut command: Command) -> String {
    String::from_utf8_lossy(&command.output().expect("rustc starts").stderr).into_owned()
}

impl Report {
    /// All defects, errors and warnings.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.defects.clone();
        for ((name, side), checked) in &self.crates {
            let said = checked.errors.iter().chain(&checked.warnings).take(5);
            faults.extend(said.map(|line| format!("{name} ({side}): {line}")));
        }
        faults
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |side, is_it: fn(&Checked) -> bool| {
            self.crates.iter().filter(|((_, own), checked)| *own == side && is_it(checked)).count()
        };
        for side in [Side::Client, Side::Server] {
            let (all, failed) = (count(side, |_| true), count(side, |checked| !checked.errors.is_empty()));
            let warned = count(side, |checked| !checked.warnings.is_empty());
            writeln!(f, "{side}s checked {all}, with errors {failed}, with warnings {warned}")?;
        }
        let rustc: Duration = self.crates.values().map(|checked| checked.time).sum();
        writeln!(f, "time {:.1} s, of rustc {:.1} s", self.time.as_secs_f64(), rustc.as_secs_f64())?;
        let mut slowest: Vec<_> = self.crates.iter().collect();
        slowest.sort_by_key(|(_, checked)| std::cmp::Reverse(checked.time));
        for ((name, side), checked) in slowest.into_iter().take(SLOWEST) {
            writeln!(f, "  {name} ({side}): {:.1} s", checked.time.as_secs_f64())?;
        }
        Ok(())
    }
}
