//! `keystub mock --check`: calls every operation of a mock with generated values and with the credentials of each alternative.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::net::TcpListener;

use super::call::Caller;
use super::mock::{Auth, Mock, MockOptions};
use super::test::check::Selection;
use super::test::{AccountSource, JwtKeys, Limits, TestOptions, TestReport, run};
use crate::model::Api;
use crate::model::operation::{Operation, Segment};
use crate::model::security::Access;

/// The checks of the responses.
const CHECKS: [&str; 5] =
    ["status-documented", "media-type-documented", "header-documented", "body-conforms", "no-5xx"];

/// How long a check may take.
pub(crate) const BUDGET: Duration = Duration::from_secs(3600);

/// The limits of a check. The mock is in this process.
const LIMITS: Limits =
    Limits { requests: usize::MAX, rate: u32::MAX, budget: BUDGET, timeout: Duration::from_secs(60) };

/// The result of a check.
#[derive(Debug)]
pub(crate) struct Checked {
    pub api: &'static Api,
    /// The result of the calls.
    pub report: TestReport,
    /// The operations that no request reaches, each with the one that has the same method and path.
    pub unserved: Vec<(usize, usize)>,
}

/// Starts a mock, calls it, and stops it.
///
/// # Errors
///
/// If the mock cannot listen on the loopback interface.
pub(crate) fn check(api: &Api, document: serde_json::Value, options: &MockOptions) -> Result<Checked, String> {
    let failed = |error: std::io::Error| format!("the mock does not start: {error}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(failed)?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).map_err(failed)?;
    let origin = format!("http://{}", listener.local_addr().map_err(failed)?);
    let options = MockOptions { auth: Auth::Strict, latency: None, fault: 0.0, is_stateless: true, ..options.clone() };
    let mock = Mock::new(api.clone(), document, &origin, &options, |_| {})?;
    runtime.spawn(keystub_server_runtime::serve::serve(listener, mock.router(), std::future::pending()));
    let caller = Caller::new(api.clone(), &origin);
    let variables = vec![None; api.schemes.len()];
    let mut report = run(&caller, &variables, &test_options(&origin, options.seed, mock.credentials()))?;
    let unserved = unserved(caller.api);
    let is_served = |at: usize| !unserved.iter().any(|(own, _)| *own == at);
    report.coverage.retain(|coverage| is_served(coverage.operation));
    report.findings.retain(|finding| is_served(finding.operation));
    Ok(Checked { api: caller.api, report, unserved })
}

/// The operations that no request reaches: of those with the same method and path, a server serves the one with the
/// strictest access, or else the first.
fn unserved(api: &Api) -> Vec<(usize, usize)> {
    let mut groups: BTreeMap<(String, String, String), Vec<usize>> = BTreeMap::new();
    for (at, operation) in api.operations.iter().enumerate() {
        groups.entry(target(operation)).or_default().push(at);
    }
    let mut all: Vec<(usize, usize)> = Vec::new();
    for group in groups.values() {
        let Some(served) = group.iter().min_by_key(|at| openness(&api.operations[**at].access)) else { continue };
        all.extend(group.iter().filter(|at| *at != served).map(|at| (*at, *served)));
    }
    all.sort_unstable();
    all
}

fn openness(access: &Access) -> u8 {
    match access {
        Access::Guarded { or_anonymous: false, .. } => 0,
        Access::Guarded { or_anonymous: true, .. } => 1,
        Access::Open => 2,
    }
}

/// The method, the path without the names of its parameters, and the fixed query.
fn target(operation: &Operation) -> (String, String, String) {
    let segments = operation.path.segments.iter().map(|segment| match segment {
        Segment::Text(text) => text.as_str(),
        Segment::Parameter(_) => "{}",
    });
    (operation.method.as_str().to_owned(), segments.collect(), operation.path.query.text())
}

fn test_options(origin: &str, seed: u64, credentials: Vec<(usize, String)>) -> TestOptions {
    TestOptions {
        server: origin.to_owned(),
        allowed_hosts: Vec::new(),
        is_unsafe: true,
        has_optional: true,
        parameters: Vec::new(),
        selection: Selection::new(&CHECKS.map(str::to_owned), &[]),
        limits: LIMITS,
        too_large: None,
        seed,
        main: AccountSource::known(credentials),
        other: None,
        roles: Vec::new(),
        keys: JwtKeys::default(),
    }
}
