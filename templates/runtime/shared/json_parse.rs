//! Parses JSON text into a tree with serde_json's parser, which limits the depth to 128.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::json::{DecodeError, Value};

/// The key of the only entry of a map by which serde_json represents a number if its feature `arbitrary_precision` is enabled, which
/// any crate of a program can do. The value is the text of the number.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

const DUPLICATE: &str = "duplicate key";

/// Parses JSON text.
///
/// # Errors
///
/// If the text is not JSON, is nested deeper than 128 levels, or an object has a duplicate key.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>, DecodeError> {
    serde_json::from_slice(bytes).map_err(|error| match error.to_string().starts_with(DUPLICATE) {
        true => DecodeError::new("duplicate key in an object"),
        // The message is not used: it could repeat a value.
        false => DecodeError::new(format!("not JSON at line {}, column {}", error.line(), error.column())),
    })
}

/// A number that a deserializer has as text.
pub(super) enum Number {
    Signed(i64),
    Unsigned(u64),
    Float(f64),
}

impl Number {
    /// Parses a JSON number, as serde_json does without the feature; `None` if the text is not a number.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let integer = text.parse().map(Self::Signed).or_else(|_| text.parse().map(Self::Unsigned));
        integer.ok().or_else(|| text.parse().ok().map(Self::Float))
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree { is_owned: &Cell::new(false) })
    }
}

/// Reads a value.
struct Tree<'f> {
    /// Set if the value is a string that the deserializer made, as serde_json does for the text of a number, and not for a string.
    is_owned: &'f Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value<'de>, E> {
        Ok(Value::Integer(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value<'de>, E> {
        Ok(Value::Float(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Value<'de>, E> {
        self.is_owned.set(true);
        Ok(Value::String(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value<'de>, A::Error> {
        let mut items = Vec::with_capacity(access.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value<'de>, A::Error> {
        let mut fields: Vec<(Cow<'de, str>, Value<'de>)> = Vec::with_capacity(8);
        let is_owned = Cell::new(false);
        while let Some(key) = access.next_key::<Key<'de>>()? {
            fields.push((key.0, access.next_value_seed(Tree { is_owned: &is_owned })?));
        }
        if let ([(key, Value::String(text))], true) = (&*fields, is_owned.get())
            && key == NUMBER
            && let Some(number) = Number::parse(text)
        {
            return match number {
                Number::Signed(number) => Ok(Value::Integer(number.into())),
                Number::Unsigned(number) => Ok(Value::Integer(number.into())),
                Number::Float(number) if number.is_finite() => Ok(Value::Float(number)),
                Number::Float(_) => Err(A::Error::custom("number out of range")),
            };
        }
        if has_doubles(&fields) {
            return Err(A::Error::custom(DUPLICATE));
        }
        Ok(Value::Object(fields))
    }
}

/// Duplicate keys are rejected: if two readers used different ones of them, a check could be bypassed.
fn has_doubles(fields: &[(Cow<'_, str>, Value<'_>)]) -> bool {
    if fields.len() <= 16 {
        return fields.iter().enumerate().any(|(at, (key, _))| fields[..at].iter().any(|(other, _)| other == key));
    }
    let mut seen = BTreeSet::new();
    !fields.iter().all(|(key, _)| seen.insert(key))
}

/// A key, borrowed unless it contains escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Key(text)),
            Value::Integer(number) => Ok(Key(Cow::Owned(number.to_string()))),
            Value::Bool(value) => Ok(Key(Cow::Owned(value.to_string()))),
            other => Err(D::Error::custom(format!("expected a string as key, found {}", other.node().kind()))),
        }
    }
}
