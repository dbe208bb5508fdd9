//! Paths inside the output folder that are safe on every file system.

use std::fmt;
use std::path::{Path, PathBuf};

use super::OutputError;

/// The maximum length of a file or folder name, in bytes.
const NAME: usize = 100;

/// A path below the output folder, separated by `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// Checks a path.
    ///
    /// # Errors
    ///
    /// If a name is empty, `.`, `..`, longer than 100 bytes, ends with a dot, is reserved on Windows, or has characters
    /// other than ASCII letters, digits, `_`, `-` and `.`.
    pub fn new(path: &str) -> Result<Self, OutputError> {
        if path.split('/').all(is_safe) {
            Ok(Self(path.to_owned()))
        } else {
            Err(OutputError::BadPath(path.to_owned()))
        }
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path below `folder`.
    pub fn within(&self, folder: &Path) -> PathBuf {
        self.0.split('/').fold(folder.to_owned(), |path, name| path.join(name))
    }

    /// The folders that contain it, from the top.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(end, _)| &self.0[..end])
    }

    /// The folder that contains it; empty at the top.
    pub(super) fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether both cannot be in one set on a case-insensitive file system.
    pub(super) fn collides_with(&self, other: &RelPath) -> bool {
        let (one, other) = (self.0.to_ascii_lowercase(), other.0.to_ascii_lowercase());
        let is_folder_of =
            |folder: &str, path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        one == other || is_folder_of(&one, &other) || is_folder_of(&other, &one)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_safe(name: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    (1..=NAME).contains(&name.len()) && name.bytes().all(is_plain) && !name.ends_with('.') && !is_device(&stem)
}

/// Device names of Windows, with any extension.
fn is_device(stem: &str) -> bool {
    let numbered = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    let is_numbered = numbered.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()));
    matches!(stem, "con" | "prn" | "aux" | "nul") || is_numbered
}

#[cfg(test)]
mod tests {
    use super::RelPath;

    #[test]
    fn unsafe_paths_are_rejected() {
        for path in ["src/lib.rs", "Cargo.toml", ".gitignore", "src/a-b_c.rs", "src/runtime/com.rs"] {
            assert!(RelPath::new(path).is_ok(), "{path}");
        }
        let long = "a".repeat(101);
        let refused = [
            "",
            "/etc/x",
            "a//b",
            "a/",
            "../x",
            "a/../b",
            ".",
            "a/.",
            "C:\\x",
            "a\\b",
            "..%2f",
            "a\0",
            "ä.rs",
            "a b",
            "con",
            "src/AUX.rs",
            "nul.txt",
            "com1",
            "x.",
            &long,
        ];
        for path in refused {
            assert!(RelPath::new(path).is_err(), "{path}");
        }
    }

    #[test]
    fn paths_collide_by_case_or_as_folders() {
        let path = |text| RelPath::new(text).unwrap();
        assert!(path("src/Lib.rs").collides_with(&path("src/lib.rs")));
        assert!(path("src").collides_with(&path("src/lib.rs")));
        assert!(!path("src/lib").collides_with(&path("src/lib.rs")));
    }
}
