//! JSON for generated types: text is read into a small borrowed tree, and each type takes what it wants of the tree.
//!
//! Not serde's derives: a field is one call of an ordinary function, which is most of what makes generated crates quick
//! to compile, and every error can say where in the document it happened.

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use super::json_budget::read;
use super::json_budget::{charge, cost};
pub use super::json_error::{DecodeError, EncodeError};
pub use super::json_parse::parse;
pub use super::json_write::{ObjectWriter, Writer, to_vec};

/// A value of the tree; text is borrowed from the input wherever it holds no escapes.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number within 128 bits.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// A JSON string.
    String(Cow<'a, str>),
    /// Text of a parameter or form, whose JSON type only the reader knows.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object, in the order of the text; no key twice.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
    /// Something that is neither text nor JSON, by a number that tells it from others: a file of a multipart body. No type
    /// is read from it.
    Opaque(usize),
}

/// A type that can be read from the tree.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// If the value is not of this type; the error says where.
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError>;
}

/// A type that can be written as JSON.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, json: &mut Writer);
}

/// One way to read a value.
pub type Reading<T> = fn(&Value<'_>) -> Result<T, DecodeError>;

/// Reads a type from JSON text.
///
/// # Errors
///
/// If the text is not JSON, or the value not of this type.
pub fn from_slice<T: Decode>(bytes: &[u8]) -> Result<T, DecodeError> {
    read(&parse(bytes)?)
}

impl<'a> Value<'a> {
    /// The word for the kind of this value, for messages.
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

    /// The same value, holding its own text.
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
    /// If it is none.
    pub fn object(&self) -> Result<Object<'_, 'a>, DecodeError> {
        match self {
            Value::Object(fields) => {
                charge(fields.len())?;
                Ok(Object { fields, next: 0 })
            }
            other => Err(DecodeError::expected("an object", other)),
        }
    }

    /// The value as text.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn string(&self) -> Result<&str, DecodeError> {
        match self {
            Value::String(text) | Value::Text(text) => charge(cost(text)).map(|()| text.as_ref()),
            other => Err(DecodeError::expected("a string", other)),
        }
    }

    /// The text of the property that tells the variants of a union apart.
    ///
    /// # Errors
    ///
    /// If the value is no object, or the property is absent or no text.
    pub fn discriminator(&self, name: &str) -> Result<&str, DecodeError> {
        let mut object = self.object()?;
        match object.find(name) {
            Some(value) => value.string().map_err(|error| error.within(name)),
            None => Err(DecodeError::missing(name)),
        }
    }
}

/// The properties of an object while a type is read from it.
#[derive(Debug)]
pub struct Object<'v, 'a> {
    fields: &'v [(Cow<'a, str>, Value<'a>)],
    /// Where the next property is looked for first: text mostly has the order of the document.
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

    /// Whether the property is there.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(key, _)| key == name)
    }

    /// A property that must be there.
    ///
    /// # Errors
    ///
    /// If it is absent or of another type.
    pub fn required<T: Decode>(&mut self, name: &str) -> Result<T, DecodeError> {
        match self.find(name) {
            Some(value) => T::decode(value).map_err(|error| error.within(name)),
            None => Err(DecodeError::missing(name)),
        }
    }

    /// A property that may be absent; `null` counts as absent.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    pub fn optional<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        match self.find(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => T::decode(value).map(Some).map_err(|error| error.within(name)),
        }
    }

    /// A property that may be absent and must not be `null`.
    ///
    /// # Errors
    ///
    /// If it is `null` or of another type.
    pub fn optional_not_null<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.find(name).map(|value| T::decode(value).map_err(|error| error.within(name))).transpose()
    }

    /// A property that may be absent (`None`), `null` (`Some(None)`) or a value; `T` is the inner `Option`.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    pub fn nullable<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.optional_not_null(name)
    }

    /// A property for which absent means a value of the document's.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    pub fn or_default<T: Decode>(&mut self, name: &str, default: impl FnOnce() -> T) -> Result<T, DecodeError> {
        Ok(self.optional(name)?.unwrap_or_else(default))
    }

    /// A property that must be there, of a type that is also written without it.
    ///
    /// # Errors
    ///
    /// If it is absent or of another type.
    pub fn received_required<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.required(name).map(Some)
    }

    /// A property that may be absent and is never written; `null` counts as absent.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    pub fn received<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.optional(name)
    }

    /// A property that may be absent and is never written; `null` is a value where `T` takes it.
    ///
    /// # Errors
    ///
    /// If it is of another type.
    pub fn received_not_null<T: Decode>(&mut self, name: &str) -> Result<Option<T>, DecodeError> {
        self.optional_not_null(name)
    }

    /// A property that is only written: whatever the other side says of it is not looked at.
    ///
    /// # Errors
    ///
    /// Never.
    #[allow(clippy::unnecessary_wraps, clippy::unused_self)] // it stands in a row with those that read
    pub fn sent<T>(&mut self, _name: &str) -> Result<Option<T>, DecodeError> {
        Ok(None)
    }

    /// The properties that are not among `known`.
    ///
    /// # Errors
    ///
    /// If one of them is of another type.
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
