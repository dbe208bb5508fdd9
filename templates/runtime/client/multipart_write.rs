//! Writes bodies of the type `multipart/form-data` (RFC 7578).

use std::collections::BTreeMap;

use bytes::{BufMut, BytesMut};
use reqwest::Body;

use super::body_chain::chained;
use super::error::RequestError;
use super::header_text;
use super::json::{Encode, Value, parse, to_vec};
use super::media::{essence, fit, is_json};
use super::multipart::{Content, File};
use super::platform::random;

/// The maximum number of boundaries that are searched for in the parts. Each search is linear in the size of the parts.
const MAX_SEARCHES: u64 = 4;

/// A type that is sent as a multipart form.
pub trait ToMultipart {
    /// Adds the parts.
    fn parts(&self, form: &mut Multipart);
}

/// Collects the parts of a body.
#[derive(Debug, Default)]
pub struct Multipart {
    parts: Vec<Part>,
    /// The names of parts with the media types that the document allows.
    media_types: Vec<(&'static str, &'static str)>,
    error: Option<RequestError>,
}

#[derive(Debug)]
struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    /// Additional headers, each with its line break.
    lines: String,
    content: Content,
}

/// Encodes a form and returns it with its media type. The body is a stream if any of its parts is.
///
/// # Errors
///
/// If a value or a header cannot be encoded.
pub fn encode(value: &dyn ToMultipart) -> Result<(String, Body), RequestError> {
    let mut form = Multipart::default();
    value.parts(&mut form);
    form.finish()
}

impl Multipart {
    pub(super) fn fail(&mut self, error: RequestError) {
        self.error.get_or_insert(error);
    }

    /// Sets the media types that the document allows for the part with this name: a comma-separated list that may
    /// contain ranges.
    pub fn media_types(&mut self, name: &'static str, media_types: &'static str) {
        self.media_types.push((name, media_types));
    }

    /// The first allowed media type that is not a range.
    fn media_type(&self, name: &str) -> Option<&'static str> {
        let (_, list) = self.media_types.iter().find(|(part, _)| *part == name)?;
        list.split(',').map(str::trim).find(|media_type| !media_type.contains('*'))
    }

    /// The media types that the document allows for a part, if this one is not among them.
    fn refusing(&self, name: &str, media_type: &str) -> Option<&'static str> {
        let (_, list) = self.media_types.iter().find(|(part, _)| *part == name)?;
        let is_allowed = list.split(',').any(|named| fit(media_type, named.trim()) > 0);
        (!is_allowed).then_some(*list)
    }

    /// Adds a value: scalars as text, lists as one part per item, objects as JSON.
    pub fn field(&mut self, name: &str, value: &dyn Encode) {
        self.field_with(name, value, "");
    }

    /// As [`Self::field`], with additional headers in each part.
    pub(super) fn field_with(&mut self, name: &str, value: &dyn Encode, lines: &str) {
        let json = to_vec(value).unwrap_or_default();
        match parse(&json) {
            Ok(Value::Null) => {}
            Ok(Value::Array(items)) => items.iter().for_each(|item| self.value(name, item, lines)),
            Ok(value) => self.value(name, &value, lines),
            // A value that could not be encoded left `json` empty, which is not JSON.
            Err(_) => self.fail(RequestError::Body),
        }
    }

    fn value(&mut self, name: &str, value: &Value<'_>, lines: &str) {
        let declared = self.media_type(name).map(str::to_owned);
        let is_json_declared = declared.as_deref().is_some_and(|declared| is_json(&essence(declared)));
        let (content_type, content) = match value {
            Value::String(text) | Value::Text(text) if !is_json_declared => (declared, text.as_bytes().to_vec()),
            other => {
                let is_json = matches!(other, Value::Array(_) | Value::Object(_));
                (declared.or_else(|| is_json.then(|| "application/json".to_owned())), to_vec(other).unwrap_or_default())
            }
        };
        let content = Content::Bytes(content.into());
        self.parts.push(Part {
            name: name.to_owned(),
            file_name: None,
            content_type,
            lines: lines.to_owned(),
            content,
        });
    }

    /// Adds an optional value.
    pub fn optional<T: Encode>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// Adds the properties that the document does not list.
    pub fn rest<T: Encode>(&mut self, values: &BTreeMap<String, T>) {
        values.iter().for_each(|(name, value)| self.field(name, value));
    }

    /// Adds a file.
    pub fn file(&mut self, name: &str, file: &File) {
        self.file_with(name, file, String::new());
    }

    /// As [`Self::file`], with additional headers in the part.
    pub(super) fn file_with(&mut self, name: &str, file: &File, lines: String) {
        let declared = self.media_type(name).unwrap_or("application/octet-stream");
        let content_type = file.content_type.as_deref().unwrap_or(declared);
        if let Some(allowed) = self.refusing(name, content_type) {
            self.fail(RequestError::PartMediaType { name: name.to_owned(), allowed });
        }
        self.parts.push(Part {
            name: name.to_owned(),
            file_name: Some(file.name.clone().unwrap_or_else(|| name.to_owned())),
            content_type: Some(content_type.to_owned()),
            lines,
            content: file.content.clone(),
        });
    }

    /// Adds an optional file.
    pub fn optional_file(&mut self, name: &str, file: Option<&File>) {
        if let Some(file) = file {
            self.file(name, file);
        }
    }

    /// Adds several files with one name.
    pub fn files(&mut self, name: &str, files: &[File]) {
        files.iter().for_each(|file| self.file(name, file));
    }

    fn finish(mut self) -> Result<(String, Body), RequestError> {
        if self
            .parts
            .iter()
            .any(|part| part.content_type.as_deref().is_some_and(|text| header_text::check(text).is_err()))
        {
            self.fail(RequestError::Body);
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let boundary = self.boundary();
        let mut pieces: Vec<Body> = Vec::new();
        let mut bytes = BytesMut::new();
        for part in self.parts {
            bytes.put_slice(part.head(&boundary).as_bytes());
            match part.content {
                Content::Bytes(content) => bytes.put_slice(&content),
                Content::Stream(open) => pieces.extend([bytes.split().freeze().into(), open()]),
            }
            bytes.put_slice(b"\r\n");
        }
        bytes.put_slice(format!("--{boundary}--\r\n").as_bytes());
        let last = Body::from(bytes.freeze());
        let body = if pieces.is_empty() { last } else { chained(pieces.into_iter().chain([last]).collect()) };
        Ok((format!("multipart/form-data; boundary={boundary}"), body))
    }

    /// A boundary that no part contains (RFC 2046, section 5.1.1). If all parts are in memory, they are searched for
    /// it. If a part is a stream, or the parts contain all candidates, the boundary is random.
    fn boundary(&self) -> String {
        let mut contents = Vec::new();
        for part in &self.parts {
            match &part.content {
                Content::Bytes(bytes) => contents.push(bytes),
                Content::Stream(_) => return unpredictable(),
            }
        }
        let is_free = |boundary: &String| {
            let holds = |content: &[u8]| content.windows(boundary.len()).any(|window| window == boundary.as_bytes());
            !contents.iter().any(|content| holds(content))
        };
        let mut candidates = (0..MAX_SEARCHES).map(|number| format!("part-{number:016x}"));
        candidates.find(is_free).unwrap_or_else(unpredictable)
    }
}

/// A boundary of 128 unpredictable bits.
fn unpredictable() -> String {
    let [one, other] = random();
    format!("part-{one:016x}{other:016x}")
}

impl Part {
    fn head(&self, boundary: &str) -> String {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&self.name));
        if let Some(file_name) = &self.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(content_type) = &self.content_type {
            head.push_str(&format!("\r\nContent-Type: {content_type}"));
        }
        head.push_str("\r\n");
        head.push_str(&self.lines);
        head.push_str("\r\n");
        head
    }
}

/// Encodes quotes and line breaks as browsers do (multipart encoding of the HTML standard). Browsers leave `%22` in a name
/// as it is, which then looks like a quote; here its percent sign is encoded too (RFC 7578, section 2).
fn quoted(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => encoded.push_str("%22"),
            '\r' => encoded.push_str("%0D"),
            '\n' => encoded.push_str("%0A"),
            '%' if looks_encoded(&text[at + 1..]) => encoded.push_str("%25"),
            letter => encoded.push(letter),
        }
    }
    encoded
}

/// Whether a reader would decode the percent sign before this text.
fn looks_encoded(text: &str) -> bool {
    let code = text.trim_start_matches("25").get(..2);
    code.is_some_and(|code| ["22", "0D", "0A"].iter().any(|known| code.eq_ignore_ascii_case(known)))
}
