//! Parses the logical expressions of filters, and checks the types of functions (RFC 9535, sections 2.3.5 and 2.4).

use super::SyntaxError;
use super::ast::{Comparable, Comparison, Condition, PatternTest, Query, Start};
use super::cursor::Parser;
use crate::document::tree::Node;

/// An operand before it is known whether it is compared.
enum Operand {
    Literal(Node),
    Query(Query),
    Value(Comparable),
    Logical(Condition),
}

/// Parses alternatives separated by `||`.
pub(super) fn condition(parser: &mut Parser<'_>) -> Result<Condition, SyntaxError> {
    let mut any = vec![all(parser)?];
    while operator(parser, "||") {
        any.push(all(parser)?);
    }
    Ok(if any.len() == 1 { any.remove(0) } else { Condition::Any(any) })
}

fn all(parser: &mut Parser<'_>) -> Result<Condition, SyntaxError> {
    let mut all = vec![basic(parser)?];
    while operator(parser, "&&") {
        all.push(basic(parser)?);
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Condition::All(all) })
}

/// Skips an operator with the blank space around it.
fn operator(parser: &mut Parser<'_>, text: &str) -> bool {
    let rest = parser.rest();
    let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
    let is_next = trimmed.starts_with(text);
    if is_next {
        parser.advance(rest.len() - trimmed.len() + text.len());
        parser.blank();
    }
    is_next
}

fn basic(parser: &mut Parser<'_>) -> Result<Condition, SyntaxError> {
    let is_negated = parser.take("!");
    if is_negated {
        parser.blank();
    }
    if parser.take("(") {
        let inner = parser.nested(|parser| {
            parser.blank();
            let inner = condition(parser)?;
            parser.blank();
            if parser.take(")") { Ok(inner) } else { Err(parser.unexpected("`)`")) }
        })?;
        return Ok(if is_negated { Condition::Not(Box::new(inner)) } else { inner });
    }
    let left = operand(parser)?;
    match comparison(parser) {
        Some(_) if is_negated => Err(parser.error("`!` before a comparison needs parentheses: `!(…)`")),
        Some(comparison) => {
            let left = comparable(parser, left)?;
            let right = operand(parser)?;
            Ok(Condition::Compare(left, comparison, comparable(parser, right)?))
        }
        None => {
            let test = test(parser, left)?;
            Ok(if is_negated { Condition::Not(Box::new(test)) } else { test })
        }
    }
}

fn comparison(parser: &mut Parser<'_>) -> Option<Comparison> {
    let all = [
        ("==", Comparison::Equal),
        ("!=", Comparison::NotEqual),
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];
    all.into_iter().find(|(text, _)| operator(parser, text)).map(|(_, comparison)| comparison)
}

/// An operand that is tested by itself.
fn test(parser: &Parser<'_>, operand: Operand) -> Result<Condition, SyntaxError> {
    match operand {
        Operand::Query(query) => Ok(Condition::Exists(query)),
        Operand::Logical(condition) => Ok(condition),
        Operand::Literal(_) | Operand::Value(_) => Err(parser.unexpected("a comparison such as `==`")),
    }
}

/// An operand that is compared.
fn comparable(parser: &Parser<'_>, operand: Operand) -> Result<Comparable, SyntaxError> {
    match operand {
        Operand::Literal(node) => Ok(Comparable::Literal(node)),
        Operand::Value(comparable) => Ok(comparable),
        Operand::Query(query) if query.is_singular() => Ok(Comparable::Singular(query)),
        Operand::Query(_) => Err(parser.error("only a query for a single node can be compared; use `value(…)`")),
        Operand::Logical(_) => Err(parser.error("the result of `match` and `search` cannot be compared")),
    }
}

fn operand(parser: &mut Parser<'_>) -> Result<Operand, SyntaxError> {
    match parser.peek() {
        Some('\'' | '"') => Ok(Operand::Literal(Node::String(parser.string()?))),
        Some('-' | '0'..='9') => Ok(Operand::Literal(parser.number()?)),
        Some('@') => query(parser, Start::Current).map(Operand::Query),
        Some('$') => query(parser, Start::Root).map(Operand::Query),
        Some('a'..='z') => word(parser),
        _ => Err(parser.unexpected("`@`, `$`, a literal or a function")),
    }
}

fn query(parser: &mut Parser<'_>, start: Start) -> Result<Query, SyntaxError> {
    parser.advance(1);
    Ok(Query { start, segments: parser.segments()? })
}

/// A literal or the name of a function.
fn word(parser: &mut Parser<'_>) -> Result<Operand, SyntaxError> {
    let rest = parser.rest();
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
    if rest[word.len()..].starts_with('(') {
        return parser.nested(|parser| function(parser, word));
    }
    let literal = match word {
        "true" => Node::Bool(true),
        "false" => Node::Bool(false),
        "null" => Node::Null,
        _ => return Err(parser.error(format!("unknown word `{word}`; expected `true`, `false`, `null` or a function"))),
    };
    parser.advance(word.len());
    Ok(Operand::Literal(literal))
}

fn function(parser: &mut Parser<'_>, name: &str) -> Result<Operand, SyntaxError> {
    if !["length", "count", "value", "match", "search"].contains(&name) {
        let expected = "expected `length`, `count`, `value`, `match` or `search`";
        return Err(parser.error(format!("unknown function `{name}`; {expected}")));
    }
    parser.advance(name.len() + 1);
    parser.blank();
    let first = operand(parser)?;
    let operand = match name {
        "length" => Operand::Value(Comparable::Length(Box::new(comparable(parser, first)?))),
        "count" => Operand::Value(Comparable::Count(nodes(parser, first)?)),
        "value" => Operand::Value(Comparable::Value(nodes(parser, first)?)),
        _ => {
            let text = Box::new(comparable(parser, first)?);
            if !operator(parser, ",") {
                return Err(parser.unexpected("`,` and a pattern"));
            }
            let second = operand(parser)?;
            let pattern = Box::new(comparable(parser, second)?);
            Operand::Logical(Condition::Matches(PatternTest { is_whole: name == "match", text, pattern }))
        }
    };
    parser.blank();
    if parser.take(")") { Ok(operand) } else { Err(parser.unexpected("`)`")) }
}

fn nodes(parser: &Parser<'_>, operand: Operand) -> Result<Query, SyntaxError> {
    match operand {
        Operand::Query(query) => Ok(query),
        _ => Err(parser.error("the argument of `count` and `value` must be a query")),
    }
}
