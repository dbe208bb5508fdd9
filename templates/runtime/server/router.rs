//! Operations as an axum router: one route for each shape of path, the rest is told apart by templates and methods.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::FutureExt;

use super::call::Call;
use super::operation::{Access, Operation};
use super::problem::{Failure, Problem};
use super::template::{captures, route_path, weight};

/// A future on the heap.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// An operation and the code that serves it.
pub struct Route<S> {
    /// Its data.
    pub operation: &'static Operation,
    /// Authenticates, reads, calls the application and answers.
    pub handle: fn(Arc<S>, Call) -> BoxFuture<'static, Response>,
}

impl<S> Clone for Route<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Route<S> {}

impl<S> std::fmt::Debug for Route<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Route({})", self.operation.id)
    }
}

/// A router over the routes.
pub fn mount<S: Send + Sync + 'static>(app: Arc<S>, routes: &[Route<S>]) -> Router {
    let mut groups: BTreeMap<String, Vec<Route<S>>> = BTreeMap::new();
    for route in routes {
        groups.entry(route_path(route.operation)).or_default().push(*route);
    }
    let mut router = Router::new().without_v07_checks();
    for (path, mut group) in groups {
        group.sort_by_key(|route| std::cmp::Reverse(weight(route.operation)));
        let (app, group): (Arc<S>, Arc<[Route<S>]>) = (Arc::clone(&app), group.into());
        let handler = move |request: Request| dispatch(Arc::clone(&app), Arc::clone(&group), request);
        router = router.route(&path, any(handler));
    }
    router
}

async fn dispatch<S>(app: Arc<S>, group: Arc<[Route<S>]>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let (route, captures) = match choose(&group, &parts.method, parts.uri.path()) {
        Ok(chosen) => chosen,
        Err(failure) => return failure.into_response(),
    };
    let is_guarded = matches!(route.operation.access, Access::Guarded { .. });
    let call = Call::new(route.operation, parts, body, captures);
    let mut response = (route.handle)(app, call).await;
    if is_guarded && !response.headers().contains_key(CACHE_CONTROL) {
        // What one caller may see must not be kept for another (RFC 9111, section 3.5).
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_head {
        *response.body_mut() = Body::empty();
    }
    response
}

type Chosen<S> = (Route<S>, Vec<(usize, String)>);

/// The operation for a path and a method; HEAD is answered as GET where the document has no HEAD.
fn choose<S>(group: &[Route<S>], method: &Method, path: &str) -> Result<Chosen<S>, Failure> {
    let matched: Vec<Chosen<S>> =
        group.iter().filter_map(|route| captures(route.operation, path).map(|found| (*route, found))).collect();
    if matched.is_empty() {
        return Err(Failure::Path);
    }
    let of = |wanted: &str| matched.iter().position(|(route, _)| route.operation.method == wanted);
    let found = of(method.as_str()).or_else(|| if method == Method::HEAD { of("GET") } else { None });
    match found {
        Some(at) => matched.into_iter().nth(at).ok_or(Failure::Path),
        None => Err(Failure::Method(allow(&matched))),
    }
}

fn allow<S>(matched: &[Chosen<S>]) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for (route, _) in matched {
        let method = route.operation.method;
        let with_head = if method == "GET" { &["GET", "HEAD"][..] } else { &[method][..] };
        methods.extend(with_head.iter().filter(|method| !methods.contains(method)).copied().collect::<Vec<_>>());
    }
    methods.join(", ")
}

/// Runs the steps of an operation; a panic in any of them is answered with a bare 500.
pub async fn respond(steps: impl Future<Output = Result<Response, Failure>>) -> Response {
    match AssertUnwindSafe(steps).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(failure)) => failure.into_response(),
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}
