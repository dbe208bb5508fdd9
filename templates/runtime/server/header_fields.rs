//! Writes the response headers that the document declares.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::json::{Encode, Value, parse, to_vec};
use super::parameter::{Parameter, Shape, Style};
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

    /// Writes a required header. A list is one line, separated by commas, except that of `Set-Cookie`: a line for each
    /// item.
    pub fn required(&mut self, field: &Parameter, value: &dyn Encode) {
        if is_framing(field.name) {
            return;
        }
        match lines(field, value) {
            Ok((name, values)) => {
                let headers = self.response.headers_mut();
                headers.remove(&name);
                for value in values {
                    headers.append(&name, value);
                }
            }
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

/// The lines of a header.
fn lines(field: &Parameter, value: &dyn Encode) -> Result<(HeaderName, Vec<HeaderValue>), &'static str> {
    let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| "invalid header name")?;
    // The lines of `Set-Cookie` cannot be joined, because a line may contain commas (RFC 6265, section 3).
    if name == SET_COOKIE && field.shape == Shape::Array && field.style == Style::Simple {
        let json = to_vec(value).map_err(|_| "a number is not finite")?;
        if let Value::Array(items) = parse(&json).map_err(|_| "the value is nested too deep")? {
            let item = Parameter { shape: Shape::Scalar, or_scalar: false, ..*field };
            return Ok((name, items.iter().map(|value| line(&item, value)).collect::<Result<_, _>>()?));
        }
    }
    Ok((name, vec![line(field, value)?]))
}

fn line(field: &Parameter, value: &dyn Encode) -> Result<HeaderValue, &'static str> {
    let Wire::Header(text) = write(field, value).map_err(|error| error.reason)? else {
        return Err("its parameter is not a header");
    };
    HeaderValue::from_str(&text).map_err(|_| "invalid header value")
}

/// Headers that frame the message must match the actual body (RFC 9112, section 6).
fn is_framing(name: &str) -> bool {
    ["connection", "content-length", "transfer-encoding"].iter().any(|framing| name.eq_ignore_ascii_case(framing))
}
