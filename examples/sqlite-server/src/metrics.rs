//! The number and the duration of calls, by operation and status, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::api::CallEnd;

/// The calls that have ended. There is one entry for each operation and status, whatever clients send.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<BTreeMap<(&'static str, u16), Series>>);

#[derive(Debug, Default)]
struct Series {
    count: u64,
    time: Duration,
}

impl Metrics {
    /// Counts a call.
    pub fn observe(&self, call: &CallEnd) {
        // 499: the client closed the connection before the response.
        let status = call.status.map_or(499, |status| status.as_u16());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let series = all.entry((call.operation_id, status)).or_default();
        series.count += 1;
        series.time += call.duration;
    }

    /// All counts and durations.
    pub fn text(&self) -> String {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = "# TYPE notes_call_seconds summary\n".to_owned();
        for ((operation, status), Series { count, time }) in &*all {
            let labels = format!("{{operation=\"{operation}\",status=\"{status}\"}}");
            // Writing to a string does not fail.
            let _ = writeln!(text, "notes_call_seconds_count{labels} {count}");
            let _ = writeln!(text, "notes_call_seconds_sum{labels} {}", time.as_secs_f64());
        }
        text
    }
}
