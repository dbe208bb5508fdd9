//! `Cargo.lock`: the packages that a build uses.

use std::path::Path;

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

/// The packages from a registry; those without a source are in the workspace, and no advisory is about them.
///
/// # Errors
///
/// If the file does not list the crate: the packages in it are not those of its build.
pub fn packages(path: &Path, name_of_crate: &str) -> Result<Vec<Locked>, AdvisoryError> {
    let text = AdvisoryError::read(path)?;
    let fail = |message: String| AdvisoryError::invalid(path, message);
    let document = Document::parse(text).map_err(|error| fail(format!("invalid TOML: {}", error.message())))?;
    let Some(list) = document.get("package").and_then(Item::as_array_of_tables) else {
        return Err(fail("expected the array of tables `package`".to_owned()));
    };
    let is_crate = |table: &Table| {
        table.get("name").and_then(Item::as_str) == Some(name_of_crate) && !table.contains_key("source")
    };
    if !list.iter().any(is_crate) {
        return Err(fail(format!(
            "does not list `{name_of_crate}`: it is out of date, or the crate is not in this workspace; `cargo check` \
             updates it or says why not"
        )));
    }
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
