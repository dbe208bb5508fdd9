//! How a mock behaves.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::guard::Auth;

/// How the mock behaves.
#[derive(Debug, Clone)]
pub(crate) struct MockOptions {
    /// How strictly credentials are checked.
    pub auth: Auth,
    /// The seed of generated values and credentials.
    pub seed: u64,
    /// Whether nothing is remembered between requests.
    pub is_stateless: bool,
    /// How long responses take.
    pub latency: Option<RangeInclusive<Duration>>,
    /// The share of requests that fail with 503.
    pub fault: f64,
    /// How long access tokens are valid.
    pub lifetime: Duration,
    /// The origin of web pages that may call the mock; `*` for all.
    pub cors: Option<String>,
}
