//! Bodies of the type `multipart/form-data` (RFC 7578).

use bytes::{BufMut, Bytes, BytesMut};

use super::json::{Encode, Value, parse, to_vec};
use super::media::{choose, essence, is_json};
use super::multipart::File;

/// A type that is sent part by part.
pub trait ToMultipart {
    /// Adds the parts.
    fn parts(&self, form: &mut Multipart);
}

/// The parts of a body while they are collected.
#[derive(Debug, Default)]
pub struct Multipart {
    parts: Vec<Part>,
    /// Names of parts with the media types that the document lets them have.
    media_types: Vec<(&'static str, &'static str)>,
    has_failed: bool,
}

#[derive(Debug)]
struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    content: Bytes,
}

/// The body of a form with its media type; `None` where a value cannot be written.
pub fn encode(value: &dyn ToMultipart) -> Option<(String, Bytes)> {
    let mut form = Multipart::default();
    value.parts(&mut form);
    form.finish()
}

impl Multipart {
    /// Says which media types the part of this name may have: one of a list, ranges among them.
    pub fn media_types(&mut self, name: &'static str, media_types: &'static str) {
        self.media_types.push((name, media_types));
    }

    /// The first of its media types that can be sent.
    fn media_type(&self, name: &str) -> Option<&'static str> {
        let (_, list) = self.media_types.iter().find(|(part, _)| *part == name)?;
        list.split(',').map(str::trim).find(|media_type| !media_type.contains('*'))
    }

    /// Whether a file may have the media type that it says.
    fn allows(&self, name: &str, media_type: &str) -> bool {
        let named = self.media_types.iter().find(|(part, _)| *part == name);
        named.is_none_or(|(_, list)| choose(media_type, list.split(',').map(str::trim)).is_some())
    }

    /// A value: scalars as text, a part for each element of a list, objects as JSON.
    pub fn field(&mut self, name: &str, value: &dyn Encode) {
        let Ok(json) = to_vec(value) else {
            self.has_failed = true;
            return;
        };
        match parse(&json) {
            Ok(Value::Null) => {}
            Ok(Value::Array(items)) => items.iter().for_each(|item| self.value(name, item)),
            Ok(value) => self.value(name, &value),
            Err(_) => self.has_failed = true,
        }
    }

    fn value(&mut self, name: &str, value: &Value<'_>) {
        let told = self.media_type(name).map(str::to_owned);
        let is_json_told = told.as_deref().is_some_and(|told| is_json(&essence(told)));
        let (content_type, content) = match value {
            Value::String(text) | Value::Text(text) if !is_json_told => (told, text.as_bytes().to_vec()),
            other => {
                let is_json = matches!(other, Value::Array(_) | Value::Object(_));
                (told.or_else(|| is_json.then(|| "application/json".to_owned())), to_vec(other).unwrap_or_default())
            }
        };
        self.parts.push(Part { name: name.to_owned(), file_name: None, content_type, content: content.into() });
    }

    /// A value that may be absent.
    pub fn optional<T: Encode>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// A file.
    pub fn file(&mut self, name: &str, file: &File) {
        self.has_failed |= file.content_type.as_deref().is_some_and(|own| !self.allows(name, own));
        let told = self.media_type(name).unwrap_or("application/octet-stream");
        self.parts.push(Part {
            name: name.to_owned(),
            file_name: Some(file.name.clone().unwrap_or_else(|| name.to_owned())),
            content_type: Some(file.content_type.clone().unwrap_or_else(|| told.to_owned())),
            content: file.content.clone(),
        });
    }

    /// A file that may be absent.
    pub fn optional_file(&mut self, name: &str, file: Option<&File>) {
        if let Some(file) = file {
            self.file(name, file);
        }
    }

    /// Files under one name.
    pub fn files(&mut self, name: &str, files: &[File]) {
        files.iter().for_each(|file| self.file(name, file));
    }

    fn finish(self) -> Option<(String, Bytes)> {
        if self.has_failed || self.parts.iter().any(|part| part.content_type.as_deref().is_some_and(breaks_line)) {
            return None;
        }
        let boundary = self.boundary();
        let mut body = BytesMut::new();
        for part in &self.parts {
            body.put_slice(part.head(&boundary).as_bytes());
            body.put_slice(&part.content);
            body.put_slice(b"\r\n");
        }
        body.put_slice(format!("--{boundary}--\r\n").as_bytes());
        Some((format!("multipart/form-data; boundary={boundary}"), body.freeze()))
    }

    /// A boundary that no part contains (RFC 2046, section 5.1.1).
    fn boundary(&self) -> String {
        let is_free = |boundary: &String| {
            self.parts
                .iter()
                .all(|part| !part.content.windows(boundary.len()).any(|window| window == boundary.as_bytes()))
        };
        let mut candidates = (0_u64..).map(|number| format!("part-{number:016x}"));
        candidates.find(is_free).unwrap_or_default()
    }
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
        head.push_str("\r\n\r\n");
        head
    }
}

fn breaks_line(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// Quotes and line breaks as browsers write them (the multipart encoding of the HTML standard).
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
