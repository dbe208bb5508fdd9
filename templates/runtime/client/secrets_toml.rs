//! Credentials in TOML 1.0: a table of texts, one a line. A file of credentials needs no more, and what else TOML has is
//! refused by the number of its line; no error repeats what the line holds.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// The keys of a table with their texts.
///
/// # Errors
///
/// When a line is no comment and no key with a text, or a key stands twice.
pub(super) fn table(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut table = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let pair = pair(line).map_err(|why| format!("{why} at line {}", at + 1))?;
        if let Some((key, value)) = pair
            && table.insert(key, value).is_some()
        {
            return Err(format!("a key stands twice at line {}", at + 1));
        }
    }
    Ok(table)
}

type Rest<'t> = Peekable<Chars<'t>>;

/// The key and the text of a line; `None` where it holds neither.
fn pair(line: &str) -> Result<Option<(String, String)>, &'static str> {
    let mut rest = line.chars().peekable();
    skip_blanks(&mut rest);
    if is_over(&mut rest)? {
        return Ok(None);
    }
    let key = match rest.peek() {
        Some('"' | '\'') => quoted(&mut rest)?,
        _ => bare(&mut rest)?,
    };
    skip_blanks(&mut rest);
    if rest.next() != Some('=') {
        return Err("no `=` behind a key");
    }
    skip_blanks(&mut rest);
    let value = match rest.peek() {
        Some('"' | '\'') => quoted(&mut rest)?,
        _ => return Err("no text in quotes behind the `=`"),
    };
    skip_blanks(&mut rest);
    if is_over(&mut rest)? { Ok(Some((key, value))) } else { Err("more than a key and a text") }
}

fn skip_blanks(rest: &mut Rest<'_>) {
    while rest.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
}

/// Whether nothing follows but a comment.
fn is_over(rest: &mut Rest<'_>) -> Result<bool, &'static str> {
    match rest.peek().copied() {
        None => Ok(true),
        Some('#') if rest.all(is_plain) => Ok(true),
        Some('#') => Err("a control character"),
        Some(_) => Ok(false),
    }
}

fn bare(rest: &mut Rest<'_>) -> Result<String, &'static str> {
    let mut key = String::new();
    while let Some(c) = rest.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        key.push(c);
    }
    if key.is_empty() { Err("no key of letters, digits, `_` and `-`, nor one in quotes") } else { Ok(key) }
}

/// A text in double quotes, with escapes, or in single quotes, as it is.
fn quoted(rest: &mut Rest<'_>) -> Result<String, &'static str> {
    let quote = rest.next();
    let mut text = String::new();
    loop {
        match rest.next() {
            None => return Err("a text without its closing quote"),
            Some(c) if Some(c) == quote => break,
            Some('\\') if quote == Some('"') => text.push(escaped(rest)?),
            Some(c) if is_plain(c) => text.push(c),
            Some(_) => return Err("a control character"),
        }
    }
    if text.is_empty() && rest.peek() == quote.as_ref() { Err("a text of many lines") } else { Ok(text) }
}

fn escaped(rest: &mut Rest<'_>) -> Result<char, &'static str> {
    let digits = match rest.next() {
        Some('b') => return Ok('\u{8}'),
        Some('t') => return Ok('\t'),
        Some('n') => return Ok('\n'),
        Some('f') => return Ok('\u{c}'),
        Some('r') => return Ok('\r'),
        Some(c @ ('"' | '\\')) => return Ok(c),
        Some('u') => 4,
        Some('U') => 8,
        _ => return Err("an unknown escape"),
    };
    let mut number = 0;
    for _ in 0..digits {
        let digit = rest.next().and_then(|c| c.to_digit(16)).ok_or("an escape without its digits")?;
        number = number << 4 | digit;
    }
    char::from_u32(number).ok_or("an escape of no character")
}

/// TOML takes no control characters but the tab.
fn is_plain(c: char) -> bool {
    c == '\t' || !c.is_ascii_control()
}
