//! Writes objects property by property. A discriminator always has a value of its variant.

use std::collections::BTreeMap;

use super::json::{Encode, Writer, to_vec};
use super::json_write::{Part, quote};

/// A property of an object that must have one of these values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Discriminator {
    pub(super) name: &'static str,
    pub(super) presence: Presence,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Presence {
    /// The type does not have the property. It is written with this value.
    Added(&'static str),
    /// The type has the property. If it is absent, it is written with the first value.
    Required(&'static [&'static str]),
    /// The type has the property, which may be absent.
    Optional(&'static [&'static str]),
}

/// Writes an object; [`Self::end`] closes it. What writes a property is not inlined: that lengthens release builds of generated
/// code, and writing is not faster.
#[derive(Debug)]
pub struct ObjectWriter<'w, 's> {
    json: &'w mut Writer<'s>,
    is_first: bool,
    discriminator: Option<Discriminator>,
}

impl<'w, 's> ObjectWriter<'w, 's> {
    /// Continues an object whose start is written.
    pub(super) fn new(json: &'w mut Writer<'s>) -> Self {
        let discriminator = json.discriminator.take();
        let mut object = Self { json, is_first: true, discriminator };
        if let Some(Discriminator { name, presence: Presence::Added(tag) }) = discriminator {
            object.discriminator = None;
            object.write(name, &tag);
        }
        object
    }

    /// Writes a property.
    #[inline(never)]
    pub fn field(&mut self, name: &str, value: &dyn Encode) {
        match &self.discriminator {
            Some(discriminator) if discriminator.name == name => self.discriminating(*discriminator, value),
            Some(_) | None => self.write(name, value),
        }
    }

    fn write(&mut self, name: &str, value: &dyn Encode) {
        if let Some(sink) = &mut self.json.sink {
            return sink.put(Part::Property(name, value));
        }
        if !std::mem::take(&mut self.is_first) {
            self.json.out.push(b',');
        }
        quote(&mut self.json.out, name);
        self.json.out.push(b':');
        value.encode(self.json);
    }

    /// Writes the discriminator property. A value of another variant is replaced.
    fn discriminating(&mut self, Discriminator { name, presence }: Discriminator, value: &dyn Encode) {
        self.discriminator = None;
        let tags = match &presence {
            Presence::Added(tag) => std::slice::from_ref(tag),
            Presence::Required(tags) | Presence::Optional(tags) => tags,
        };
        let is_own = |json: &Vec<u8>| tags.iter().any(|tag| to_vec(tag).is_ok_and(|tag| tag == *json));
        match tags.first() {
            Some(first) if !to_vec(value).as_ref().is_ok_and(is_own) => self.write(name, first),
            Some(_) | None => self.write(name, value),
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
    #[inline(never)]
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
        if let Some(Discriminator { name, presence: Presence::Required([tag, ..]) }) = self.discriminator {
            self.write(name, tag);
        }
        match &mut self.json.sink {
            Some(sink) => sink.put(Part::End),
            None => self.json.out.push(b'}'),
        }
    }
}
