//! `keystub.lock`: the hashes of remote files.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{Document, DocumentMut, Item, Table, value};

/// The version of the format.
const VERSION: i64 = 1;

/// The contents of a lock file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    /// The hashes of remote files by URL.
    pub(crate) remote: BTreeMap<String, String>,
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
                "version" => version = item.as_integer(),
                "remote" => lock.remote = texts(item).map_err(|message| located(item, message))?,
                other => return Err(located(item, format!("unknown key `{other}`; expected `version` or `remote`"))),
            }
        }
        match version {
            Some(VERSION) => Ok(lock),
            _ => Err((1, format!("unknown version of the lock file; expected `version = {VERSION}`"))),
        }
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        let mut document = DocumentMut::new();
        document["version"] = value(VERSION);
        if !self.remote.is_empty() {
            document["remote"] = Item::Table(table(&self.remote));
        }
        format!("# Written by `keystub lock`. Commit this file.\n{document}")
    }
}

fn table(texts: &BTreeMap<String, String>) -> Table {
    let mut table = Table::new();
    texts.iter().for_each(|(key, text)| _ = table.insert(key, value(text)));
    table
}

fn texts(item: &Item) -> Result<BTreeMap<String, String>, String> {
    let table = item.as_table_like().ok_or("expected a table of strings")?;
    let text = |(key, item): (&str, &Item)| {
        let text = item.as_str().ok_or_else(|| format!("`{key}` must be a string"))?;
        Ok((key.to_owned(), text.to_owned()))
    };
    table.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::Lock;

    #[test]
    fn a_lock_file_is_read_as_written() {
        let remote = [("https://a.test/x?y=\"1\"".to_owned(), "sha256:00".to_owned())].into();
        let lock = Lock { remote };
        assert_eq!(Lock::parse(&lock.text()), Ok(lock));
        assert_eq!(Lock::parse(&Lock::default().text()), Ok(Lock::default()));
    }

    #[test]
    fn broken_lock_files_are_errors_with_their_line() {
        for (text, line, message) in [
            ("", 1, "unknown version"),
            ("version = 2", 1, "unknown version"),
            ("version = 1\nremote = 1", 2, "expected a table"),
            ("version = 1\n[remote]\nx = 1", 2, "`x` must be a string"),
            ("version = 1\nnmaes = 1", 2, "unknown key `nmaes`"),
            ("version = 1\n[", 2, "invalid TOML"),
        ] {
            let (at, found) = Lock::parse(text).unwrap_err();
            assert!(at == line && found.contains(message), "{text}: {at} {found}");
        }
    }
}
