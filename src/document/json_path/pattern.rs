//! The patterns of `match` and `search`: I-Regexp (RFC 9485).

use regex::{Regex, RegexBuilder};

/// The memory that a compiled pattern may use.
const MOST_BYTES: usize = 1 << 20;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern; `None` if it is not valid.
    pub(super) fn new(text: &str, is_whole: bool) -> Option<Self> {
        let text = dots(text);
        let text = if is_whole { format!(r"\A(?:{text})\z") } else { text };
        RegexBuilder::new(&text).size_limit(MOST_BYTES).dfa_size_limit(MOST_BYTES).build().ok().map(Self)
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// A dot matches all characters except line feed and carriage return (RFC 9485, section 5.3).
fn dots(text: &str) -> String {
    let (mut result, mut is_class, mut is_escaped) = (String::new(), false, false);
    for c in text.chars() {
        match c {
            '.' if !is_class && !is_escaped => result.push_str(r"[^\n\r]"),
            c => result.push(c),
        }
        match c {
            '[' if !is_escaped => is_class = true,
            ']' if !is_escaped => is_class = false,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    result
}
