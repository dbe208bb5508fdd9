//! Disturbances that a mock is asked for: latency and faults.

use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::time::Duration;

use aws_lc_rs::rand::fill;
use keystub_server_runtime::axum::http::StatusCode;
use keystub_server_runtime::axum::response::Response;

use super::problem::problem;
use crate::values::Seed;

/// What happens to requests.
#[derive(Debug, Default)]
pub(super) struct Disturbance {
    /// How long a response takes.
    latency: Option<RangeInclusive<Duration>>,
    /// The share of requests that fail, from 0 to 1.
    fault: f64,
    state: Mutex<Option<Seed>>,
}

impl Disturbance {
    /// With a seed, the same requests fail in each run.
    pub fn new(latency: Option<RangeInclusive<Duration>>, fault: f64, seed: Option<u64>) -> Self {
        Self { latency, fault, state: Mutex::new(seed.map(|seed| Seed::new(seed, "faults"))) }
    }

    /// Waits; the response of a request that fails.
    pub async fn apply(&self) -> Option<Response> {
        if let Some(latency) = &self.latency {
            let width = latency.end().saturating_sub(*latency.start());
            tokio::time::sleep(*latency.start() + width.mul_f64(self.share())).await;
        }
        let is_fault = self.fault > 0.0 && self.share() < self.fault;
        is_fault.then(|| problem(StatusCode::SERVICE_UNAVAILABLE, "a fault that `--fault` asks for"))
    }

    /// A number from 0 to 1.
    fn share(&self) -> f64 {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let number = match state.as_mut() {
            Some(seed) => seed.next(),
            None => {
                let mut bytes = [0; 8];
                fill(&mut bytes).expect("the system has random numbers");
                u64::from_ne_bytes(bytes)
            }
        };
        #[allow(clippy::cast_precision_loss)] // a share needs no more precision
        let share = (number >> 11) as f64 / (1u64 << 53) as f64;
        share
    }
}
