//! The files of a run, in memory.

use std::collections::BTreeMap;

use super::error::{MARK, OutputError};
use super::path::RelPath;

/// What precedes the name of the pack in a header.
const PACK: &str = "with the pack \"";

/// How the first line of a generated file starts: a comment of Rust, TOML, Markdown, CSS, SQL, Lisp or TeX, or the key of
/// JSON, which has no comments.
const COMMENTS: [&str; 8] = ["//", "#", "<!--", "/*", "--", ";", "%", "{ \"x-keystub-generated\": \""];

/// The names of files that generated code includes and that are not code: the page and the document of a server.
pub(crate) const INCLUDED: [&str; 2] = ["docs_page.html", "openapi.json"];

/// Who owns a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// keystub: it has the header, is written whenever its bytes differ, and is removed when it is no longer generated.
    Generated,
    /// The user, once it exists: it is only written if there is no such file.
    Once,
    /// The user, from the start: it is only written into a folder that has no file of the kind `Once`. Someone who
    /// generated the crate before, or removed the file, does not get it.
    AtFirst,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) kind: FileKind,
    pub(super) text: String,
}

/// Files by path, in the order of their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileSet {
    pub(super) files: BTreeMap<RelPath, File>,
    /// Whether the folders of all generated files are searched for files that are no longer generated, instead of those
    /// of code.
    pub(super) is_searched: bool,
}

impl FileSet {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty set. Files that are no longer generated are searched next to every generated file, whatever its language.
    pub(crate) fn searched() -> Self {
        Self { is_searched: true, ..Self::default() }
    }

    /// Adds a file; CR LF becomes LF.
    ///
    /// # Errors
    ///
    /// If the path is taken (also by a path that differs only in case, or that is a folder of the other), or if a
    /// generated file does not have the header.
    pub fn insert(&mut self, path: RelPath, kind: FileKind, text: impl Into<String>) -> Result<(), OutputError> {
        if let Some(taken) = self.files.keys().find(|other| other.collides_with(&path)) {
            return Err(OutputError::Taken { path: path.to_string(), by: taken.to_string() });
        }
        let text = text.into().replace("\r\n", "\n");
        if kind == FileKind::Generated && !has_header(text.as_bytes()) {
            return Err(OutputError::NoHeader(path.to_string()));
        }
        self.files.insert(path, File { kind, text });
        Ok(())
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        let found = self.files.iter().find(|(other, _)| other.as_str() == path);
        found.map(|(_, file)| file.text.as_str())
    }

    /// Every path with its text.
    pub fn texts(&self) -> BTreeMap<&str, &str> {
        self.files.iter().map(|(path, file)| (path.as_str(), file.text.as_str())).collect()
    }

    /// Every path with its kind.
    pub fn kinds(&self) -> impl Iterator<Item = (&RelPath, FileKind)> {
        self.files.iter().map(|(path, file)| (path, file.kind))
    }

    /// The number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// What the header of a file says of the pack that makes it.
pub(crate) fn pack_mark(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name: String = name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    format!("{PACK}{}\"", name.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-"))
}

/// The name of the pack in the header of a file; `None` if it was not made by a pack.
pub(super) fn pack(bytes: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(bytes.split(|b| *b == b'\n').next()?).ok()?;
    line.split_once(MARK)?.1.trim_start().strip_prefix(PACK)?.split('"').next()
}

/// Whether the bytes start with keystub's header.
pub(super) fn has_header(bytes: &[u8]) -> bool {
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return false };
    COMMENTS.iter().any(|comment| line.starts_with(comment)) && line.contains(MARK)
}
