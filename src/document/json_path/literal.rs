//! Strings and numbers in expressions (RFC 9535, sections 2.3.1.1 and 2.3.5.1).

use super::SyntaxError;
use super::cursor::Parser;
use crate::document::tree::Node;

impl Parser<'_> {
    /// A string in single or double quotes.
    pub(super) fn string(&mut self) -> Result<String, SyntaxError> {
        let quote = self.peek().expect("the caller has seen a quote");
        self.advance(1);
        let mut text = String::new();
        loop {
            let Some(c) = self.peek() else { return Err(self.unexpected("the end of the string")) };
            match c {
                '\\' => text.push(self.escape(quote)?),
                c if c == quote => {
                    self.advance(1);
                    return Ok(text);
                }
                c if c < ' ' => return Err(self.error("control characters in strings must be escaped")),
                c => {
                    self.advance(c.len_utf8());
                    text.push(c);
                }
            }
        }
    }

    fn escape(&mut self, quote: char) -> Result<char, SyntaxError> {
        let escaped = self.rest().chars().nth(1);
        let c = match escaped {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(c @ ('/' | '\\')) => c,
            Some(c) if c == quote => c,
            Some('u') => {
                self.advance(2);
                return self.unicode();
            }
            _ => return Err(self.error("unknown escape in a string")),
        };
        self.advance(2);
        Ok(c)
    }

    /// The digits after `\u`, with those of the second half of a surrogate pair.
    fn unicode(&mut self) -> Result<char, SyntaxError> {
        let first = self.hex()?;
        let is_high = (0xd800..0xdc00).contains(&first);
        if !is_high {
            return char::from_u32(first).ok_or_else(|| self.error("a low surrogate without a high one"));
        }
        let second = if self.take("\\u") { self.hex()? } else { 0 };
        match (0xdc00..0xe000).contains(&second) {
            true => {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                Ok(char::from_u32(code).expect("a surrogate pair is a character"))
            }
            false => Err(self.error("a high surrogate without a low one")),
        }
    }

    fn hex(&mut self) -> Result<u32, SyntaxError> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let digits = digits.ok_or_else(|| self.error("expected four hexadecimal digits"))?;
        self.advance(4);
        Ok(u32::from_str_radix(digits, 16).expect("the digits were checked"))
    }

    /// A number as in JSON.
    pub(super) fn number(&mut self) -> Result<Node, SyntaxError> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(rest.len());
        let text = &rest[..length];
        let node = if is_number(text) { node(text) } else { None };
        let node = node.ok_or_else(|| self.error("expected a number as in JSON"))?;
        self.advance(length);
        Ok(node)
    }
}

/// `-0`, `1`, `1.5`, `1e3`, but neither `01` nor `1.` (RFC 8259, section 6).
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_whole = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    is_whole && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}

fn node(text: &str) -> Option<Node> {
    match text.parse::<i128>() {
        Ok(number) => Some(Node::Integer(number)),
        Err(_) => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Node::Float),
    }
}
