//! Bodies of the type `application/x-www-form-urlencoded`, as a tree of texts.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::json::{DecodeError, Value, parse};

/// The most pairs that a form or query may hold.
const MOST_PAIRS: usize = 1024;

/// The pairs of a form or query, decoded, in their order.
///
/// # Errors
///
/// When a name or value is not UTF-8, or there are too many pairs.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, DecodeError> {
    let mut pairs = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == MOST_PAIRS {
            return Err(DecodeError::new("too many pairs"));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decoded(name)?, decoded(value)?));
    }
    Ok(pairs)
}

/// One name or value, decoded exactly once.
///
/// # Errors
///
/// When it is not UTF-8.
pub fn decoded(text: &str) -> Result<String, DecodeError> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned);
    decoded.map_err(|_| DecodeError::new("text is not UTF-8"))
}

/// A form as a tree of texts: a name that stands several times is an array.
///
/// # Errors
///
/// When the form is not UTF-8, or holds too many pairs.
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

/// JSON inside a text (a nested value of a form, a `content` parameter).
///
/// # Errors
///
/// When it is not JSON.
pub fn json(text: &str) -> Result<Value<'static>, DecodeError> {
    Ok(parse(text.as_bytes())?.into_owned())
}
