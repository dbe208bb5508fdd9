//! Bodies of the type `multipart/form-data` (RFC 7578), read by multer within the limit of the body.

use std::borrow::Cow;

use bytes::Bytes;

use super::form_read::json;
use super::json::{Decode, DecodeError, Value, read};
use super::multipart::File;

/// The most parts that a body may hold.
const MOST_PARTS: usize = 1024;

/// A type that is read part by part.
pub trait FromMultipart: Sized {
    /// Takes what it needs of the parts.
    ///
    /// # Errors
    ///
    /// When a part is missing or of another type.
    fn from_parts(form: &Parts) -> Result<Self, DecodeError>;
}

/// The parts of a body.
#[derive(Debug)]
pub struct Parts(Vec<Part>);

#[derive(Debug)]
struct Part {
    name: String,
    file: File,
}

impl Parts {
    /// Reads all parts of a body that is in memory.
    ///
    /// # Errors
    ///
    /// When the body does not have the form that the boundary promises.
    pub async fn read(boundary: String, body: Bytes) -> Result<Self, DecodeError> {
        let stream = futures_util::stream::once(async move { Ok::<_, std::io::Error>(body) });
        let mut multipart = multer::Multipart::new(stream, boundary);
        let malformed = |_| DecodeError::new("the body is no multipart form");
        let mut parts = Vec::new();
        while let Some(field) = multipart.next_field().await.map_err(malformed)? {
            if parts.len() == MOST_PARTS {
                return Err(DecodeError::new("too many parts"));
            }
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let content_type = field.content_type().map(ToString::to_string);
            let content = field.bytes().await.map_err(malformed)?;
            parts.push(Part { name, file: File { name: file_name, content_type, content } });
        }
        Ok(Self(parts))
    }

    /// The parts that are values and no files, as a tree; what cannot be read is told by the type.
    pub fn tree(&self) -> Value<'static> {
        let mut fields: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
        for part in self.0.iter().filter(|part| part.file.name.is_none() && is_value(&part.file)) {
            if fields.iter().any(|(key, _)| *key == part.name) {
                continue;
            }
            let mut values: Vec<Value<'static>> = self.named(&part.name).filter_map(|file| value(file).ok()).collect();
            let value = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
            fields.push((Cow::Owned(part.name.clone()), value));
        }
        Value::Object(fields)
    }

    fn named<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p File> {
        self.0.iter().filter(move |part| part.name == name).map(|part| &part.file)
    }

    /// A value that must be there.
    ///
    /// # Errors
    ///
    /// When it is missing or of another type.
    pub fn required<T: Decode>(&self, name: &str) -> Result<T, DecodeError> {
        self.optional(name)?.ok_or_else(|| DecodeError::missing(name))
    }

    /// A value that may be absent.
    ///
    /// # Errors
    ///
    /// When it is of another type.
    pub fn optional<T: Decode>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        let values: Vec<Value<'static>> = self.named(name).map(value).collect::<Result<_, _>>()?;
        let decoded = match values.as_slice() {
            [] => return Ok(None),
            // One part may be a list of one: the type decides.
            [one] => read(one).or_else(|error| read(&Value::Array(values.clone())).map_err(|_| error)),
            _ => read(&Value::Array(values)),
        };
        decoded.map(Some).map_err(|error| error.within(name))
    }

    /// A file that must be there.
    ///
    /// # Errors
    ///
    /// When it is missing.
    pub fn file(&self, name: &str) -> Result<File, DecodeError> {
        self.named(name).next().cloned().ok_or_else(|| DecodeError::missing(name))
    }

    /// A file that may be absent.
    ///
    /// # Errors
    ///
    /// None today; the form is that of the other readers.
    pub fn optional_file(&self, name: &str) -> Result<Option<File>, DecodeError> {
        Ok(self.named(name).next().cloned())
    }

    /// All files of a name.
    ///
    /// # Errors
    ///
    /// None today; the form is that of the other readers.
    pub fn files(&self, name: &str) -> Result<Vec<File>, DecodeError> {
        Ok(self.named(name).cloned().collect())
    }

    /// All files of a name; `None` where there is none.
    ///
    /// # Errors
    ///
    /// None today; the form is that of the other readers.
    pub fn optional_files(&self, name: &str) -> Result<Option<Vec<File>>, DecodeError> {
        let files: Vec<File> = self.named(name).cloned().collect();
        Ok((!files.is_empty()).then_some(files))
    }
}

fn is_value(part: &File) -> bool {
    let media_type = part.content_type.as_deref().unwrap_or("text/plain");
    media_type.starts_with("application/json") || media_type.starts_with("text/plain")
}

fn value(part: &File) -> Result<Value<'static>, DecodeError> {
    let text = std::str::from_utf8(&part.content).map_err(|_| DecodeError::new("a part is not UTF-8"))?;
    let is_json = part.content_type.as_deref().is_some_and(|media_type| media_type.starts_with("application/json"));
    if is_json { json(text) } else { Ok(Value::Text(text.to_owned().into())) }
}
