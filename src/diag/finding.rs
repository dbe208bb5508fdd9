//! A diagnostic as data: what a tool reads instead of the listing.

use super::{Code, Diagnostic, Level, Position, Source};

/// One thing that is wrong with a document, with the place in the file that the user wrote.
///
/// The texts are as they are: what a document says stands in them, nothing is escaped for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it stops the run.
    pub level: Level,
    /// Which rule is broken.
    pub code: Code,
    /// One sentence: what was found and what was expected.
    pub message: String,
    /// The file: as the user named the document, or as the reference to it leads there; `<stdin>` for standard input.
    pub file: String,
    /// The line, from 1; `None` where the text cannot be shown.
    pub line: Option<usize>,
    /// The column in characters, from 1.
    pub column: Option<usize>,
    /// The node in that file, a JSON pointer (RFC 6901); empty for the whole file.
    pub pointer: String,
    /// The way out, where it is known.
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
