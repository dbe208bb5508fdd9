//! Path templates and the paths of requests, both in a normal form, so that two spellings of one path are one path.
//!
//! In the normal form (RFC 3986, section 6.2.2) unreserved characters are themselves and every other escape is one
//! character. In the plain form all characters that a path segment may hold (`pchar`) are themselves: two paths with one
//! plain form have segments that decode to the same texts.

use std::ops::Range;

use super::operation::{Operation, Segment};

/// The path for axum: each segment that holds a parameter is taken whole, under a name that only its position gives.
pub fn route_path(operation: &Operation) -> String {
    let segment = |(at, text): (usize, Option<String>)| text.unwrap_or_else(|| format!("{{p{at}}}"));
    segments(operation).into_iter().enumerate().map(segment).collect::<Vec<_>>().join("/")
}

/// The text of each segment of a template; `None` for one that holds a parameter.
pub fn segments(operation: &Operation) -> Vec<Option<String>> {
    let text: String = operation
        .path
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => *text,
            // No literal holds it: control characters are percent-encoded there.
            Segment::Parameter(_) => "\0",
        })
        .collect();
    text.split('/').map(|text| (!text.contains('\0')).then(|| text.to_owned())).collect()
}

/// How many characters of the template are literal: the more, the earlier it is tried.
pub fn weight(operation: &Operation) -> usize {
    let literal = |segment: &Segment| match segment {
        Segment::Text(text) => text.len(),
        Segment::Parameter(_) => 0,
    };
    operation.path.iter().map(literal).sum()
}

/// An escaped byte is written as this character or one of the 255 after it. They are private-use characters, and nothing
/// else in a form is not ASCII.
const ESCAPE: u32 = 0xE000;

/// A path in one of its forms, with the place in the raw path that each byte comes from, and where that ends.
#[derive(Debug)]
struct Form {
    text: String,
    origins: Vec<usize>,
}

/// Whether an escaped byte means the character itself.
type Keep = fn(u8) -> bool;

/// The unreserved characters of RFC 3986, section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// What a segment holds as it is (RFC 3986, section 3.3).
fn is_pchar(byte: u8) -> bool {
    is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte)
}

impl Form {
    /// The form of a raw path; `None` if an escape in it is not valid.
    fn of(raw: &str, keep: Keep) -> Option<Self> {
        let mut form = Self { text: String::with_capacity(raw.len()), origins: Vec::with_capacity(raw.len() + 1) };
        let bytes = raw.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let is_escape = *byte == b'%';
            let byte = if is_escape { escaped(bytes.get(at + 1..at + 3)?)? } else { *byte };
            let is_kept = if is_escape { keep(byte) } else { is_pchar(byte) || byte == b'/' };
            form.push(byte, is_kept, at);
            at += if is_escape { 3 } else { 1 };
        }
        form.origins.push(raw.len());
        Some(form)
    }

    fn push(&mut self, byte: u8, is_kept: bool, origin: usize) {
        let before = self.text.len();
        let escape = char::from_u32(ESCAPE + u32::from(byte)).filter(|_| !is_kept);
        self.text.push(escape.unwrap_or(char::from(byte)));
        self.origins.extend((before..self.text.len()).map(|_| origin));
    }
}

/// The byte of the two digits behind a percent sign.
fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// The path of a request.
#[derive(Debug)]
pub struct RequestPath<'r> {
    raw: &'r str,
    normal: Form,
    /// Only if it differs from the normal form: a reserved character of a segment is percent-encoded.
    plain: Option<Form>,
}

impl<'r> RequestPath<'r> {
    /// The path with this text; `None` if no operation can have it: an escape in it is not valid, or a segment is `.` or
    /// `..`, which a resolved URL does not have (RFC 3986, section 5.2.4).
    pub fn new(raw: &'r str) -> Option<Self> {
        let normal = Form::of(raw, is_unreserved)?;
        if normal.text.split('/').any(|segment| matches!(segment, "." | "..")) {
            return None;
        }
        let plain = Form::of(raw, is_pchar).filter(|plain| plain.text != normal.text);
        Some(Self { raw, normal, plain })
    }

    /// The segments in the plain form.
    pub fn segments(&self) -> Vec<&str> {
        self.plain.as_ref().unwrap_or(&self.normal).text.split('/').collect()
    }

    /// Whether a reserved character of a segment is percent-encoded.
    pub fn has_encoded_reserved(&self) -> bool {
        self.plain.is_some()
    }
}

/// The text of a segment of a template in the plain form.
pub fn plain(segment: &str) -> String {
    rewritten(segment, is_pchar)
}

/// The text of a template is always valid. If it were not, no path would match it.
fn rewritten(text: &str, keep: Keep) -> String {
    Form::of(text, keep).map_or_else(|| "%".to_owned(), |form| form.text)
}

/// The path of an operation, ready to be compared with paths of requests.
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

    /// The parameters of a path with their text as it came, still encoded, if the path has the form of the template.
    pub fn captures(&self, path: &RequestPath<'_>) -> Option<Vec<(usize, String)>> {
        let text = |(index, range): (usize, Range<usize>)| {
            let origin = |at: usize| path.normal.origins.get(at).copied();
            Some((index, path.raw.get(origin(range.start)?..origin(range.end)?)?.to_owned()))
        };
        ranges(&self.normal, &path.normal.text)?.into_iter().map(text).collect()
    }

    /// Whether the path would have the form of the template if no reserved character of it were percent-encoded.
    pub fn fits_plain(&self, path: &RequestPath<'_>) -> bool {
        ranges(&self.plain, &path.plain.as_ref().unwrap_or(&path.normal).text).is_some()
    }
}

/// The parameters of a path and where each is in it.
///
/// Read from its end, each text of the template is as far right as it can be, so that of two parameters in one segment the
/// first is the longer. There is nothing to try again: the cost is that of the path's length, for any number of parameters.
fn ranges(template: &[Piece], path: &str) -> Option<Vec<(usize, Range<usize>)>> {
    let mut found = Vec::new();
    let mut left = path;
    // The parameter that ends where `left` ends.
    let mut open: Option<usize> = None;
    for (at, piece) in template.iter().enumerate().rev() {
        let (text, own) = match piece {
            Piece::Text(text) => (text.as_str(), None),
            Piece::Parameter(index) => ("", Some(*index)),
        };
        let end = match open {
            None => left.len(),
            // The path begins with its first text.
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

/// All but the last character, which a parameter needs at least; the bytes of one in UTF-8 are not taken apart.
fn before_last(text: &str) -> Option<&str> {
    let is_inside = |c: char| (ESCAPE + 0x80..ESCAPE + 0xC0).contains(&u32::from(c));
    let (last, _) = text.char_indices().rev().find(|(_, c)| !is_inside(*c))?;
    text.get(..last)
}

/// What is behind `start`. A parameter is never empty and never leaves its segment.
fn parameter(text: &str, start: usize) -> Option<Range<usize>> {
    let value = text.get(start..)?;
    (!value.is_empty() && !value.contains('/')).then_some(start..text.len())
}
