//! I/O errors, with path and operation.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failed operation on a path: says what was tried, on which path, and why it failed.
#[derive(Debug)]
pub struct IoError {
    verb: &'static str,
    path: PathBuf,
    error: io::Error,
}

impl IoError {
    /// The error for `verb` ("read", "write", "rename") on `path`.
    pub fn new(verb: &'static str, path: impl AsRef<Path>, error: io::Error) -> Self {
        Self { verb, path: path.as_ref().to_owned(), error }
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = super::print::escaped(&self.path.to_string_lossy());
        write!(f, "cannot {} `{path}`: {}", self.verb, self.error)
    }
}

impl std::error::Error for IoError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
