//! Bodies of the type `multipart/form-data` (RFC 7578; RFC 2046, section 5.1) part by part as they come: of a part no more
//! is held than its head and a piece of its content.

use std::str::from_utf8;

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use memchr::memmem;

use super::json::DecodeError;
use super::problem::Failure;

/// The most bytes of all header fields of a part.
const LONGEST_HEAD: usize = 16 << 10;

/// The most header fields of a part.
const MOST_FIELDS: usize = 32;

/// The longest boundary (RFC 2046, section 5.1.1).
const LONGEST_BOUNDARY: usize = 70;

/// What stands before the content of a part.
#[derive(Debug, Default)]
pub(super) struct PartHead {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    /// The other header fields, in their order.
    pub(super) fields: Vec<(HeaderName, HeaderValue)>,
    /// How many bytes it took.
    pub(super) size: usize,
}

/// A body that is read part by part.
pub(super) struct PartStream {
    raw: Body,
    /// How many bytes may still come.
    left: usize,
    /// What came and was not taken.
    buffer: BytesMut,
    delimiter: memmem::Finder<'static>,
    place: Place,
}

/// Where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In what stands before a delimiter: the content of a part, or the preamble.
    Content,
    /// Behind a delimiter.
    Delimited,
}

impl PartStream {
    pub(super) fn new(raw: Body, limit: usize, boundary: &str) -> Self {
        // The line break belongs to the delimiter; the first one may do without.
        let delimiter = memmem::Finder::new(format!("\r\n--{boundary}").as_bytes()).into_owned();
        Self { raw, left: limit, buffer: BytesMut::from("\r\n"), delimiter, place: Place::Content }
    }

    /// The head of the next part, whatever was left of the one before; `None` at the end.
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

    /// The next piece of the part's content; `None` at its end.
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
            // What is left may be the beginning of a delimiter.
            let sure = (self.buffer.len() + 1).saturating_sub(length);
            if sure > 0 {
                return Ok(Some(self.buffer.split_to(sure).freeze()));
            }
            self.need().await?;
        }
    }

    /// Where the empty line begins that ends a head.
    async fn end_of_head(&mut self) -> Result<usize, Failure> {
        let mut looked = 0;
        loop {
            if let Some(at) = memmem::find(&self.buffer[looked..], b"\r\n\r\n") {
                return if looked + at > LONGEST_HEAD { Err(malformed()) } else { Ok(looked + at) };
            }
            looked = self.buffer.len().saturating_sub(3);
            if looked > LONGEST_HEAD {
                return Err(malformed());
            }
            self.need().await?;
        }
    }

    /// Waits for more, which must come.
    async fn need(&mut self) -> Result<(), Failure> {
        if self.fill().await? { Ok(()) } else { Err(malformed()) }
    }

    /// Waits for more; `false` at the end of the body.
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
    DecodeError::new("the body is no multipart form").into()
}

/// The boundary that a media type names.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let boundary = one(&parameters(content_type)?, "boundary")?;
    let is_allowed = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    let is_right = boundary.bytes().all(is_allowed) && boundary.len() <= LONGEST_BOUNDARY && !boundary.ends_with(' ');
    (is_right && !boundary.is_empty()).then_some(boundary)
}

/// The head of a part, from behind its delimiter: what is left of that line, then the header fields.
fn head(text: &[u8]) -> Option<PartHead> {
    let mut head = PartHead { size: text.len(), ..PartHead::default() };
    let mut lines = text.split(|byte| *byte == b'\n').peekable();
    let mut disposition = None;
    let mut is_first = true;
    while let Some(line) = lines.next() {
        // Each line but the last still has half of its break.
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
            CONTENT_TYPE => head.content_type.replace(from_utf8(value.as_bytes()).ok()?.to_owned()).is_some(),
            name => {
                head.fields.push((name, value));
                head.fields.len() > MOST_FIELDS
            }
        };
        if is_second {
            return None;
        }
    }
    // RFC 7578, section 4.2: each part has one, with a name.
    let disposition = disposition?;
    let disposition = from_utf8(disposition.as_bytes()).ok()?;
    let is_form_data = disposition.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("form-data"));
    let parameters = parameters(disposition).filter(|_| is_form_data)?;
    head.name = one(&parameters, "name")?;
    head.file_name = one(&parameters, "filename");
    Some(head)
}

/// A header field; one that goes on in the next line is none (RFC 9112, section 5.2).
fn field(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
}

/// The parameters behind a value (RFC 9110, section 5.6.6), their names in lower case; `None` where they are none.
fn parameters(text: &str) -> Option<Vec<(String, String)>> {
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
            Some(quoted) => unquoted(quoted)?,
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

/// A quoted text up to its end, and what is behind it. Only quotes are escaped: a backslash stands in the paths that some
/// browsers send as names.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' if text[at + 1..].starts_with('"') => {
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
