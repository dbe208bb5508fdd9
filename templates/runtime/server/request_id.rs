//! Validates the request id (`X-Request-Id`), which comes from the client and is written to logs and responses.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};

/// The header.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The maximum length of an id in bytes.
const MAX_LENGTH: usize = 128;

/// Removes an id that is not 1 to 128 visible ASCII characters or is sent twice, so that a new one is generated.
pub async fn checked(mut request: Request) -> Request {
    let mut ids = request.headers().get_all(REQUEST_ID).iter();
    if !(ids.next().is_some_and(is_valid) && ids.next().is_none()) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

fn is_valid(id: &HeaderValue) -> bool {
    (1..=MAX_LENGTH).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}
