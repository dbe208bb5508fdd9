//! Responses that the document declares.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::json::{Encode, to_vec};
use super::problem::Problem;

/// A response with a JSON body.
pub fn json(status: u16, body: &dyn Encode) -> Response {
    json_as(status, "application/json", body)
}

/// A response with a JSON body and this media type.
pub fn json_as(status: u16, media_type: &str, body: &dyn Encode) -> Response {
    match to_vec(body) {
        Ok(json) => bytes(status, media_type, json.into()),
        // NaN and infinity cannot be encoded, which is a bug of the application; no partial response is sent.
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}

/// A response with a text body.
pub fn text(status: u16, media_type: &str, body: String) -> Response {
    bytes(status, media_type, body.into())
}

/// A response with a body of bytes or a stream.
pub fn bytes(status: u16, media_type: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    if let Ok(media_type) = HeaderValue::from_str(media_type) {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    with_status(response, status)
}

/// A response without a body.
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
