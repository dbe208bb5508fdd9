//! Writes types as JSON text into one buffer.

use std::collections::BTreeMap;

use super::json::{Encode, EncodeError, Value};

/// A buffer of JSON text.
#[derive(Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    has_failed: bool,
    /// The discriminator of the next object.
    discriminator: Option<Discriminator>,
}

/// A property of an object that must have one of these values.
#[derive(Debug)]
struct Discriminator {
    name: &'static str,
    tags: &'static [&'static str],
    is_missing: bool,
}

/// Encodes a value as JSON.
///
/// # Errors
///
/// If the value contains a number that is not finite, or a tuple with an item after a missing one.
pub fn to_vec(value: &dyn Encode) -> Result<Vec<u8>, EncodeError> {
    let mut json = Writer::default();
    value.encode(&mut json);
    if json.has_failed { Err(EncodeError) } else { Ok(json.out) }
}

impl Writer {
    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        // Writing a string to memory cannot fail; if it did, `to_vec` would return an error instead of invalid JSON.
        self.has_failed |= serde_json::to_writer(&mut self.out, text).is_err();
    }

    /// Writes text that is already JSON.
    pub fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes an integer.
    pub fn integer(&mut self, number: i128) {
        self.raw(&number.to_string());
    }

    /// Makes `to_vec` return an error: the value cannot be represented.
    pub(super) fn fail(&mut self) {
        self.has_failed = true;
    }

    /// Writes a number. If it is not finite, `to_vec` returns an error.
    pub fn float(&mut self, number: f64) {
        self.has_failed |= !number.is_finite() || serde_json::to_writer(&mut self.out, &number).is_err();
    }

    /// Writes a number with the digits of an `f32`.
    pub fn float32(&mut self, number: f32) {
        self.has_failed |= !number.is_finite() || serde_json::to_writer(&mut self.out, &number).is_err();
    }

    /// Starts an object.
    pub fn object(&mut self) -> ObjectWriter<'_> {
        self.out.push(b'{');
        let discriminator = self.discriminator.take();
        ObjectWriter { json: self, is_first: true, discriminator }
    }

    /// Writes an object with a discriminator property that its type does not have.
    pub fn tagged(&mut self, name: &str, tag: &str, value: &dyn Encode) {
        let start = self.out.len();
        value.encode(self);
        let rest = self.out.split_off(start);
        let Some((b'{', fields)) = rest.split_first().map(|(first, rest)| (*first, rest)) else {
            return self.out.extend(rest);
        };
        self.out.push(b'{');
        self.string(name);
        self.out.push(b':');
        self.string(tag);
        if fields != b"}" {
            self.out.push(b',');
        }
        self.out.extend_from_slice(fields);
    }

    /// Writes a variant of a union whose type has the discriminator property. If the property is absent, or has a value
    /// of another variant, it is written with the first of `tags`.
    pub fn variant(&mut self, name: &'static str, tags: &'static [&'static str], value: &dyn Encode) {
        self.discriminator = Some(Discriminator { name, tags, is_missing: true });
        value.encode(self);
        self.discriminator = None;
    }

    /// The same for the variant of objects without the discriminator property, which may be absent.
    pub fn optional_variant(&mut self, name: &'static str, tags: &'static [&'static str], value: &dyn Encode) {
        self.discriminator = Some(Discriminator { name, tags, is_missing: false });
        value.encode(self);
        self.discriminator = None;
    }

    /// Replaces the value that starts at `start` unless it is one of `tags`.
    fn correct(&mut self, start: usize, tags: &[&str]) {
        let tags = tags.iter().filter_map(|tag| serde_json::to_vec(tag).ok());
        let tags: Vec<Vec<u8>> = tags.collect();
        match tags.first() {
            Some(first) if !tags.iter().any(|tag| *tag == self.out[start..]) => {
                self.out.truncate(start);
                self.out.extend_from_slice(first);
            }
            Some(_) | None => {}
        }
    }

    fn array<'i>(&mut self, items: impl Iterator<Item = &'i dyn Encode>) {
        self.out.push(b'[');
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            item.encode(self);
        }
        self.out.push(b']');
    }
}

/// Writes an object; [`Self::end`] closes it.
#[derive(Debug)]
pub struct ObjectWriter<'w> {
    json: &'w mut Writer,
    is_first: bool,
    discriminator: Option<Discriminator>,
}

impl ObjectWriter<'_> {
    /// Writes a property.
    pub fn field(&mut self, name: &str, value: &dyn Encode) {
        if !std::mem::take(&mut self.is_first) {
            self.json.out.push(b',');
        }
        self.json.string(name);
        self.json.out.push(b':');
        let start = self.json.out.len();
        value.encode(self.json);
        if let Some(discriminator) = self.discriminator.as_mut().filter(|discriminator| discriminator.name == name) {
            discriminator.is_missing = false;
            self.json.correct(start, discriminator.tags);
        }
    }

    /// Writes a required property.
    pub fn required(&mut self, name: &str, value: &dyn Encode) {
        self.field(name, value);
    }

    /// Writes a property that has a default.
    pub fn or_default(&mut self, name: &str, value: &dyn Encode) {
        self.field(name, value);
    }

    /// Writes an optional property, if it has a value.
    pub fn optional<T: Encode>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// Writes an optional property, if it has a value.
    pub fn optional_not_null<T: Encode>(&mut self, name: &str, value: &Option<T>) {
        self.optional(name, value);
    }

    /// Writes an optional property, if it has a value or is `null`.
    pub fn nullable<T: Encode>(&mut self, name: &str, value: &Option<T>) {
        self.optional(name, value);
    }

    /// Writes nothing: the property is written only by the other side.
    #[allow(clippy::unused_self)] // the signature matches the other writers
    pub fn received<T>(&mut self, _name: &str, _value: &Option<T>) {}

    /// Writes nothing: the property is written only by the other side.
    #[allow(clippy::unused_self)]
    pub fn received_not_null<T>(&mut self, _name: &str, _value: &Option<T>) {}

    /// Writes nothing: the property is written only by the other side.
    #[allow(clippy::unused_self)]
    pub fn received_required<T>(&mut self, _name: &str, _value: &Option<T>) {}

    /// Writes an optional property, if it has a value.
    pub fn sent<T: Encode>(&mut self, name: &str, value: &Option<T>) {
        self.optional(name, value);
    }

    /// Writes the properties that the document does not list. Keys in `named` are skipped, because they are already
    /// written.
    pub fn rest<T: Encode>(&mut self, values: &BTreeMap<String, T>, named: &[&str]) {
        for (name, value) in values.iter().filter(|(name, _)| !named.contains(&name.as_str())) {
            self.field(name, value);
        }
    }

    /// Closes the object.
    pub fn end(mut self) {
        if let Some(discriminator) = self.discriminator.take().filter(|discriminator| discriminator.is_missing) {
            discriminator.tags.iter().take(1).for_each(|tag| self.field(discriminator.name, tag));
        }
        self.json.out.push(b'}');
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, json: &mut Writer) {
        json.array(self.iter().map(|item| item as &dyn Encode));
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, json: &mut Writer) {
        self.as_slice().encode(json);
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    fn encode(&self, json: &mut Writer) {
        let mut object = json.object();
        object.rest(self, &[]);
        object.end();
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, json: &mut Writer) {
        match self {
            Some(value) => value.encode(json),
            None => json.raw("null"),
        }
    }
}

impl<T: Encode + ?Sized> Encode for Box<T> {
    fn encode(&self, json: &mut Writer) {
        (**self).encode(json);
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, json: &mut Writer) {
        (**self).encode(json);
    }
}

impl Encode for Value<'_> {
    fn encode(&self, json: &mut Writer) {
        match self {
            Value::Null | Value::Opaque(_) => json.raw("null"),
            Value::Bool(value) => value.encode(json),
            Value::Integer(number) => json.integer(*number),
            Value::Float(number) => json.float(*number),
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
