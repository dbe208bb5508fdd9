//! Why a crate was not checked.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a crate was not checked.
#[derive(Debug)]
pub enum AdvisoryError {
    /// A file cannot be read.
    Io(PathBuf, std::io::Error),
    /// A file or folder is not what was expected.
    Invalid(PathBuf, String),
}

impl AdvisoryError {
    pub(super) fn invalid(path: &Path, message: impl Into<String>) -> Self {
        Self::Invalid(path.to_owned(), message.into())
    }

    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<String, Self> {
        std::fs::read_to_string(path).map_err(|error| Self::Io(path.to_owned(), error))
    }
}

impl fmt::Display for AdvisoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::Invalid(path, message) => write!(f, "{}: {message}", path.display()),
        }
    }
}

impl std::error::Error for AdvisoryError {}
