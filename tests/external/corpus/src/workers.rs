//! Runs each job in a separate process, one for each core at a time: an abort ends one job only, and memory is measured
//! for each job. The process takes the job as arguments and prints the result as one line of tab-separated fields.

use std::num::NonZero;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use crate::job::{self, Job, Outcome, Result};

/// The time limit of a job.
const TIME_LIMIT: Duration = Duration::from_secs(600);

/// Runs the jobs, each in a process that `command` creates, and calls `done` with each result.
pub fn run(command: impl Fn() -> Command + Sync, jobs: Vec<Job>, done: impl FnMut(Job, Result) + Send) {
    let done = Mutex::new(done);
    on_all_cores(jobs, |job| {
        let result = run_in_process(command(), &job);
        (done.lock().expect("nothing panics in the lock"))(job, result);
    });
}

/// Calls `work` for each item, in this order, on one thread for each core.
pub fn on_all_cores<T: Send>(all: Vec<T>, work: impl Fn(T) + Sync) {
    let queue = Mutex::new(all.into_iter());
    let take = || queue.lock().expect("nothing panics in the lock").next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| {
                while let Some(one) = take() {
                    work(one);
                }
            });
        }
    });
}

fn run_in_process(mut command: Command, job: &Job) -> Result {
    command.args([&job.name, &job.side.to_string()]).arg(&job.spec).args(&job.out);
    let output = command.output().expect("a process can be started");
    let line = String::from_utf8_lossy(&output.stdout);
    read(line.trim_end_matches('\n')).unwrap_or_else(|| {
        let outcome = Outcome::Defect(format!("the process ended: {}", output.status));
        Result { outcome, operations: 0, time: Duration::ZERO, peak: 0 }
    })
}

/// Runs one job in this process and prints its result.
pub fn work(name: String, side: job::Side, spec: PathBuf, out: Option<PathBuf>) {
    std::panic::set_hook(Box::new(|_| ()));
    std::thread::spawn(|| {
        std::thread::sleep(TIME_LIMIT);
        std::process::exit(124);
    });
    println!("{}", written(&job::run(&Job { name, spec, side, out })));
}

fn written(result: &Result) -> String {
    let (word, detail) = match &result.outcome {
        Outcome::Made => ("made", String::new()),
        Outcome::Refused(codes) => ("refused", codes.iter().cloned().collect::<Vec<_>>().join(" ")),
        Outcome::Defect(fault) => ("defect", fault.replace(['\n', '\t'], " ")),
    };
    format!("{word}\t{detail}\t{}\t{}\t{}", result.operations, result.time.as_millis(), result.peak)
}

fn read(line: &str) -> Option<Result> {
    let mut fields = line.split('\t');
    let (word, detail) = (fields.next()?, fields.next()?);
    let outcome = match word {
        "made" => Outcome::Made,
        "refused" => Outcome::Refused(detail.split_whitespace().map(str::to_owned).collect()),
        "defect" => Outcome::Defect(detail.to_owned()),
        _ => return None,
    };
    let mut number = || fields.next()?.parse::<u64>().ok();
    let (operations, time, peak) = (number()?, Duration::from_millis(number()?), number()?);
    Some(Result { outcome, operations: usize::try_from(operations).ok()?, time, peak })
}
