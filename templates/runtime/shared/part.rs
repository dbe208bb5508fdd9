//! A part of a multipart body whose header fields the document names (OpenAPI 3.0.4, section 4.8.15).

/// A part with its header fields. Where none is required, `content.into()` leaves all of them out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part<T, H> {
    /// What the part holds: a file or a value.
    pub content: T,
    /// The header fields that the document names for it.
    pub headers: H,
}

impl<T, H> Part<T, H> {
    /// Both together.
    pub fn new(content: T, headers: H) -> Self {
        Self { content, headers }
    }
}

impl<T, H: Default> From<T> for Part<T, H> {
    fn from(content: T) -> Self {
        Self { content, headers: H::default() }
    }
}
