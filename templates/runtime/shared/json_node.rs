//! The value that a type is read from: a part of JSON text, or of a tree that a parameter or form was read into.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::json::{Decode, DecodeError, Value};
use super::json_budget::{charge, cost};
use super::json_tape::{Entry, Tape, bit};

/// A value to read.
#[derive(Debug, Clone, Copy)]
pub enum Node<'v> {
    /// Of a tree.
    Tree(&'v Value<'v>),
    /// Of JSON text: the value at this index.
    Tape(&'v Tape<'v>, u32),
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Content<'v> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer within 128 bits.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A JSON string.
    String(&'v str),
    /// A string from a parameter or form, whose JSON type is known only to the type that reads it.
    Text(&'v str),
    /// An array.
    Array(Items<'v>),
    /// An object.
    Object(Members<'v>),
    /// A file of a multipart body, with its number. No type can be read from it.
    Opaque(usize),
}

impl<'v> From<&'v Value<'v>> for Node<'v> {
    fn from(value: &'v Value<'v>) -> Self {
        Self::Tree(value)
    }
}

impl<'v> Node<'v> {
    /// What the value is.
    #[inline]
    pub fn content(self) -> Content<'v> {
        match self {
            Self::Tree(value) => of_tree(value),
            Self::Tape(tape, at) => match tape.entry(at) {
                Entry::Null => Content::Null,
                Entry::Bool(value) => Content::Bool(value),
                Entry::Integer(number) => Content::Integer(number.into()),
                Entry::Unsigned(number) => Content::Integer(number.into()),
                Entry::Float(number) => Content::Float(number),
                Entry::Text(text) => Content::String(text),
                Entry::Array(count) => Content::Array(Items(Nodes::Tape(tape, at + 1, count))),
                Entry::Object(count) => Content::Object(Members::Tape(tape, at + 2, count)),
            },
        }
    }

    /// The name of the value's kind, for messages.
    pub fn kind(self) -> &'static str {
        match self.content() {
            Content::Null => "null",
            Content::Bool(_) => "a boolean",
            Content::Integer(_) => "an integer",
            Content::Float(_) => "a number",
            Content::String(_) => "a string",
            Content::Text(_) => "text",
            Content::Array(_) => "an array",
            Content::Object(_) => "an object",
            Content::Opaque(_) => "a file",
        }
    }

    /// Whether it is `null`.
    #[inline]
    pub fn is_null(self) -> bool {
        match self {
            Self::Tree(value) => matches!(value, Value::Null),
            Self::Tape(tape, at) => tape.is_null(at),
        }
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        matches!(self.content(), Content::Object(_))
    }

    /// The value as an object.
    ///
    /// # Errors
    ///
    /// If the value is not an object.
    pub fn object(self) -> Result<Object<'v>, DecodeError> {
        let found = match self {
            Self::Tree(Value::Object(fields)) => Some((Members::Tree(fields), u64::MAX)),
            Self::Tree(_) => None,
            Self::Tape(tape, at) => tape.object(at).map(|(count, keys)| (Members::Tape(tape, at + 2, count), keys)),
        };
        let Some((all, keys)) = found else { return Err(DecodeError::expected("an object", self)) };
        charge(all.len())?;
        Ok(Object { all, next: all, keys })
    }

    /// The value as a string.
    ///
    /// # Errors
    ///
    /// If the value is not a string.
    #[inline]
    pub fn string(self) -> Result<&'v str, DecodeError> {
        let found = match self {
            Self::Tree(Value::String(text) | Value::Text(text)) => Some(text.as_ref()),
            Self::Tree(_) => None,
            Self::Tape(tape, at) => tape.string(at),
        };
        let Some(text) = found else { return Err(DecodeError::expected("a string", self)) };
        charge(cost(text)).map(|()| text)
    }

    /// The integer of JSON text, if it is one of less than 60 bits.
    #[inline]
    pub(super) fn small(self) -> Option<i64> {
        if let Self::Tape(tape, at) = self { tape.small(at) } else { None }
    }

    /// The number of JSON text, if it has a fraction or an exponent.
    #[inline]
    pub(super) fn decimal(self) -> Option<f64> {
        if let Self::Tape(tape, at) = self { tape.decimal(at) } else { None }
    }

    /// The value of the discriminator property of a union.
    ///
    /// # Errors
    ///
    /// If the value is not an object, or the property is missing or is neither a string, an integer nor a boolean.
    pub fn discriminator(self, name: &str) -> Result<Cow<'v, str>, DecodeError> {
        let Some(value) = self.object()?.find(name) else { return Err(DecodeError::missing(name)) };
        match value.content() {
            Content::Integer(integer) => Ok(Cow::Owned(integer.to_string())),
            Content::Bool(value) => Ok(Cow::Borrowed(if value { "true" } else { "false" })),
            _ => value.string().map(Cow::Borrowed).map_err(|error| error.within(name)),
        }
    }
}

#[cold]
fn of_tree<'v>(value: &'v Value<'v>) -> Content<'v> {
    match value {
        Value::Null => Content::Null,
        Value::Bool(value) => Content::Bool(*value),
        Value::Integer(number) => Content::Integer(*number),
        Value::Float(number) => Content::Float(*number),
        Value::String(text) => Content::String(text),
        Value::Text(text) => Content::Text(text),
        Value::Array(items) => Content::Array(Items(Nodes::Tree(items))),
        Value::Object(fields) => Content::Object(Members::Tree(fields)),
        Value::Opaque(number) => Content::Opaque(*number),
    }
}

/// The items of an array.
#[derive(Debug, Clone)]
pub struct Items<'v>(Nodes<'v>);

#[derive(Debug, Clone)]
enum Nodes<'v> {
    Tree(&'v [Value<'v>]),
    /// The index of the next item, and how many there are.
    Tape(&'v Tape<'v>, u32, u32),
}

impl<'v> Items<'v> {
    /// A text of a form as a list with one item; `None` for JSON text, which has no such values.
    pub fn single(value: Node<'v>) -> Option<Self> {
        match value {
            Node::Tree(value) => Some(Self(Nodes::Tree(std::slice::from_ref(value)))),
            Node::Tape(..) => None,
        }
    }
}

impl<'v> Iterator for Items<'v> {
    type Item = Node<'v>;

    #[inline]
    fn next(&mut self) -> Option<Node<'v>> {
        match &mut self.0 {
            Nodes::Tree(items) => {
                let (first, rest) = items.split_first()?;
                *items = rest;
                Some(Node::Tree(first))
            }
            Nodes::Tape(tape, at, left) => {
                *left = left.checked_sub(1)?;
                let item = *at;
                *at = tape.after(item);
                Some(Node::Tape(tape, item))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let length = match &self.0 {
            Nodes::Tree(items) => items.len(),
            Nodes::Tape(_, _, left) => *left as usize,
        };
        (length, Some(length))
    }
}

impl ExactSizeIterator for Items<'_> {}

/// The properties of an object in document order. Keys are unique.
#[derive(Debug, Clone, Copy)]
pub enum Members<'v> {
    /// Of a tree.
    Tree(&'v [(Cow<'v, str>, Value<'v>)]),
    /// Of JSON text: the index of the next key, and how many there are.
    Tape(&'v Tape<'v>, u32, u32),
}

impl<'v> Iterator for Members<'v> {
    type Item = (&'v str, Node<'v>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Tree(fields) => {
                let ((key, value), rest) = fields.split_first()?;
                *fields = rest;
                Some((key, Node::Tree(value)))
            }
            Self::Tape(tape, at, left) => {
                *left = left.checked_sub(1)?;
                let key = *at;
                *at = tape.after(key + 1);
                Some((tape.key_at(key), Node::Tape(tape, key + 1)))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let length = match self {
            Self::Tree(fields) => fields.len(),
            Self::Tape(_, _, left) => *left as usize,
        };
        (length, Some(length))
    }
}

impl ExactSizeIterator for Members<'_> {}

impl<'v> Members<'v> {
    /// The value of a property.
    pub fn get(mut self, name: &str) -> Option<Node<'v>> {
        self.skip_to(name, self.len())
    }

    /// The next property, if it has this name.
    #[inline]
    fn next_if(&mut self, name: &str) -> Option<Node<'v>> {
        match self {
            Self::Tree(_) => self.skip_to(name, 1),
            Self::Tape(tape, at, left) => {
                if *left == 0 || !tape.is_key(*at, name.as_bytes()) {
                    return None;
                }
                let value = *at + 1;
                *at = tape.after(value);
                *left -= 1;
                Some(Node::Tape(tape, value))
            }
        }
    }

    /// The property with this name among the first `count`. Afterwards, the next one is the one after it.
    fn skip_to(&mut self, name: &str, count: usize) -> Option<Node<'v>> {
        match self {
            Self::Tree(fields) => {
                let at = fields.iter().take(count).position(|(key, _)| key == name)?;
                let value = &fields[at].1;
                *fields = &fields[at + 1..];
                Some(Node::Tree(value))
            }
            Self::Tape(tape, at, left) => {
                let count = u32::try_from(count).unwrap_or(u32::MAX).min(*left);
                let (value, more) = tape.find(*at, count, name.as_bytes())?;
                *left -= count - more;
                *at = tape.after(value);
                Some(Node::Tape(tape, value))
            }
        }
    }
}

/// The properties of an object, for reading a type.
#[derive(Debug)]
pub struct Object<'v> {
    all: Members<'v>,
    /// Where the search for the next property starts: properties are usually in the order of the document.
    next: Members<'v>,
    /// The bits of all keys.
    keys: u64,
}

impl<'v> Object<'v> {
    /// The value of a property.
    fn find(&mut self, name: &str) -> Option<Node<'v>> {
        self.next.next_if(name).or_else(|| self.search(name))
    }

    fn search(&mut self, name: &str) -> Option<Node<'v>> {
        if self.keys & bit(name.as_bytes()) == 0 {
            return None;
        }
        let left = self.next.len();
        if let Some(found) = self.next.skip_to(name, left) {
            return Some(found);
        }
        let mut before = self.all;
        let found = before.skip_to(name, self.all.len() - left)?;
        self.next = before;
        Some(found)
    }

    /// Whether the object has this property.
    pub fn has(&self, name: &str) -> bool {
        self.keys & bit(name.as_bytes()) != 0 && self.all.get(name).is_some()
    }

    /// Reads a required property.
    ///
    /// # Errors
    ///
    /// If the property is missing or does not have its type.
    pub fn required<T: Decode>(&mut self, name: &str) -> Result<T, DecodeError> {
        match self.find(name) {
            Some(value) => T::decode(value).map_err(|error| error.within(name)),
            None => Err(DecodeError::missing(name)),
        }
    }

    /// Reads an optional property; `null` counts as missing.
    ///
    /// # Errors
    ///
    /// If the property does not have its type.
    pub fn optional<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        match self.find(name) {
            Some(value) if !value.is_null() => T::decode(value).map(Some).map_err(|error| error.within(name)),
            Some(_) | None => Ok(None),
        }
    }

    /// Reads an optional property that must not be `null`.
    ///
    /// # Errors
    ///
    /// If the property is `null` or does not have its type.
    pub fn optional_not_null<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.find(name).map(|value| T::decode(value).map_err(|error| error.within(name))).transpose()
    }

    /// Reads the properties that are not in `known`.
    ///
    /// # Errors
    ///
    /// If one of them does not have its type.
    pub fn rest<T: Decode>(&mut self, known: &[&str]) -> Result<BTreeMap<String, T>, DecodeError> {
        let unknown = self.all.filter(|(key, _)| !known.contains(key));
        unknown.map(|(key, value)| entry(key, value)).collect()
    }
}

fn entry<T: Decode>(key: &str, value: Node<'_>) -> Result<(String, T), DecodeError> {
    let value = T::decode(value).map_err(|error| error.within(key))?;
    Ok((key.to_owned(), value))
}
