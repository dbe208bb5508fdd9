//! Cross-origin requests of web pages (Fetch, section 3.2), if they are allowed.

use std::sync::Arc;

use keystub_server_runtime as rt;

use rt::axum::Router;
use rt::axum::body::Body;
use rt::axum::extract::Request;
use rt::axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use rt::axum::http::{HeaderValue, Method, StatusCode};
use rt::axum::middleware::{Next, from_fn};
use rt::axum::response::Response;

/// Allows pages of this origin, or of all for `*`, to call the service. Cookies are never allowed.
pub(super) fn wrap(router: Router, origin: &str) -> Router {
    let allowed: Arc<str> = origin.into();
    router.layer(from_fn(move |request: Request, next: Next| respond(Arc::clone(&allowed), request, next)))
}

async fn respond(allowed: Arc<str>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let is_allowed = origin.is_some_and(|origin| &*allowed == "*" || origin == *allowed);
    let Some(value) = HeaderValue::from_str(&allowed).ok().filter(|_| is_allowed) else {
        return next.run(request).await;
    };
    let wanted_headers = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let wanted_method = request.headers().get(ACCESS_CONTROL_REQUEST_METHOD).cloned();
    let mut response = match wanted_method.filter(|_| request.method() == Method::OPTIONS) {
        None => next.run(request).await,
        Some(method) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_METHODS, method);
            wanted_headers.map(|names| response.headers_mut().insert(ACCESS_CONTROL_ALLOW_HEADERS, names));
            response
        }
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
    response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response
}
