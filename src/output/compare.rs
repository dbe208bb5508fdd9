//! Compares a set with the output folder.

use std::fmt;
use std::path::Path;

use similar::TextDiff;

use super::tree::{Present, look};
use super::{FileKind, FileSet, OutputError};
use crate::diag::escaped;

/// The differences between an output folder and a set; paths are relative to the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// Files that do not exist.
    pub missing: Vec<String>,
    /// Generated files with other bytes.
    pub changed: Vec<String>,
    /// Files with keystub's header that are no longer generated.
    pub stray: Vec<String>,
}

impl Drift {
    /// Whether there are no differences.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.stray.is_empty()
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (word, paths) in [("missing", &self.missing), ("changed", &self.changed), ("stray", &self.stray)] {
            for path in paths {
                writeln!(f, "{word:8} {}", escaped(path))?;
            }
        }
        Ok(())
    }
}

impl FileSet {
    /// Whether the folder has none of the files that are written once.
    pub(super) fn is_new(&self, out: &Path) -> Result<bool, OutputError> {
        for (path, file) in &self.files {
            if file.kind == FileKind::Once && look(&path.within(out))? != Present::Nothing {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares the folder `out` with the set; writes nothing.
    ///
    /// A file that is written once may have any text.
    ///
    /// # Errors
    ///
    /// [`OutputError::Io`] if something cannot be read.
    pub fn check(&self, out: impl AsRef<Path>) -> Result<Drift, OutputError> {
        let out = out.as_ref();
        let mut drift = Drift::default();
        let is_new = self.is_new(out)?;
        for (path, file) in &self.files {
            match look(&path.within(out))? {
                Present::Nothing if file.kind == FileKind::AtFirst && !is_new => {}
                Present::Nothing => drift.missing.push(path.to_string()),
                Present::File(bytes) if file.kind != FileKind::Generated || bytes == file.text.as_bytes() => {}
                Present::File(_) | Present::Folder | Present::Other => drift.changed.push(path.to_string()),
            }
        }
        drift.stray = self.strays(out)?.iter().map(|path| relative(path, out)).collect();
        Ok(drift)
    }

    /// The changes that writing would make in the folder `out`, as a unified diff; empty if there are none.
    ///
    /// # Errors
    ///
    /// [`OutputError::Io`] if something cannot be read.
    pub fn diff(&self, out: impl AsRef<Path>) -> Result<String, OutputError> {
        self.diff_below(out, "")
    }

    /// Like [`Self::diff`], with paths below `folder`, such as `a/folder/src/lib.rs`.
    ///
    /// # Errors
    ///
    /// Those of [`Self::diff`].
    pub fn diff_below(&self, out: impl AsRef<Path>, folder: &str) -> Result<String, OutputError> {
        let out = out.as_ref();
        let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut text = String::new();
        let is_new = self.is_new(out)?;
        for (path, file) in &self.files {
            let present = look(&path.within(out))?;
            let is_users = match file.kind {
                FileKind::Generated => false,
                FileKind::Once => present != Present::Nothing,
                FileKind::AtFirst => present != Present::Nothing || !is_new,
            };
            if is_users {
                continue;
            }
            let (from, old) = match present {
                Present::Nothing => ("/dev/null".to_owned(), Vec::new()),
                Present::File(bytes) => (format!("a/{folder}{path}"), bytes),
                Present::Folder | Present::Other => (format!("a/{folder}{path} (not a file)"), Vec::new()),
            };
            unified(&from, &format!("b/{folder}{path}"), &String::from_utf8_lossy(&old), &file.text, &mut text);
        }
        for path in self.strays(out)? {
            if let Present::File(old) = look(&path)? {
                let from = format!("a/{folder}{}", relative(&path, out));
                unified(&from, "/dev/null", &String::from_utf8_lossy(&old), "", &mut text);
            }
        }
        Ok(text)
    }
}

/// The changes of one file as a unified diff; empty if there are none.
#[cfg(feature = "cli")]
pub fn unified_diff(name: &str, old: &str, new: &str) -> String {
    let mut text = String::new();
    unified(&format!("a/{name}"), &format!("b/{name}"), old, new, &mut text);
    text
}

fn unified(from: &str, to: &str, old: &str, new: &str, text: &mut String) {
    if old != new {
        let diff = TextDiff::from_lines(old, new);
        text.push_str(&diff.unified_diff().header(&escaped(from), &escaped(to)).to_string());
    }
}

fn relative(path: &Path, out: &Path) -> String {
    let path = path.strip_prefix(out).unwrap_or(path);
    path.components().map(|name| name.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
