//! The error of a generation.

use std::fmt;

use crate::diag::InvalidDocument;
use crate::document::LoadError;

/// Why nothing was generated.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The document is invalid or uses unsupported features: all diagnostics.
    Document(InvalidDocument),
    /// I/O failed: a file cannot be read, or a folder cannot be written.
    Io(String),
    /// A setting is invalid.
    Setting(String),
    /// A template of the user is invalid, or does not match the values that it receives.
    Template(String),
    /// A bug in keystub.
    Defect(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(invalid) => invalid.fmt(f),
            Self::Io(text) | Self::Setting(text) | Self::Template(text) => write!(f, "error: {text}"),
            Self::Defect(text) => write!(f, "error: bug in keystub, please report it: {text}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Io(error) => Self::Io(error.to_string()),
            LoadError::Document(invalid) => Self::Document(invalid),
        }
    }
}
