//! Problem details (RFC 9457), the body of every error response. They contain fixed texts only.

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::auth::Denial;
use super::json::{DecodeError, Encode, ObjectWriter, Writer, to_vec};

/// A problem document as a response, and an error type for applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    title: Option<String>,
    detail: Option<String>,
}

impl Problem {
    /// A problem with this status.
    pub fn new(status: StatusCode) -> Self {
        Self { status, title: None, detail: None }
    }

    /// The response of an operation that is not implemented yet: 501.
    pub fn not_implemented() -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED)
    }

    /// Sets the title. Default: the reason phrase of the status.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the detail, which is sent to the caller.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl Encode for Problem {
    fn encode(&self, json: &mut Writer<'_>) {
        let words = self.status.canonical_reason().unwrap_or("Problem");
        let mut object: ObjectWriter<'_, '_> = json.object();
        object.field("title", &self.title.as_deref().unwrap_or(words));
        object.field("status", &self.status.as_u16());
        object.optional("detail", &self.detail);
        object.end();
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = to_vec(&self).map(Body::from).unwrap_or_default();
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

/// Why a call ends before the application handles it.
#[derive(Debug)]
pub enum Failure {
    /// Authentication or authorization failed.
    Denied(Denial),
    /// A parameter or the body cannot be read: 400.
    Unreadable(DecodeError),
    /// The body exceeds the limit: 413.
    TooLarge,
    /// The request accepts none of the media types of the response, which are listed: 406.
    NotAcceptable(String),
    /// The body has a different media type: 415.
    MediaType,
    /// The body is text in a charset that is not supported: 415.
    Charset(String),
    /// The body has a content coding: 415, with the supported coding in `Accept-Encoding`.
    ContentCoding,
    /// A file of the body could not be written to disk: 500.
    Storage,
    /// The path does not have this method: 405, with its methods in `Allow`.
    Method(String),
    /// The path does not exist: 404.
    Path,
}

impl From<Denial> for Failure {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::Unreadable(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Denied(denial) => denied(&denial),
            Self::Unreadable(error) => Problem::new(StatusCode::BAD_REQUEST).detail(error.to_string()).into_response(),
            Self::TooLarge => Problem::new(StatusCode::PAYLOAD_TOO_LARGE).into_response(),
            Self::NotAcceptable(types) => Problem::new(StatusCode::NOT_ACCEPTABLE)
                .detail(format!("the media types of the response are {types}"))
                .into_response(),
            Self::MediaType => Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response(),
            Self::Charset(message) => Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(message).into_response(),
            Self::ContentCoding => {
                let mut response = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).into_response();
                // RFC 9110, section 15.5.16: `Accept-Encoding` shows that the coding is the reason, not the media type.
                response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
                response
            }
            Self::Storage => Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
            Self::Method(allow) => {
                let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED).into_response();
                if let Ok(allow) = HeaderValue::from_str(&allow) {
                    response.headers_mut().insert(ALLOW, allow);
                }
                response
            }
            Self::Path => Problem::new(StatusCode::NOT_FOUND).into_response(),
        }
    }
}

/// Rounds up to whole seconds, at least 1, because a client that retries too early is refused again.
fn whole_seconds(duration: std::time::Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0)).max(1)
}

fn denied(denial: &Denial) -> Response {
    let mut response = Problem::new(denial.status).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if matches!(denial.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        headers.insert(RETRY_AFTER, HeaderValue::from(denial.retry_after.map_or(5, whole_seconds)));
    }
    for challenge in &denial.challenges {
        if let Ok(value) = HeaderValue::from_str(challenge) {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
    if let Some(nonce) = &denial.dpop_nonce {
        headers.insert(HeaderName::from_static("dpop-nonce"), nonce.clone());
    }
    response
}
