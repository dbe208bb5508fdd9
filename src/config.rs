//! `keystub.toml`: what the user fixes for a document, so that every run gives the same.

use std::fmt;
use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

/// What is written around the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A crate, ready to build.
    Crate,
    /// The files of a module, whose entrance is `mod.rs`.
    Module,
}

/// Settings from a file; the command line wins over them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `name`: the name of the crate.
    pub name: Option<String>,
    /// `version`: its version.
    pub version: Option<String>,
    /// `layout`: `crate` or `module`.
    pub layout: Option<Layout>,
    /// `serde`: whether serde's traits are written; true where absent.
    pub has_serde: Option<bool>,
}

/// A configuration that cannot be read.
#[derive(Debug)]
pub struct ConfigError {
    path: PathBuf,
    message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no TOML, or has a key that is not known.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let failed = |message: String| ConfigError { path: path.to_owned(), message };
        let text = std::fs::read_to_string(path).map_err(|error| failed(format!("cannot read: {error}")))?;
        Self::parse(&text).map_err(failed)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let document: DocumentMut = text.parse().map_err(|error| format!("not TOML: {error}"))?;
        let mut config = Self::default();
        for (key, item) in document.iter() {
            let text = || item.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` must be a text"));
            match key {
                "name" => config.name = Some(text()?),
                "version" => config.version = Some(text()?),
                "layout" => config.layout = Some(layout(&text()?)?),
                "serde" => config.has_serde = Some(item.as_bool().ok_or("`serde` must be true or false")?),
                other => return Err(format!("unknown key `{other}`; expected name, version, layout or serde")),
            }
        }
        Ok(config)
    }
}

/// The layout of this name.
///
/// # Errors
///
/// When there is none.
pub fn layout(text: &str) -> Result<Layout, String> {
    match text {
        "crate" => Ok(Layout::Crate),
        "module" => Ok(Layout::Module),
        other => Err(format!("unknown layout `{other}`; expected crate or module")),
    }
}

/// The name where it can name a crate.
///
/// # Errors
///
/// When cargo would refuse it.
pub fn crate_name(text: &str) -> Result<String, String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if starts_well && text.len() <= 64 && text.chars().all(is_word) && !RESERVED.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{}` cannot name a crate; expected at most 64 letters, digits, `-` and `_`, a letter first",
        text.escape_debug()
    ))
}

/// Names that cargo or the language keep.
const RESERVED: &[&str] = &[
    "test",
    "core",
    "std",
    "alloc",
    "proc_macro",
    "self",
    "super",
    "crate",
    "build",
    "deps",
    "examples",
    "incremental",
];

/// The version where cargo takes it.
///
/// # Errors
///
/// When it is not of the form 1.2.3.
pub fn crate_version(text: &str) -> Result<String, String> {
    let (numbers, rest) = text.split_once(['-', '+']).unwrap_or((text, "0"));
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| {
        !part.is_empty()
            && part.len() < 10
            && part.chars().all(|c| c.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    let is_tail = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
    if parts.len() == 3 && parts.iter().all(is_number) && is_tail {
        return Ok(text.to_owned());
    }
    Err(format!("`{}` is no version; expected the form 1.2.3", text.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_unknown_ones_refused() {
        let config = Config::parse("name = \"pets\"\nlayout = \"module\"\nserde = false").unwrap();
        assert_eq!(
            config,
            Config { name: Some("pets".into()), version: None, layout: Some(Layout::Module), has_serde: Some(false) }
        );
        assert!(Config::parse("nmae = \"pets\"").unwrap_err().contains("unknown key `nmae`"));
        assert!(Config::parse("layout = \"x\"").unwrap_err().contains("expected crate or module"));
    }

    #[test]
    fn names_and_versions_are_checked() {
        assert!(crate_name("pet-store_2").is_ok());
        for bad in ["", "2x", "a b", "a\"\n", "core", "../x"] {
            assert!(crate_name(bad).is_err(), "{bad}");
        }
        assert!(crate_version("1.2.3").is_ok());
        for bad in ["", "1", "1.2", "01.2.3", "1.2.3-", "1.2.3\"", "v1.2.3"] {
            assert!(crate_version(bad).is_err(), "{bad}");
        }
    }
}
