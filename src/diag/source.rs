//! The text of a document, and the lines of its nodes.
//!
//! Lines are looked up only when a listing is made, all at once, so the text is walked once however many diagnostics
//! there are.

mod json;
mod lines;
mod targets;
mod yaml;

use std::sync::Arc;

pub(super) use lines::Lines;
pub use lines::Position;
use targets::Targets;

use super::{Diagnostic, Pointer};

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// YAML.
    Yaml,
}

/// The text of a document and its name.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    /// Shared by all copies, since a document can have megabytes.
    text: Arc<String>,
    format: Format,
}

impl Source {
    /// A text that was read as `format`. An empty text means that the text cannot be shown.
    pub fn new(name: impl Into<String>, text: impl Into<String>, format: Format) -> Self {
        Self { name: name.into(), text: Arc::new(text.into()), format }
    }

    /// The name: the path as the user gave it, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The line and column of a byte of the text.
    pub fn position(&self, offset: usize) -> Position {
        Lines::new(&self.text).position(offset)
    }

    /// The start of the value at `at`, or of its key with `on_key`. If there is no such node, the start of its nearest
    /// ancestor.
    pub fn locate(&self, at: &Pointer, on_key: bool) -> Option<Position> {
        let mut targets = Targets::default();
        targets.add(at, on_key);
        let offset = self.walk(targets).pop().flatten()?;
        Some(Lines::new(&self.text).position(offset))
    }

    /// The place of each diagnostic, in their order.
    pub(super) fn places(&self, diagnostics: &[&Diagnostic]) -> Vec<Option<Position>> {
        if self.text.is_empty() {
            return vec![None; diagnostics.len()];
        }
        let mut targets = Targets::default();
        for diagnostic in diagnostics {
            targets.add(&diagnostic.at, diagnostic.on_key);
        }
        // If the parser stopped early, all positions come from the parser and the text need not be walked.
        let is_asked = diagnostics.iter().any(|diagnostic| diagnostic.position.is_none());
        let offsets = if is_asked { self.walk(targets) } else { vec![None; diagnostics.len()] };
        let lines = Lines::new(&self.text);
        let place = |(diagnostic, offset): (&&Diagnostic, Option<usize>)| {
            diagnostic.position.or_else(|| offset.map(|offset| lines.position(offset)))
        };
        diagnostics.iter().zip(offsets).map(place).collect()
    }

    /// The place of each node, and of its key with the flag, in their order.
    pub(super) fn positions(&self, nodes: &[(Pointer, bool)]) -> Vec<Option<Position>> {
        if self.text.is_empty() || nodes.is_empty() {
            return vec![None; nodes.len()];
        }
        let mut targets = Targets::default();
        nodes.iter().for_each(|(at, on_key)| targets.add(at, *on_key));
        let lines = Lines::new(&self.text);
        self.walk(targets).into_iter().map(|offset| offset.map(|offset| lines.position(offset))).collect()
    }

    /// The byte offset of each target.
    fn walk(&self, targets: Targets) -> Vec<Option<usize>> {
        match self.format {
            Format::Json => json::walk(&self.text, targets),
            Format::Yaml => yaml::walk(&self.text, targets),
        }
    }
}
