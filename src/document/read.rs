//! Bytes from a file, standard input or memory, never more than the cap.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diag::IoError;

/// Where a document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// Bytes that are here already.
    Memory {
        /// The name that diagnostics show.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

impl Input {
    /// The input that an argument names: a path, or `-` for standard input.
    pub fn path_or_stdin(argument: &str) -> Self {
        match argument {
            "-" => Input::Stdin,
            path => Input::Path(path.into()),
        }
    }

    /// The name that diagnostics show.
    pub fn name(&self) -> String {
        match self {
            Input::Path(path) => path.display().to_string(),
            Input::Stdin => "<stdin>".to_owned(),
            Input::Memory { name, .. } => name.clone(),
        }
    }

    /// The file, where it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Input::Path(path) => Some(path),
            Input::Stdin | Input::Memory { .. } => None,
        }
    }

    /// The bytes; one more than `most` where there are more.
    pub(super) fn read(&self, most: usize) -> Result<Vec<u8>, IoError> {
        let bytes = match self {
            Input::Path(path) => File::open(path).and_then(|file| up_to(most, file)),
            Input::Stdin => up_to(most, io::stdin().lock()),
            Input::Memory { bytes, .. } => Ok(bytes.clone()),
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
