//! Parts of multipart bodies with declared headers (OpenAPI 3.0.4, section 4.8.15).

/// A part with its headers. If no header is required, `content.into()` sets none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Part<T, H> {
    /// The content: a file or a value.
    pub content: T,
    /// The headers that the document declares for the part.
    pub headers: H,
}

impl<T, H> Part<T, H> {
    /// Combines content and headers.
    pub fn new(content: T, headers: H) -> Self {
        Self { content, headers }
    }
}

impl<T, H: Default> From<T> for Part<T, H> {
    fn from(content: T) -> Self {
        Self { content, headers: H::default() }
    }
}
