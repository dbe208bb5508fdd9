//! Parses whole expressions (RFC 9535, section 2.1).

use super::SyntaxError;
use super::ast::{Query, Start};
use super::cursor::Parser;
use super::parse_condition;

/// Parses a whole expression.
pub(super) fn query(text: &str) -> Result<Query, SyntaxError> {
    let mut parser = Parser::new(text, parse_condition::condition);
    if !parser.take("$") {
        return Err(parser.error("expected `$` at the start of an expression"));
    }
    let segments = parser.segments()?;
    match parser.rest().is_empty() {
        true => Ok(Query { start: Start::Root, segments }),
        false => Err(parser.unexpected("a segment such as `.name` or `['name']`")),
    }
}
