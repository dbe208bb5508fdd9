//! The id of a request (`X-Request-Id`), which comes from outside and goes into logs and responses.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};

/// The header field.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is kept, in bytes.
const LONGEST: usize = 128;

/// Removes an id that is not 1 to 128 visible ASCII characters, and any that is sent twice, so that a new one is made.
pub async fn checked(mut request: Request) -> Request {
    let mut ids = request.headers().get_all(REQUEST_ID).iter();
    if !(ids.next().is_some_and(is_fit) && ids.next().is_none()) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

fn is_fit(id: &HeaderValue) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}
