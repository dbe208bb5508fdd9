//! Responses that the document does not describe.

use keystub_server_runtime::axum::http::StatusCode;
use keystub_server_runtime::axum::response::{IntoResponse, Response};
use keystub_server_runtime::problem::Problem;

/// A problem document (RFC 9457) with this detail.
pub(super) fn problem(status: StatusCode, detail: impl Into<String>) -> Response {
    Problem::new(status).detail(detail).into_response()
}
