//! How far a document may go before it is refused: each bound with its name, its default and the way to raise it.

use std::path::PathBuf;

/// How far a document may go. Each bound is inclusive: what is as large as it says is read.
///
/// `[limits]` of `keystub.toml` sets them by the names of the fields.
///
/// ```
/// let mut limits = keystub::Limits::default();
/// limits.bytes = 1 << 20;
/// let generator = keystub::Generator::client("openapi.yaml").limits(limits);
/// # let _ = generator;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The longest text, in bytes, all files together; 64 MiB.
    pub bytes: usize,
    /// The deepest nesting of values; 120, and never more than [`Limits::MOST_DEPTH`].
    pub depth: usize,
    /// The most nodes of one file, aliases of YAML written out; 4,000,000.
    pub nodes: usize,
    /// How many nodes more than bytes of its own text a YAML file may have once its aliases are written out; 100,000.
    pub aliases: usize,
    /// The most files, the document's own among them; 2,000.
    pub files: usize,
    /// How many references may stand between a reference and what it means; 100.
    pub references: usize,
    /// The most types, fields, variants and values that are written out; 1,000,000.
    pub output: usize,
    /// The folder that no reference leads out of; the document's own where it is not given.
    pub(crate) root: Option<PathBuf>,
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
        }
    }
}

impl Limits {
    /// What the parsers themselves read.
    pub const MOST_DEPTH: usize = 127;

    /// The limit of this name, to set it.
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

    /// Whether every limit can be kept.
    ///
    /// # Errors
    ///
    /// One sentence about the one that cannot.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.depth > Self::MOST_DEPTH {
            let most = Self::MOST_DEPTH;
            return Err(format!("limit `depth` is {}; expected at most {most}", self.depth));
        }
        Ok(())
    }
}

/// The name of one limit.
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
    /// Every one, in the order of [`Limits`].
    pub(crate) const ALL: [LimitKind; 7] = [
        LimitKind::Bytes,
        LimitKind::Depth,
        LimitKind::Nodes,
        LimitKind::Aliases,
        LimitKind::Files,
        LimitKind::References,
        LimitKind::Output,
    ];

    /// Its name in the configuration.
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

    /// The way to raise it.
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
