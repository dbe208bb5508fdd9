//! JSON for generated types: text is parsed into a small borrowed tree, from which each type reads its fields.
//!
//! This is used instead of serde's derives: a field is one call of an ordinary function, which accounts for most of the
//! short compile times of generated crates, and every error contains its location in the document.

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use super::json_budget::read;
use super::json_budget::{charge, cost};
pub use super::json_error::{DecodeError, EncodeError};
pub use super::json_parse::parse;
pub use super::json_write::{ObjectWriter, Writer, to_vec};

/// A value of the tree. Strings are borrowed from the input unless they contain escapes.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer within 128 bits.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A JSON string.
    String(Cow<'a, str>),
    /// A string from a parameter or form, whose JSON type is known only to the type that reads it.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object with unique keys, in document order.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
    /// An opaque value with an identifying number: a file of a multipart body. No type can be read from it.
    Opaque(usize),
}

/// A type that can be read from the tree.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// If the value does not have this type. The error contains the location.
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError>;
}

/// A type that can be written as JSON.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, json: &mut Writer);
}

/// A function that reads a value.
pub type Reading<T> = fn(&Value<'_>) -> Result<T, DecodeError>;

/// Parses JSON text and reads a type from it.
///
/// # Errors
///
/// If the text is not JSON, or the value does not have this type.
pub fn from_slice<T: Decode>(bytes: &[u8]) -> Result<T, DecodeError> {
    read(&parse(bytes)?)
}

impl<'a> Value<'a> {
    /// The name of the value's kind, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Text(_) => "text",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
            Value::Opaque(_) => "a file",
        }
    }

    /// Converts borrowed strings to owned ones.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Integer(number) => Value::Integer(number),
            Value::Float(number) => Value::Float(number),
            Value::String(text) => Value::String(Cow::Owned(text.into_owned())),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Opaque(number) => Value::Opaque(number),
            Value::Array(items) => Value::Array(items.into_iter().map(Value::into_owned).collect()),
            Value::Object(fields) => {
                let owned =
                    |(key, value): (Cow<'a, str>, Value<'a>)| (Cow::Owned(key.into_owned()), value.into_owned());
                Value::Object(fields.into_iter().map(owned).collect())
            }
        }
    }

    /// The value as an object.
    ///
    /// # Errors
    ///
    /// If the value is not an object.
    pub fn object(&self) -> Result<Object<'_, 'a>, DecodeError> {
        match self {
            Value::Object(fields) => {
                charge(fields.len())?;
                Ok(Object { fields, next: 0 })
            }
            other => Err(DecodeError::expected("an object", other)),
        }
    }

    /// The value as a string.
    ///
    /// # Errors
    ///
    /// If the value is not a string.
    pub fn string(&self) -> Result<&str, DecodeError> {
        match self {
            Value::String(text) | Value::Text(text) => charge(cost(text)).map(|()| text.as_ref()),
            other => Err(DecodeError::expected("a string", other)),
        }
    }

    /// The value of the discriminator property of a union.
    ///
    /// # Errors
    ///
    /// If the value is not an object, or the property is missing or is neither a string, an integer nor a boolean.
    pub fn discriminator(&self, name: &str) -> Result<Cow<'_, str>, DecodeError> {
        let mut object = self.object()?;
        match object.find(name) {
            Some(Value::Integer(integer)) => Ok(Cow::Owned(integer.to_string())),
            Some(Value::Bool(value)) => Ok(Cow::Borrowed(if *value { "true" } else { "false" })),
            Some(value) => value.string().map(Cow::Borrowed).map_err(|error| error.within(name)),
            None => Err(DecodeError::missing(name)),
        }
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }
}

/// The properties of an object, for reading a type.
#[derive(Debug)]
pub struct Object<'v, 'a> {
    fields: &'v [(Cow<'a, str>, Value<'a>)],
    /// Where the search for the next property starts: properties are usually in the order of the document.
    next: usize,
}

impl<'v, 'a> Object<'v, 'a> {
    fn find(&mut self, name: &str) -> Option<&'v Value<'a>> {
        let (before, after) = self.fields.split_at(self.next.min(self.fields.len()));
        let found = after.iter().position(|(key, _)| key == name).map(|at| at + before.len());
        let at = found.or_else(|| before.iter().position(|(key, _)| key == name))?;
        self.next = at + 1;
        Some(&self.fields[at].1)
    }

    /// Whether the object has this property.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(key, _)| key == name)
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
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::decode(value).map(Some).map_err(|error| error.within(name)),
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
        let unknown = self.fields.iter().filter(|(key, _)| !known.contains(&key.as_ref()));
        unknown.map(|(key, value)| entry(key, value)).collect()
    }
}

fn entry<T: Decode>(key: &str, value: &Value<'_>) -> Result<(String, T), DecodeError> {
    let value = T::decode(value).map_err(|error| error.within(key))?;
    Ok((key.to_owned(), value))
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        value.object()?.rest(&[])
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Array(items) => {
                charge(items.len())?;
                let item =
                    |(at, item): (usize, &Value<'_>)| T::decode(item).map_err(|error| error.within(&at.to_string()));
                items.iter().enumerate().map(item).collect()
            }
            // A name of a form that occurs once; JSON has no such values.
            Value::Text(_) => T::decode(value).map(|item| vec![item]),
            other => Err(DecodeError::expected("an array", other)),
        }
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        if *value == Value::Null { Ok(None) } else { T::decode(value).map(Some) }
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        T::decode(value).map(Box::new)
    }
}
