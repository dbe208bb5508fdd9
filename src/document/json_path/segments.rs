//! Parses segments and selectors (RFC 9535, sections 2.3 and 2.5).

use super::SyntaxError;
use super::ast::{Segment, Selector};
use super::cursor::Parser;

/// The integers that are exact in JSON (RFC 7493, section 2.2).
const MOST_INTEGER: i64 = (1 << 53) - 1;

impl Parser<'_> {
    /// Segments as far as there are any. Blank space is allowed before each, but not after the last.
    pub(super) fn segments(&mut self) -> Result<Vec<Segment>, SyntaxError> {
        let mut segments = Vec::new();
        loop {
            let end = self.position();
            self.blank();
            if self.take("..") {
                let selectors = if self.peek() == Some('[') { self.brackets()? } else { vec![self.shorthand()?] };
                segments.push(Segment::Descendant(selectors));
            } else if self.take(".") {
                segments.push(Segment::Child(vec![self.shorthand()?]));
            } else if self.peek() == Some('[') {
                segments.push(Segment::Child(self.brackets()?));
            } else {
                self.go_to(end);
                return Ok(segments);
            }
        }
    }

    /// `*` or a name without quotes. The RFC allows no `-` in it, but the examples of Overlay 1.0 have `@.x-oai-traits`, and
    /// there is no other meaning.
    fn shorthand(&mut self) -> Result<Selector, SyntaxError> {
        if self.take("*") {
            return Ok(Selector::Wildcard);
        }
        let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
        let is_name = |c: char| is_first(c) || c.is_ascii_digit() || c == '-';
        let rest = self.rest();
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        if !rest.starts_with(is_first) {
            return Err(self.unexpected("a name, `*` or `[`"));
        }
        self.advance(length);
        Ok(Selector::Name(rest[..length].to_owned()))
    }

    fn brackets(&mut self) -> Result<Vec<Selector>, SyntaxError> {
        self.advance(1);
        let mut selectors = Vec::new();
        loop {
            self.blank();
            selectors.push(self.selector()?);
            self.blank();
            if self.take("]") {
                return Ok(selectors);
            }
            if !self.take(",") {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    fn selector(&mut self) -> Result<Selector, SyntaxError> {
        match self.peek() {
            Some('\'' | '"') => Ok(Selector::Name(self.string()?)),
            Some('*') => {
                self.advance(1);
                Ok(Selector::Wildcard)
            }
            Some('?') => {
                self.advance(1);
                self.filter().map(Selector::Filter)
            }
            Some(':' | '-' | '0'..='9') => self.index_or_slice(),
            _ => Err(self.unexpected("a name in quotes, an index, a slice, `*` or a filter `?`")),
        }
    }

    fn index_or_slice(&mut self) -> Result<Selector, SyntaxError> {
        let start = self.integer()?;
        let end = self.position();
        self.blank();
        if !self.take(":") {
            self.go_to(end);
            return start.map(Selector::Index).ok_or_else(|| self.unexpected("an index"));
        }
        self.blank();
        let end = self.integer()?;
        self.blank();
        let mut step = None;
        if self.take(":") {
            self.blank();
            step = self.integer()?;
        }
        Ok(Selector::Slice { start, end, step })
    }

    /// An integer without leading zeros, if there is one.
    fn integer(&mut self) -> Result<Option<i64>, SyntaxError> {
        let rest = self.rest();
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        let sign = rest.len() - digits.len();
        let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let text = &rest[..sign + length];
        if text.is_empty() {
            return Ok(None);
        }
        let is_plain = length > 0 && (!digits.starts_with('0') || text == "0");
        let number = text.parse().ok().filter(|number| (-MOST_INTEGER..=MOST_INTEGER).contains(number));
        match number.filter(|_| is_plain) {
            Some(number) => {
                self.advance(text.len());
                Ok(Some(number))
            }
            None => {
                Err(self.error(format!("`{text}` is not a valid index; expected an integer without leading zeros")))
            }
        }
    }
}
