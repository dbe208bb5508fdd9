//! Reads bytes from a file, standard input or memory, up to a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::revision::Revision;
use crate::diag::IoError;

/// The source of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// A file in a revision of a git repository.
    Revision(Revision),
    /// Bytes in memory.
    Memory {
        /// The name in diagnostics.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Bytes that were fetched from a URL, to which references are relative.
    Fetched {
        /// The URL in diagnostics: without its query, which may be secret.
        name: String,
        /// The URL after redirects.
        base: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

impl Input {
    /// The input for a command-line argument: a path, or `-` for standard input.
    pub fn path_or_stdin(argument: &str) -> Self {
        match argument {
            "-" => Input::Stdin,
            path => Input::Path(path.into()),
        }
    }

    /// The name in diagnostics.
    pub fn name(&self) -> String {
        match self {
            Input::Path(path) => path.display().to_string(),
            Input::Stdin => "<stdin>".to_owned(),
            Input::Revision(revision) => revision.shown(),
            Input::Memory { name, .. } | Input::Fetched { name, .. } => name.clone(),
        }
    }

    /// The path, if the input is a file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Input::Path(path) => Some(path),
            Input::Stdin | Input::Revision(_) | Input::Memory { .. } | Input::Fetched { .. } => None,
        }
    }

    /// The same input, with the bytes of standard input in memory so that they can be read again.
    ///
    /// # Errors
    ///
    /// If standard input cannot be read.
    pub fn rereadable(&self, most: usize) -> Result<Self, IoError> {
        match self {
            Input::Stdin => Ok(Input::Memory { name: self.name(), bytes: self.read(most)? }),
            Input::Path(_) | Input::Revision(_) | Input::Memory { .. } | Input::Fetched { .. } => Ok(self.clone()),
        }
    }

    /// The bytes; one more than `most` if the input is larger.
    pub(super) fn read(&self, most: usize) -> Result<Vec<u8>, IoError> {
        let bytes = match self {
            Input::Path(path) => File::open(path).and_then(|file| up_to(most, file)),
            Input::Stdin => up_to(most, io::stdin().lock()),
            Input::Revision(revision) => revision.read(most),
            Input::Memory { bytes, .. } | Input::Fetched { bytes, .. } => Ok(bytes.clone()),
        };
        bytes.map_err(|error| IoError::new("read", self.name(), error))
    }
}

impl<P: AsRef<Path>> From<P> for Input {
    fn from(path: P) -> Self {
        Input::Path(path.as_ref().to_owned())
    }
}

fn up_to(most: usize, reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
