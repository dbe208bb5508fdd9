//! A problem in a document and its severity.

use super::{Code, Pointer, Position};

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Nothing is generated.
    Error,
    /// An error in a part that was skipped, as requested by the user.
    Skipped,
    /// Code is generated, but the user should know about this.
    Warning,
}

impl Level {
    /// The name that is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
        }
    }
}

/// A problem in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that is broken.
    pub code: Code,
    /// The severity.
    pub level: Level,
    /// The node.
    pub at: Pointer,
    /// Whether to point at the key of the node instead of its value.
    pub on_key: bool,
    /// The place in the text, if a parser reported it; used instead of `at`.
    pub position: Option<Position>,
    /// One sentence: what was found and what was expected.
    pub message: String,
    /// How to fix it, if known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error about the value at `at`.
    pub fn error(code: Code, at: &Pointer, message: impl Into<String>) -> Self {
        Self::new(Level::Error, code, at, message.into())
    }

    /// A warning about the value at `at`.
    pub fn warning(code: Code, at: &Pointer, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, at, message.into())
    }

    fn new(level: Level, code: Code, at: &Pointer, message: String) -> Self {
        Self { code, level, at: at.clone(), on_key: false, position: None, message, help: None }
    }

    /// Points at the key of the node.
    pub fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }

    /// Sets the help.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same diagnostic as a warning, for a part from which no code is generated.
    pub fn as_warning(&self) -> Self {
        Self { level: Level::Warning, ..self.clone() }
    }

    pub(super) fn kind(&self) -> Kind {
        let unquoted: Vec<&str> = self.message.split('`').step_by(2).collect();
        (self.code, unquoted.join("`"))
    }

    /// Sets the place in the text that a parser reported.
    pub fn position(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }
}

/// What repeated warnings have in common: the code, and the message without the text in backticks.
pub(super) type Kind = (Code, String);
