//! Mounts operations in an axum router: one route per path shape. The operation of a path is found in a tree.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use super::call::Call;
use super::operation::{Access, Operation};
pub use super::refusal::Steps;
use super::refusal::{Refusal, Render, Served, rendered};
use super::route_tree::RouteTree;
use super::template::route_path;

/// A boxed future.
pub type BoxFuture<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;

/// An operation and the code that serves it.
pub struct Route<S> {
    /// The data of the operation.
    pub operation: &'static Operation,
    /// Returns the steps of a call.
    pub handle: fn(Arc<S>, Call) -> Steps,
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

/// As [`mount`]; the application renders the refusals.
pub fn mount_with<S: Send + Sync + 'static>(app: Arc<S>, render: Render<S>, routes: &[Route<S>]) -> Router {
    let paths: BTreeSet<String> = routes.iter().map(|route| route_path(route.operation)).collect();
    let mounted = Mounted(Arc::new(Api { app, render, tree: RouteTree::new(routes) }));
    let mut router = Router::new().without_v07_checks();
    for path in paths {
        router = router.route(&path, any(mounted.clone()));
    }
    router
}

/// The operations of an application.
struct Api<S> {
    app: Arc<S>,
    render: Render<S>,
    tree: RouteTree<S>,
}

/// Handles the requests of all paths. Axum matches the path as it is spelled; the tree finds the operation in normalized form.
/// Axum also removes the body of a response to HEAD, and sends its length (RFC 9110, section 8.6).
struct Mounted<S>(Arc<Api<S>>);

impl<S> Clone for Mounted<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Send + Sync + 'static> Handler<(), ()> for Mounted<S> {
    type Future = Responding<S>;

    fn call(self, request: Request, (): ()) -> Responding<S> {
        let Api { app, render, tree } = &*self.0;
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let (route, captures) = match tree.choose(&parts.method, parts.uri.path(), query) {
            Ok(chosen) => chosen,
            Err(failure) => return Responding::Refused(Some(rendered(&**app, *render, Refusal::new(None, failure)))),
        };
        let is_guarded = matches!(route.operation.access, Access::Guarded { .. });
        let call = Call::new(route.operation, parts, body, captures);
        let steps = (route.handle)(Arc::clone(app), call);
        let served = Served::new(route.operation, Arc::clone(app), *render, steps);
        Responding::Served { served, is_guarded }
    }
}

/// The response to a request.
enum Responding<S> {
    Refused(Option<Response>),
    Served { served: Served<S>, is_guarded: bool },
}

impl<S> Future for Responding<S> {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let (mut response, is_guarded) = match &mut *self {
            Self::Refused(response) => match response.take() {
                Some(response) => return Poll::Ready(response),
                None => return Poll::Pending,
            },
            Self::Served { served, is_guarded } => (ready!(Pin::new(served).poll(context)), *is_guarded),
        };
        if is_guarded && !response.headers().contains_key(CACHE_CONTROL) {
            // A response for one caller must not be cached for another one (RFC 9111, section 3.5).
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Poll::Ready(response)
    }
}
