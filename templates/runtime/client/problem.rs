//! Problem details (RFC 9457), which a server may send in place of the body that the document describes.

use std::fmt;

use super::json::{Decode, DecodeError, Node, Object, from_slice};
use super::media::essence;

/// A body of the media type `application/problem+json`. Members with another type are ignored (RFC 9457, section 3.1).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// `type`: a URI that identifies the kind of problem; `None` means `about:blank`.
    pub kind: Option<String>,
    /// `title`: a summary of the kind of problem.
    pub title: Option<String>,
    /// `status`: the status code of the response.
    pub status: Option<u16>,
    /// `detail`: an explanation of this occurrence.
    pub detail: Option<String>,
    /// `instance`: a URI that identifies this occurrence.
    pub instance: Option<String>,
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The other members may repeat what was sent.
        f.debug_struct("Problem").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Problem {
    /// The problem of a response with this media type and body.
    pub(super) fn of(content_type: Option<&str>, body: &[u8]) -> Option<Self> {
        if is_problem(content_type?) { from_slice(body).ok() } else { None }
    }
}

/// Whether the media type is `application/problem+json`.
pub(super) fn is_problem(content_type: &str) -> bool {
    essence(content_type) == "application/problem+json"
}

impl Decode for Problem {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        let mut object = value.object()?;
        Ok(Self {
            kind: member(&mut object, "type"),
            title: member(&mut object, "title"),
            status: member(&mut object, "status").and_then(|status: i64| u16::try_from(status).ok()),
            detail: member(&mut object, "detail"),
            instance: member(&mut object, "instance"),
        })
    }
}

fn member<T: Decode>(object: &mut Object<'_>, name: &str) -> Option<T> {
    object.optional(name).ok().flatten()
}
