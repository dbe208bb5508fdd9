//! Files of a multipart body (RFC 7578): bytes, or a stream that is opened when it is sent.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::Body;

/// A file of a multipart body.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its media type, where it is told.
    pub content_type: Option<String>,
    pub(super) content: Content,
}

/// What a file holds.
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

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Stream(_) => f.write_str("a stream"),
        }
    }
}

impl File {
    /// A file with a name.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: Some(name.into()), content_type: None, content: Content::Bytes(content.into()) }
    }

    /// A file with a name whose bytes are made while it is sent, so that no more than a piece of them is in memory. `open`
    /// is called for each call that sends it. Such a call is never made again, by retries or by a renewed token: what was
    /// sent is gone.
    pub fn stream<B: Into<Body>>(name: impl Into<String>, open: impl Fn() -> B + Send + Sync + 'static) -> Self {
        let content = Content::Stream(Arc::new(move || open().into()));
        Self { name: Some(name.into()), content_type: None, content }
    }

    /// The same with a media type.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }
}
