//! Refusals: responses to requests that do not reach the application, which it may render itself.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::json::{Encode, to_vec};
use super::operation::Operation;
use super::problem::{Failure, Problem};
use super::request_parts::ResponseHeaders;

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

/// An operation as one application serves it.
pub struct Served<S> {
    /// The operation.
    pub operation: &'static Operation,
    /// The application.
    pub app: Arc<S>,
    /// The application's function that renders refusals.
    pub render: Render<S>,
}

impl<S> fmt::Debug for Served<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Served({})", self.operation.id)
    }
}

/// Runs the steps of an operation. The header fields that the application adds belong to its own responses; a failure is
/// rendered by the application, and a panic becomes a 500.
pub async fn respond<S>(
    served: Served<S>,
    headers: ResponseHeaders,
    steps: impl Future<Output = Result<Response, Failure>>,
) -> Response {
    match AssertUnwindSafe(steps).catch_unwind().await {
        Ok(Ok(response)) => headers.onto(response),
        Ok(Err(failure)) => rendered(&*served.app, served.render, Refusal::new(Some(served.operation), failure)),
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
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
