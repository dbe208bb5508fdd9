//! `keystub.toml`: settings for a document, so that every run gives the same result.

use std::fmt;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};

use crate::limits::{LimitKind, Limits};

/// The kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A crate, ready to build.
    Crate,
    /// The files of a module, whose root is `mod.rs`.
    Module,
}

/// Where generated code has its runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// The files that the document needs are part of the generated code.
    Vendored,
    /// In the crate `keystub-client-runtime` or `keystub-server-runtime`, on which the generated code depends.
    Crate,
}

/// Settings from a file; the command line takes precedence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `name`: the name of the crate.
    pub name: Option<String>,
    /// `version`: the version of the crate.
    pub version: Option<String>,
    /// `layout`: `crate` or `module`.
    pub layout: Option<Layout>,
    /// `runtime`: `vendored` or `crate`; `vendored` by default, `crate` in build scripts.
    pub runtime: Option<Runtime>,
    /// `serde`: whether serde's traits are implemented; true by default.
    pub has_serde: Option<bool>,
    /// `skip-broken`: whether invalid parts are skipped; false by default.
    pub skips_broken: Option<bool>,
    /// `deny-public`: whether public operations are errors; false by default.
    pub denies_public: Option<bool>,
    /// `allow-public`: the operations that may be public nevertheless, by `operationId` or `METHOD /path`.
    pub allowed_public: Vec<String>,
    /// `[limits]`: the limits for the document.
    pub limits: Limits,
}

/// An error in a configuration file.
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
    /// If the file cannot be read, is not valid TOML, or has an unknown key.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let failed = |message: String| ConfigError { path: path.to_owned(), message };
        let text = std::fs::read_to_string(path).map_err(|error| failed(format!("cannot read: {error}")))?;
        Self::parse(&text).map_err(failed)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let document: DocumentMut = text.parse().map_err(|error| format!("invalid TOML: {error}"))?;
        let mut config = Self::default();
        for (key, item) in document.iter() {
            let text = || item.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` must be a string"));
            match key {
                "name" => config.name = Some(text()?),
                "version" => config.version = Some(text()?),
                "layout" => config.layout = Some(layout(&text()?)?),
                "runtime" => config.runtime = Some(runtime(&text()?)?),
                "serde" => config.has_serde = Some(boolean(key, item)?),
                "skip-broken" => config.skips_broken = Some(boolean(key, item)?),
                "deny-public" => config.denies_public = Some(boolean(key, item)?),
                "allow-public" => config.allowed_public = texts(key, item)?,
                "limits" => config.limits = limits(item)?,
                other => {
                    let known =
                        "name, version, layout, runtime, serde, skip-broken, deny-public, allow-public or limits";
                    return Err(format!("unknown key `{other}`; expected {known}"));
                }
            }
        }
        Ok(config)
    }
}

fn boolean(key: &str, item: &Item) -> Result<bool, String> {
    item.as_bool().ok_or_else(|| format!("`{key}` must be true or false"))
}

fn texts(key: &str, item: &Item) -> Result<Vec<String>, String> {
    let texts = item.as_array().and_then(|all| all.iter().map(|text| text.as_str().map(str::to_owned)).collect());
    texts.ok_or_else(|| format!("`{key}` must be a list of strings"))
}

/// `[limits]`: the limits that differ from the defaults.
fn limits(item: &Item) -> Result<Limits, String> {
    let table = item.as_table_like().ok_or("`limits` must be a table")?;
    let mut limits = Limits::default();
    for (key, item) in table.iter() {
        let Some(limit) = LimitKind::ALL.into_iter().find(|limit| limit.name() == key) else {
            let known: Vec<&str> = LimitKind::ALL.into_iter().map(LimitKind::name).collect();
            return Err(format!("unknown limit `{key}`; expected one of {}", known.join(", ")));
        };
        let number = item.as_integer().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0);
        *limits.of_mut(limit) = number.ok_or_else(|| format!("limit `{key}` must be an integer greater than 0"))?;
    }
    limits.check()?;
    Ok(limits)
}

/// Parses a layout.
///
/// # Errors
///
/// If the name is unknown.
pub fn layout(text: &str) -> Result<Layout, String> {
    match text {
        "crate" => Ok(Layout::Crate),
        "module" => Ok(Layout::Module),
        other => Err(format!("unknown layout `{other}`; expected `crate` or `module`")),
    }
}

/// The runtime of this name.
///
/// # Errors
///
/// If there is none.
pub fn runtime(text: &str) -> Result<Runtime, String> {
    match text {
        "vendored" => Ok(Runtime::Vendored),
        "crate" => Ok(Runtime::Crate),
        other => Err(format!("unknown runtime `{other}`; expected `vendored` or `crate`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_configuration_keys_are_rejected() {
        let config = Config::parse("name = \"pets\"\nlayout = \"module\"\nserde = false").unwrap();
        assert_eq!(
            config,
            Config {
                name: Some("pets".into()),
                layout: Some(Layout::Module),
                has_serde: Some(false),
                ..Config::default()
            }
        );
        assert!(Config::parse("nmae = \"pets\"").unwrap_err().contains("unknown key `nmae`"));
        assert!(Config::parse("layout = \"x\"").unwrap_err().contains("expected `crate` or `module`"));
    }

    #[test]
    fn configuration_sets_deny_public_and_allow_public() {
        let config = Config::parse("deny-public = true\nallow-public = ['health', 'GET /x']").unwrap();
        assert_eq!(config.denies_public, Some(true));
        assert_eq!(config.allowed_public, ["health", "GET /x"]);
        for (text, reported) in [
            ("deny-public = 'yes'", "`deny-public` must be true or false"),
            ("allow-public = 'health'", "`allow-public` must be a list of strings"),
            ("allow-public = [1]", "`allow-public` must be a list of strings"),
        ] {
            assert_eq!(Config::parse(text).unwrap_err(), reported);
        }
    }

    #[test]
    fn configuration_sets_limits_by_name() {
        let config = Config::parse("skip-broken = true\n[limits]\nbytes = 5\noutput = 7\ndepth = 127").unwrap();
        assert_eq!(config.skips_broken, Some(true));
        assert_eq!(config.limits, Limits { bytes: 5, output: 7, depth: 127, ..Limits::default() });
        for (text, reported) in [
            ("limits = 1", "must be a table"),
            ("[limits]\nbites = 5", "unknown limit `bites`; expected one of bytes, depth,"),
            ("[limits]\nbytes = 0", "limit `bytes` must be an integer greater than 0"),
            ("[limits]\nbytes = -1", "must be an integer greater than 0"),
            ("[limits]\nbytes = '1'", "must be an integer greater than 0"),
            ("[limits]\ndepth = 128", "expected at most 127"),
            ("skip-broken = 1", "`skip-broken` must be true or false"),
        ] {
            let error = Config::parse(text).unwrap_err();
            assert!(error.contains(reported), "{text}: {error}");
        }
    }
}
