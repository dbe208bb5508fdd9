//! Files of a multipart body (RFC 7578).

use std::fmt;

use bytes::Bytes;

/// A file of a multipart body.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its media type, where it is told.
    pub content_type: Option<String>,
    /// Its bytes.
    pub content: Bytes,
}

impl File {
    /// A file with a name.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: Some(name.into()), content_type: None, content: content.into() }
    }

    /// The same with a media type.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("content", &format_args!("{} bytes", self.content.len()))
            .finish()
    }
}
