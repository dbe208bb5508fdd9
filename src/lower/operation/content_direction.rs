//! Whether a content is that of a request or of a response.

/// The direction of a content: some encodings are only for requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContentDirection {
    Request,
    Response,
}
