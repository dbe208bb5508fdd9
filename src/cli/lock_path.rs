//! Where the lock file is.

use std::path::{Path, PathBuf};

use crate::options::Options;

/// The lock file: the one of the command line, else the one of the configuration, else `keystub.lock` next to that.
pub(super) fn lock_path(chosen: Option<&Path>, options: &Options) -> PathBuf {
    let folder = options.file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let chosen = chosen.map(Path::to_owned).or_else(|| options.lock.clone());
    chosen.unwrap_or_else(|| folder.join("keystub.lock"))
}
