//! The patterns of the document, compiled at their first use.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// The most memory that a compiled pattern may take; keystub has compiled it within the same bound.
const LIMIT: usize = 1 << 20;

/// A regular expression. Matching takes time in proportion to the text, whatever the pattern.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is not compiled yet.
    pub const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// Whether it occurs in the text; nothing matches a pattern that cannot be compiled.
    pub fn is_match(&self, text: &str) -> bool {
        let compile = || RegexBuilder::new(self.text).size_limit(LIMIT).build().ok();
        self.compiled.get_or_init(compile).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}
