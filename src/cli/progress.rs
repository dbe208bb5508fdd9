//! A line on a terminal while work takes long.

#[cfg(feature = "net")]
use std::sync::Arc;
#[cfg(feature = "net")]
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

#[cfg(feature = "net")]
use indicatif::HumanBytes;
use indicatif::{ProgressBar, ProgressDrawTarget};

/// How long work takes before the line appears.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the line changes.
const TICK: Duration = Duration::from_millis(100);

/// A line that appears after half a second, and disappears with this value.
pub(super) struct Progress {
    /// Dropped to end the thread.
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to wait. Nothing is shown if standard error is not a terminal.
    pub(super) fn start(message: String) -> Self {
        Self::showing(move |bar, waiting| {
            bar.set_message(message);
            bar.enable_steady_tick(TICK);
            let _ = waiting.recv();
        })
    }

    /// As [`Self::start`], for files of these lengths, of which so many bytes were sent.
    #[cfg(feature = "net")]
    pub(super) fn uploading(files: Vec<(u64, Arc<AtomicU64>)>) -> Self {
        if files.is_empty() {
            return Self { done: None, thread: None };
        }
        Self::showing(move |bar, waiting| {
            let total: u64 = files.iter().map(|(length, _)| length).sum();
            loop {
                let sent: u64 = files.iter().map(|(_, sent)| sent.load(Ordering::Relaxed)).sum();
                bar.set_message(format!("{} of {} sent", HumanBytes(sent), HumanBytes(total)));
                bar.tick();
                if waiting.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        })
    }

    fn showing(show: impl FnOnce(&ProgressBar, &Receiver<()>) + Send + 'static) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if bar.is_hidden() {
            return Self { done: None, thread: None };
        }
        let (done, waiting) = channel::<()>();
        let thread = std::thread::spawn(move || {
            if waiting.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                show(&bar, &waiting);
                bar.finish_and_clear();
            }
        });
        Self { done: Some(done), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done = None;
        // It only draws, so a panic in it does not matter.
        self.thread.take().map(JoinHandle::join);
    }
}
