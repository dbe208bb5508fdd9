//! `keystub.lock`: names that stay, and the hashes of remote files.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{Document, Item};
#[cfg(feature = "cli")]
use toml_edit::{DocumentMut, Table, value};

use crate::document::Input;
use crate::options::LockedNames;

/// The version of the format.
const VERSION: i64 = 2;

/// The version whose names have other keys: the file names of documents, and the indices of parameters.
const OTHER_KEYS: i64 = 1;

/// The contents of a lock file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    /// The hashes of remote files by URL.
    pub(crate) remote: BTreeMap<String, String>,
    /// The names of each document, by [`key`].
    pub(crate) names: BTreeMap<String, LockedNames>,
}

impl Lock {
    /// Reads a lock file; empty if there is none.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(format!("cannot read `{}`: {error}", path.display())),
        };
        Self::parse(&text).map_err(|(line, message)| format!("{}:{line}: {message}", path.display()))
    }

    /// Parses a lock file; an error has its line.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let line = |at: Option<usize>| text[..at.unwrap_or(0).min(text.len())].matches('\n').count() + 1;
        let located = |item: &Item, message: String| (line(item.span().map(|span| span.start)), message);
        let document = Document::parse(text).map_err(|error| {
            (line(error.span().map(|span| span.start)), format!("invalid TOML: {}", error.message()))
        })?;
        let mut lock = Self::default();
        let mut version = None;
        for (key, item) in document.iter() {
            match key {
                "version" => version = Some(item),
                "remote" => lock.remote = texts(item).map_err(|message| located(item, message))?,
                "names" => lock.names = names(item).map_err(|(at, message)| located(at.unwrap_or(item), message))?,
                other => {
                    let message = format!("unknown key `{other}`; expected `version`, `remote` or `names`");
                    return Err(located(item, message));
                }
            }
        }
        match version.and_then(Item::as_integer) {
            Some(VERSION) => Ok(lock),
            Some(OTHER_KEYS) if lock.names.is_empty() => Ok(lock),
            Some(OTHER_KEYS) => {
                let message = "the names of `version = 1` have other keys; remove the `names` and run `keystub lock` \
                               for each document";
                Err((line(version.and_then(Item::span).map(|span| span.start)), message.to_owned()))
            }
            _ => Err((1, format!("unknown version of the lock file; expected `version = {VERSION}`"))),
        }
    }

    /// The text of the file.
    #[cfg(feature = "cli")]
    pub(crate) fn text(&self) -> String {
        let mut document = DocumentMut::new();
        document["version"] = value(VERSION);
        if !self.remote.is_empty() {
            document["remote"] = Item::Table(table(&self.remote));
        }
        if !self.names.is_empty() {
            let mut all = Table::new();
            all.set_implicit(true);
            for (document, LockedNames { operations, types }) in &self.names {
                let mut names = Table::new();
                names.set_implicit(true);
                names.insert("operations", Item::Table(table(operations)));
                names.insert("types", Item::Table(table(types)));
                all.insert(document, Item::Table(names));
            }
            document["names"] = Item::Table(all);
        }
        format!("# Written by `keystub lock`. Commit this file.\n{document}")
    }
}

/// The key of a document in a lock file: a path relative to the folder of the lock file, or the URL.
pub(crate) fn key(input: &Input, lock: &Path) -> String {
    let path = match input {
        Input::Path(path) => path,
        Input::Revision(revision) => revision.path(),
        Input::Stdin | Input::Memory { .. } | Input::Fetched { .. } => return input.name().to_string(),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match folders(path, lock) {
        Some(mut parts) => {
            parts.push(name);
            parts.join("/")
        }
        None => name,
    }
}

/// The folders from the lock file to the document; `None` if one of theirs does not exist, or if they are on different
/// drives.
fn folders(document: &Path, lock: &Path) -> Option<Vec<String>> {
    let folder = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new(".")).canonicalize().ok()
    };
    let (document, lock) = (folder(document)?, folder(lock)?);
    let common = document.components().zip(lock.components()).take_while(|(one, other)| one == other).count();
    let up = lock.components().skip(common).map(|_| "..".to_owned());
    let down = document.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    (common > 0).then(|| up.chain(down).collect())
}

#[cfg(feature = "cli")]
fn table(texts: &BTreeMap<String, String>) -> Table {
    let mut table = Table::new();
    texts.iter().for_each(|(key, text)| _ = table.insert(key, value(text)));
    table
}

/// The names of each document. An error has the item that it is about, if that is not the whole.
fn names(item: &Item) -> Result<BTreeMap<String, LockedNames>, (Option<&Item>, String)> {
    let documents = item.as_table_like().ok_or_else(|| (None, "expected a table of documents".to_owned()))?;
    let of = |(document, item): (&str, &'_ Item)| -> Result<_, String> {
        let kinds = item.as_table_like().ok_or("expected a table with `operations` and `types`")?;
        let mut names = LockedNames::default();
        for (kind, item) in kinds.iter() {
            match kind {
                "operations" => names.operations = texts(item)?,
                "types" => names.types = texts(item)?,
                other => return Err(format!("unknown key `{other}`; expected `operations` or `types`")),
            }
        }
        Ok((document.to_owned(), names))
    };
    documents.iter().map(|entry| of(entry).map_err(|message| (Some(entry.1), message))).collect()
}

fn texts(item: &Item) -> Result<BTreeMap<String, String>, String> {
    let table = item.as_table_like().ok_or("expected a table of strings")?;
    let text = |(key, item): (&str, &Item)| {
        let text = item.as_str().ok_or_else(|| format!("`{key}` must be a string"))?;
        Ok((key.to_owned(), text.to_owned()))
    };
    table.iter().map(text).collect()
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::{Lock, LockedNames};

    #[test]
    fn a_lock_file_is_read_as_written() {
        let remote = [("https://a.test/x?y=\"1\"".to_owned(), "sha256:00".to_owned())].into();
        let operations = [("GET /pets/{id}".to_owned(), "get_pet".to_owned())].into();
        let types = [("/components/schemas/Pet".to_owned(), "Pet".to_owned())].into();
        let names = [("api.yaml".to_owned(), LockedNames { operations, types })].into();
        let lock = Lock { remote, names };
        assert_eq!(Lock::parse(&lock.text()), Ok(lock));
        assert_eq!(Lock::parse(&Lock::default().text()), Ok(Lock::default()));
    }

    #[test]
    fn hashes_of_version_1_are_read() {
        let remote = [("https://a.test/x".to_owned(), "sha256:00".to_owned())].into();
        let text = "version = 1\n[remote]\n'https://a.test/x' = 'sha256:00'";
        assert_eq!(Lock::parse(text), Ok(Lock { remote, ..Lock::default() }));
    }

    #[test]
    fn broken_lock_files_are_errors_with_their_line() {
        for (text, line, message) in [
            ("", 1, "unknown version"),
            ("version = 3", 1, "unknown version"),
            ("# A comment\nversion = 1\n[names.'a.yaml'.types]\nx = 'X'", 2, "remove the `names`"),
            ("version = 2\nremote = 1", 2, "expected a table"),
            ("version = 2\n[remote]\nx = 1", 2, "`x` must be a string"),
            ("version = 2\nnames = 1", 2, "expected a table of documents"),
            ("version = 2\n[names.'a.yaml']\nx = 1", 2, "unknown key `x`"),
            ("version = 2\n[names.'a.yaml'.types]\nx = 1", 2, "`x` must be a string"),
            ("version = 2\nnmaes = 1", 2, "unknown key `nmaes`"),
            ("version = 2\n[", 2, "invalid TOML"),
        ] {
            let (at, found) = Lock::parse(text).unwrap_err();
            assert!(at == line && found.contains(message), "{text}: {at} {found}");
        }
    }
}
