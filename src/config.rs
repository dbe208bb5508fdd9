//! `keystub.toml`: options in a file, so that every run gives the same result, and the APIs that `keystub generate`
//! generates.

mod audit;
mod init;
mod key;
mod keys;
mod page;
mod pagination;
mod schema;
mod section;
#[cfg(test)]
mod tests;
mod types;
mod value;

use std::fmt;
use std::path::{Component, Path, PathBuf};

use toml_edit::{Document, Item, Table};

use crate::options::{Options, Product};
pub use init::{InitialApi, initial};
#[cfg(test)]
pub use key::Place;
use key::{API, Draft};
#[cfg(test)]
pub use keys::KEYS;
pub use page::page;
pub use schema::schema;
use section::{Section, set};
use value::{Failure, start};
#[cfg(feature = "cli")]
pub use value::{features, layout, runtime};

/// An error in a configuration file.
#[derive(Debug)]
pub struct ConfigError {
    path: PathBuf,
    line: Option<usize>,
    message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

impl Options {
    /// These options with those of a configuration file in their place.
    ///
    /// Paths in the file are relative to its folder. Its overlays are applied after those of these options. The file may not have `[[api]]` tables.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not valid TOML, or has an unknown key or an invalid value.
    pub fn with_file(mut self, path: &Path) -> Result<Self, ConfigError> {
        let overlays = std::mem::take(&mut self.overlays);
        let (mut options, apis) = read(self, path)?;
        if let Some(api) = apis.first() {
            // Without this error, the settings of the table would have no effect.
            let message = "only `keystub generate` reads `[[api]]`; use a file with settings at top level".to_owned();
            return Err(ConfigError { path: path.to_owned(), line: Some(api.line), message });
        }
        options.overlays.splice(..0, overlays);
        options.file = Some(path.to_owned());
        Ok(options)
    }

    /// These options with one setting in its place: a line of a configuration file, such as `limits.depth = 100`.
    ///
    /// # Errors
    ///
    /// A message, if the line is not valid TOML, or has an unknown key or an invalid value.
    #[cfg(feature = "cli")]
    pub(crate) fn with_line(self, line: &str) -> Result<Self, String> {
        match parse(self, Path::new(""), line) {
            Ok((options, apis)) if apis.is_empty() => Ok(options),
            Ok(_) => Err("only a file can have `[[api]]`".to_owned()),
            Err((_, message)) => Err(message),
        }
    }
}

/// The APIs of a configuration file.
#[derive(Debug)]
pub struct Configuration {
    file: PathBuf,
    /// The APIs in the order of the file; at least one.
    pub apis: Vec<ApiConfiguration>,
}

/// One API: its `[[api]]` table, completed by the settings at top level.
#[derive(Debug)]
#[non_exhaustive]
pub struct ApiConfiguration {
    /// The line of the table.
    pub line: usize,
    /// The document.
    pub spec: PathBuf,
    /// What is generated.
    pub product: Product,
    /// The output folder.
    pub out: PathBuf,
    /// Everything else.
    pub options: Options,
}

impl Configuration {
    /// Reads a file with at least one `[[api]]`.
    ///
    /// # Errors
    ///
    /// Those of [`Options::with_file`], and if a table lacks a key or two APIs share an output folder.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let (_, apis) = read(Options::default(), path)?;
        let failed = |line, message| ConfigError { path: path.to_owned(), line, message };
        if apis.is_empty() {
            let message = "expected at least one `[[api]]` with `spec`, `kind` and `out`".to_owned();
            return Err(failed(None, message));
        }
        match shared_folder(&apis) {
            Some((line, message)) => Err(failed(Some(line), message)),
            None => Ok(Self { file: path.to_owned(), apis }),
        }
    }

    /// The options for a document: those of its `[[api]]`, or those at top level if the file has none.
    ///
    /// # Errors
    ///
    /// Those of [`Options::with_file`], and if the file describes only other documents.
    #[cfg(feature = "cli")]
    pub(crate) fn of_document(path: &Path, document: &Path) -> Result<Options, ConfigError> {
        let (top, apis) = read(Options::default(), path)?;
        let own = apis.iter().find(|api| normalized(&api.spec) == normalized(document));
        let mut options = match own {
            Some(api) => api.options.clone(),
            None if apis.is_empty() => top,
            None => {
                let message = format!("no `[[api]]` has the document `{}`", document.display());
                return Err(ConfigError { path: path.to_owned(), line: None, message });
            }
        };
        options.file = Some(path.to_owned());
        Ok(options)
    }

    /// A message about an API, with the place of its table.
    pub fn located(&self, api: &ApiConfiguration, message: &str) -> String {
        format!("{}:{}: {message}", self.file.display(), api.line)
    }
}

/// Reads the settings at top level and the APIs.
fn read(options: Options, path: &Path) -> Result<(Options, Vec<ApiConfiguration>), ConfigError> {
    let failed = |message: String| ConfigError { path: path.to_owned(), line: None, message };
    let text = std::fs::read_to_string(path).map_err(|error| failed(format!("cannot read: {error}")))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let located = |(at, message): Failure| ConfigError { line: at.map(|at| line(&text, at)), ..failed(message) };
    parse(options, folder, &text).map_err(located)
}

/// The line of an offset.
fn line(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn parse(options: Options, folder: &Path, text: &str) -> Result<(Options, Vec<ApiConfiguration>), Failure> {
    let document = Document::parse(text)
        .map_err(|error| (error.span().map(|span| span.start), format!("invalid TOML: {}", error.message())))?;
    let mut top = Draft { folder: folder.to_owned(), spec: None, kind: None, pack: None, out: None, options };
    let is_api = |(name, _): &(&str, &Item)| *name == API;
    for (name, item) in document.iter().filter(|entry| !is_api(entry)) {
        set(&mut top, Section::TopLevel, name, item)?;
    }
    let mut apis = Vec::new();
    for (_, item) in document.iter().filter(is_api) {
        let message = || (start(item), "`api` must be an array of tables; expected `[[api]]`".to_owned());
        for table in item.as_array_of_tables().ok_or_else(message)? {
            apis.push(api(&top, table, text)?);
        }
    }
    Ok((top.options, apis))
}

/// One `[[api]]`.
fn api(top: &Draft, table: &Table, text: &str) -> Result<ApiConfiguration, Failure> {
    let at = table.span().map(|span| span.start);
    let mut draft = top.clone();
    for (name, item) in table.iter() {
        set(&mut draft, Section::Api, name, item)?;
    }
    let missing = |name: &str| (at, format!("`[[api]]` lacks `{name}`"));
    let product = match (draft.kind, draft.pack) {
        (Some(kind), None) => Some(Product::Rust(kind)),
        (None, Some(folder)) => Some(Product::Pack(folder)),
        (None, None) => None,
        (Some(_), Some(_)) => return Err((at, "`[[api]]` has both `kind` and `pack`".to_owned())),
    };
    Ok(ApiConfiguration {
        line: line(text, at.unwrap_or_default()),
        spec: draft.spec.ok_or_else(|| missing("spec"))?,
        product: product.ok_or_else(|| (at, "`[[api]]` lacks `kind` or `pack`".to_owned()))?,
        out: draft.out.ok_or_else(|| missing("out"))?,
        options: draft.options,
    })
}

/// The line and the message of the first API whose output folder is, contains or is inside that of another: each would
/// remove the files of the other.
fn shared_folder(apis: &[ApiConfiguration]) -> Option<(usize, String)> {
    let folders: Vec<PathBuf> = apis.iter().map(|api| normalized(&api.out)).collect();
    for (at, folder) in folders.iter().enumerate() {
        let is_shared = |other: &PathBuf| other.starts_with(folder) || folder.starts_with(other);
        if let Some(other) = folders[..at].iter().position(is_shared) {
            let (out, other_out, line) = (apis[at].out.display(), apis[other].out.display(), apis[other].line);
            let message =
                format!("`out` is `{out}`, which overlaps with `{other_out}` of the `[[api]]` in line {line}");
            return Some((apis[at].line, message));
        }
    }
    None
}

/// The absolute path of a folder, with links resolved as far as it exists.
fn normalized(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut path = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
        path = path.canonicalize().unwrap_or(path);
    }
    path
}
