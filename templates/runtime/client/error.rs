//! What a call can end in. No error holds a credential or a URL.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::auth::AuthError;
use super::json::DecodeError;
use super::parameter_write::ParameterError;

/// Why a call gave no success; `E` is the error that the document describes.
pub enum Error<E> {
    /// The server answered with an error of the document.
    Api {
        /// The status.
        status: StatusCode,
        /// The header fields.
        headers: Box<HeaderMap>,
        /// The body.
        error: E,
    },
    /// The call could not be authenticated; nothing was sent.
    Auth(AuthError),
    /// The server answered with a status that the document does not name.
    Unexpected(Unexpected),
    /// The server answered with a media type that the document does not name for the status.
    MediaType(Unexpected),
    /// The answer does not have the type that the document names.
    Decode(Unexpected, DecodeError),
    /// Something the caller gave cannot be sent; nothing was sent.
    InvalidRequest(RequestError),
    /// The call took too long.
    Timeout,
    /// The connection failed.
    Transport(reqwest::Error),
    /// The answer is longer than the client reads.
    TooLarge,
}

impl<E> Error<E> {
    /// The status of the answer, where one came.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api { status, .. } => Some(*status),
            Self::Unexpected(answer) | Self::MediaType(answer) | Self::Decode(answer, _) => Some(answer.status),
            Self::Auth(_) | Self::InvalidRequest(_) | Self::Timeout | Self::Transport(_) | Self::TooLarge => None,
        }
    }
}

/// An operation without documented errors has none of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoError {}

impl fmt::Display for NoError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

/// An answer that the document does not describe.
#[derive(Clone)]
pub struct Unexpected {
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: Box<HeaderMap>,
    /// The body.
    pub body: Bytes,
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

/// Something that cannot be sent.
#[derive(Debug)]
pub enum RequestError {
    /// A parameter has no text of its style.
    Parameter(ParameterError),
    /// A header's value holds characters that no header may hold.
    Header(String),
    /// The path would be read as another one.
    Path,
    /// The body holds something that its media type cannot carry.
    Body,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(error) => error.fmt(f),
            Self::Header(name) => write!(f, "the header `{}` cannot carry its value", name.escape_debug()),
            Self::Path => f.write_str("the path would be read as another one"),
            Self::Body => f.write_str("the body cannot be written in its media type"),
        }
    }
}

impl StdError for RequestError {}

/// The errors that do not depend on the operation.
pub(super) enum Failure {
    Auth(AuthError),
    Invalid(RequestError),
    Transport(reqwest::Error),
    TooLarge,
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

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        // A URL may hold an API key.
        Self::Transport(error.without_url())
    }
}

impl<E> From<Failure> for Error<E> {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Auth(error) => Self::Auth(error),
            Failure::Invalid(error) => Self::InvalidRequest(error),
            Failure::Transport(error) if error.is_timeout() => Self::Timeout,
            Failure::Transport(error) => Self::Transport(error),
            Failure::TooLarge => Self::TooLarge,
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
            Self::InvalidRequest(error) => f.debug_tuple("InvalidRequest").field(error).finish(),
            Self::Timeout => f.write_str("Timeout"),
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
            Self::TooLarge => f.write_str("TooLarge"),
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api { status, .. } => write!(f, "the server answered {status}"),
            Self::Auth(error) => error.fmt(f),
            Self::Unexpected(answer) => {
                write!(f, "the server answered {}, which the document does not name", answer.status)
            }
            Self::MediaType(answer) => {
                write!(f, "the server answered {} with a media type that the document does not name", answer.status)
            }
            Self::Decode(answer, error) => write!(f, "the body of the answer {}: {error}", answer.status),
            Self::InvalidRequest(error) => error.fmt(f),
            Self::Timeout => f.write_str("the call took too long"),
            Self::Transport(_) => f.write_str("the connection failed"),
            Self::TooLarge => f.write_str("the answer is longer than the client reads"),
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

/// Why no client was made.
#[derive(Debug)]
pub enum BuildError {
    /// The base URL is missing, no http or https URL, or holds a user, a query or a fragment.
    BaseUrl(&'static str),
    /// The http client could not be set up.
    Http(reqwest::Error),
    /// A ready-made http client cannot take on what else was given to the builder.
    ReadyMade(&'static str),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl(reason) => write!(f, "the base URL {reason}"),
            Self::Http(_) => f.write_str("the http client could not be set up"),
            Self::ReadyMade(what) => write!(f, "a ready-made http client cannot take on {what}"),
        }
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::BaseUrl(_) | Self::ReadyMade(_) => None,
            Self::Http(error) => Some(error),
        }
    }
}
