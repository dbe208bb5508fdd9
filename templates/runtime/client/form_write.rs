//! Writes bodies of the type `application/x-www-form-urlencoded` (OpenAPI 3.0.3, section 4.7.14.3).

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::json::{Encode, EncodeError, Value, parse, to_vec};
use super::parameter::Parameter;
use super::parameter_write::{self, Wire};

/// Encodes a form and returns it with its media type; `None` if a value cannot be encoded.
pub fn encode(value: &dyn Encode) -> Option<(String, Bytes)> {
    Some(("application/x-www-form-urlencoded".to_owned(), write(value).ok()?.into()))
}

/// As [`encode`]; `fields` are the properties that are encoded like query parameters.
pub fn encode_with(value: &dyn Encode, fields: &[Parameter]) -> Option<(String, Bytes)> {
    Some(("application/x-www-form-urlencoded".to_owned(), write_with(value, fields).ok()?.into()))
}

/// Encodes a form: one pair per property, one per item of an array, and JSON for deeper levels.
///
/// # Errors
///
/// If a number is not finite.
pub fn write(value: &dyn Encode) -> Result<String, EncodeError> {
    write_with(value, &[])
}

/// As [`write()`]; `fields` are the properties that are encoded like query parameters.
///
/// # Errors
///
/// Same as [`write()`], and if a value cannot be encoded in its style.
pub fn write_with(value: &dyn Encode, fields: &[Parameter]) -> Result<String, EncodeError> {
    let json = to_vec(value)?;
    let Ok(Value::Object(properties)) = parse(&json) else { return Err(EncodeError) };
    let mut pairs = Vec::new();
    for (key, value) in &properties {
        let field = fields.iter().find(|field| field.name == *key);
        match (value, field) {
            (Value::Null, _) => {}
            (value, Some(field)) => match parameter_write::write(field, value) {
                Ok(Wire::Query(text)) if text.is_empty() => {}
                Ok(Wire::Query(text)) => pairs.push(text),
                Ok(_) | Err(_) => return Err(EncodeError),
            },
            (Value::Array(items), None) => pairs.extend(items.iter().map(|item| pair(key, item))),
            (other, None) => pairs.push(pair(key, other)),
        }
    }
    Ok(pairs.join("&"))
}

fn pair(key: &str, value: &Value<'_>) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("{}={}", encoded(key), encoded(&text(value)))
}

/// The text of a scalar, or JSON.
fn text(value: &Value<'_>) -> String {
    match value {
        Value::String(text) | Value::Text(text) => text.clone().into_owned(),
        other => to_vec(other).map(|json| String::from_utf8_lossy(&json).into_owned()).unwrap_or_default(),
    }
}
