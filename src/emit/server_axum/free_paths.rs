//! Whether a path can be used next to the operations of the document.

use crate::model::operation::{Operation, Segment};

/// Where the operations are.
#[derive(Debug, Clone, Copy)]
pub enum Mount<'a> {
    /// Below this path, which is empty for the root.
    Below(&'a str),
    /// Below a path that is not known.
    Anywhere,
}

/// Whether no operation can match a path.
pub fn is_free(path: &str, mount: Mount<'_>, operations: &[Operation]) -> bool {
    match mount {
        Mount::Below("") => !operations.iter().any(|operation| may_match(operation, path)),
        // A nested router takes everything below its path.
        Mount::Below(base) => path.strip_prefix(base).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('/')),
        // The path may be the end of the operation's path.
        Mount::Anywhere => !operations.iter().any(|operation| may_match(operation, path)),
    }
}

/// Whether the operation's path can match this one.
fn may_match(operation: &Operation, path: &str) -> bool {
    let text: String = operation
        .path
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => text.as_str(),
            // Not part of a literal: control characters are percent-encoded there.
            Segment::Parameter(_) => "\0",
        })
        .collect();
    let (own, other): (Vec<&str>, Vec<&str>) = (text.split('/').collect(), path.split('/').collect());
    own.len() == other.len() && own.iter().zip(other).all(|(own, other)| own.contains('\0') || *own == other)
}
