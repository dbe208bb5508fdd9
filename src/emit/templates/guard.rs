//! Runs a template of the user, whose time and memory are bounded. Steps are counted by the engine, but a step may take long:
//! comparing two lists, each of which has another one twice, and so on, takes exponential time.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a template may take. Real ones take milliseconds.
const LONGEST: Duration = Duration::from_secs(10);

/// By how many bytes memory may grow while a template is rendered.
const MOST_MEMORY: u64 = 512 << 20;

/// How often memory is measured.
const PAUSE: Duration = Duration::from_millis(5);

/// The stack, for values that are nested as deep as the longest template can write them.
const STACK: usize = 256 << 20;

/// Runs `render` on another thread.
///
/// # Errors
///
/// If it takes too long or too much memory. The thread cannot be stopped: it ends with the process, so a program that
/// continues should not try the template again.
pub fn guarded<T: Send + 'static>(render: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    let (sender, receiver) = channel();
    let (start, memory) = (Instant::now(), resident());
    let work = move || drop(sender.send(render()));
    let thread = thread::Builder::new().stack_size(STACK).spawn(work);
    let thread = thread.map_err(|error| format!("cannot start a thread for the template: {error}"))?;
    loop {
        match receiver.recv_timeout(PAUSE) {
            Ok(done) => return Ok(done),
            Err(RecvTimeoutError::Disconnected) => {
                let panic = thread.join().expect_err("a thread that sends nothing panics");
                std::panic::resume_unwind(panic);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if start.elapsed() > LONGEST {
            return Err(format!("it takes longer than {} seconds", LONGEST.as_secs()));
        }
        if resident().zip(memory).is_some_and(|(now, before)| now > before + MOST_MEMORY) {
            return Err(format!("it takes more than {} MiB of memory", MOST_MEMORY >> 20));
        }
    }
}

/// The memory of this process in bytes, where the system has the file. Elsewhere only steps and time bound the memory.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::{MOST_MEMORY, guarded, resident};

    #[test]
    fn work_that_needs_much_memory_is_abandoned() {
        assert_eq!(guarded(|| 1), Ok(1));
        if resident().is_some() {
            let work = || {
                let pieces = usize::try_from(MOST_MEMORY >> 20).expect("a small number") + 256;
                let held: Vec<Vec<u8>> =
                    (0..pieces).map(|at| vec![u8::try_from(at % 255).expect("small") + 1; 1 << 20]).collect();
                std::thread::park();
                held.len()
            };
            assert_eq!(guarded(work), Err("it takes more than 512 MiB of memory".to_owned()));
        }
    }
}
