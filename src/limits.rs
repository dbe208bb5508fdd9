//! Limits for documents: each with its name, its default and how to raise it.

mod remote;

use std::path::PathBuf;

pub use remote::{RemoteAccess, RemoteError, RemoteFiles};
pub(crate) use remote::{is_url, shown};

/// Limits for a document. Each is inclusive: a document that reaches a limit is read.
///
/// `[limits]` in `keystub.toml` sets them by the names of the fields.
///
/// ```
/// let mut limits = keystub::Limits::default();
/// limits.bytes = 1 << 20;
/// let generator = keystub::Generator::client("openapi.yaml").limits(limits);
/// # let _ = generator;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text, all files together; 64 MiB by default.
    pub bytes: usize,
    /// Levels of nesting; 120 by default, and at most [`Limits::MOST_DEPTH`].
    pub depth: usize,
    /// Nodes of one file with YAML aliases expanded; 4,000,000 by default.
    pub nodes: usize,
    /// Nodes that a YAML file may have beyond the bytes of its text when its aliases are expanded; 100,000 by default.
    pub aliases: usize,
    /// Files, including the document; 2,000 by default.
    pub files: usize,
    /// The length of a chain of references; 100 by default.
    pub references: usize,
    /// Generated types, fields, variants and values; 1,000,000 by default.
    pub output: usize,
    /// The folder that references must not leave; by default the folder of the document.
    pub(crate) root: Option<PathBuf>,
    /// Access to remote files, if references may lead to them.
    pub(crate) remote: Option<RemoteAccess>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 120,
            nodes: 4_000_000,
            aliases: 100_000,
            files: 2_000,
            references: 100,
            output: 1_000_000,
            root: None,
            remote: None,
        }
    }
}

impl Limits {
    /// The limit of the parsers.
    pub const MOST_DEPTH: usize = 127;

    /// The value of a limit, to set it.
    pub(crate) fn of_mut(&mut self, limit: LimitKind) -> &mut usize {
        match limit {
            LimitKind::Bytes => &mut self.bytes,
            LimitKind::Depth => &mut self.depth,
            LimitKind::Nodes => &mut self.nodes,
            LimitKind::Aliases => &mut self.aliases,
            LimitKind::Files => &mut self.files,
            LimitKind::References => &mut self.references,
            LimitKind::Output => &mut self.output,
        }
    }

    /// Checks that the limits are possible.
    ///
    /// # Errors
    ///
    /// A message about the limit that is not.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.depth > Self::MOST_DEPTH {
            let most = Self::MOST_DEPTH;
            return Err(format!("limit `depth` is {}; expected at most {most}", self.depth));
        }
        Ok(())
    }
}

/// One of the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitKind {
    Bytes,
    Depth,
    Nodes,
    Aliases,
    Files,
    References,
    Output,
}

impl LimitKind {
    /// All limits, in the order of [`Limits`].
    pub(crate) const ALL: [LimitKind; 7] = [
        LimitKind::Bytes,
        LimitKind::Depth,
        LimitKind::Nodes,
        LimitKind::Aliases,
        LimitKind::Files,
        LimitKind::References,
        LimitKind::Output,
    ];

    /// The name in the configuration.
    pub(crate) fn name(self) -> &'static str {
        match self {
            LimitKind::Bytes => "bytes",
            LimitKind::Depth => "depth",
            LimitKind::Nodes => "nodes",
            LimitKind::Aliases => "aliases",
            LimitKind::Files => "files",
            LimitKind::References => "references",
            LimitKind::Output => "output",
        }
    }

    /// What it limits.
    pub(crate) fn doc(self) -> &'static str {
        match self {
            LimitKind::Bytes => "Bytes of text, all files together.",
            LimitKind::Depth => "Levels of nesting, at most 127.",
            LimitKind::Nodes => "Nodes of one file with YAML aliases expanded.",
            LimitKind::Aliases => {
                "Nodes that a YAML file may have beyond the bytes of its text when its aliases are expanded."
            }
            LimitKind::Files => "Files, including the document.",
            LimitKind::References => "The length of a chain of references.",
            LimitKind::Output => "Generated types, fields, variants and values.",
        }
    }

    /// How to raise it.
    pub(crate) fn help(self) -> String {
        let name = self.name();
        match self {
            LimitKind::Depth => {
                format!(
                    "set `{name}` under `[limits]` in keystub.toml to raise this limit (at most {})",
                    Limits::MOST_DEPTH
                )
            }
            LimitKind::Bytes
            | LimitKind::Nodes
            | LimitKind::Aliases
            | LimitKind::Files
            | LimitKind::References
            | LimitKind::Output => {
                format!("set `{name}` under `[limits]` in keystub.toml to raise this limit")
            }
        }
    }
}
