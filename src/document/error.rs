//! The errors of reading: [`ReadError`] inside this folder, [`LoadError`] for its users.

use std::fmt;

use crate::diag::{Code, Diagnostic, InvalidDocument, IoError, Pointer, Source};
use crate::limits::LimitKind;

/// Why a text cannot be read or a reference to a file cannot be followed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReadError {
    pub(super) code: Code,
    pub(super) message: String,
    /// The node, as far as it is known.
    pub(super) at: Pointer,
    /// The byte of the text at which the parser stopped.
    pub(super) offset: Option<usize>,
    /// The limit that was exceeded.
    pub(super) limit: Option<LimitKind>,
}

impl ReadError {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: Pointer::root(), offset: None, limit: None }
    }

    /// Sets the byte offset.
    pub(super) fn offset(self, offset: impl Into<Option<usize>>) -> Self {
        Self { offset: offset.into(), ..self }
    }

    /// Sets the limit, which the help then names.
    pub(super) fn limit(self, limit: impl Into<Option<LimitKind>>) -> Self {
        Self { limit: limit.into(), ..self }
    }

    /// The diagnostic, with the line and column in `source` if a byte offset is known.
    pub(super) fn diagnostic(self, source: &Source) -> Diagnostic {
        let position = self.offset.map(|offset| source.position(offset));
        self.diagnostic_at_node().position(position)
    }

    /// The diagnostic without line and column.
    pub(super) fn diagnostic_at_node(self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code, &self.at, self.message);
        match self.limit {
            Some(limit) => diagnostic.help(limit.help()),
            None => diagnostic,
        }
    }
}

/// Why a document cannot be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// The input cannot be read.
    Io(IoError),
    /// The document is invalid or uses unsupported features.
    Document(InvalidDocument),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Io(error) => write!(f, "error: {error}"),
            LoadError::Document(invalid) => invalid.fmt(f),
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LoadError::Io(error) => Some(error),
            LoadError::Document(invalid) => Some(invalid),
        }
    }
}
