//! Writes the response headers that the document declares.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::json::Encode;
use super::parameter::Parameter;
use super::parameter_write::{Wire, write};
use super::problem::Problem;

/// A response body with its headers. If no header is required, `body.into()` sets none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WithHeaders<T, H> {
    /// The body; `()` if the response has none.
    pub body: T,
    /// The headers. Headers that frame the message, such as `Content-Length`, are ignored: the server writes them.
    pub headers: H,
}

impl<T, H> WithHeaders<T, H> {
    /// Combines a body and its headers.
    pub fn new(body: T, headers: H) -> Self {
        Self { body, headers }
    }
}

impl<T, H: Default> From<T> for WithHeaders<T, H> {
    fn from(body: T) -> Self {
        Self { body, headers: H::default() }
    }
}

/// A response to which headers are added.
#[derive(Debug)]
pub struct HeaderFields {
    response: Response,
    has_failed: bool,
}

impl HeaderFields {
    /// Starts with a response without the declared headers.
    pub fn of(response: Response) -> Self {
        Self { response, has_failed: false }
    }

    /// Writes a required header.
    pub fn required(&mut self, field: &Parameter, value: &dyn Encode) {
        if is_framing(field.name) {
            return;
        }
        match text(field, value) {
            Ok((name, value)) => drop(self.response.headers_mut().insert(name, value)),
            Err(reason) => {
                tracing::error!(header = field.name, "a response header cannot be sent: {reason}");
                self.has_failed = true;
            }
        }
    }

    /// Writes an optional header, if it has a value.
    pub fn optional<T: Encode>(&mut self, field: &Parameter, value: &Option<T>) {
        if let Some(value) = value {
            self.required(field, value);
        }
    }

    /// Returns the response with its headers. If one of them could not be encoded, which is a bug of the application,
    /// returns a 500 instead: no partial response is sent.
    pub fn finish(self) -> Response {
        if self.has_failed { Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response() } else { self.response }
    }
}

fn text(field: &Parameter, value: &dyn Encode) -> Result<(HeaderName, HeaderValue), &'static str> {
    let Wire::Header(text) = write(field, value).map_err(|error| error.reason)? else {
        return Err("its parameter is not a header");
    };
    let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| "invalid header name")?;
    Ok((name, HeaderValue::from_str(&text).map_err(|_| "invalid header value")?))
}

/// Headers that frame the message must match the actual body (RFC 9112, section 6).
fn is_framing(name: &str) -> bool {
    ["connection", "content-length", "transfer-encoding"].iter().any(|framing| name.eq_ignore_ascii_case(framing))
}
