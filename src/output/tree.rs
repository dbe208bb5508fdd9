//! The current state of the output folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file_set::{INCLUDED, has_header, pack};
use super::{FileKind, FileSet, OutputError, RelPath};
use crate::diag::IoError;

/// What exists at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Present {
    Nothing,
    File(Vec<u8>),
    Folder,
    /// A link, a socket, a device.
    Other,
}

/// Looks at a path without following links.
pub(super) fn look(path: &Path) -> Result<Present, IoError> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        // A path below a file does not exist either.
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
    /// Rejects an output folder, or a required folder in it, that is a link or not a folder.
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

    /// The generated files in the output folder that are no longer generated, in order. Those of other packs stay.
    ///
    /// They are searched below the folder that contains all generated code. If that is the output folder itself, only
    /// the folders of the files in the set are searched, since other generated code may be further down.
    pub(super) fn strays(&self, out: &Path) -> Result<Vec<PathBuf>, IoError> {
        let mut strays = Vec::new();
        let own = self.texts().values().find_map(|text| pack(text.as_bytes()));
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
                    && (self.has_kind_of(&path) || self.may_include(&path))
                    && !self.has(out, &path)
                    && matches!(look(&path)?, Present::File(bytes) if has_header(&bytes) && pack(&bytes) == own)
                {
                    strays.push(path);
                }
            }
        }
        strays.sort();
        Ok(strays)
    }

    /// Whether a file shows that generated files are searched in its folder. A page alone does not: a folder may have
    /// several single pages.
    fn is_searched_for(&self, path: &str) -> bool {
        self.is_searched || path.ends_with(".rs") || path.ends_with(".js")
    }

    /// Whether the set has a file with the same extension. Others belong to another target in the same folder.
    fn has_kind_of(&self, path: &Path) -> bool {
        self.files.keys().any(|own| Path::new(own.as_str()).extension() == path.extension())
    }

    /// Whether code may include this file, which is not code. It stays in the folder when the code no longer does.
    fn may_include(&self, path: &Path) -> bool {
        let is_named = INCLUDED.iter().any(|name| path.file_name().is_some_and(|own| own == *name));
        is_named && self.files.keys().any(|own| own.as_str().ends_with(".rs"))
    }

    /// The deepest folder that contains all generated code; empty for the output folder.
    fn code_folder(&self) -> String {
        let folders = self.code_paths().map(|path| path.folder().split('/').collect::<Vec<_>>());
        let common = folders.reduce(|common, folder| {
            common.into_iter().zip(folder).take_while(|(one, other)| one == other).map(|(one, _)| one).collect()
        });
        common.unwrap_or_default().join("/")
    }

    fn code_paths(&self) -> impl Iterator<Item = &RelPath> {
        let is_code = move |(path, kind): &(&RelPath, FileKind)| {
            *kind == FileKind::Generated && self.is_searched_for(path.as_str())
        };
        self.kinds().filter(is_code).map(|(path, _)| path)
    }

    fn has(&self, out: &Path, path: &Path) -> bool {
        self.files.keys().any(|own| own.within(out) == path)
    }
}

/// The entries of a folder in order; empty if the folder does not exist.
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
