//! The place of a node in the files that the user wrote.

#[cfg(feature = "cli")]
use super::print::cut;
use super::print::{Shown, cut_of};
use super::source::Lines;
use super::{Pointer, Position, Source};

/// Where a node is written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file, as in [`super::Finding::file`].
    pub file: String,
    /// The line and column; `None` if the text cannot be shown.
    pub position: Option<Position>,
    /// The node in that file as a JSON pointer (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// The part of the line that is shown, escaped.
    pub line: String,
    /// How many characters of [`Self::line`] precede the node.
    pub caret: usize,
}

impl Place {
    /// A place in a file that is not part of the document.
    #[cfg(feature = "cli")]
    pub fn in_text(file: String, position: Option<Position>, line: &str) -> Self {
        let shown = position.map(|position| cut(line, position.column));
        let Shown { text: line, caret } = shown.unwrap_or_default();
        Self { file, position, pointer: String::new(), line, caret }
    }

    pub(super) fn new(source: &Source, lines: &Lines<'_>, at: &Pointer, position: Option<Position>) -> Self {
        let shown = position.map(|position| cut_of(lines, position));
        let Shown { text: line, caret } = shown.unwrap_or_default();
        Self { file: source.name().to_owned(), position, pointer: at.as_str().to_owned(), line, caret }
    }
}
