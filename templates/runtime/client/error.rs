//! Errors of calls. No error contains a credential or a URL.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::auth_error::AuthError;
use super::credential::BoxError;
use super::json::DecodeError;
use super::parameter_write::ParameterError;
use super::platform::{HttpError, now};
use super::problem::Problem;
use super::retry_after::retry_after;

/// Why a call failed. `E` is the documented error of the operation.
pub enum Error<E> {
    /// The server responded with a documented error.
    Api {
        /// The status.
        status: StatusCode,
        /// The headers.
        headers: Box<HeaderMap>,
        /// The body.
        error: E,
    },
    /// The call could not be authenticated; nothing was sent.
    Auth(AuthError),
    /// The server responded with a status that the document does not list.
    Unexpected(Unexpected),
    /// The server responded with a media type that the document does not list for this status.
    MediaType(Unexpected),
    /// The body of the response does not have the documented type.
    Decode(Unexpected, DecodeError),
    /// The server responded with problem details (RFC 9457) in place of the error that the document describes.
    Problem(Unexpected, Box<Problem>),
    /// A value cannot be sent. Nothing was sent.
    InvalidRequest(RequestError),
    /// The last request of the call reached its time limit.
    Timeout,
    /// The connection failed.
    Transport(HttpError),
    /// The response exceeds the size limit of the client.
    TooLarge,
    /// A layer or the service of the client failed.
    Service(BoxError),
}

impl<E> Error<E> {
    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|(status, _)| status)
    }

    /// The headers of the response, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(|(_, headers)| headers)
    }

    fn response(&self) -> Option<(StatusCode, &HeaderMap)> {
        match self {
            Self::Api { status, headers, .. } => Some((*status, headers)),
            Self::Unexpected(answer) | Self::MediaType(answer) | Self::Decode(answer, _) | Self::Problem(answer, _) => {
                Some((answer.status, &answer.headers))
            }
            Self::Auth(_)
            | Self::InvalidRequest(_)
            | Self::Timeout
            | Self::Transport(_)
            | Self::TooLarge
            | Self::Service(_) => None,
        }
    }

    /// Whether the server refused the call because of too many calls (429; RFC 6585, section 4).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// How long the server asks to wait before another call (`Retry-After`; RFC 9110, section 10.2.3). A date counts from now.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers()?, now())
    }
}

/// The error type of operations that document no errors. It has no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoError {}

impl fmt::Display for NoError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

/// A response that does not match the document.
#[derive(Clone)]
pub struct Unexpected {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: Box<HeaderMap>,
    /// The body.
    pub body: Bytes,
}

impl Unexpected {
    /// The body, if it has the media type `application/problem+json` (RFC 9457).
    pub fn problem(&self) -> Option<Problem> {
        let content_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Problem::of(content_type, &self.body)
    }
}

impl fmt::Debug for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may repeat what was sent.
        f.debug_struct("Unexpected")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A value that cannot be sent.
#[derive(Debug, Clone)]
pub enum RequestError {
    /// A parameter cannot be encoded in its style.
    Parameter(ParameterError),
    /// A header cannot be sent.
    Header {
        /// Its name.
        name: String,
        /// The reason.
        reason: &'static str,
    },
    /// The path would be resolved to a different path.
    Path,
    /// The body cannot be encoded in its media type.
    Body,
    /// The file of a part has a media type that the document does not allow for it, or needs one, because the document
    /// only allows ranges such as `image/*`.
    PartMediaType {
        /// The name of the part.
        name: String,
        /// The allowed media types.
        allowed: &'static str,
    },
    /// The call would block the current thread, which is not possible. Only calls that block have this error.
    Blocking(&'static str),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(error) => error.fmt(f),
            Self::Header { name, reason } => write!(f, "header `{}`: {reason}", name.escape_debug()),
            Self::Path => f.write_str("the path would be resolved to a different path"),
            Self::Body => f.write_str("the body cannot be encoded in its media type"),
            Self::Blocking(reason) => write!(f, "the call cannot block: {reason}"),
            Self::PartMediaType { name, allowed } => {
                let name = name.escape_debug();
                write!(f, "part `{name}`: set the media type of its file to one that the document allows: {allowed}")
            }
        }
    }
}

impl StdError for RequestError {}

/// The errors that do not depend on the operation.
pub(super) enum Failure {
    Auth(AuthError),
    Invalid(RequestError),
    Transport(HttpError),
    Timeout,
    TooLarge,
    Service(BoxError),
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        Self::Auth(error)
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        Self::Invalid(error)
    }
}

impl<E> From<Failure> for Error<E> {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Auth(error) => Self::Auth(error),
            Failure::Invalid(error) => Self::InvalidRequest(error),
            Failure::Transport(error) if error.is_timeout() => Self::Timeout,
            Failure::Transport(error) => Self::Transport(error),
            Failure::Timeout => Self::Timeout,
            Failure::TooLarge => Self::TooLarge,
            Failure::Service(error) => Self::Service(error),
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api { status, error, .. } => {
                f.debug_struct("Api").field("status", status).field("error", error).finish_non_exhaustive()
            }
            Self::Auth(error) => f.debug_tuple("Auth").field(error).finish(),
            Self::Unexpected(answer) => f.debug_tuple("Unexpected").field(answer).finish(),
            Self::MediaType(answer) => f.debug_tuple("MediaType").field(answer).finish(),
            Self::Decode(answer, error) => f.debug_tuple("Decode").field(answer).field(error).finish(),
            Self::Problem(answer, problem) => f.debug_tuple("Problem").field(answer).field(problem).finish(),
            Self::InvalidRequest(error) => f.debug_tuple("InvalidRequest").field(error).finish(),
            Self::Timeout => f.write_str("Timeout"),
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
            Self::TooLarge => f.write_str("TooLarge"),
            // The error may show the request.
            Self::Service(_) => f.write_str("Service(…)"),
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api { status, .. } => write!(f, "the server responded with {status}"),
            Self::Auth(error) => error.fmt(f),
            Self::Unexpected(answer) => {
                write!(f, "the server responded with {}, which the document does not list", answer.status)
            }
            Self::MediaType(answer) => {
                write!(
                    f,
                    "the server responded with {} and a media type that the document does not list",
                    answer.status
                )
            }
            Self::Decode(answer, error) => write!(f, "invalid body of a response with {}: {error}", answer.status),
            Self::Problem(answer, _) => write!(f, "the server responded with {} and problem details", answer.status),
            Self::InvalidRequest(error) => error.fmt(f),
            Self::Timeout => f.write_str("the call timed out"),
            Self::Transport(_) => f.write_str("the connection failed"),
            Self::TooLarge => f.write_str("the response exceeds the size limit"),
            Self::Service(_) => f.write_str("a layer or the service of the client failed"),
        }
    }
}

impl<E: fmt::Debug> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Auth(error) => error.source(),
            Self::Decode(_, error) => Some(error),
            Self::Transport(error) => Some(error),
            _ => None,
        }
    }
}

/// Why a client could not be built.
#[derive(Debug)]
pub enum BuildError {
    /// The base URL is missing or invalid.
    BaseUrl(&'static str),
    /// The variable of the server URL with this name cannot be set.
    ServerVariable(String, &'static str),
    /// The user agent cannot be sent.
    UserAgent(&'static str),
    /// The HTTP client could not be set up.
    Http(HttpError),
    /// An existing HTTP client cannot have a setting of the builder.
    ReadyMade(&'static str),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl(reason) => write!(f, "the base URL {reason}"),
            Self::ServerVariable(name, reason) => write!(f, "the server variable `{name}` {reason}"),
            Self::UserAgent(reason) => write!(f, "the user agent cannot be sent: {reason}"),
            Self::Http(_) => f.write_str("the HTTP client could not be set up"),
            Self::ReadyMade(what) => write!(f, "an existing HTTP client cannot be used with {what}"),
        }
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::BaseUrl(_) | Self::ServerVariable(..) | Self::UserAgent(_) | Self::ReadyMade(_) => None,
            Self::Http(error) => Some(error),
        }
    }
}
