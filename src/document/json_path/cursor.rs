//! A position in an expression.

use super::SyntaxError;
use super::ast::Condition;

/// How deep filters, functions and parentheses may be nested.
const MOST_DEPTH: usize = 32;

/// A position in an expression.
pub(super) struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    /// Parses the logical expression of a filter, which may contain queries again.
    condition: fn(&mut Self) -> Result<Condition, SyntaxError>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, condition: fn(&mut Self) -> Result<Condition, SyntaxError>) -> Self {
        Self { text, at: 0, depth: 0, condition }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// A filter, one level deeper.
    pub(super) fn filter(&mut self) -> Result<Condition, SyntaxError> {
        self.nested(|parser| {
            parser.blank();
            (parser.condition)(parser)
        })
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Skips this text if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Skips blank space.
    pub(super) fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    pub(super) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError { offset: self.at, message: message.into() }
    }

    pub(super) fn unexpected(&self, expected: &str) -> SyntaxError {
        match self.peek() {
            Some(found) => self.error(format!("unexpected `{found}`; expected {expected}")),
            None => self.error(format!("the expression ends too early; expected {expected}")),
        }
    }

    /// Runs one level deeper.
    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth == MOST_DEPTH {
            return Err(self.error(format!("filters and functions are nested deeper than {MOST_DEPTH} levels")));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }
}
