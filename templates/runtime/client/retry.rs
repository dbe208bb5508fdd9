//! Calls that are made again after a passing fault: off unless asked for, and only for methods that may be repeated
//! (RFC 9110, section 9.2.2).

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::RETRY_AFTER;
use reqwest::{Method, Response, StatusCode};

use super::credential::BoxFuture;

/// Waits for so long; tests bring one that does not.
pub type Wait = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Waits by the clock of the machine.
pub(super) fn wait() -> Wait {
    Arc::new(|time| Box::pin(tokio::time::sleep(time)))
}

/// How often a call is made again, and how long at most is waited before each time.
#[derive(Clone)]
pub struct Retries {
    most: u32,
    longest: Duration,
    wait: Wait,
}

impl fmt::Debug for Retries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retries").field("most", &self.most).field("longest", &self.longest).finish_non_exhaustive()
    }
}

impl From<u32> for Retries {
    fn from(most: u32) -> Self {
        Self::new(most)
    }
}

impl Retries {
    /// At most so many further attempts.
    ///
    /// Before each a random part of 0.5 s, 1 s, 2 s and so on is waited, or as long as `Retry-After` says
    /// (RFC 9110, section 10.2.3). Attempts follow a failed connection and the statuses 429, 502, 503 and 504, of GET,
    /// HEAD, OPTIONS, TRACE, PUT and DELETE only.
    pub fn new(most: u32) -> Self {
        Self { most, longest: Duration::from_secs(30), wait: wait() }
    }

    /// The longest wait; 30 s if this is not called. Where `Retry-After` says longer, the answer is given back as it is.
    #[must_use]
    pub fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Another way to wait.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Whether calls of this method are ever made again.
    pub(super) fn apply(&self, method: &Method) -> bool {
        self.most > 0 && method.is_idempotent()
    }

    /// Waits for the next attempt after this outcome of the attempt with this number, counted from 0; `false` where
    /// there is none.
    pub(super) async fn again(&self, attempt: u32, outcome: &Result<Response, reqwest::Error>) -> bool {
        if attempt >= self.most {
            return false;
        }
        let Some(time) = self.pause(attempt, outcome, SystemTime::now()) else { return false };
        (self.wait)(time).await;
        true
    }

    fn pause(&self, attempt: u32, outcome: &Result<Response, reqwest::Error>, now: SystemTime) -> Option<Duration> {
        let asked = match outcome {
            Ok(response) if is_passing(response.status()) => match response.headers().get(RETRY_AFTER) {
                Some(value) => value.to_str().ok().and_then(|text| retry_after(text, now)),
                None => None,
            },
            Err(error) if error.is_connect() || error.is_timeout() => None,
            Ok(_) | Err(_) => return None,
        };
        match asked {
            Some(asked) => (asked <= self.longest).then_some(asked),
            None => Some(jittered(backoff(attempt)).min(self.longest)),
        }
    }
}

fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// Seconds, or a date (RFC 9110, section 10.2.3); a date that is over asks for no wait.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

fn backoff(attempt: u32) -> Duration {
    Duration::from_millis(500).saturating_mul(1 << attempt.min(16))
}

/// A random part of this time, so that clients which failed together do not come back together. The hasher of the
/// standard library is seeded at random, which is random enough for this.
fn jittered(time: Duration) -> Duration {
    let random = RandomState::new().hash_one(0_u8) >> 32;
    time.mul_f64(random as f64 / f64::from(u32::MAX))
}
