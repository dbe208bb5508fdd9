//! Writes types as JSON text into one buffer, or part by part into a [`Sink`].

use std::collections::BTreeMap;
use std::fmt;

use super::json::{Encode, EncodeError, ObjectWriter, Scalar, Value};
use super::json_object_write::{Discriminator, Presence};
use super::json_scan::plain_end;

/// JSON that is being written.
#[derive(Default)]
pub struct Writer<'s> {
    pub(super) out: Vec<u8>,
    /// What receives the parts, instead of the buffer.
    pub(super) sink: Option<&'s mut dyn Sink>,
    has_failed: bool,
    /// The discriminator of the next object.
    pub(super) discriminator: Option<Discriminator>,
}

/// What receives a value part by part. It belongs to one level: the values of properties and the items of an array are
/// encoded by it.
pub trait Sink {
    /// Receives a part.
    fn put(&mut self, part: Part<'_>);
}

/// A part of a value.
pub enum Part<'p> {
    /// `null`.
    Null,
    /// A value without parts.
    Scalar(Scalar<'p>),
    /// An integer of more than 64 bits.
    Large(i128),
    /// A value of serde_json.
    Json(&'p serde_json::Value),
    /// The start of an object.
    Object,
    /// A property of the object.
    Property(&'p str, &'p dyn Encode),
    /// The start of an array with this number of items, if it is known.
    Array(Option<usize>),
    /// An item of the array.
    Item(&'p dyn Encode),
    /// The end of the object or array.
    End,
}

/// Encodes a value as JSON.
///
/// # Errors
///
/// If the value contains a number that is not finite, or a tuple with an item after a missing one.
pub fn to_vec(value: &dyn Encode) -> Result<Vec<u8>, EncodeError> {
    let mut json = Writer { out: Vec::with_capacity(128), ..Writer::default() };
    value.encode(&mut json);
    if json.has_failed { Err(EncodeError) } else { Ok(json.out) }
}

/// Passes a value to a sink.
///
/// # Errors
///
/// If the value contains a number that is not finite, or a tuple with an item after a missing one.
pub fn to_sink(value: &dyn Encode, sink: &mut dyn Sink) -> Result<(), EncodeError> {
    let mut json = Writer { out: Vec::new(), sink: Some(sink), has_failed: false, discriminator: None };
    value.encode(&mut json);
    if json.has_failed { Err(EncodeError) } else { Ok(()) }
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer(…)")
    }
}

impl<'s> Writer<'s> {
    /// Writes `null`.
    pub fn null(&mut self) {
        match &mut self.sink {
            Some(sink) => sink.put(Part::Null),
            None => self.out.extend_from_slice(b"null"),
        }
    }

    /// Writes a scalar. If it is a number that is not finite, `to_vec` returns an error.
    #[inline]
    pub fn scalar(&mut self, scalar: Scalar<'_>) {
        if let Some(sink) = &mut self.sink {
            return sink.put(Part::Scalar(scalar));
        }
        let out = &mut self.out;
        // Writing to memory cannot fail; if it did, `to_vec` would return an error instead of invalid JSON.
        self.has_failed |= match scalar {
            Scalar::Bool(value) => serde_json::to_writer(out, &value).is_err(),
            Scalar::Integer(number) => serde_json::to_writer(out, &number).is_err(),
            Scalar::Unsigned(number) => serde_json::to_writer(out, &number).is_err(),
            Scalar::Float(number) => !number.is_finite() || serde_json::to_writer(out, &number).is_err(),
            Scalar::Float32(number) => !number.is_finite() || serde_json::to_writer(out, &number).is_err(),
            Scalar::Text(text) => {
                quote(out, text);
                false
            }
        };
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        self.scalar(Scalar::Text(text));
    }

    /// Writes an integer.
    pub fn integer(&mut self, number: i128) {
        match (i64::try_from(number), u64::try_from(number), &mut self.sink) {
            (Ok(number), _, _) => self.scalar(Scalar::Integer(number)),
            (Err(_), Ok(number), _) => self.scalar(Scalar::Unsigned(number)),
            (Err(_), Err(_), Some(sink)) => sink.put(Part::Large(number)),
            (Err(_), Err(_), None) => self.has_failed |= serde_json::to_writer(&mut self.out, &number).is_err(),
        }
    }

    /// Makes `to_vec` return an error: the value cannot be represented.
    pub(super) fn fail(&mut self) {
        self.has_failed = true;
    }

    /// Writes a value of serde_json.
    pub fn json(&mut self, value: &serde_json::Value) {
        match &mut self.sink {
            Some(sink) => sink.put(Part::Json(value)),
            None => self.has_failed |= serde_json::to_writer(&mut self.out, value).is_err(),
        }
    }

    /// Starts an object.
    pub fn object(&mut self) -> ObjectWriter<'_, 's> {
        match &mut self.sink {
            Some(sink) => sink.put(Part::Object),
            None => self.out.push(b'{'),
        }
        ObjectWriter::new(self)
    }

    /// Writes an object with a discriminator property that its type does not have.
    pub fn tagged(&mut self, name: &'static str, tag: &'static str, value: &dyn Encode) {
        self.with(Discriminator { name, presence: Presence::Added(tag) }, value);
    }

    /// Writes a variant of a union whose type has the discriminator property. If the property is absent, or has a value
    /// of another variant, it is written with the first of `tags`.
    pub fn variant(&mut self, name: &'static str, tags: &'static [&'static str], value: &dyn Encode) {
        self.with(Discriminator { name, presence: Presence::Required(tags) }, value);
    }

    /// The same for the variant of objects without the discriminator property, which may be absent.
    pub fn optional_variant(&mut self, name: &'static str, tags: &'static [&'static str], value: &dyn Encode) {
        self.with(Discriminator { name, presence: Presence::Optional(tags) }, value);
    }

    fn with(&mut self, discriminator: Discriminator, value: &dyn Encode) {
        self.discriminator = Some(discriminator);
        value.encode(self);
        self.discriminator = None;
    }

    /// Starts an array with this number of items, if it is known.
    pub(super) fn start_array(&mut self, length: Option<usize>) {
        self.discriminator = None;
        match &mut self.sink {
            Some(sink) => sink.put(Part::Array(length)),
            None => self.out.push(b'['),
        }
    }

    /// Writes an item of an array.
    pub(super) fn item<T: Encode>(&mut self, is_first: bool, item: &T) {
        if let Some(sink) = &mut self.sink {
            return sink.put(Part::Item(item));
        }
        if !is_first {
            self.out.push(b',');
        }
        item.encode(self);
    }

    /// Ends an array.
    pub(super) fn end_array(&mut self) {
        match &mut self.sink {
            Some(sink) => sink.put(Part::End),
            None => self.out.push(b']'),
        }
    }
}

/// Appends a JSON string.
pub(super) fn quote(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 4);
    out.push(b'"');
    let end = plain_end(bytes, 0);
    out.extend_from_slice(bytes.get(..end).unwrap_or_default());
    if end < bytes.len() {
        escape(out, bytes, end);
    }
    out.push(b'"');
}

/// Appends what is at and after `at`, where there is a byte that is escaped.
#[cold]
fn escape(out: &mut Vec<u8>, bytes: &[u8], mut at: usize) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    while let Some(special) = bytes.get(at) {
        match special {
            b'"' | b'\\' => out.extend([b'\\', *special]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0x08 => out.extend(b"\\b"),
            0x0c => out.extend(b"\\f"),
            control => {
                out.extend(b"\\u00");
                out.extend([DIGITS[usize::from(control >> 4)], DIGITS[usize::from(control & 15)]]);
            }
        }
        let end = plain_end(bytes, at + 1);
        out.extend_from_slice(bytes.get(at + 1..end).unwrap_or_default());
        at = end;
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, json: &mut Writer<'_>) {
        json.start_array(Some(self.len()));
        self.iter().enumerate().for_each(|(at, item)| json.item(at == 0, item));
        json.end_array();
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, json: &mut Writer<'_>) {
        self.as_slice().encode(json);
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    fn encode(&self, json: &mut Writer<'_>) {
        let mut object = json.object();
        object.rest(self, &[]);
        object.end();
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, json: &mut Writer<'_>) {
        match self {
            Some(value) => value.encode(json),
            None => json.null(),
        }
    }

    fn scalar(&self) -> Option<Scalar<'_>> {
        self.as_ref().and_then(Encode::scalar)
    }
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    fn encode(&self, json: &mut Writer<'_>) {
        (**self).encode(json);
    }

    fn scalar(&self) -> Option<Scalar<'_>> {
        (**self).scalar()
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, json: &mut Writer<'_>) {
        (**self).encode(json);
    }

    fn scalar(&self) -> Option<Scalar<'_>> {
        (**self).scalar()
    }
}

impl Encode for Value<'_> {
    fn encode(&self, json: &mut Writer<'_>) {
        match self {
            Value::Null | Value::Opaque(_) => json.null(),
            Value::Bool(value) => value.encode(json),
            Value::Integer(number) => json.integer(*number),
            Value::Float(number) => json.scalar(Scalar::Float(*number)),
            Value::String(text) | Value::Text(text) => json.string(text),
            Value::Array(items) => items.as_slice().encode(json),
            Value::Object(fields) => {
                let mut object = json.object();
                for (name, value) in fields {
                    object.field(name, value);
                }
                object.end();
            }
        }
    }
}
