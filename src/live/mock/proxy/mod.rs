//! `keystub mock --proxy`: forwards requests to a real server, and compares both with the document.
//!
//! Bodies pass as streams. They are checked when they have passed, in the copy of a bounded size.

mod copy;
mod difference;
mod exchange;
mod fields;
mod forward;
mod judge;
mod report;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use keystub_client_runtime as client;
use keystub_server_runtime as rt;

use client::core::CoreBuilder;
use client::reqwest::Url;
use rt::axum::Router;
use rt::axum::extract::Request;
use rt::call::Call;
use rt::problem::Problem;
use rt::route_tree::RouteTree;
use rt::router::Route;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, channel};

use super::app::time_of_day;
use super::cors;
use super::disturbance::Disturbance;
use super::guard::{Auth, Guard};
use super::issuer::Issuer;
use super::options::MockOptions;
use crate::diag::escaped;
use crate::live::bound_credential::bound_schemes;
use crate::live::server::requests::Requests;
use crate::live::server::tables::Tables;
use crate::live::test::hosts::is_loopback;
use crate::model::Api;
use crate::values::{Strictness, Values};
use copy::Budget;
pub(crate) use difference::{Difference, Target};
use exchange::{Exchange, Outcome};
use forward::{Exchanges, Forwarder};
use judge::{Judge, Judged};
pub(crate) use report::ProxyReport;

/// The `User-Agent` of requests that have none.
const AGENT: &str = concat!("keystub/", env!("CARGO_PKG_VERSION"));

/// How many exchanges may wait for their checks.
const WAITING: usize = 1024;

/// How long connections are kept. Servers close theirs after a few seconds, and a request on such a connection fails.
const IDLE: Duration = Duration::from_secs(2);

/// Longer than any response.
const NO_LIMIT: Duration = Duration::from_secs(366 * 86_400);

/// The server to which requests are forwarded.
#[derive(Debug, Clone)]
pub(crate) struct RealServer {
    /// Its URL, with the path that the paths of the document follow.
    pub url: String,
    /// Whether it may be an http server on another machine.
    pub is_insecure: bool,
    /// How long it may take for the head of a response, and for the next part of a body.
    pub timeout: Duration,
}

/// A proxy in front of a server. Its tables live as long as the process.
pub(crate) struct Proxy {
    api: &'static Api,
    forwarder: Forwarder,
    judge: Judge,
    waiting: Receiver<Exchange>,
    disturbance: Disturbance,
    cors: Option<String>,
    log: fn(&str),
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({})", self.forwarder.base)
    }
}

impl Proxy {
    /// A proxy of the server of a document.
    ///
    /// # Errors
    ///
    /// If its URL is not valid, or is http on another machine without permission.
    pub fn new(api: Api, server: &RealServer, options: &MockOptions, log: fn(&str)) -> Result<Self, String> {
        let base = Url::parse(&server.url).map_err(|_| "--proxy is not an absolute URL".to_owned())?;
        if base.scheme() == "http" && !is_loopback(&base) && !server.is_insecure {
            return Err("--proxy needs https, because credentials are forwarded; `--insecure` allows http".to_owned());
        }
        if let Some(scheme) = bound_schemes(&api).first() {
            return Err(format!(
                "`--proxy` does not work with `{scheme}` in `dpop`: a proof names the URL of the request, and the server \
                 refuses those for the URL of the proxy"
            ));
        }
        let api: &'static Api = Box::leak(Box::new(api));
        let tables = Tables::new(api);
        let mut builder = CoreBuilder::new(&[], &server.url, AGENT);
        builder.timeout(NO_LIMIT);
        builder.response_timeout(server.timeout);
        builder.configure(|http| http.pool_idle_timeout(IDLE));
        let core = builder.build().map_err(|error| format!("--proxy: {error}"))?;
        let (sender, waiting) = channel(WAITING);
        let exchanges = Exchanges { waiting: sender, skipped: Arc::new(AtomicU64::new(0)) };
        let forwarder =
            Forwarder { core, base: base.clone(), timeout: server.timeout, budget: Budget::default(), exchanges };
        // All credentials in the syntax of their scheme pass this guard, so its issuer is not asked.
        let issuer = Arc::new(Issuer::new("http://localhost", Vec::new(), options.lifetime, options.seed));
        let routes: Vec<Route<()>> =
            tables.operations.iter().map(|operation| Route { operation, handle: never }).collect();
        let judge = Judge {
            api,
            requests: Requests::new(api, tables),
            guard: Guard::new(api, tables, &issuer, Auth::Any, options.seed)?,
            values: Values::new(api, options.seed).with_strictness(Strictness::AsRead),
            tree: RouteTree::new(&routes),
            base,
        };
        let seed = (options.seed != 0).then_some(options.seed);
        let disturbance = Disturbance::new(options.latency.clone(), options.fault, seed);
        Ok(Self { api, forwarder, judge, waiting, disturbance, cors: options.cors.clone(), log })
    }

    /// The document.
    pub fn api(&self) -> &'static Api {
        self.api
    }

    /// Serves the connections of the listener until `stop` completes.
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) -> ProxyReport {
        let Self { forwarder, judge, mut waiting, disturbance, cors, log, .. } = self;
        let skipped = Arc::clone(&forwarder.exchanges.skipped);
        let judging = tokio::spawn(async move {
            let mut report = ProxyReport::default();
            while let Some(exchange) = waiting.recv().await {
                // A defect in a check must not end the other ones.
                let judged = AssertUnwindSafe(judge.judge(&exchange)).catch_unwind().await;
                let judged = judged.unwrap_or_else(|_| Judged::unchecked("the check has failed unexpectedly"));
                lines(&exchange, &judged).iter().for_each(|line| log(&escaped(line)));
                report.add(judged);
            }
            report
        });
        let shared = Arc::new((forwarder, disturbance));
        let router = Router::new().fallback(move |request: Request| {
            let shared = Arc::clone(&shared);
            async move {
                let (forwarder, disturbance) = &*shared;
                match disturbance.apply().await {
                    Some(fault) => fault,
                    None => forwarder.forward(request).await,
                }
            }
        });
        let router = match &cors {
            Some(origin) => cors::wrap(router, origin),
            None => router,
        };
        rt::serve::serve(listener, router, stop).await;
        // The router is dropped, so no exchange follows.
        let mut report = judging.await.unwrap_or_default();
        report.unchecked += skipped.load(Ordering::Relaxed);
        report
    }
}

/// The tree of routes only finds operations; their requests are forwarded.
fn never(_: Arc<()>, _: Call) -> rt::router::Steps {
    Box::pin(async { Ok(rt::axum::response::IntoResponse::into_response(Problem::not_implemented())) })
}

/// The lines of the log about an exchange.
fn lines(exchange: &Exchange, judged: &Judged) -> Vec<String> {
    let status = match &exchange.outcome {
        Outcome::Response { status, .. } | Outcome::None { status, .. } => status.as_u16(),
    };
    let mut first = format!("{}  {status} {} {}", time_of_day(), exchange.head.method, exchange.head.uri.path());
    if judged.operation.is_none() {
        first.push_str("   not in the document");
    }
    if let Some(reason) = &judged.invalid {
        first.push_str(&format!("   the request is not as documented: {reason}"));
    }
    if let Some(reason) = judged.unchecked {
        first.push_str(&format!("   not checked: {reason}"));
    }
    let difference = |own: &Difference| format!("          {}: expected {}, got {}", own.name(), own.expected, own.got);
    std::iter::once(first).chain(judged.differences.iter().map(difference)).collect()
}
