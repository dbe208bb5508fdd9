//! How many calls each caller may make in a minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// Counts the calls of each caller. With several servers, the counts would be in a database.
#[derive(Debug)]
pub struct Quota {
    most: u32,
    current: Mutex<Window>,
}

#[derive(Debug)]
struct Window {
    start: Instant,
    /// The calls by caller. Only authenticated callers are counted, so there are not more of them than users and keys.
    counts: HashMap<String, u32>,
}

impl Quota {
    /// Allows this many calls a minute to each caller.
    pub fn new(most: u32) -> Self {
        Self { most, current: Mutex::new(Window { start: Instant::now(), counts: HashMap::new() }) }
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// If the caller has no calls left: the time until it has.
    pub fn take(&self, caller: &str) -> Result<(), Duration> {
        let mut window = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if window.start.elapsed() >= MINUTE {
            *window = Window { start: Instant::now(), counts: HashMap::new() };
        }
        let left = MINUTE.saturating_sub(window.start.elapsed());
        let count = window.counts.entry(caller.to_owned()).or_default();
        if *count >= self.most {
            return Err(left);
        }
        *count += 1;
        Ok(())
    }
}
