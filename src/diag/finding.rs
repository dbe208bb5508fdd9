//! A diagnostic as data for tools.

use super::{Code, Diagnostic, Level, Position, Source};

/// A diagnostic with its place in the file that the user wrote.
///
/// The texts may quote the document and are not escaped for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Whether it is an error, a skipped error or a warning.
    pub level: Level,
    /// The rule that is broken.
    pub code: Code,
    /// One sentence: what was found and what was expected.
    pub message: String,
    /// The file, as the user named the document or as it is referenced from there; `<stdin>` for standard input.
    pub file: String,
    /// The line, starting at 1; `None` if the text cannot be shown.
    pub line: Option<usize>,
    /// The column in characters, starting at 1.
    pub column: Option<usize>,
    /// The node in that file as a JSON pointer (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// How to fix it, if known.
    pub help: Option<String>,
}

impl Finding {
    pub(super) fn new(diagnostic: Diagnostic, place: Option<Position>, source: &Source) -> Self {
        Self {
            level: diagnostic.level,
            code: diagnostic.code,
            message: diagnostic.message,
            file: source.name().to_owned(),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            pointer: diagnostic.at.as_str().to_owned(),
            help: diagnostic.help,
        }
    }
}
