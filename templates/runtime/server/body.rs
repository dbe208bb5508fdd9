//! The body of a request: its limits, its media type, and its bytes as JSON or text.

use std::fmt;

use axum::body::{Body as RawBody, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts as RequestParts;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::header_text;
use super::json::{self, Decode, DecodeError, Reading, Value, from_slice_with};
use super::media::{self, TextError, choose, essence, fit, is_json};
use super::problem::Failure;

/// The default of [`BodyLimit`], in bytes.
const DEFAULT_LIMIT: usize = 2 << 20;

/// The maximum size of a request body, in bytes. Add it to the extensions of requests, for example with axum's
/// `Extension` layer. Default: 2 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

/// The default of [`MemoryLimit`], in bytes.
const DEFAULT_MEMORY: usize = 2 << 20;

/// The maximum number of bytes of a multipart body in memory: once for all files together and once for all other values
/// together. Files beyond it are written to a temporary file, other values are refused (413). It is set like
/// [`BodyLimit`], and has an effect only if that is larger. Default: 2 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryLimit(pub usize);

/// A check of a value in addition to that of its type.
pub type Check = Reading<()>;

/// The body of a call, not read yet.
pub struct Body {
    raw: RawBody,
    limit: usize,
    memory: usize,
    pub(super) content_type: Option<String>,
    /// Whether the body has a content coding. Content codings are not decoded (RFC 9110, section 8.4).
    is_coded: bool,
    check: Check,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(…)")
    }
}

impl Body {
    /// The body of a request with these header fields.
    pub(super) fn new(parts: &RequestParts, raw: RawBody) -> Self {
        let limit = parts.extensions.get::<BodyLimit>().map_or(DEFAULT_LIMIT, |limit| limit.0);
        let content_type =
            parts.headers.get(CONTENT_TYPE).map(|value| header_text::decode(value.as_bytes()).into_owned());
        let memory = parts.extensions.get::<MemoryLimit>().map_or(DEFAULT_MEMORY, |limit| limit.0);
        Self { raw, limit, memory, content_type, is_coded: is_coded(&parts.headers), check: |_| Ok(()) }
    }

    /// Sets a check of the value in addition to that of its type.
    #[must_use]
    pub fn checked(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// The maximum number of bytes of a multipart body in memory.
    pub fn memory_limit(&self) -> usize {
        self.memory
    }

    /// The check of the value.
    pub(super) fn check(&self) -> Check {
        self.check
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// If the body is not JSON of this type, is too long, or has a different media type.
    pub async fn json<T: Decode>(self) -> Result<T, Failure> {
        self.expect(is_json)?;
        let check = self.check();
        let bytes = self.all().await?;
        if bytes.is_empty() {
            return Err(DecodeError::new("empty body, expected JSON").into());
        }
        Ok(from_slice_with(&bytes, check)?)
    }

    /// As [`Self::json`], for a media type with parameters.
    ///
    /// # Errors
    ///
    /// Same as [`Self::json`], and if the request has other values for these parameters.
    pub async fn json_as<T: Decode>(self, media_type: &str) -> Result<T, Failure> {
        self.fits(media_type)?;
        self.json().await
    }

    /// As [`Self::json_as`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::json_as`].
    pub async fn optional_json_as<T: Decode>(self, media_type: &str) -> Result<Option<T>, Failure> {
        if self.content_type.is_some() {
            self.fits(media_type)?;
        }
        self.optional_json().await
    }

    /// As [`Self::json`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::json`].
    pub async fn optional_json<T: Decode>(self) -> Result<Option<T>, Failure> {
        let (is_other, check) = (self.expect(is_json).is_err(), self.check());
        let bytes = self.all().await?;
        match (bytes.is_empty(), is_other) {
            (true, _) => Ok(None),
            (false, true) => Err(Failure::MediaType),
            (false, false) => Ok(Some(from_slice_with(&bytes, check)?)),
        }
    }

    /// Reads the body as text in the `charset` of its media type. A request without `Content-Type` is treated as having
    /// this media type.
    ///
    /// # Errors
    ///
    /// If the body is absent, is not text in this charset, is too long, or has a different media type.
    pub async fn text(self, media_type: &str) -> Result<String, Failure> {
        self.is_present()?;
        let (check, has_type) = (self.check(), self.content_type.is_some());
        let text = self.unchecked_text(media_type).await?;
        // The length of a chunked body is known only now.
        if text.is_empty() && !has_type {
            return Err(missing().into());
        }
        checked_text(text, check)
    }

    async fn unchecked_text(self, media_type: &str) -> Result<String, Failure> {
        if self.content_type.is_some() {
            self.fits(media_type)?;
        }
        let own = self.content_type.clone();
        media::text(&self.all().await?, own.as_deref()).map_err(|error| match error {
            TextError::Charset(_) => Failure::Charset(error.message()),
            TextError::Bytes => DecodeError::new("the body is not UTF-8").into(),
        })
    }

    /// As [`Self::text`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::text`].
    pub async fn optional_text(self, media_type: &str) -> Result<Option<String>, Failure> {
        if self.is_present().is_err() {
            return Ok(None);
        }
        let check = self.check();
        // An absent body passes every check, so the text is checked only if it is not empty.
        let text = self.unchecked_text(media_type).await?;
        if text.is_empty() { Ok(None) } else { Ok(Some(checked_text(text, check)?)) }
    }

    /// The index in `media_types` of the request's media type.
    ///
    /// # Errors
    ///
    /// If the request has a different media type or none.
    pub fn one_of(&self, media_types: &[&str]) -> Result<usize, Failure> {
        choose(self.content_type(), media_types.iter().copied()).ok_or(Failure::MediaType)
    }

    /// As [`Self::one_of`]; `None` if there is no body.
    ///
    /// # Errors
    ///
    /// Same as [`Self::one_of`].
    pub fn optional_one_of(&self, media_types: &[&str]) -> Result<Option<usize>, Failure> {
        if self.content_type.is_none() && self.is_empty() {
            return Ok(None);
        }
        self.one_of(media_types).map(Some)
    }

    /// Checks that there is a body: an empty one counts if it has a media type.
    pub(super) fn is_present(&self) -> Result<(), DecodeError> {
        let is_absent = self.content_type.is_none() && self.is_empty();
        if is_absent { Err(missing()) } else { Ok(()) }
    }

    /// Whether the body is known to be empty before it is read.
    pub(super) fn is_empty(&self) -> bool {
        self.raw.is_end_stream()
    }

    /// The bytes as a stream, with the maximum number of bytes.
    ///
    /// # Errors
    ///
    /// If the body has a content coding, or if its announced length exceeds the limit. Such a body is refused before
    /// `100 Continue` is sent (RFC 9110, section 10.1.1).
    pub(super) fn open(self) -> Result<(RawBody, usize), Failure> {
        if self.is_coded {
            return Err(Failure::ContentCoding);
        }
        if self.raw.size_hint().lower() > self.limit as u64 {
            return Err(Failure::TooLarge);
        }
        Ok((self.raw, self.limit))
    }

    /// Reads all bytes of the body.
    pub(super) async fn all(self) -> Result<Bytes, Failure> {
        let (mut raw, limit) = self.open()?;
        let mut bytes = BytesMut::new();
        while let Some(frame) = raw.frame().await {
            let frame = frame.map_err(|_| DecodeError::new("the body ended early"))?;
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > limit {
                return Err(Failure::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.freeze())
    }

    /// The media type with its parameters; empty if the request has none.
    pub(super) fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or_default()
    }

    /// Checks the media type with its parameters.
    fn fits(&self, media_type: &str) -> Result<(), Failure> {
        if fit(self.content_type(), media_type) > 0 { Ok(()) } else { Err(Failure::MediaType) }
    }

    /// Checks the media type, ignoring its parameters.
    pub(super) fn expect(&self, is_valid: fn(&str) -> bool) -> Result<(), Failure> {
        if is_valid(&essence(self.content_type())) { Ok(()) } else { Err(Failure::MediaType) }
    }
}

fn is_coded(headers: &HeaderMap) -> bool {
    let is_plain = |coding: &str| coding.is_empty() || coding.eq_ignore_ascii_case("identity");
    let mut fields = headers.get_all(CONTENT_ENCODING).iter();
    !fields.all(|field| field.to_str().is_ok_and(|text| text.split(',').map(str::trim).all(is_plain)))
}

fn missing() -> DecodeError {
    DecodeError::new("the body is missing")
}

fn checked_text(text: String, check: Check) -> Result<String, Failure> {
    let tree = Value::Text(text.into());
    check(tree.node())?;
    Ok(json::read(&tree)?)
}
