//! Refusals: responses to requests that do not reach the application, which it may render itself.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::json::{Encode, to_vec};
use super::operation::Operation;
use super::problem::{Failure, Problem};

/// A request that is refused before the application handles it: 400, 401, 403, 404, 405, 406, 413, 415, 429, 500 or 503. As a
/// response it is a problem document (RFC 9457).
pub struct Refusal {
    operation: Option<&'static Operation>,
    detail: Option<String>,
    response: Response,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("status", &self.status()).field("operation", &self.operation_id()).finish()
    }
}

impl Refusal {
    /// The refusal of a request to this operation; `None` if the request matches no operation.
    pub fn new(operation: Option<&'static Operation>, failure: Failure) -> Self {
        let detail = match &failure {
            Failure::Unreadable(error) => Some(error.to_string()),
            _ => None,
        };
        Self { operation, detail, response: failure.into_response() }
    }

    /// The `operationId` of the operation; `None` if the request matches no operation.
    pub fn operation_id(&self) -> Option<&'static str> {
        self.operation.map(|operation| operation.id)
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The reason phrase of the status.
    pub fn title(&self) -> &'static str {
        self.status().canonical_reason().unwrap_or("Problem")
    }

    /// What is invalid in a request that cannot be read: 400.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The response with this JSON body, which has the error schema of the document.
    pub fn json(self, body: &impl Encode) -> Response {
        self.json_as("application/json", body)
    }

    /// As [`Self::json`], with this media type.
    pub fn json_as(self, media_type: &str, body: &impl Encode) -> Response {
        match to_vec(body) {
            Ok(body) => self.with_body(media_type, body),
            Err(_) => self.response,
        }
    }

    /// The response with this body and media type.
    pub fn with_body(self, media_type: &str, body: impl Into<Body>) -> Response {
        let Ok(media_type) = HeaderValue::from_str(media_type) else { return self.response };
        let mut response = self.response;
        *response.body_mut() = body.into();
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.response
    }
}

/// The function of an application that renders refusals.
pub type Render<S> = fn(&S, Refusal) -> Response;

/// The steps of an operation: they authenticate the call, read it, and call the application.
pub type Steps = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send>>;

/// A call that an application serves. A failure of its steps is rendered by the application, and a panic becomes a 500.
pub struct Served<S> {
    operation: &'static Operation,
    app: Arc<S>,
    render: Render<S>,
    /// `None` when they have ended.
    steps: Option<Steps>,
}

impl<S> fmt::Debug for Served<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Served({})", self.operation.id)
    }
}

impl<S> Served<S> {
    /// A call of this operation.
    pub(super) fn new(operation: &'static Operation, app: Arc<S>, render: Render<S>, steps: Steps) -> Self {
        Self { operation, app, render, steps: Some(steps) }
    }
}

impl<S> Future for Served<S> {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let Some(steps) = &mut self.steps else { return Poll::Pending };
        let result = match catch_unwind(AssertUnwindSafe(|| steps.as_mut().poll(context))) {
            Ok(polled) => Some(ready!(polled)),
            Err(_) => None,
        };
        // The steps hold the request; what they drop may panic as well.
        let steps = self.steps.take();
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(steps)));
        Poll::Ready(match (result, dropped) {
            (Some(Ok(response)), Ok(())) => response,
            (Some(Err(failure)), Ok(())) => {
                rendered(&*self.app, self.render, Refusal::new(Some(self.operation), failure))
            }
            (None, _) | (_, Err(_)) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
        })
    }
}

/// The refusal as the application renders it. It stays an error, and keeps its challenges and other header fields.
pub fn rendered<S>(app: &S, render: Render<S>, refusal: Refusal) -> Response {
    let (status, mut headers) = (refusal.status(), refusal.response.headers().clone());
    headers.remove(CONTENT_TYPE);
    match catch_unwind(AssertUnwindSafe(|| render(app, refusal))) {
        Ok(response) => completed(response, status, headers),
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}

fn completed(mut response: Response, status: StatusCode, headers: HeaderMap) -> Response {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        *response.status_mut() = status;
    }
    for name in headers.keys() {
        if !response.headers().contains_key(name) {
            for value in headers.get_all(name) {
                response.headers_mut().append(name, value.clone());
            }
        }
    }
    response
}
