//! A folder with advisories, such as a clone of the advisory database of RustSec.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::advisory::Advisory;
use super::error::AdvisoryError;

/// The advisories by package.
#[derive(Debug)]
pub struct Database {
    advisories: BTreeMap<String, Vec<Advisory>>,
}

impl Database {
    /// Reads `crates/PACKAGE/ID.md`.
    ///
    /// # Errors
    ///
    /// If the folder has no advisories, or one of them is invalid: an advisory that cannot be read is never ignored.
    pub fn read(folder: &Path) -> Result<Self, AdvisoryError> {
        let root = folder.join("crates");
        if !root.is_dir() {
            let message = "is not an advisory database: it has no folder `crates`; expected a clone of \
                           https://github.com/RustSec/advisory-db";
            return Err(AdvisoryError::invalid(folder, message));
        }
        let mut advisories: BTreeMap<String, Vec<Advisory>> = BTreeMap::new();
        let mut is_empty = true;
        for package in entries(&root)?.into_iter().filter(|path| path.is_dir()) {
            for path in entries(&package)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
                is_empty = false;
                let advisory = Advisory::parse(&path, &AdvisoryError::read(&path)?)?;
                if let Some(advisory) = advisory {
                    advisories.entry(advisory.package.clone()).or_default().push(advisory);
                }
            }
        }
        if is_empty {
            return Err(AdvisoryError::invalid(&root, "has no advisories"));
        }
        Ok(Self { advisories })
    }

    /// The advisories about a package.
    pub fn about(&self, package: &str) -> &[Advisory] {
        self.advisories.get(package).map_or(&[], Vec::as_slice)
    }
}

/// The entries of a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, AdvisoryError> {
    let failed = |error| AdvisoryError::Io(folder.to_owned(), error);
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    paths.sort();
    Ok(paths)
}
