//! Bodies of the type `application/x-www-form-urlencoded` (OpenAPI 3.0.3, section 4.7.14.3).

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::json::{Encode, EncodeError, Value, parse, to_vec};

/// The body of a form with its media type; `None` where a value cannot be written.
pub fn encode(value: &dyn Encode) -> Option<(String, Bytes)> {
    Some(("application/x-www-form-urlencoded".to_owned(), write(value).ok()?.into()))
}

/// The text of a form: a pair for each property, arrays repeat the key, what is nested deeper travels as JSON.
///
/// # Errors
///
/// When the value holds a number that is not finite.
pub fn write(value: &dyn Encode) -> Result<String, EncodeError> {
    let json = to_vec(value)?;
    let Ok(Value::Object(fields)) = parse(&json) else { return Err(EncodeError) };
    let mut pairs = Vec::new();
    for (key, value) in &fields {
        match value {
            Value::Null => {}
            Value::Array(items) => pairs.extend(items.iter().map(|item| pair(key, item))),
            other => pairs.push(pair(key, other)),
        }
    }
    Ok(pairs.join("&"))
}

fn pair(key: &str, value: &Value<'_>) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("{}={}", encoded(key), encoded(&text(value)))
}

/// A scalar's own text, JSON for all else.
fn text(value: &Value<'_>) -> String {
    match value {
        Value::String(text) | Value::Text(text) => text.clone().into_owned(),
        other => to_vec(other).map(|json| String::from_utf8_lossy(&json).into_owned()).unwrap_or_default(),
    }
}
