//! Mounts operations in an axum router: one route per path shape. The operation of a path is found in a tree.

use std::collections::BTreeSet;
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
use super::refusal::{Refusal, Render, rendered};
use super::route_tree::RouteTree;
use super::template::route_path;

/// A boxed future.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// An operation and the code that serves it.
pub struct Route<S> {
    /// The data of the operation.
    pub operation: &'static Operation,
    /// Authenticates the call, reads it, calls the application and returns the response.
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

/// Creates a router for these operations.
pub fn mount<S: Send + Sync + 'static>(app: Arc<S>, routes: &[Route<S>]) -> Router {
    mount_with(app, |_, refusal| refusal.into_response(), routes)
}

/// As [`mount`]; the application renders the refusals of requests that match no operation.
pub fn mount_with<S: Send + Sync + 'static>(app: Arc<S>, render: Render<S>, routes: &[Route<S>]) -> Router {
    let paths: BTreeSet<String> = routes.iter().map(|route| route_path(route.operation)).collect();
    let tree = Arc::new(RouteTree::new(routes));
    let mut router = Router::new().without_v07_checks();
    for path in paths {
        let (app, tree) = (Arc::clone(&app), Arc::clone(&tree));
        let handler = move |request: Request| dispatch(Arc::clone(&app), render, Arc::clone(&tree), request);
        router = router.route(&path, any(handler));
    }
    router
}

/// Axum matches the path as it is spelled; the tree finds the operation in normalized form.
async fn dispatch<S>(app: Arc<S>, render: Render<S>, tree: Arc<RouteTree<S>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let query = parts.uri.query().unwrap_or_default();
    let (route, captures) = match tree.choose(&parts.method, parts.uri.path(), query) {
        Ok(chosen) => chosen,
        Err(failure) => return rendered(&*app, render, Refusal::new(None, failure)),
    };
    let is_guarded = matches!(route.operation.access, Access::Guarded { .. });
    let call = Call::new(route.operation, parts, body, captures);
    let mut response = (route.handle)(app, call).await;
    if is_guarded && !response.headers().contains_key(CACHE_CONTROL) {
        // A response for one caller must not be cached for another one (RFC 9111, section 3.5).
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_head {
        *response.body_mut() = Body::empty();
    }
    response
}

/// Runs the steps of an operation. A panic becomes a 500.
pub async fn respond(steps: impl Future<Output = Result<Response, Failure>>) -> Response {
    match AssertUnwindSafe(steps).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(failure)) => failure.into_response(),
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}
