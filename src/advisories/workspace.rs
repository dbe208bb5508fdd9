//! Which lock file cargo uses for a crate: the one of its workspace.

use std::path::{Path, PathBuf};

use toml_edit::{Document, Item};

use super::error::AdvisoryError;

/// The lock file of a crate: that of the workspace that contains it, otherwise its own.
///
/// A `Cargo.lock` in a folder above that is not the root of the crate's workspace is about other code.
///
/// # Errors
///
/// If the lock file is missing, or a manifest cannot be read.
pub fn lock_file(folder: &Path) -> Result<PathBuf, AdvisoryError> {
    let folder = folder.canonicalize().map_err(|error| AdvisoryError::Io(folder.to_owned(), error))?;
    let root = root(&folder)?;
    let path = root.join("Cargo.lock");
    match path.is_file() {
        true => Ok(path),
        false => {
            Err(AdvisoryError::invalid(&root, "this folder has no Cargo.lock; `cargo generate-lockfile` writes one"))
        }
    }
}

/// The root of the workspace of a crate, as cargo finds it: `package.workspace`, otherwise the nearest folder above whose
/// manifest has a `workspace` that does not exclude the crate, otherwise the crate itself.
fn root(folder: &Path) -> Result<PathBuf, AdvisoryError> {
    let own = manifest(&folder.join("Cargo.toml"))?;
    if own.get("workspace").is_some() {
        return Ok(folder.to_owned());
    }
    if let Some(path) = own.get("package").and_then(|package| package.get("workspace")).and_then(Item::as_str) {
        let root = folder.join(path);
        return root.canonicalize().map_err(|error| AdvisoryError::Io(root, error));
    }
    for above in folder.ancestors().skip(1) {
        let path = above.join("Cargo.toml");
        if path.is_file()
            && manifest(&path)?.get("workspace").is_some_and(|workspace| contains(workspace, above, folder))
        {
            return Ok(above.to_owned());
        }
    }
    Ok(folder.to_owned())
}

/// Whether a workspace contains a crate below its root: it is not excluded, or is named as a member anyway.
fn contains(workspace: &Item, root: &Path, folder: &Path) -> bool {
    let names = |key: &str| {
        let list = workspace.get(key).and_then(Item::as_array);
        let mut paths = list.into_iter().flatten().filter_map(|path| path.as_str());
        paths.any(|path| folder.starts_with(root.join(path)))
    };
    names("members") || !names("exclude")
}

fn manifest(path: &Path) -> Result<Document<String>, AdvisoryError> {
    let text = AdvisoryError::read(path)?;
    Document::parse(text).map_err(|error| AdvisoryError::invalid(path, format!("invalid TOML: {}", error.message())))
}
