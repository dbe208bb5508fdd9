//! Parses JSON text into a tree with serde_json's parser, which limits the depth to 128.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::json::{DecodeError, Value};

/// Parses JSON text.
///
/// # Errors
///
/// If the text is not JSON, is nested deeper than 128 levels, or an object has a duplicate key.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>, DecodeError> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        // serde_json does not repeat values in these messages; a data error is always a duplicate key.
        serde_json::error::Category::Data => DecodeError::new("duplicate key in an object"),
        _ => DecodeError::new(format!("not JSON at line {}, column {}", error.line(), error.column())),
    })
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
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
        while let Some((key, value)) = access.next_entry::<Key<'de>, Value<'de>>()? {
            fields.push((key.0, value));
        }
        if has_doubles(&fields) {
            return Err(A::Error::custom("duplicate key"));
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
