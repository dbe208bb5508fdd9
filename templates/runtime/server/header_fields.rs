//! Header fields of an answer, from the types that the document gives them.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::json::Encode;
use super::operation::Parameter;
use super::parameter_write::{Wire, write};
use super::problem::Problem;

/// A body with the header fields of its answer. Where none is required, `body.into()` leaves all of them out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WithHeaders<T, H> {
    /// The body; `()` where the answer has none.
    pub body: T,
    /// The header fields. Those that frame the message (`Content-Length` and its like) are the server's own to write.
    pub headers: H,
}

impl<T, H> WithHeaders<T, H> {
    /// Both together.
    pub fn new(body: T, headers: H) -> Self {
        Self { body, headers }
    }
}

impl<T, H: Default> From<T> for WithHeaders<T, H> {
    fn from(body: T) -> Self {
        Self { body, headers: H::default() }
    }
}

/// An answer while its header fields are written.
#[derive(Debug)]
pub struct HeaderFields {
    response: Response,
    has_failed: bool,
}

impl HeaderFields {
    /// Those of this answer.
    pub fn of(response: Response) -> Self {
        Self { response, has_failed: false }
    }

    /// Writes a field.
    pub fn required(&mut self, field: &Parameter, value: &dyn Encode) {
        if is_framing(field.name) {
            return;
        }
        match text(field, value) {
            Some((name, value)) => drop(self.response.headers_mut().insert(name, value)),
            None => self.has_failed = true,
        }
    }

    /// Writes a field where there is a value.
    pub fn optional<T: Encode>(&mut self, field: &Parameter, value: &Option<T>) {
        if let Some(value) = value {
            self.required(field, value);
        }
    }

    /// The answer with its fields. Where one cannot be written it is a bare 500: the application's mistake, and nothing
    /// half written goes out.
    pub fn finish(self) -> Response {
        if self.has_failed { Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response() } else { self.response }
    }
}

fn text(field: &Parameter, value: &dyn Encode) -> Option<(HeaderName, HeaderValue)> {
    let Ok(Wire::Header(text)) = write(field, value) else { return None };
    Some((HeaderName::from_bytes(field.name.as_bytes()).ok()?, HeaderValue::from_str(&text).ok()?))
}

/// What says where the message ends must be true of it (RFC 9112, section 6).
fn is_framing(name: &str) -> bool {
    ["connection", "content-length", "transfer-encoding"].iter().any(|framing| name.eq_ignore_ascii_case(framing))
}
