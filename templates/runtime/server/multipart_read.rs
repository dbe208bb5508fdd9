//! Converts the parts of a `multipart/form-data` body into the types of the document, within the memory limit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue};
use bytes::{Bytes, BytesMut};

use super::form_read::json;
use super::json::{Decode, DecodeError, Value, read};
use super::media::{self, essence, fit, is_json};
use super::multipart::{CHUNK_SIZE, Content, Disk, File};
use super::multipart_parse::PartStream;
use super::problem::Failure;

/// The maximum number of parts in a body.
const MAX_PARTS: usize = 1024;

/// A type that is read from the parts of a form.
pub trait FromMultipart: Sized {
    /// The names of parts that are files.
    const FILES: &'static [&'static str] = &[];
    /// The names of parts that are JSON if they have no `Content-Type`: objects, and lists of them (OpenAPI 3.0.4, section
    /// 4.8.14.4).
    const OBJECTS: &'static [&'static str] = &[];
    /// The names of parts that may be repeated.
    const LISTS: &'static [&'static str] = &[];
    /// The names of required lists. If there is no such part, the list is empty.
    const REQUIRED_LISTS: &'static [&'static str] = &[];

    /// Builds the value from the parts.
    ///
    /// # Errors
    ///
    /// If a part is missing or has a different type.
    fn from_parts(form: &Parts) -> Result<Self, DecodeError>;
}

/// The names of the parts of a form, as [`FromMultipart`] has them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form {
    /// [`FromMultipart::FILES`].
    pub files: &'static [&'static str],
    /// [`FromMultipart::OBJECTS`].
    pub objects: &'static [&'static str],
    /// [`FromMultipart::LISTS`].
    pub lists: &'static [&'static str],
    /// [`FromMultipart::REQUIRED_LISTS`].
    pub required_lists: &'static [&'static str],
}

impl Form {
    /// The form of a type.
    pub const fn of<T: FromMultipart>() -> Self {
        Self { files: T::FILES, objects: T::OBJECTS, lists: T::LISTS, required_lists: T::REQUIRED_LISTS }
    }
}

/// The parts of a body.
#[derive(Debug)]
pub struct Parts {
    list: Vec<Received>,
    form: Form,
}

/// A part. Values are stored like files.
#[derive(Debug)]
pub struct Received {
    pub(super) name: String,
    pub(super) file: File,
    /// Whether a part of this name is a file.
    is_file: bool,
    /// Whether a part of this name is JSON if it has no media type.
    is_object: bool,
    fields: Vec<(HeaderName, HeaderValue)>,
}

impl Received {
    /// The values of the headers with this name, as received.
    pub fn header<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p [u8]> {
        let is_named = move |(own, _): &&(HeaderName, HeaderValue)| own.as_str().eq_ignore_ascii_case(name);
        self.fields.iter().filter(is_named).map(|(_, value)| value.as_bytes())
    }
}

impl Parts {
    /// Reads all parts as a stream. Files may use this many bytes of memory, and are written to disk beyond it; other
    /// parts may use as many again, and are refused beyond it.
    pub(super) async fn read(stream: PartStream, memory: usize, form: Form) -> Result<Self, Failure> {
        let list = Reader { stream, files: memory, values: memory, disk: None }.all(form.files, form.objects).await?;
        Ok(Self { list, form })
    }

    /// The parts as a tree. A value that cannot be read is reported when it is taken; files are opaque.
    pub fn tree(&self) -> Value<'static> {
        let mut fields: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
        for part in &self.list {
            if fields.iter().any(|(key, _)| *key == part.name) {
                continue;
            }
            let named = self.list.iter().enumerate().filter(|(_, other)| other.name == part.name);
            let opaque_or_value = |(at, part): (usize, &Received)| {
                if part.is_file { Some(Value::Opaque(at)) } else { value(part).ok() }
            };
            let mut values: Vec<Value<'static>> = named.filter_map(opaque_or_value).collect();
            // One part may be a list with one item, or the whole list in JSON.
            let is_list = self.form.lists.contains(&part.name.as_str());
            let is_whole = matches!(values.as_slice(), [one] if !is_list || matches!(one, Value::Array(_)));
            let value = if is_whole { values.remove(0) } else { Value::Array(values) };
            fields.push((Cow::Owned(part.name.clone()), value));
        }
        let empty = self.form.required_lists.iter().filter(|name| self.named(name).next().is_none());
        fields.extend(empty.map(|name| (Cow::Borrowed(*name), Value::Array(Vec::new()))));
        Value::Object(fields)
    }

    /// Checks the media types of the parts with this name against a comma-separated list that may contain ranges. Parts
    /// without a media type pass.
    ///
    /// # Errors
    ///
    /// If a part has a different media type.
    pub fn expect(&self, name: &str, media_types: &str) -> Result<(), DecodeError> {
        let fits = |received: &str| media_types.split(',').any(|named| fit(received, named.trim()) > 0);
        let is_valid = |part: &File| part.content_type.as_deref().is_none_or(fits);
        if self.named(name).all(|part| is_valid(&part.file)) {
            return Ok(());
        }
        Err(DecodeError::new("the part does not have a media type that the document allows").within(name))
    }

    pub(super) fn named<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Received> {
        self.list.iter().filter(move |part| part.name == name)
    }

    /// Reads a required value.
    ///
    /// # Errors
    ///
    /// If it is missing or has a different type.
    pub fn required<T: Decode>(&self, name: &str) -> Result<T, DecodeError> {
        match self.optional(name)? {
            Some(value) => Ok(value),
            None if self.form.required_lists.contains(&name) => read(&Value::Array(Vec::new())),
            None => Err(DecodeError::missing(name)),
        }
    }

    /// Reads an optional value.
    ///
    /// # Errors
    ///
    /// If it has a different type.
    pub fn optional<T: Decode>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        let values: Result<Vec<Value<'static>>, _> = self.named(name).map(value).collect();
        let values = values.map_err(|error| error.within(name))?;
        let decoded = match values.as_slice() {
            [] => return Ok(None),
            // A single part may be a list with one item; the type decides.
            [one] => read(one).or_else(|error| read(&Value::Array(values.clone())).map_err(|_| error)),
            _ => read(&Value::Array(values)),
        };
        decoded.map(Some).map_err(|error| error.within(name))
    }

    /// Reads the values of all parts that do not have one of these names.
    ///
    /// # Errors
    ///
    /// If one of them has a different type.
    pub fn rest<T: Decode>(&self, named: &[&str]) -> Result<BTreeMap<String, T>, DecodeError> {
        let mut rest = BTreeMap::new();
        for part in self.list.iter().filter(|part| !named.contains(&part.name.as_str())) {
            if !rest.contains_key(&part.name) {
                rest.insert(part.name.clone(), self.required(&part.name)?);
            }
        }
        Ok(rest)
    }

    /// Returns a required file.
    ///
    /// # Errors
    ///
    /// If it is missing or repeated.
    pub fn file(&self, name: &str) -> Result<File, DecodeError> {
        self.optional_file(name)?.ok_or_else(|| DecodeError::missing(name))
    }

    /// Returns an optional file.
    ///
    /// # Errors
    ///
    /// If it is repeated.
    pub fn optional_file(&self, name: &str) -> Result<Option<File>, DecodeError> {
        Ok(self.single(name)?.map(|part| part.file.clone()))
    }

    /// The only part with this name.
    pub(super) fn single<'p>(&'p self, name: &'p str) -> Result<Option<&'p Received>, DecodeError> {
        let mut parts = self.named(name);
        let first = parts.next();
        if parts.next().is_some() {
            return Err(DecodeError::new("duplicate part: this file is not an array").within(name));
        }
        Ok(first)
    }

    /// Returns all files with this name.
    ///
    /// # Errors
    ///
    /// Never; the signature matches the other readers.
    pub fn files(&self, name: &str) -> Result<Vec<File>, DecodeError> {
        Ok(self.named(name).map(|part| part.file.clone()).collect())
    }

    /// Returns all files with this name; `None` if there are none.
    ///
    /// # Errors
    ///
    /// Never; the signature matches the other readers.
    pub fn optional_files(&self, name: &str) -> Result<Option<Vec<File>>, DecodeError> {
        self.files(name).map(|files| (!files.is_empty()).then_some(files))
    }
}

/// The value in a part.
pub(super) fn value(part: &Received) -> Result<Value<'static>, DecodeError> {
    let Received { file: part, is_object, .. } = part;
    let bytes: &[u8] = match &part.content {
        Content::Memory(bytes) => bytes,
        Content::Disk { .. } => return Err(DecodeError::new("expected a value, found a file")),
    };
    let text = media::text(bytes, part.content_type.as_deref()).map_err(|error| DecodeError::new(error.message()))?;
    let is_json = part.content_type.as_deref().map_or(*is_object, |media_type| is_json(&essence(media_type)));
    if is_json { json(&text) } else { Ok(Value::Text(text.into())) }
}

/// Reads parts from the stream.
struct Reader {
    stream: PartStream,
    /// The number of bytes that files may still use in memory.
    files: usize,
    /// The number of bytes that values and headers may still use in memory.
    values: usize,
    disk: Option<(Arc<Disk>, u64)>,
}

impl Reader {
    async fn all(mut self, files: &[&str], objects: &[&str]) -> Result<Vec<Received>, Failure> {
        let mut parts = Vec::new();
        while let Some(head) = self.stream.next().await? {
            if parts.len() == MAX_PARTS {
                return Err(DecodeError::new("too many parts").into());
            }
            self.values = self.values.checked_sub(head.size).ok_or(Failure::TooLarge)?;
            let is_file = files.contains(&head.name.as_str());
            let content = if is_file { self.file().await? } else { Content::Memory(self.value().await?) };
            let file = File { name: head.file_name, content_type: head.content_type, content };
            let is_object = objects.contains(&head.name.as_str());
            parts.push(Received { name: head.name, fields: head.fields, is_file, is_object, file });
        }
        Ok(parts)
    }

    async fn value(&mut self) -> Result<Bytes, Failure> {
        let mut held = BytesMut::new();
        while let Some(data) = self.stream.chunk().await? {
            self.values = self.values.checked_sub(data.len()).ok_or(Failure::TooLarge)?;
            held.extend_from_slice(&data);
        }
        Ok(held.freeze())
    }

    async fn file(&mut self) -> Result<Content, Failure> {
        let mut held = BytesMut::new();
        while let Some(data) = self.stream.chunk().await? {
            if held.len() + data.len() > self.files {
                return self.spill(held.freeze(), data).await;
            }
            held.extend_from_slice(&data);
        }
        self.files -= held.len();
        Ok(Content::Memory(held.freeze()))
    }

    /// Writes a file to disk: the part that was held in memory, this chunk, and the chunks that follow. Small chunks
    /// are combined, since each write uses a thread.
    async fn spill(&mut self, held: Bytes, data: Bytes) -> Result<Content, Failure> {
        let (disk, start) = match &self.disk {
            Some((disk, end)) => (Arc::clone(disk), *end),
            None => (Disk::create().await?, 0),
        };
        let mut end = disk.append(start, held).await?;
        let mut waiting = BytesMut::new();
        let mut next = Some(data);
        while let Some(data) = next {
            if waiting.len() + data.len() > CHUNK_SIZE {
                end = disk.append(end, waiting.split().freeze()).await?;
            }
            waiting.extend_from_slice(&data);
            next = self.stream.chunk().await?;
        }
        end = disk.append(end, waiting.freeze()).await?;
        self.disk = Some((Arc::clone(&disk), end));
        Ok(Content::Disk { disk, start, length: end - start })
    }
}
