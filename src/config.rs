//! `keystub.toml`: options in a file, so that every run gives the same result.

use std::fmt;
use std::path::{Path, PathBuf};

use toml_edit::{Document, Item, TableLike, Value};

use crate::document::{Filters, nearest};
use crate::limits::{LimitKind, Limits};
use crate::names::package::crate_name;
use crate::options::{AddedDependency, Layout, OneType, Options, Runtime, TypeOptions, derive_path};

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
    /// # Errors
    ///
    /// If the file cannot be read, is not valid TOML, or has an unknown key or an invalid value.
    pub fn with_file(mut self, path: &Path) -> Result<Self, ConfigError> {
        let failed = |message: String| ConfigError { path: path.to_owned(), line: None, message };
        let text = std::fs::read_to_string(path).map_err(|error| failed(format!("cannot read: {error}")))?;
        self.file = Some(path.to_owned());
        let given = std::mem::take(&mut self.overlays);
        let mut options = parse(self, &text).map_err(|(line, message)| ConfigError { line, ..failed(message) })?;
        // Paths in the file are relative to its folder.
        let folder = path.parent().unwrap_or(Path::new(""));
        options.overlays.iter_mut().for_each(|overlay| *overlay = folder.join(&*overlay));
        options.overlays.splice(..0, given);
        Ok(options)
    }
}

/// The position of an error if it is known (an offset in the text, in the end a line), and its message.
type Failure = (Option<usize>, String);

fn parse(mut options: Options, text: &str) -> Result<Options, Failure> {
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let document = Document::parse(text).map_err(|error| {
        let at = error.span().map(|span| line(span.start.min(text.len())));
        (at, format!("invalid TOML: {}", error.message()))
    })?;
    for (key, item) in document.iter() {
        set(&mut options, key, item).map_err(|(at, message)| (at.or_else(|| start(item)).map(line), message))?;
    }
    Ok(options)
}

/// The keys of a file.
const KEYS: [&str; 15] = [
    "name",
    "version",
    "layout",
    "runtime",
    "serde",
    "skip-broken",
    "deny-public",
    "allow-public",
    "overlay",
    "strict",
    "only",
    "except",
    "limits",
    "types",
    "dependencies",
];

/// Sets the option of a key. The position of an error is that of the item, unless it has another.
fn set(options: &mut Options, key: &str, item: &Item) -> Result<(), Failure> {
    let here = |message| (None, message);
    let text = || item.as_str().map(str::to_owned).ok_or_else(|| (None, format!("`{key}` must be a string")));
    match key {
        "name" => options.name = Some(text()?),
        "version" => options.version = text()?,
        "layout" => options.layout = layout(&text()?).map_err(here)?,
        "runtime" => options.runtime = runtime(&text()?).map_err(here)?,
        "serde" => options.has_serde = boolean(key, item).map_err(here)?,
        "skip-broken" => options.skips_broken = boolean(key, item).map_err(here)?,
        "deny-public" => options.denies_public = boolean(key, item).map_err(here)?,
        "allow-public" => options.allowed_public = texts(key, item)?,
        "overlay" => options.overlays.extend(texts(key, item)?.into_iter().map(PathBuf::from)),
        "strict" => options.is_strict = boolean(key, item).map_err(here)?,
        "only" => options.only = filters(key, item)?,
        "except" => options.except = filters(key, item)?,
        "limits" => options.limits = limits(item)?,
        "types" => options.types = types(item)?,
        "dependencies" => options.dependencies = dependencies(item)?,
        other => return Err((None, unknown(other))),
    }
    Ok(())
}

/// The message for a key that does not exist.
fn unknown(key: &str) -> String {
    match nearest(key, KEYS) {
        Some(known) => format!("unknown key `{key}`; did you mean `{known}`?"),
        None => format!("unknown key `{key}`; expected one of {}", KEYS.join(", ")),
    }
}

/// Filters of operations.
fn filters(key: &str, item: &Item) -> Result<Vec<String>, Failure> {
    let filters = texts(key, item)?;
    for (filter, value) in filters.iter().zip(item.as_array().into_iter().flatten()) {
        let check = Filters::parse(std::slice::from_ref(filter), &[]);
        check.map_err(|message| (value.span().map(|span| span.start), message))?;
    }
    Ok(filters)
}

/// `[types]`: `derives` for all types, and a table for each type by name.
fn types(item: &Item) -> Result<TypeOptions, Failure> {
    let table = item.as_table_like().ok_or((None, "`types` must be a table".to_owned()))?;
    let mut types = TypeOptions::default();
    for (key, item) in table.iter() {
        match item.as_table_like() {
            Some(table) => drop(types.by_name.insert(key.to_owned(), one_type(key, table)?)),
            None if key == "derives" => types.derives = derives(item)?,
            None => {
                return Err((start(item), format!("unknown key `{key}` in `[types]`; expected `derives` or a table")));
            }
        }
    }
    Ok(types)
}

fn one_type(name: &str, table: &dyn TableLike) -> Result<OneType, Failure> {
    let mut options = OneType::default();
    for (key, item) in table.iter() {
        match key {
            "derives" => options.derives = derives(item)?,
            _ => return Err((start(item), format!("unknown key `{key}` in `[types.{name}]`; expected `derives`"))),
        }
    }
    Ok(options)
}

fn derives(item: &Item) -> Result<Vec<String>, Failure> {
    let paths = texts("derives", item)?;
    for (path, value) in paths.iter().zip(item.as_array().into_iter().flatten()) {
        derive_path(path).map_err(|message| (value.span().map(|span| span.start), message))?;
    }
    Ok(paths)
}

/// `[dependencies]`: each a version requirement or a table, as in `Cargo.toml`.
fn dependencies(item: &Item) -> Result<Vec<AddedDependency>, Failure> {
    let table = item.as_table_like().ok_or((None, "`dependencies` must be a table".to_owned()))?;
    let dependency = |(name, item): (&str, &Item)| {
        let fail = |message: String| (start(item), message);
        crate_name(name).map_err(fail)?;
        let value = item.clone().into_value().ok().filter(|value| value.is_str() || value.is_inline_table());
        let Some(mut value) = value else {
            return Err(fail(format!("dependency `{name}` must be a version requirement or a table")));
        };
        value.decor_mut().clear();
        Ok(AddedDependency { name: name.to_owned(), requirement: value.to_string() })
    };
    table.iter().map(dependency).collect()
}

fn start(item: &Item) -> Option<usize> {
    item.span().map(|span| span.start)
}

fn boolean(key: &str, item: &Item) -> Result<bool, String> {
    item.as_bool().ok_or_else(|| format!("`{key}` must be true or false"))
}

fn texts(key: &str, item: &Item) -> Result<Vec<String>, Failure> {
    let fail = |at| (at, format!("`{key}` must be a list of strings"));
    let list = item.as_array().ok_or_else(|| fail(start(item)))?;
    let text =
        |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| fail(value.span().map(|span| span.start)));
    list.iter().map(text).collect()
}

/// `[limits]`: the limits that differ from the defaults.
fn limits(item: &Item) -> Result<Limits, Failure> {
    let table = item.as_table_like().ok_or((None, "`limits` must be a table".to_owned()))?;
    let mut limits = Limits::default();
    for (key, item) in table.iter() {
        let Some(limit) = LimitKind::ALL.into_iter().find(|limit| limit.name() == key) else {
            let known: Vec<&str> = LimitKind::ALL.into_iter().map(LimitKind::name).collect();
            return Err((start(item), format!("unknown limit `{key}`; expected one of {}", known.join(", "))));
        };
        let number = item.as_integer().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0);
        let message = || format!("limit `{key}` must be an integer greater than 0");
        *limits.of_mut(limit) = number.ok_or_else(|| (start(item), message()))?;
    }
    limits.check().map_err(|message| (None, message))?;
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

/// Parses the name of a runtime.
///
/// # Errors
///
/// If the name is unknown.
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

    /// The options of a file, or the message of its error.
    fn parsed(text: &str) -> Result<Options, String> {
        parse(Options::default(), text).map_err(|(_, message)| message)
    }

    #[test]
    fn unknown_configuration_keys_are_rejected() {
        let options = parsed("name = \"pets\"\nlayout = \"module\"\nserde = false").unwrap();
        assert_eq!(
            options,
            Options { name: Some("pets".into()), layout: Layout::Module, has_serde: false, ..Options::default() }
        );
        assert!(parsed("nmae = \"pets\"").unwrap_err().contains("unknown key `nmae`"));
        assert!(parsed("layout = \"x\"").unwrap_err().contains("expected `crate` or `module`"));
    }

    #[test]
    fn configuration_sets_deny_public_and_allow_public() {
        let options = parsed("deny-public = true\nallow-public = ['health', 'GET /x']").unwrap();
        assert!(options.denies_public);
        assert_eq!(options.allowed_public, ["health", "GET /x"]);
        for (text, reported) in [
            ("deny-public = 'yes'", "`deny-public` must be true or false"),
            ("allow-public = 'health'", "`allow-public` must be a list of strings"),
            ("allow-public = [1]", "`allow-public` must be a list of strings"),
        ] {
            assert_eq!(parsed(text).unwrap_err(), reported);
        }
    }

    #[test]
    fn configuration_sets_limits_by_name() {
        let options = parsed("skip-broken = true\n[limits]\nbytes = 5\noutput = 7\ndepth = 127").unwrap();
        assert!(options.skips_broken);
        assert_eq!(options.limits, Limits { bytes: 5, output: 7, depth: 127, ..Limits::default() });
        for (text, reported) in [
            ("limits = 1", "must be a table"),
            ("[limits]\nbites = 5", "unknown limit `bites`; expected one of bytes, depth,"),
            ("[limits]\nbytes = 0", "limit `bytes` must be an integer greater than 0"),
            ("[limits]\nbytes = -1", "must be an integer greater than 0"),
            ("[limits]\nbytes = '1'", "must be an integer greater than 0"),
            ("[limits]\ndepth = 128", "expected at most 127"),
            ("skip-broken = 1", "`skip-broken` must be true or false"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(reported), "{text}: {error}");
        }
    }

    #[test]
    fn every_key_of_the_list_is_read() {
        for key in KEYS {
            let message = parsed(&format!("{key} = 1979-05-27")).unwrap_err();
            assert!(!message.contains("unknown key"), "{message}");
        }
    }

    #[test]
    fn errors_have_the_line_of_their_cause() {
        for (text, line, reported) in [
            ("name = 'a'\nlayout = [", 2, "invalid TOML: "),
            ("name = 'a'\nname = 'b'", 2, "invalid TOML: "),
            ("deny-public = true\nallow-public = [\n'a',\n1]", 4, "`allow-public` must be a list of strings"),
            ("[limits]\nbytes = 5\nbites = 6", 3, "unknown limit `bites`"),
            ("[limits]\nbytes = 5\nnodes = 0", 3, "limit `nodes` must be an integer greater than 0"),
            ("\n\nnmae = 'a'", 3, "unknown key `nmae`; did you mean `name`?"),
            ("allowPublic = []", 1, "unknown key `allowPublic`; did you mean `allow-public`?"),
            ("only = [\n'tag:a',\n'pets']", 3, "invalid filter `pets`; expected `tag:NAME`"),
            ("except = 'tag:a'", 1, "`except` must be a list of strings"),
            ("colour = 'red'", 1, "unknown key `colour`; expected one of name, version, layout,"),
        ] {
            let (at, message) = parse(Options::default(), text).unwrap_err();
            assert!(message.contains(reported), "{text}: {message}");
            assert_eq!(at, Some(line), "{text}: {message}");
        }
    }

    #[test]
    fn configuration_sets_derives_and_dependencies() {
        let options = parsed(
            "[types]\nderives = ['Ord', '::a::B']\n[types.Pet]\nderives = ['x::Y']\n[dependencies]\na = '1'\n\
             b = { version = '2', features = ['x'] } # why\n[dependencies.c]\npath = '../c'\n",
        )
        .unwrap();
        assert_eq!(options.types.derives, ["Ord", "::a::B"]);
        assert_eq!(options.types.by_name["Pet"].derives, ["x::Y"]);
        let lines: Vec<String> = options.dependencies.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["a = \"1\"", "b = { version = \"2\", features = [\"x\"] }", "c = { path = \"../c\" }"]);
        for (text, line, reported) in [
            ("types = 1", 1, "`types` must be a table"),
            ("\n[types]\nnames = 1", 3, "unknown key `names` in `[types]`"),
            ("[types]\nderives = 'x'", 2, "`derives` must be a list of strings"),
            ("[types]\nderives = [\n'Hash',\n'a b']", 4, "`a b` is not the path of a trait"),
            ("[types.Pet]\nname = 'x'", 2, "unknown key `name` in `[types.Pet]`; expected `derives`"),
            ("[types.Pet]\nderives = ['x', 'serde::Serialize']", 2, "`Serialize` cannot be derived"),
            ("[dependencies]\na = '1'\nb = 2", 3, "dependency `b` must be a version requirement or a table"),
            ("[dependencies]\n\"a b\" = '1'", 2, "`a b` is not a valid crate name"),
        ] {
            let (at, message) = parse(Options::default(), text).unwrap_err();
            assert!(message.contains(reported), "{text}: {message}");
            assert_eq!(at, Some(line), "{text}");
        }
    }
}
