//! The table of mutations: checks of the runtime's source, each with a replacement that removes or weakens it and the
//! tests that must fail then.

use std::path::{Path, PathBuf};

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutation {
    /// The name, for `--only`.
    pub name: &'static str,
    /// The file, below templates/runtime.
    pub file: &'static str,
    /// The text that is replaced.
    pub text: &'static str,
    /// The replacement.
    pub replacement: &'static str,
    /// The arguments of `cargo test`.
    pub tests: &'static str,
}

impl Mutation {
    /// The file, in a copy of the workspace.
    pub fn path(&self, workspace: &Path) -> PathBuf {
        workspace.join("templates/runtime").join(self.file)
    }

    /// The source with the replacement.
    ///
    /// # Errors
    ///
    /// If the text does not occur exactly once.
    pub fn apply(&self, source: &str) -> Result<String, String> {
        match source.matches(self.text).count() {
            1 => Ok(source.replacen(self.text, self.replacement, 1)),
            count => Err(format!("{}: `{}` occurs {count} times in {}; expected 1", self.name, self.text, self.file)),
        }
    }
}

/// The rows of mutations.tsv.
///
/// # Panics
///
/// If a row does not have five columns.
pub fn all() -> Vec<Mutation> {
    let lines = include_str!("../mutations.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| match *line.split('\t').collect::<Vec<_>>() {
            [name, file, text, replacement, tests] => Mutation { name, file, text, replacement, tests },
            _ => panic!("mutations.tsv: expected five columns: {line}"),
        })
        .collect()
}

/// The folder of this workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}
