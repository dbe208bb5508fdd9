//! Sends requests, one at a time, within the limits of a run.

use std::time::{Duration, Instant};

use super::proofs::Proofs;
use super::received::received;
use crate::live::causes::with_causes;
use keystub_client_runtime::core::Core;
use keystub_client_runtime::dynamic::RawResponse;
use keystub_client_runtime::reqwest::{Request, header::RETRY_AFTER};

/// The limits of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many requests are sent.
    pub requests: usize,
    /// How many of them in a second.
    pub rate: u32,
    /// How long the whole run takes.
    pub budget: Duration,
    /// How long one request takes.
    pub timeout: Duration,
}

/// Sends requests and counts them.
#[derive(Debug)]
pub(super) struct Sender {
    limits: Limits,
    start: Instant,
    last: Option<Instant>,
    pub sent: usize,
    /// Failures one after another: a server that does not respond is not asked for every check.
    failures: usize,
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoResponse {
    /// The limits of the run are reached.
    Limit,
    /// The server does not respond, or responds with what is not HTTP.
    Failed(String),
}

/// After how many failures in a row no request is sent any more.
const MOST_FAILURES: usize = 5;

/// How often a request is repeated because of Retry-After.
const REPEATS: usize = 2;

impl Sender {
    pub fn new(limits: Limits) -> Self {
        Self { limits, start: Instant::now(), last: None, sent: 0, failures: 0 }
    }

    /// Sends a request. If the response is 429 or 503 with Retry-After, waits and sends it again.
    /// With `proofs`, a proof of a key is replaced by a new one each time, and once more if the server requires its nonce.
    pub async fn send(
        &mut self,
        core: &Core,
        request: &Request,
        proofs: Option<&Proofs>,
    ) -> Result<RawResponse, NoResponse> {
        let (mut repeats, mut has_nonce) = (0, false);
        loop {
            let response = self.once(core, request, proofs).await?;
            if !has_nonce && proofs.is_some_and(|proofs| proofs.requires_nonce(request, &response)) {
                has_nonce = true;
                continue;
            }
            let wait = retry_after(&response).filter(|wait| {
                let end = self.start.elapsed().checked_add(*wait);
                end.is_some_and(|end| end < self.limits.budget)
            });
            match wait {
                Some(wait) if repeats < REPEATS => tokio::time::sleep(wait).await,
                _ => return Ok(response),
            }
            repeats += 1;
        }
    }

    /// Whether sending has stopped because the server did not respond to several requests in a row.
    pub fn has_given_up(&self) -> bool {
        self.failures >= MOST_FAILURES
    }

    /// Sends one more request; if the server responds, others follow.
    pub fn try_again(&mut self) {
        self.failures = MOST_FAILURES - 1;
    }

    async fn once(
        &mut self,
        core: &Core,
        request: &Request,
        proofs: Option<&Proofs>,
    ) -> Result<RawResponse, NoResponse> {
        if self.sent >= self.limits.requests || self.start.elapsed() >= self.limits.budget {
            return Err(NoResponse::Limit);
        }
        if self.has_given_up() {
            return Err(NoResponse::Failed("the server did not respond to previous requests".to_owned()));
        }
        let interval = Duration::from_secs(1) / self.limits.rate.max(1);
        if let Some(wait) = self.last.and_then(|last| interval.checked_sub(last.elapsed())) {
            tokio::time::sleep(wait).await;
        }
        self.last = Some(Instant::now());
        self.sent += 1;
        let mut request = request.try_clone().ok_or_else(|| NoResponse::Failed("the body is a stream".to_owned()))?;
        if let Some(proofs) = proofs {
            proofs.renew(&mut request);
        }
        // The timeout of the client ends with the response; this one also ends a body that never does.
        match tokio::time::timeout(self.limits.timeout, received(core, request)).await {
            Ok(Ok(response)) => {
                self.failures = 0;
                Ok(response)
            }
            Ok(Err(error)) => self.failed(with_causes(&error)),
            Err(_) => self.failed(format!("no whole response within {} s", self.limits.timeout.as_secs())),
        }
    }

    fn failed(&mut self, message: String) -> Result<RawResponse, NoResponse> {
        self.failures += 1;
        Err(NoResponse::Failed(message))
    }
}

/// The time of Retry-After in seconds (RFC 9110, section 10.2.3).
fn retry_after(response: &RawResponse) -> Option<Duration> {
    let is_overloaded = matches!(response.status.as_u16(), 429 | 503);
    let text = response.headers.get(RETRY_AFTER).filter(|_| is_overloaded)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}
