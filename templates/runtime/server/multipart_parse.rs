//! Parses bodies of the type `multipart/form-data` (RFC 7578; RFC 2046, section 5.1) as a stream: only the head of a
//! part and a chunk of its content are in memory.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use memchr::memmem;

use super::header_text::decode;
use super::json::DecodeError;
use super::problem::Failure;

/// The maximum number of bytes in the headers of a part.
const MAX_HEAD_SIZE: usize = 16 << 10;

/// The maximum number of headers of a part.
const MAX_FIELDS: usize = 32;

/// The maximum length of a boundary (RFC 2046, section 5.1.1).
const MAX_BOUNDARY_LENGTH: usize = 70;

/// The headers of a part.
#[derive(Debug, Default)]
pub(super) struct PartHead {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    /// The other headers, in order.
    pub(super) fields: Vec<(HeaderName, HeaderValue)>,
    /// The size of the headers in bytes.
    pub(super) size: usize,
}

/// A body that is read part by part.
pub(super) struct PartStream {
    raw: Body,
    /// The maximum number of bytes that may still be received.
    left: usize,
    /// Bytes that were received and not read yet.
    buffer: BytesMut,
    delimiter: memmem::Finder<'static>,
    place: Place,
}

/// The position of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before a delimiter: in the content of a part, or in the preamble.
    Content,
    /// After a delimiter.
    Delimited,
}

impl PartStream {
    pub(super) fn new(raw: Body, limit: usize, boundary: &str) -> Self {
        // The line break is part of the delimiter; the first delimiter need not have one.
        let delimiter = memmem::Finder::new(format!("\r\n--{boundary}").as_bytes()).into_owned();
        Self { raw, left: limit, buffer: BytesMut::from("\r\n"), delimiter, place: Place::Content }
    }

    /// Skips the rest of the current part and reads the headers of the next one; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<PartHead>, Failure> {
        while self.chunk().await?.is_some() {}
        while self.buffer.len() < 2 {
            self.need().await?;
        }
        if self.buffer.starts_with(b"--") {
            while self.fill().await? {
                self.buffer.clear();
            }
            return Ok(None);
        }
        let end = self.end_of_head().await?;
        let text = self.buffer.split_to(end);
        self.buffer.advance(b"\r\n\r\n".len());
        self.place = Place::Content;
        head(&text).map(Some).ok_or_else(malformed)
    }

    /// The next chunk of the part's content; `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        if self.place == Place::Delimited {
            return Ok(None);
        }
        let length = self.delimiter.needle().len();
        loop {
            match self.delimiter.find(&self.buffer) {
                Some(0) => {
                    self.buffer.advance(length);
                    self.place = Place::Delimited;
                    return Ok(None);
                }
                Some(at) => return Ok(Some(self.buffer.split_to(at).freeze())),
                None => {}
            }
            // The rest may be the beginning of a delimiter.
            let sure = (self.buffer.len() + 1).saturating_sub(length);
            if sure > 0 {
                return Ok(Some(self.buffer.split_to(sure).freeze()));
            }
            self.need().await?;
        }
    }

    /// The offset of the empty line that ends the headers.
    async fn end_of_head(&mut self) -> Result<usize, Failure> {
        let mut looked = 0;
        loop {
            if let Some(at) = memmem::find(&self.buffer[looked..], b"\r\n\r\n") {
                return if looked + at > MAX_HEAD_SIZE { Err(malformed()) } else { Ok(looked + at) };
            }
            looked = self.buffer.len().saturating_sub(3);
            if looked > MAX_HEAD_SIZE {
                return Err(malformed());
            }
            self.need().await?;
        }
    }

    /// Waits for more bytes; an error at the end of the body.
    async fn need(&mut self) -> Result<(), Failure> {
        if self.fill().await? { Ok(()) } else { Err(malformed()) }
    }

    /// Waits for more bytes; `false` at the end of the body.
    async fn fill(&mut self) -> Result<bool, Failure> {
        while let Some(frame) = self.raw.frame().await {
            let frame = frame.map_err(|_| DecodeError::new("the body ended early"))?;
            let Ok(data) = frame.into_data() else { continue };
            self.left = self.left.checked_sub(data.len()).ok_or(Failure::TooLarge)?;
            self.buffer.extend_from_slice(&data);
            return Ok(true);
        }
        Ok(false)
    }
}

fn malformed() -> Failure {
    DecodeError::new("the body is not a valid multipart form").into()
}

/// The boundary parameter of a media type.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let boundary = one(&parameters(content_type, Escapes::Quotes)?, "boundary")?;
    let is_allowed = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    let is_valid =
        boundary.bytes().all(is_allowed) && boundary.len() <= MAX_BOUNDARY_LENGTH && !boundary.ends_with(' ');
    (is_valid && !boundary.is_empty()).then_some(boundary)
}

/// Parses the headers of a part, from the rest of the delimiter line on.
fn head(text: &[u8]) -> Option<PartHead> {
    let mut head = PartHead { size: text.len(), ..PartHead::default() };
    let mut lines = text.split(|byte| *byte == b'\n').peekable();
    let mut disposition = None;
    let mut is_first = true;
    while let Some(line) = lines.next() {
        // Every line but the last ends with the `\r` of its line break.
        let line = if lines.peek().is_some() { line.strip_suffix(b"\r")? } else { line };
        if std::mem::take(&mut is_first) {
            if !line.trim_ascii().is_empty() {
                return None;
            }
            continue;
        }
        let (name, value) = field(line)?;
        let is_second = match name {
            CONTENT_DISPOSITION => disposition.replace(value).is_some(),
            CONTENT_TYPE => head.content_type.replace(decode(value.as_bytes()).into_owned()).is_some(),
            name => {
                head.fields.push((name, value));
                head.fields.len() > MAX_FIELDS
            }
        };
        if is_second {
            return None;
        }
    }
    // RFC 7578, section 4.2: `Content-Disposition` with a `name` is required.
    let disposition = disposition?;
    let disposition = decode(disposition.as_bytes());
    let is_form_data = disposition.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("form-data"));
    // A name that ends with a backslash looks like one with an escaped quote.
    let parameters = parameters(&disposition, Escapes::Quotes).or_else(|| parameters(&disposition, Escapes::None));
    let parameters = parameters.filter(|_| is_form_data)?;
    head.name = decoded(&one(&parameters, "name")?);
    head.file_name = one(&parameters, "filename").map(|name| decoded(&name));
    Some(head)
}

/// Parses a header. A line folding is rejected (RFC 9112, section 5.2).
fn field(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
}

/// What a backslash in a quoted string means. It never escapes another backslash: some browsers send paths with
/// backslashes as file names.
#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    /// Before a quote, that the string goes on.
    Quotes,
    /// Only itself, as in the multipart encoding of the HTML standard.
    None,
}

/// The parameters after a value (RFC 9110, section 5.6.6), with names in lower case; `None` if they are malformed.
fn parameters(text: &str, escapes: Escapes) -> Option<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text.split_once(';').map_or("", |(_, rest)| rest);
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        if rest.is_empty() {
            return Some(found);
        }
        let (name, after) = rest.split_once('=')?;
        let name = name.trim().to_ascii_lowercase();
        let after = after.trim_start();
        let (value, behind) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted, escapes)?,
            None => {
                let (value, behind) = after.split_at(after.find(';').unwrap_or(after.len()));
                (value.trim_end().to_owned(), behind)
            }
        };
        if found.iter().any(|(other, _)| *other == name) {
            return None;
        }
        found.push((name, value));
        rest = behind.trim_start();
        if !(rest.is_empty() || rest.starts_with(';')) {
            return None;
        }
    }
}

/// A quoted string up to its closing quote, and the text after it.
fn unquoted(text: &str, escapes: Escapes) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' if escapes == Escapes::Quotes && text[at + 1..].starts_with('"') => {
                value.push('"');
                letters.next();
            }
            letter => value.push(letter),
        }
    }
    None
}

fn one(parameters: &[(String, String)], name: &str) -> Option<String> {
    parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}

/// Decodes the quotes and line breaks that browsers encode (multipart encoding of the HTML standard), and the `%25`
/// that the generated client writes for a name that itself contains such a code.
fn decoded(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        value.push_str(before);
        let escaped = after.strip_prefix("25").filter(|inner| encoded_letter(inner.trim_start_matches("25")).is_some());
        let (letter, behind) = match (encoded_letter(after), escaped) {
            (Some(letter), _) => (letter, &after[2..]),
            (None, Some(inner)) => ('%', inner),
            (None, None) => ('%', after),
        };
        value.push(letter);
        rest = behind;
    }
    value.push_str(rest);
    value
}

/// The letter whose code these two digits are, if browsers encode it.
fn encoded_letter(text: &str) -> Option<char> {
    match text.get(..2)? {
        "22" => Some('"'),
        "0D" | "0d" => Some('\r'),
        "0A" | "0a" => Some('\n'),
        _ => None,
    }
}
