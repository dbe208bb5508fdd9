//! Path templates and request paths in normalized forms, so that equivalent spellings of a path are equal.
//!
//! In the normal form (RFC 3986, section 6.2.2), unreserved characters are decoded and every other escape is one
//! character. In the plain form, all characters that a path segment may contain (`pchar`) are decoded: two paths with
//! the same plain form have segments that decode to the same strings.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::operation::{Operation, Segment};

/// The path for axum. Each segment with a parameter is captured whole, under a name derived from its position; so is a
/// literal segment that begins with `:` or `*`, with which axum's routers cannot be merged.
pub fn route_path(operation: &Operation) -> String {
    let is_literal = |text: &String| !text.starts_with([':', '*']);
    let segment = |(at, text): (usize, Option<String>)| text.filter(is_literal).unwrap_or_else(|| format!("{{p{at}}}"));
    segments(operation).into_iter().enumerate().map(segment).collect::<Vec<_>>().join("/")
}

/// The segments of a template; `None` for a segment with a parameter.
pub fn segments(operation: &Operation) -> Vec<Option<String>> {
    let text: String = operation
        .path
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => *text,
            // A literal cannot contain it: control characters are percent-encoded there.
            Segment::Parameter(_) => "\0",
        })
        .collect();
    text.split('/').map(|text| (!text.contains('\0')).then(|| text.to_owned())).collect()
}

/// The number of literal characters of the template. Templates with more of them are tried first.
pub fn weight(operation: &Operation) -> usize {
    let literal = |segment: &Segment| match segment {
        Segment::Text(text) => text.len(),
        Segment::Parameter(_) => 0,
    };
    operation.path.iter().map(literal).sum()
}

/// An escaped byte is represented by this character or one of the following 255. They are private-use characters; all
/// other characters of a form are ASCII.
const ESCAPE: u32 = 0xE000;

/// A path in one of its forms.
#[derive(Debug)]
struct Form<'r> {
    text: Cow<'r, str>,
    /// The offset in the raw path of each byte and of the end; `None` if the form is the raw path.
    origins: Option<Vec<usize>>,
}

/// Whether an escaped byte is decoded in this form.
type Keep = fn(u8) -> bool;

/// The unreserved characters of RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// The characters that a segment may contain unescaped (RFC 3986, section 3.3).
fn is_pchar(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@')
}

/// Whether a path has this byte in every form, unescaped.
fn is_plain(byte: u8) -> bool {
    is_pchar(byte) || byte == b'/'
}

impl<'r> Form<'r> {
    /// The form of a raw path; `None` if it has an invalid escape.
    fn of(raw: &'r str, keep: Keep) -> Option<Self> {
        let bytes = raw.as_bytes();
        if bytes.iter().all(|byte| is_plain(*byte)) {
            return Some(Self { text: Cow::Borrowed(raw), origins: None });
        }
        let (mut text, mut origins) = (String::with_capacity(raw.len()), Vec::with_capacity(raw.len() + 1));
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let is_escape = *byte == b'%';
            let byte = if is_escape { escaped(bytes.get(at + 1..at + 3)?)? } else { *byte };
            let is_kept = if is_escape { keep(byte) } else { is_plain(byte) };
            let escape = char::from_u32(ESCAPE + u32::from(byte)).filter(|_| !is_kept);
            text.push(escape.unwrap_or(char::from(byte)));
            origins.resize(text.len(), at);
            at += if is_escape { 3 } else { 1 };
        }
        origins.push(raw.len());
        Some(Self { text: Cow::Owned(text), origins: Some(origins) })
    }

    /// The offset in the raw path of this byte, or of the end.
    fn origin(&self, at: usize) -> Option<usize> {
        self.origins.as_ref().map_or(Some(at), |origins| origins.get(at).copied())
    }
}

/// The byte encoded by the two digits after a percent sign.
fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// The path of a request.
#[derive(Debug)]
pub struct RequestPath<'r> {
    raw: &'r str,
    normal: Form<'r>,
    /// Present only if it differs from the normal form, i.e. if a reserved character of a segment is percent-encoded.
    plain: Option<Form<'r>>,
}

impl<'r> RequestPath<'r> {
    /// Parses a request path; `None` if it has an invalid escape or a segment `.` or `..`, which a resolved URL does
    /// not have (RFC 3986, section 5.2.4).
    pub fn new(raw: &'r str) -> Option<Self> {
        let normal = Form::of(raw, is_unreserved)?;
        if normal.text.contains('.') && normal.text.split('/').any(|segment| matches!(segment, "." | "..")) {
            return None;
        }
        // Without an escape, all forms are equal.
        let plain = if normal.origins.is_none() { None } else { Form::of(raw, is_pchar) };
        let plain = plain.filter(|plain| plain.text != normal.text);
        Some(Self { raw, normal, plain })
    }

    /// The path in the plain form.
    pub fn plain(&self) -> &str {
        &self.plain.as_ref().unwrap_or(&self.normal).text
    }

    /// Whether a reserved character of a segment is percent-encoded.
    pub fn has_encoded_reserved(&self) -> bool {
        self.plain.is_some()
    }
}

/// A segment of a template in the plain form.
pub fn plain(segment: &str) -> String {
    rewritten(segment, is_pchar)
}

/// Rewrites the text of a template. It is always valid; if it were not, the result would match no path.
fn rewritten(text: &str, keep: Keep) -> String {
    Form::of(text, keep).map_or_else(|| "%".to_owned(), |form| form.text.into_owned())
}

/// The path template of an operation, for comparison with request paths.
#[derive(Debug)]
pub struct Template {
    normal: Vec<Piece>,
    plain: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Parameter(usize),
}

impl Template {
    /// The template of an operation.
    pub fn of(operation: &Operation) -> Self {
        let pieces = |keep: Keep| {
            let piece = |segment: &Segment| match segment {
                Segment::Text(text) => Piece::Text(rewritten(text, keep)),
                Segment::Parameter(index) => Piece::Parameter(*index),
            };
            operation.path.iter().map(piece).collect()
        };
        Self { normal: pieces(is_unreserved), plain: pieces(is_pchar) }
    }

    /// The path parameters as received, still percent-encoded, if the path matches the template. A parameter that occurs
    /// several times must have the same value each time.
    pub fn captures(&self, path: &RequestPath<'_>) -> Option<Vec<(usize, String)>> {
        let text = |(index, range): (usize, Range<usize>)| {
            let range = path.normal.origin(range.start)?..path.normal.origin(range.end)?;
            Some((index, path.raw.get(range)?.to_owned()))
        };
        let found: Vec<(usize, String)> =
            ranges(&self.normal, &path.normal.text)?.into_iter().map(text).collect::<Option<_>>()?;
        let is_clear = found.len() < 2 || agree(found.iter().map(|(index, text)| (*index, plain(text))));
        is_clear.then_some(found)
    }

    /// Whether the path matches the template if its reserved characters are decoded.
    pub fn fits_plain(&self, path: &RequestPath<'_>) -> bool {
        let text = path.plain();
        let found = ranges(&self.plain, text);
        found.is_some_and(|found| agree(found.into_iter().map(|(index, range)| (index, text.get(range)))))
    }
}

/// Whether all values of one parameter are equal.
fn agree<T: PartialEq + Clone>(values: impl Iterator<Item = (usize, T)>) -> bool {
    let mut known: BTreeMap<usize, T> = BTreeMap::new();
    values.into_iter().all(|(index, value)| *known.entry(index).or_insert_with(|| value.clone()) == value)
}

/// The parameters of a path with their position.
///
/// Matches from the end: each literal of the template is matched as far right as possible, so of two parameters in one
/// segment the first is longer. There is no backtracking; the time is linear in the length of the path, for any number
/// of parameters.
fn ranges(template: &[Piece], path: &str) -> Option<Vec<(usize, Range<usize>)>> {
    let mut found = Vec::new();
    let mut left = path;
    // The parameter that ends at the end of `left`.
    let mut open: Option<usize> = None;
    for (at, piece) in template.iter().enumerate().rev() {
        let (text, own) = match piece {
            Piece::Text(text) => (text.as_str(), None),
            Piece::Parameter(index) => ("", Some(*index)),
        };
        let end = match open {
            None => left.len(),
            // The path begins with the first literal.
            Some(_) if at == 0 && own.is_none() => text.len(),
            Some(_) => before_last(left)?.rfind(text)? + text.len(),
        };
        if let Some(index) = open {
            found.push((index, parameter(left, end)?));
        }
        left = left.get(..end)?.strip_suffix(text)?;
        open = own;
    }
    match open {
        Some(index) => found.push((index, parameter(left, 0)?)),
        None if left.is_empty() => {}
        None => return None,
    }
    found.reverse();
    Some(found)
}

/// The text without its last character, since a parameter has at least one. The bytes of a UTF-8 character are kept
/// together.
fn before_last(text: &str) -> Option<&str> {
    let is_inside = |c: char| (ESCAPE + 0x80..ESCAPE + 0xC0).contains(&u32::from(c));
    let (last, _) = text.char_indices().rev().find(|(_, c)| !is_inside(*c))?;
    text.get(..last)
}

/// The text from `start` on. A parameter is never empty and never contains a slash.
fn parameter(text: &str, start: usize) -> Option<Range<usize>> {
    let value = text.get(start..)?;
    (!value.is_empty() && !value.contains('/')).then_some(start..text.len())
}
