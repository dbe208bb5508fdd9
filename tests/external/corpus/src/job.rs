//! A job, run in this process: generates one side of one document and checks all files.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, Instant};

use keystub::{Error, Generator, Output};

use crate::{parse, routes};

/// Which crate is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// A client.
    Client,
    /// A server.
    Server,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

impl FromStr for Side {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "client" => Ok(Self::Client),
            "server" => Ok(Self::Server),
            _ => Err(format!("unknown side `{text}`; expected `client` or `server`")),
        }
    }
}

/// One side of one document.
#[derive(Debug, Clone)]
pub struct Job {
    /// The name of the document.
    pub name: String,
    /// Its file.
    pub spec: PathBuf,
    /// The side.
    pub side: Side,
    /// The output folder. Without it, no files are written.
    pub out: Option<PathBuf>,
}

impl Job {
    /// The name of its folder.
    pub fn folder(&self) -> String {
        let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        format!("{}-{}", self.name.chars().map(word).collect::<String>(), self.side)
    }

    /// The name of its crate: the end of the folder's name, because the name of a crate has at most 64 characters.
    pub fn package(&self) -> String {
        let folder = self.folder();
        let end = &folder[folder.len().saturating_sub(56)..];
        // Two dashes would become two underscores in the crate name, for which rustc has a warning.
        let words: Vec<&str> = end.split('-').filter(|word| !word.is_empty()).collect();
        format!("api-{}", words.join("-"))
    }
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The crate was generated: every file parses, and the router of a server can be built.
    Made,
    /// The document was rejected with these codes.
    Refused(BTreeSet<String>),
    /// keystub has a bug: a file does not parse, or it panicked or aborted.
    Defect(String),
}

/// The outcome of a job, with its time and memory.
#[derive(Debug, Clone)]
pub struct Result {
    /// The outcome.
    pub outcome: Outcome,
    /// The number of operations in the router of a server.
    pub operations: usize,
    /// The time of generation.
    pub time: Duration,
    /// The peak memory of generation in KiB; 0 if the system does not report it.
    pub peak: u64,
}

/// Runs a job.
pub fn run(job: &Job) -> Result {
    let start = Instant::now();
    let generator = match job.side {
        Side::Client => Generator::client(&job.spec),
        Side::Server => Generator::server(&job.spec),
    };
    let made = catch_unwind(AssertUnwindSafe(|| generator.name(job.package()).generate()));
    let (time, peak) = (start.elapsed(), peak());
    let (outcome, operations) = match made {
        Ok(Ok(output)) => match check(&output, job) {
            Ok(operations) => (Outcome::Made, operations),
            Err(fault) => (Outcome::Defect(fault), 0),
        },
        Ok(Err(Error::Document(refusal))) => (Outcome::Refused(codes(&refusal.to_string())), 0),
        Ok(Err(error)) => (Outcome::Defect(error.to_string()), 0),
        Err(panic) => (Outcome::Defect(format!("panic: {}", message(panic.as_ref()))), 0),
    };
    Result { outcome, operations, time, peak }
}

/// Checks the generated files, and writes them if the job has a folder. Returns the number of operations.
fn check(output: &Output, job: &Job) -> std::result::Result<usize, String> {
    parse::files(output)?;
    let operations = match job.side {
        Side::Client => 0,
        Side::Server => {
            let router = catch_unwind(AssertUnwindSafe(|| routes::mount(output)));
            router.map_err(|panic| format!("the router panics: {}", message(panic.as_ref())))??
        }
    };
    if let Some(out) = &job.out {
        output.file_set().write(out).map_err(|error| error.to_string())?;
    }
    Ok(operations)
}

/// The codes of printed diagnostics.
fn codes(listing: &str) -> BTreeSet<String> {
    let code = |line: &str| Some(line.strip_prefix("error[")?.split_once(']')?.0.to_owned());
    listing.lines().filter_map(code).collect()
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

/// The peak memory of this process.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
