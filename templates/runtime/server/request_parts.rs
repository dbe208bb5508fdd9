//! The request head and additional header fields of the response, for applications that need them.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE, WWW_AUTHENTICATE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;

use super::accept::preferred;
use super::operation::{KeyPlace, Operation, Scheme, SchemeKind};

/// The head of a request, without its credentials and its query, which may contain credentials.
pub struct RequestParts<'a> {
    operation: &'static Operation,
    parts: &'a Parts,
    schemes: &'static [Scheme],
    response_headers: &'a AddedHeaders,
}

impl fmt::Debug for RequestParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestParts({})", self.operation.id)
    }
}

impl<'a> RequestParts<'a> {
    /// The head of a request to this operation of a document with these schemes.
    pub(super) fn new(
        operation: &'static Operation,
        parts: &'a Parts,
        schemes: &'static [Scheme],
        response_headers: &'a AddedHeaders,
    ) -> Self {
        Self { operation, parts, schemes, response_headers }
    }

    /// The `operationId` of the operation.
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// The method.
    pub fn method(&self) -> &'a Method {
        &self.parts.method
    }

    /// The path as it was sent.
    pub fn path(&self) -> &'a str {
        self.parts.uri.path()
    }

    /// A copy of the header fields without those that carry credentials: `Authorization`, `Proxy-Authorization`, `Cookie`, and
    /// the headers of the document's API keys.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = self.parts.headers.clone();
        for name in [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE] {
            headers.remove(name);
        }
        for scheme in self.schemes {
            if let SchemeKind::ApiKey { place: KeyPlace::Header, name } = scheme.kind {
                headers.remove(name);
            }
        }
        headers
    }

    /// The one of these media types that the request prefers (RFC 9110, section 12.5.1), the first one if it has no
    /// `Accept` header. `None` if it accepts none of them.
    pub fn preferred_media_type<'m>(&self, media_types: &[&'m str]) -> Option<&'m str> {
        preferred(&self.parts.headers, media_types)
    }

    /// An extension of the request, such as axum's `ConnectInfo` with the address of the peer.
    pub fn extension<T: Any + Clone + Send + Sync>(&self) -> Option<T> {
        self.parts.extensions.get::<T>().cloned()
    }

    /// Header fields that are added to the response.
    pub fn response_headers(&self) -> ResponseHeaders {
        self.response_headers.0.get_or_init(ResponseHeaders::default).clone()
    }
}

/// Header fields that are added to the response of one request. Clones share them.
#[derive(Clone, Default)]
pub struct ResponseHeaders(Arc<Mutex<HeaderMap>>);

impl fmt::Debug for ResponseHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A value may be a session cookie.
        f.write_str("ResponseHeaders(…)")
    }
}

/// Header fields that describe the connection, the body or the security of a response.
const RESERVED: [HeaderName; 8] =
    [CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, WWW_AUTHENTICATE];

/// The reason why a header field cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderError {
    /// The name is not a valid name of a header field.
    Name,
    /// The value contains a character that a header field cannot carry.
    Value,
    /// The header field is set by the server: it describes the connection, the body or the security of the response.
    Reserved,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "invalid name of a header field",
            Self::Value => "invalid value of a header field",
            Self::Reserved => "the header field is set by the server",
        })
    }
}

impl std::error::Error for HeaderError {}

impl ResponseHeaders {
    /// Adds a header field. A field of the same name is kept, so that several `Set-Cookie` can be added.
    ///
    /// # Errors
    ///
    /// If the name or the value is invalid, or the server itself sets the field.
    pub fn append(&self, name: &str, value: &str) -> Result<(), HeaderError> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| HeaderError::Name)?;
        if RESERVED.contains(&name) || name == "keep-alive" || name == "proxy-connection" {
            return Err(HeaderError::Reserved);
        }
        let value = HeaderValue::from_str(value).map_err(|_| HeaderError::Value)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).append(name, value);
        Ok(())
    }
}

/// The header fields that are added to the response of one request, if the application asks for them.
#[derive(Debug, Default)]
pub struct AddedHeaders(OnceLock<ResponseHeaders>);

impl AddedHeaders {
    /// Adds the fields to a response.
    pub fn onto(&self, mut response: Response) -> Response {
        if let Some(ResponseHeaders(added)) = self.0.get() {
            for (name, value) in added.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
        response
    }
}
