//! `Cargo.lock`: the packages that a build uses.

use std::path::{Path, PathBuf};

use semver::Version;
use toml_edit::{Document, Item, Table};

use super::error::AdvisoryError;

/// A locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
}

/// The lock file of a crate: its own, or that of the workspace that contains it.
pub fn lock_file(folder: &Path) -> Result<PathBuf, AdvisoryError> {
    let absolute = std::path::absolute(folder).map_err(|error| AdvisoryError::Io(folder.to_owned(), error))?;
    let found = absolute.ancestors().map(|folder| folder.join("Cargo.lock")).find(|path| path.is_file());
    found.ok_or_else(|| {
        AdvisoryError::invalid(
            folder,
            "neither it nor a folder above has a Cargo.lock; `cargo generate-lockfile` writes one",
        )
    })
}

/// The packages from a registry; those without a source are in the workspace, and no advisory is about them.
pub fn packages(path: &Path) -> Result<Vec<Locked>, AdvisoryError> {
    let text = AdvisoryError::read(path)?;
    let fail = |message: String| AdvisoryError::invalid(path, message);
    let document = Document::parse(text).map_err(|error| fail(format!("invalid TOML: {}", error.message())))?;
    let Some(list) = document.get("package").and_then(Item::as_array_of_tables) else {
        return Err(fail("expected the array of tables `package`".to_owned()));
    };
    let package = |table: &Table| {
        let field = |key: &str| table.get(key).and_then(Item::as_str);
        let (Some(name), Some(version)) = (field("name"), field("version")) else {
            return Err(fail("expected `name` and `version` in every `package`".to_owned()));
        };
        let version = Version::parse(version).map_err(|error| fail(format!("invalid version of `{name}`: {error}")))?;
        Ok(field("source").map(|_| Locked { name: name.to_owned(), version }))
    };
    list.iter().filter_map(|table| package(table).transpose()).collect()
}
