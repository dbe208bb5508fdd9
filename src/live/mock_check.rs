//! `keystub mock --check`: calls every operation of a mock with generated values and with the credentials of each alternative.

use std::time::Duration;

use tokio::net::TcpListener;

use super::call::Caller;
use super::mock::{Auth, Mock, MockOptions};
use super::test::check::Selection;
use super::test::{AccountSource, JwtKeys, Limits, TestOptions, TestReport, run};
use crate::model::Api;

/// The checks of the responses.
const CHECKS: [&str; 5] =
    ["status-documented", "media-type-documented", "header-documented", "body-conforms", "no-5xx"];

/// How long a check may take.
pub(crate) const BUDGET: Duration = Duration::from_secs(3600);

/// The limits of a check. The mock is in this process.
const LIMITS: Limits =
    Limits { requests: usize::MAX, rate: u32::MAX, budget: BUDGET, timeout: Duration::from_secs(60) };

/// Starts a mock, calls it, and stops it.
///
/// # Errors
///
/// If the mock cannot listen on the loopback interface.
pub(crate) fn check(
    api: &Api,
    document: serde_json::Value,
    options: &MockOptions,
) -> Result<(&'static Api, TestReport), String> {
    let failed = |error: std::io::Error| format!("the mock does not start: {error}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(failed)?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).map_err(failed)?;
    let origin = format!("http://{}", listener.local_addr().map_err(failed)?);
    let options = MockOptions { auth: Auth::Strict, latency: None, fault: 0.0, is_stateless: true, ..options.clone() };
    let mock = Mock::new(api.clone(), document, &origin, &options, |_| {});
    runtime.spawn(keystub_server_runtime::serve::serve(listener, mock.router(), std::future::pending()));
    let caller = Caller::new(api.clone(), &origin);
    let variables = vec![None; api.schemes.len()];
    let report = run(&caller, &variables, &test_options(&origin, options.seed, mock.credentials()))?;
    Ok((caller.api, report))
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
