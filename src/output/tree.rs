//! What stands in the out folder now.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{FileKind, FileSet, OutputError, RelPath, is_ours};
use crate::diag::IoError;

/// What stands at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Present {
    Nothing,
    File(Vec<u8>),
    Folder,
    /// A link, a socket, a device.
    Other,
}

/// Looks at a path without following a link.
pub(super) fn look(path: &Path) -> Result<Present, IoError> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        // A path below a file is nothing as well.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Present::Nothing);
        }
        Err(error) => return Err(IoError::new("read", path, error)),
    };
    if kind.is_file() {
        let bytes = fs::read(path).map_err(|error| IoError::new("read", path, error))?;
        Ok(Present::File(bytes))
    } else if kind.is_dir() {
        Ok(Present::Folder)
    } else {
        Ok(Present::Other)
    }
}

impl FileSet {
    /// Refuses an out folder, or a folder in it that is needed, that is a link or no folder.
    pub(super) fn check_folders(&self, out: &Path) -> Result<(), OutputError> {
        let mut folders = BTreeSet::from([out.to_owned()]);
        folders.extend(self.files.keys().flat_map(RelPath::folders).map(|folder| out.join(folder)));
        for folder in folders {
            match look(&folder)? {
                Present::Nothing | Present::Folder => {}
                Present::File(_) | Present::Other => return Err(OutputError::InTheWay(folder)),
            }
        }
        Ok(())
    }

    /// The files of ours in the out folder that are made no more, in order.
    ///
    /// They are looked for below the folder that holds all our code, where that is not the out folder itself: then
    /// only beside files of the set, since other code of ours may stand further down.
    pub(super) fn strays(&self, out: &Path) -> Result<Vec<PathBuf>, IoError> {
        let mut strays = Vec::new();
        let code = self.code_folder();
        let mut folders: Vec<PathBuf> = match code.as_str() {
            "" => self.code_paths().map(|path| out.join(path.folder())).collect::<BTreeSet<_>>().into_iter().collect(),
            code => vec![out.join(code)],
        };
        while let Some(folder) = folders.pop() {
            for (path, kind) in entries(&folder)? {
                if kind.is_dir() && !code.is_empty() {
                    folders.push(path);
                } else if kind.is_file()
                    && !self.has(out, &path)
                    && matches!(look(&path)?, Present::File(bytes) if is_ours(&bytes))
                {
                    strays.push(path);
                }
            }
        }
        strays.sort();
        Ok(strays)
    }

    /// The deepest folder that holds all Rust files of ours; empty for the out folder.
    fn code_folder(&self) -> String {
        let folders = self.code_paths().map(|path| path.folder().split('/').collect::<Vec<_>>());
        let common = folders.reduce(|common, folder| {
            common.into_iter().zip(folder).take_while(|(one, other)| one == other).map(|(one, _)| one).collect()
        });
        common.unwrap_or_default().join("/")
    }

    fn code_paths(&self) -> impl Iterator<Item = &RelPath> {
        let is_code =
            |(path, kind): &(&RelPath, FileKind)| *kind == FileKind::Generated && path.as_str().ends_with(".rs");
        self.kinds().filter(is_code).map(|(path, _)| path)
    }

    fn has(&self, out: &Path, path: &Path) -> bool {
        self.files.keys().any(|own| own.within(out) == path)
    }
}

/// The entries of a folder in order; none where it is not there.
fn entries(folder: &Path) -> Result<Vec<(PathBuf, fs::FileType)>, IoError> {
    let failed = |error| IoError::new("read", folder, error);
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(failed(error)),
    };
    let mut entries = Vec::new();
    for entry in listing {
        let entry = entry.map_err(failed)?;
        entries.push((entry.path(), entry.file_type().map_err(failed)?));
    }
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(entries)
}
