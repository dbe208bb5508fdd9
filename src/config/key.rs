//! A key of `keystub.toml`, and what is read from the keys.

use std::path::PathBuf;

use toml_edit::{Item, Value};

use super::value::Failure;
use crate::options::{Options, TargetKind};

/// A key.
pub struct Key {
    pub name: &'static str,
    pub place: Place,
    pub form: Form,
    /// What it does, in sentences.
    pub doc: &'static str,
    /// Its value in these options, in TOML; `None` for tables and for values that are absent.
    pub value: fn(&Options) -> Option<String>,
    /// Reads its value.
    pub set: fn(&mut Draft, &str, &Item) -> Result<(), Failure>,
}

/// Where a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Only in `[[api]]`, where it is required. `kind` and `pack` exclude each other: one of them is required.
    Api,
    /// At top level, and in `[[api]]`, which takes precedence.
    Anywhere,
}

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    /// A path relative to the file.
    Path,
    Boolean,
    Choice(&'static [&'static str]),
    Texts,
    Limits,
    Types,
    Names,
    Pagination,
    Dependencies,
    Audit,
}

impl Form {
    /// Whether the value is written as a table.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Limits | Self::Types | Self::Names | Self::Pagination | Self::Dependencies | Self::Audit)
    }
}

/// What has been read so far, of the top level or of one `[[api]]`.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The folder that paths are relative to.
    pub folder: PathBuf,
    pub spec: Option<PathBuf>,
    pub kind: Option<TargetKind>,
    pub pack: Option<PathBuf>,
    pub out: Option<PathBuf>,
    pub options: Options,
}

/// The name of the tables that describe one API each.
pub const API: &str = "api";

/// The keys that say what is generated. An `[[api]]` has one of them.
pub const KIND: &str = "kind";
pub const PACK: &str = "pack";

pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
