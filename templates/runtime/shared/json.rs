//! JSON for generated types: text is parsed into a list of entries (`json_tape`), from which each type reads its fields.
//! Parameters and forms are read into a tree, [`Value`], as is JSON that is checked before it is read.
//!
//! This is used instead of serde's derives: a field is one call of an ordinary function, which accounts for most of the
//! short compile times of generated crates, and every error contains its location in the document.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::json_budget::charge;
pub use super::json_budget::read;
pub use super::json_error::{DecodeError, EncodeError};
pub use super::json_node::{Content, Items, Members, Node, Object};
pub use super::json_object_write::ObjectWriter;
pub use super::json_parse::parse;
use super::json_scan::scan;
pub use super::json_write::{Writer, to_vec};

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

/// A type that can be read from JSON, parameters and forms.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// If the value does not have this type. The error contains the location.
    fn decode(value: Node<'_>) -> Result<Self, DecodeError>;
}

/// A type that can be written as JSON.
///
/// A type implements [`Self::encode`], or [`Self::scalar`] if its values are scalars.
pub trait Encode {
    /// Writes the value.
    fn encode(&self, json: &mut Writer<'_>) {
        match self.scalar() {
            Some(scalar) => json.scalar(scalar),
            None => json.fail(),
        }
    }

    /// The value, if it is a scalar.
    fn scalar(&self) -> Option<Scalar<'_>> {
        None
    }
}

/// A value without parts.
#[derive(Debug, Clone, Copy)]
pub enum Scalar<'v> {
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// An integer without a sign.
    Unsigned(u64),
    /// A number, which can be written if it is finite.
    Float(f64),
    /// The same with the digits of an `f32`.
    Float32(f32),
    /// A string.
    Text(&'v str),
}

/// A function that reads a value.
pub type Reading<T> = fn(Node<'_>) -> Result<T, DecodeError>;

/// Parses JSON text and reads a type from it.
///
/// # Errors
///
/// If the text is not JSON, or the value does not have this type.
pub fn from_slice<T: Decode>(bytes: &[u8]) -> Result<T, DecodeError> {
    from_slice_with(bytes, |_| Ok(()))
}

/// As [`from_slice`], with a check of the value before it is read.
///
/// # Errors
///
/// Same as [`from_slice`], and the error of the check.
pub fn from_slice_with<T: Decode>(bytes: &[u8], check: Reading<()>) -> Result<T, DecodeError> {
    if let Some(tape) = scan(bytes) {
        check(tape.node())?;
        return tape.read();
    }
    // Why it is not JSON, or too large for a tape.
    let tree = parse(bytes)?;
    check(tree.node())?;
    read(&tree)
}

impl<'a> Value<'a> {
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
    pub fn object(&self) -> Result<Object<'_>, DecodeError> {
        self.node().object()
    }

    /// The value, to read a type from it.
    pub fn node(&self) -> Node<'_> {
        Node::Tree(self)
    }
}

impl<'v> Node<'v> {
    /// The value as a tree.
    pub fn to_value(self) -> Value<'v> {
        match self.content() {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(value),
            Content::Integer(number) => Value::Integer(number),
            Content::Float(number) => Value::Float(number),
            Content::String(text) => Value::String(Cow::Borrowed(text)),
            Content::Text(text) => Value::Text(Cow::Borrowed(text)),
            Content::Array(items) => Value::Array(items.map(Node::to_value).collect()),
            Content::Object(members) => {
                Value::Object(members.map(|(key, value)| (Cow::Borrowed(key), value.to_value())).collect())
            }
            Content::Opaque(number) => Value::Opaque(number),
        }
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        value.object()?.rest(&[])
    }
}

/// The maximum number of bytes that are allocated for a list before its items are read.
const MOST_ALLOCATED: usize = 4 << 20;

impl<T: Decode> Decode for Vec<T> {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        match value.content() {
            Content::Array(items) => {
                charge(items.len())?;
                let mut list = Self::with_capacity(items.len().min(MOST_ALLOCATED / size_of::<T>().max(1)));
                for (at, item) in items.enumerate() {
                    list.push(T::decode(item).map_err(|error| error.within(&at.to_string()))?);
                }
                Ok(list)
            }
            // A name of a form that occurs once; JSON has no such values.
            Content::Text(_) => T::decode(value).map(|item| vec![item]),
            _ => Err(DecodeError::expected("an array", value)),
        }
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        if value.is_null() { Ok(None) } else { T::decode(value).map(Some) }
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(value: Node<'_>) -> Result<Self, DecodeError> {
        T::decode(value).map(Box::new)
    }
}
