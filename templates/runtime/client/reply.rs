//! Responses and how an operation reads them.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::header_text::decode;
use super::json::{Decode, DecodeError, from_slice};
use super::media::{self, choose, essence, fit, is_json};
use super::problem::is_problem;

/// A response: its body, its status and its headers.
#[derive(Clone)]
pub struct Response<T> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: T,
}

impl<T> Response<T> {
    /// Returns the body.
    pub fn into_body(self) -> T {
        self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers may contain a session cookie.
        f.debug_struct("Response").field("status", &self.status).field("body", &self.body).finish_non_exhaustive()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

/// A response whose body is not decoded yet.
pub struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The headers and the body may repeat what was sent.
        f.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The decoded body of a response, or the reason why it cannot be decoded.
pub type Decoded<T> = Result<T, ReplyError>;

/// The media type that most responses have.
const JSON: &str = "application/json";

/// A function that decodes a response. It returns an error if the document does not describe the response.
pub type Reads<T> = fn(&Reply) -> Decoded<T>;

/// The documented responses of an operation, either those of success or errors.
#[derive(Debug)]
pub struct Expected<T> {
    /// Their statuses. If the list is empty, the function checks the status.
    pub statuses: &'static [u16],
    /// The function that decodes them.
    pub reads: Reads<T>,
}

impl<T> Expected<T> {
    /// The responses that this function decodes.
    pub const fn by(reads: Reads<T>) -> Self {
        Self { statuses: &[], reads }
    }

    /// Decodes a response.
    ///
    /// # Errors
    ///
    /// If the document does not describe the response.
    pub fn decode(&self, reply: &Reply) -> Decoded<T> {
        let is_documented = self.statuses.is_empty() || self.statuses.contains(&reply.status());
        if is_documented { (self.reads)(reply) } else { Err(ReplyError::Undocumented) }
    }
}

/// Why a response does not match the document.
#[derive(Debug)]
pub enum ReplyError {
    /// The document does not list the status.
    Undocumented,
    /// The document does not list the media type.
    MediaType,
    /// The body does not have the documented type.
    Body(DecodeError),
}

impl Reply {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The media type; `None` without `Content-Type`.
    fn media_type(&self) -> Option<Cow<'_, str>> {
        self.headers.get(CONTENT_TYPE).map(|value| decode(value.as_bytes()))
    }

    /// Checks the media type. A response without `Content-Type` is treated as having the documented one (RFC 9110,
    /// section 8.3).
    fn expect(&self, is_valid: impl Fn(&str) -> bool) -> Decoded<()> {
        if self.media_type().is_none_or(|received| is_valid(&received)) { Ok(()) } else { Err(ReplyError::MediaType) }
    }

    /// Decodes the body as JSON, if the response has a JSON media type. Problem details of an error are not the JSON that the
    /// document describes.
    ///
    /// # Errors
    ///
    /// If the body is not JSON of this type, or has a different media type.
    pub fn json<T: Decode>(&self) -> Decoded<T> {
        let is_error = self.status.is_client_error() || self.status.is_server_error();
        self.expect(|received| received == JSON || is_json(&essence(received)) && !(is_error && is_problem(received)))?;
        self.decoded()
    }

    /// Decodes the body as JSON, if the response has a JSON media type.
    ///
    /// # Errors
    ///
    /// Same as [`Self::json`].
    pub fn problem<T: Decode>(&self) -> Decoded<T> {
        self.expect(|received| is_json(&essence(received)))?;
        self.decoded()
    }

    /// As [`Self::json`], and also accepts this media type.
    ///
    /// # Errors
    ///
    /// Same as [`Self::json`].
    pub fn json_as<T: Decode>(&self, media_type: &str) -> Decoded<T> {
        let is_other_json = |received: &str| {
            let received_type = essence(received);
            is_json(&received_type) && !is_problem(received) && received_type != essence(media_type)
        };
        self.expect(|received| fit(received, media_type) > 0 || is_other_json(received))?;
        self.decoded()
    }

    fn decoded<T: Decode>(&self) -> Decoded<T> {
        if self.body.is_empty() {
            return Err(ReplyError::Body(DecodeError::new("empty body, expected JSON")));
        }
        from_slice(&self.body).map_err(ReplyError::Body)
    }

    /// Decodes the body as text in the `charset` of its media type.
    ///
    /// # Errors
    ///
    /// If the body is not text in this charset, the charset is not supported, or the body has a different media type.
    pub fn text(&self, media_type: &str) -> Decoded<String> {
        self.expect(|received| fit(received, media_type) > 0)?;
        let text = media::text(&self.body, self.media_type().as_deref());
        text.map_err(|error| ReplyError::Body(DecodeError::new(error.message())))
    }

    /// Returns the body without decoding it.
    ///
    /// # Errors
    ///
    /// If the body has a different media type.
    pub fn bytes(&self, media_type: &str) -> Decoded<Bytes> {
        self.expect(|received| fit(received, media_type) > 0)?;
        Ok(self.body.clone())
    }

    /// Decodes the body with the function for its media type, or with the first one if there is no `Content-Type`.
    ///
    /// # Errors
    ///
    /// If the media type is not in the list, or the body cannot be decoded.
    pub fn one_of<T>(&self, forms: &[(&str, Reads<T>)]) -> Decoded<T> {
        let chosen = match self.media_type() {
            Some(received) => choose(&received, forms.iter().map(|(named, _)| *named)),
            None => Some(0),
        };
        match chosen.and_then(|at| forms.get(at)) {
            Some((_, reads)) => reads(self),
            None => Err(ReplyError::MediaType),
        }
    }

    /// Ignores the body.
    ///
    /// # Errors
    ///
    /// Never; the signature matches the other readers.
    pub fn empty(&self) -> Decoded<()> {
        Ok(())
    }

    /// Accepts any success (2xx): the response to an operation that documents none.
    ///
    /// # Errors
    ///
    /// If the status is not a success.
    pub fn any_success(&self) -> Decoded<()> {
        if self.status.is_success() { Ok(()) } else { Err(ReplyError::Undocumented) }
    }

    /// The error for a status that the document does not list.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn undocumented<T>(&self) -> Decoded<T> {
        Err(ReplyError::Undocumented)
    }
}
