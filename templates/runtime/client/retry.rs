//! Retries requests on transient failures. Disabled by default, and used only for idempotent methods (RFC 9110, section
//! 9.2.2).

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::RETRY_AFTER;
use reqwest::{Method, Response, StatusCode};

use super::credential::BoxFuture;
use super::error::Failure;

/// A function that waits for a duration. Tests can replace it by one that returns at once.
pub type Wait = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Waits with tokio's timer.
pub(super) fn wait() -> Wait {
    Arc::new(|time| Box::pin(tokio::time::sleep(time)))
}

/// The number of retries and the maximum wait before each.
#[derive(Clone)]
pub struct Retries {
    most: u32,
    max_wait: Duration,
    wait: Wait,
}

impl fmt::Debug for Retries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retries").field("most", &self.most).field("max_wait", &self.max_wait).finish_non_exhaustive()
    }
}

impl From<u32> for Retries {
    fn from(most: u32) -> Self {
        Self::new(most)
    }
}

impl Retries {
    /// Allows this number of retries.
    ///
    /// Before each retry the client waits for a random part of 0.5 s, 1 s, 2 s and so on, or as long as `Retry-After`
    /// says (RFC 9110, section 10.2.3). It retries after a failed connection, a timeout, and the statuses 429, 502, 503
    /// and 504, and only the methods GET, HEAD, OPTIONS, TRACE, PUT and DELETE.
    pub fn new(most: u32) -> Self {
        Self { most, max_wait: Duration::from_secs(30), wait: wait() }
    }

    /// Sets the maximum wait before a retry. Default: 30 s. If `Retry-After` is longer, the response is returned without a retry.
    #[must_use]
    pub fn max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Sets how to wait.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Whether requests with this method are retried at all.
    pub(super) fn apply(&self, method: &Method) -> bool {
        self.most > 0 && method.is_idempotent()
    }

    /// Waits before the next attempt; `false` if there is none. `attempt` is the number of the finished attempt,
    /// counted from 0.
    pub(super) async fn again(&self, attempt: u32, outcome: &Result<Response, Failure>) -> bool {
        if attempt >= self.most {
            return false;
        }
        let Some(time) = self.pause(attempt, outcome, SystemTime::now()) else { return false };
        (self.wait)(time).await;
        true
    }

    fn pause(&self, attempt: u32, outcome: &Result<Response, Failure>, now: SystemTime) -> Option<Duration> {
        let asked = match outcome {
            Ok(response) if is_transient(response.status()) => match response.headers().get(RETRY_AFTER) {
                Some(value) => value.to_str().ok().and_then(|text| retry_after(text, now)),
                None => None,
            },
            Err(Failure::Transport(error)) if error.is_connect() || error.is_timeout() => None,
            Err(Failure::Timeout) => None,
            Ok(_) | Err(_) => return None,
        };
        match asked {
            Some(asked) => (asked <= self.max_wait).then_some(asked),
            None => Some(jittered(backoff(attempt)).min(self.max_wait)),
        }
    }
}

fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// Seconds or a date (RFC 9110, section 10.2.3). A date in the past means no wait.
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

/// A random part of this duration, so that clients that failed together do not retry together. `RandomState` is seeded
/// randomly, which suffices for this.
fn jittered(time: Duration) -> Duration {
    let random = RandomState::new().hash_one(0_u8) >> 32;
    time.mul_f64(random as f64 / f64::from(u32::MAX))
}
