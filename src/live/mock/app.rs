//! What the routes of a mock share.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use keystub_server_runtime as rt;

use rt::axum::response::Response;

use super::disturbance::Disturbance;
use super::guard::Guard;
use super::resource::{Ancestor, Resource};
use super::store::Store;
use crate::diag::escaped;
use crate::live::server::requests::Requests;
use crate::live::server::tables::Tables;
use crate::model::Api;
use crate::values::Values;

/// What the routes share.
pub(super) struct App {
    pub api: &'static Api,
    pub tables: Tables,
    pub requests: Requests,
    pub values: Values<'static>,
    /// The header fields of responses, by operation and response.
    pub headers: BTreeMap<(usize, usize), &'static [rt::Parameter]>,
    pub guard: Guard,
    pub resources: BTreeMap<usize, Resource>,
    pub ancestors: BTreeMap<usize, Vec<Ancestor>>,
    pub store: Arc<Store>,
    pub is_stateless: bool,
    pub disturbance: Disturbance,
    pub items: Arc<AtomicU64>,
    pub seed: u64,
    pub log: fn(&str),
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "App({})", self.api.title)
    }
}

impl App {
    /// The number of a new item.
    pub fn new_number(&self) -> u64 {
        1001 + self.items.fetch_add(1, Ordering::Relaxed)
    }

    /// Writes a line about a request; returns its response.
    pub fn logged(&self, request: &str, response: Response, reason: Option<&str>) -> Response {
        let reason = reason.map(|reason| format!("   {reason}")).unwrap_or_default();
        let line = format!("{}  {} {request}{reason}", time_of_day(), response.status().as_u16());
        (self.log)(&escaped(&line).to_string());
        response
    }
}

/// The time in UTC.
pub(super) fn time_of_day() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()) % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
