//! Retries requests on transient failures. Disabled by default, and used only for idempotent methods (RFC 9110, section
//! 9.2.2) and for operations that declare `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Request, StatusCode};

use super::credential::BoxFuture;
use super::error::Failure;
use super::operation::Operation;
use super::parameter::{Parameter, Place, Style};
use super::platform;
use super::retry_after::retry_after;
use super::service::Opened;

/// A function that waits for a duration. Tests can replace it by one that returns at once.
pub type Wait = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Waits with the timer of the platform.
pub(super) fn wait() -> Wait {
    Arc::new(|time| Box::pin(platform::sleep(time)))
}

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The number of retries and the maximum wait before each.
#[derive(Clone)]
pub struct Retries {
    most: u32,
    max_wait: Duration,
    wait: Wait,
    budget: Option<Budget>,
    /// Whether requests of every method are retried, because each has an id by which a repeated one is recognized.
    is_any_method: bool,
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
    /// and 504, and only the methods GET, HEAD, OPTIONS, TRACE, PUT and DELETE, and other methods of operations that declare
    /// the header `Idempotency-Key`.
    pub fn new(most: u32) -> Self {
        Self { most, max_wait: Duration::from_secs(30), wait: wait(), budget: None, is_any_method: false }
    }

    /// Sets the maximum wait before a retry. Default: 30 s. If `Retry-After` is longer, the response is returned without a retry.
    #[must_use]
    pub fn max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Limits the retries of all calls together, so that they do not multiply the load of a server that fails: this number,
    /// and one more for each ten calls that do not fail. Default: no limit.
    #[must_use]
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = Some(Budget::new(retries));
        self
    }

    /// Sets how to wait.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Retries requests of every method.
    #[must_use]
    #[allow(dead_code)] // only webhooks use it
    pub(super) fn any_method(mut self) -> Self {
        self.is_any_method = true;
        self
    }

    /// Whether the request is retried at all. If its method is not idempotent and the operation declares `Idempotency-Key`,
    /// the request gets a random key if the schema allows it, unless the user set one. All attempts have the same key.
    pub(super) fn apply(&self, operation: &Operation, request: &mut Request) -> bool {
        let is_idempotent = request.method().is_idempotent();
        let declared = operation.parameters.iter().find(|parameter| is_idempotency_key(parameter));
        let declared = declared.filter(|_| !is_idempotent);
        if declared.is_some_and(|parameter| parameter.is_made) {
            request.headers_mut().entry(IDEMPOTENCY_KEY).or_insert_with(random_key);
        }
        let has_key = declared.is_some() && request.headers().contains_key(IDEMPOTENCY_KEY);
        self.most > 0 && (is_idempotent || has_key || self.is_any_method)
    }

    /// Waits before the next attempt; `false` if there is none. `attempt` is the number of the finished attempt,
    /// counted from 0.
    pub(super) async fn again(&self, attempt: u32, outcome: &Result<Opened, Failure>) -> bool {
        if attempt >= self.most {
            return false;
        }
        let Some(time) = self.pause(attempt, outcome, platform::now()) else {
            if matches!(outcome, Ok(opened) if !is_transient(opened.status())) {
                self.budget.iter().for_each(Budget::deposit);
            }
            return false;
        };
        if self.budget.as_ref().is_some_and(|budget| !budget.withdraw()) {
            return false;
        }
        (self.wait)(time).await;
        true
    }

    fn pause(&self, attempt: u32, outcome: &Result<Opened, Failure>, now: SystemTime) -> Option<Duration> {
        let asked = match outcome {
            Ok(opened) if is_transient(opened.status()) => retry_after(opened.response.headers(), now),
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

/// The retries that are left to all calls of a client, in tenths.
#[derive(Clone)]
struct Budget {
    most: u32,
    left: Arc<AtomicU32>,
}

impl Budget {
    fn new(retries: u32) -> Self {
        let most = retries.saturating_mul(10);
        Self { most, left: Arc::new(AtomicU32::new(most)) }
    }

    fn withdraw(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(10)).is_ok()
    }

    fn deposit(&self) {
        let add = |left: u32| Some(left.saturating_add(1).min(self.most));
        // Never an error: `add` always has a value.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

/// Whether it is the header `Idempotency-Key` as plain text.
fn is_idempotency_key(parameter: &Parameter) -> bool {
    let is_plain = parameter.place == Place::Header && parameter.style == Style::Simple;
    is_plain && parameter.name.eq_ignore_ascii_case(IDEMPOTENCY_KEY.as_str())
}

/// A version 4 UUID (RFC 9562, section 5.4). It need not be secret, only different from those of other calls.
pub(super) fn random_key() -> HeaderValue {
    let random = platform::random();
    let high = random[0] & 0xffff_ffff_ffff_0fff | 0x4000;
    let low = random[1] & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xffff);
    let (d, e) = (low >> 48, low & 0xffff_ffff_ffff);
    HeaderValue::from_str(&format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")).expect("hexadecimal digits are visible")
}

fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

fn backoff(attempt: u32) -> Duration {
    Duration::from_millis(500).saturating_mul(1 << attempt.min(16))
}

/// A random part of this duration, so that clients that failed together do not retry together.
pub(super) fn jittered(time: Duration) -> Duration {
    let random = platform::random()[0] >> 32;
    time.mul_f64(random as f64 / f64::from(u32::MAX))
}
