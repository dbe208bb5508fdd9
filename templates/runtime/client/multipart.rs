//! Files of a multipart body (RFC 7578): bytes, or a stream that is opened when the call is sent.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::Body;

/// A file of a multipart body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// The file name.
    pub name: Option<String>,
    /// The media type. If absent, it is the first one that the document names for the part, else `application/octet-stream`;
    /// where the document allows only a range such as `image/*`, it must be set.
    pub content_type: Option<String>,
    pub(super) content: Content,
}

/// The content of a file.
#[derive(Clone)]
pub(super) enum Content {
    Bytes(Bytes),
    Stream(Arc<dyn Fn() -> Body + Send + Sync>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

/// Two streams are equal only if one is a clone of the other.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bytes(one), Self::Bytes(other)) => one == other,
            (Self::Stream(one), Self::Stream(other)) => Arc::ptr_eq(one, other),
            (Self::Bytes(_), Self::Stream(_)) | (Self::Stream(_), Self::Bytes(_)) => false,
        }
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream(_) => f.write_str("a stream"),
        }
    }
}

impl File {
    /// Creates a file with this name and content.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: Some(name.into()), content_type: None, content: Content::Bytes(content.into()) }
    }

    /// Creates a file whose content is produced while it is sent, so that only one chunk at a time is in memory. `open`
    /// is called for each call that sends the file. Such a call is never sent again, neither by retries nor with a
    /// renewed token, because the stream is consumed.
    pub fn stream<B: Into<Body>>(name: impl Into<String>, open: impl Fn() -> B + Send + Sync + 'static) -> Self {
        let content = Content::Stream(Arc::new(move || open().into()));
        Self { name: Some(name.into()), content_type: None, content }
    }

    /// Sets the media type.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }
}
