//! Answers: what came back, and how an operation reads it.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::json::{Decode, DecodeError, from_slice};
use super::media::{choose, essence, fit, is_json};

/// A body with the status and the header fields that came with it.
#[derive(Clone)]
pub struct Response<T> {
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: T,
}

impl<T> Response<T> {
    /// The body alone.
    pub fn into_body(self) -> T {
        self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Header fields may hold a session's cookie.
        f.debug_struct("Response").field("status", &self.status).field("body", &self.body).finish_non_exhaustive()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

/// An answer before it is read.
pub struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Header fields and body may repeat what was sent.
        f.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A part of an answer, or why it is none.
pub type Decoded<T> = Result<T, ReplyError>;

/// What reads an answer; an error where the document does not describe it.
pub type Reads<T> = fn(&Reply) -> Decoded<T>;

/// Why an answer is not what the document says.
#[derive(Debug)]
pub enum ReplyError {
    /// The document does not name the status.
    Undocumented,
    /// The document does not name the media type.
    MediaType,
    /// The body has another type.
    Body(DecodeError),
}

impl Reply {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The answer itself, where its status is one of these.
    ///
    /// # Errors
    ///
    /// If it is another one.
    pub fn only(&self, statuses: &[u16]) -> Decoded<&Self> {
        if statuses.contains(&self.status()) { Ok(self) } else { Err(ReplyError::Undocumented) }
    }

    /// The media type that came; `None` where none is told. One that is no text fits nothing.
    fn media_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default())
    }

    /// Holds the media type to one that the document names. Where none is told the document is taken at its word
    /// (RFC 9110, section 8.3).
    fn expect(&self, is_right: impl Fn(&str) -> bool) -> Decoded<()> {
        if self.media_type().is_none_or(is_right) { Ok(()) } else { Err(ReplyError::MediaType) }
    }

    /// The body as JSON, under any media type of JSON.
    ///
    /// # Errors
    ///
    /// If it is not JSON of this type, or of another media type.
    pub fn json<T: Decode>(&self) -> Decoded<T> {
        self.expect(|came| is_json(&essence(came)))?;
        from_slice(&self.body).map_err(ReplyError::Body)
    }

    /// The body as JSON under a media type that does not say so.
    ///
    /// # Errors
    ///
    /// Same as [`Self::json`].
    pub fn json_as<T: Decode>(&self, media_type: &str) -> Decoded<T> {
        self.expect(|came| fit(came, media_type) > 0 || is_json(&essence(came)))?;
        from_slice(&self.body).map_err(ReplyError::Body)
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// If it is not UTF-8, or of another media type.
    pub fn text(&self, media_type: &str) -> Decoded<String> {
        self.expect(|came| fit(came, media_type) > 0)?;
        let text = std::str::from_utf8(&self.body);
        text.map(str::to_owned).map_err(|_| ReplyError::Body(DecodeError::new("the text is not UTF-8")))
    }

    /// The body as it is.
    ///
    /// # Errors
    ///
    /// If it is of another media type.
    pub fn bytes(&self, media_type: &str) -> Decoded<Bytes> {
        self.expect(|came| fit(came, media_type) > 0)?;
        Ok(self.body.clone())
    }

    /// The body in the form whose media type came; the first where none is told.
    ///
    /// # Errors
    ///
    /// If it is of none of these media types, and those of its reader.
    pub fn one_of<T>(&self, forms: &[(&str, Reads<T>)]) -> Decoded<T> {
        let chosen = match self.media_type() {
            Some(came) => choose(came, forms.iter().map(|(named, _)| *named)),
            None => Some(0),
        };
        match chosen.and_then(|at| forms.get(at)) {
            Some((_, reads)) => reads(self),
            None => Err(ReplyError::MediaType),
        }
    }

    /// Nothing of the body.
    ///
    /// # Errors
    ///
    /// None; the form is that of the other readers.
    pub fn empty(&self) -> Decoded<()> {
        Ok(())
    }

    /// A status that the document does not name.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn undocumented<T>(&self) -> Decoded<T> {
        Err(ReplyError::Undocumented)
    }
}
