//! Parses bodies of the type `application/x-www-form-urlencoded` into a tree of strings.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::json::{DecodeError, Value, parse};
use super::parameter::Place;

/// The maximum number of pairs in a form or query.
pub(super) const MAX_PAIRS: usize = 1024;

/// The decoded pairs of a form or query, in order.
///
/// # Errors
///
/// If a name or value is not UTF-8, or there are too many pairs.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, DecodeError> {
    let mut pairs = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == MAX_PAIRS {
            return Err(DecodeError::new("too many pairs"));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decoded(name)?, decoded(value)?));
    }
    Ok(pairs)
}

/// Decodes one name or value.
///
/// # Errors
///
/// If the decoded text is not UTF-8.
pub fn decoded(text: &str) -> Result<String, DecodeError> {
    percent_decoded(&text.replace('+', " "))
}

/// Decodes one name or value of a path or cookie, in which `+` is not an encoded space.
///
/// # Errors
///
/// If the decoded text is not UTF-8.
pub fn percent_decoded(text: &str) -> Result<String, DecodeError> {
    let decoded = percent_decode_str(text).decode_utf8().map(Cow::into_owned);
    decoded.map_err(|_| DecodeError::new("the text is not UTF-8"))
}

/// Decodes one text.
pub type Decoding = fn(&str) -> Result<String, DecodeError>;

/// How the texts of a place are decoded. Only queries and forms write a space as `+`.
pub fn decoding(place: Place) -> Decoding {
    match place {
        Place::Query => decoded,
        Place::Path | Place::Header | Place::Cookie => percent_decoded,
    }
}

/// Parses a form into a tree of strings. A repeated name becomes an array.
///
/// # Errors
///
/// If a name or value is not UTF-8, or there are too many pairs.
pub fn read(text: &str) -> Result<Value<'static>, DecodeError> {
    let mut fields: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    for (name, value) in pairs(text)? {
        let value = Value::Text(Cow::Owned(value));
        match fields.iter_mut().find(|(key, _)| *key == name) {
            None => fields.push((Cow::Owned(name), value)),
            Some((_, Value::Array(items))) => items.push(value),
            Some((_, first)) => {
                let items = vec![std::mem::replace(first, Value::Null), value];
                *first = Value::Array(items);
            }
        }
    }
    Ok(Value::Object(fields))
}

/// Parses JSON inside a string: a nested value of a form, or a parameter with `content`.
///
/// # Errors
///
/// If the text is not JSON.
pub fn json(text: &str) -> Result<Value<'static>, DecodeError> {
    Ok(parse(text.as_bytes())?.into_owned())
}
