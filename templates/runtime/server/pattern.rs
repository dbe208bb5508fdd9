//! Regular expressions of the document, compiled at first use.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::rules::Matches;

/// The maximum size of a compiled pattern in bytes. keystub has compiled it within the same limit.
const LIMIT: usize = 1 << 20;

/// A regular expression that matches in linear time.
#[derive(Debug)]
pub struct Pattern {
    text: Cow<'static, str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Creates a pattern. It is compiled at first use.
    pub const fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), compiled: OnceLock::new() }
    }

    /// Creates a pattern that is known only at run time.
    pub fn from_text(text: String) -> Self {
        Self { text: Cow::Owned(text), compiled: OnceLock::new() }
    }

    /// Whether the pattern matches a part of the text. A pattern that cannot be compiled matches nothing.
    pub fn is_match(&self, text: &str) -> bool {
        let compile = || RegexBuilder::new(&self.text).size_limit(LIMIT).build().ok();
        self.compiled.get_or_init(compile).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl Matches for Pattern {
    fn is_match(&self, text: &str) -> bool {
        Self::is_match(self, text)
    }
}
