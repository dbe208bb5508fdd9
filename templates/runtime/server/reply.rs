//! Answers of the document.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::json::{Encode, to_vec};
use super::problem::Problem;

/// A JSON body.
pub fn json(status: u16, body: &dyn Encode) -> Response {
    json_as(status, "application/json", body)
}

/// A JSON body under another media type.
pub fn json_as(status: u16, media_type: &str, body: &dyn Encode) -> Response {
    match to_vec(body) {
        Ok(json) => bytes(status, media_type, json.into()),
        // A number that is not finite has no JSON: the application's mistake, and nothing half written goes out.
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}

/// A body of text.
pub fn text(status: u16, media_type: &str, body: String) -> Response {
    bytes(status, media_type, body.into())
}

/// A body of bytes, or of a stream of them.
pub fn bytes(status: u16, media_type: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    if let Ok(media_type) = HeaderValue::from_str(media_type) {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    with_status(response, status)
}

/// No body.
pub fn empty(status: u16) -> Response {
    with_status(Response::new(Body::empty()), status)
}

fn with_status(mut response: Response, status: u16) -> Response {
    match StatusCode::from_u16(status) {
        Ok(status) => {
            *response.status_mut() = status;
            response
        }
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}
