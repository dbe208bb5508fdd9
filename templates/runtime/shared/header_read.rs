//! Header fields as trees of texts (the style `simple`, OpenAPI 3.0.4, section 4.7.12.3), and how any text is split by the
//! separator of its style.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::json::{DecodeError, Value, parse};
use super::operation::{Parameter, Shape, Style};

/// The tree of a field's value, from all lines of that name; `None` where there is none.
///
/// # Errors
///
/// If the text does not have the form of its style, or stands twice where one is meant.
pub fn read(parameter: &Parameter, lines: &[&str]) -> Result<Option<Value<'static>>, DecodeError> {
    if lines.is_empty() {
        return Ok(None);
    }
    if parameter.name.eq_ignore_ascii_case("set-cookie") {
        // RFC 6265, section 3: its lines are no list, and a comma may stand inside one.
        return cookies(parameter, lines).map(Some);
    }
    if lines.len() > 1 && parameter.shape == Shape::Scalar {
        return Err(DecodeError::new("the header stands twice"));
    }
    // RFC 9110, section 5.3: several lines of one field are one list.
    let text = lines.join(",");
    if parameter.style == Style::Json {
        return Ok(Some(parse(text.as_bytes())?.into_owned()));
    }
    let plain = |text: &str| Ok(text.trim().to_owned());
    split(parameter, &text, ',', parameter.explode, plain).map(Some)
}

fn cookies(parameter: &Parameter, lines: &[&str]) -> Result<Value<'static>, DecodeError> {
    let plain = |text: &str| Ok(text.to_owned());
    match parameter.shape {
        Shape::Array => list(lines, plain),
        Shape::Scalar | Shape::Object => {
            Ok(Value::Text(Cow::Owned(lines.first().copied().unwrap_or_default().to_owned())))
        }
    }
}

/// Splits one text by its separator, as the parameter's shape says.
///
/// # Errors
///
/// If a piece cannot be decoded, or an object has a key without a value or twice.
pub fn split(
    parameter: &Parameter,
    text: &str,
    separator: char,
    explode: bool,
    decode: fn(&str) -> Result<String, DecodeError>,
) -> Result<Value<'static>, DecodeError> {
    match parameter.shape {
        Shape::Scalar => Ok(Value::Text(Cow::Owned(decode(text)?))),
        Shape::Array if text.is_empty() => Ok(Value::Array(Vec::new())),
        Shape::Array => list(&text.split(separator).collect::<Vec<_>>(), decode),
        Shape::Object if explode => object(&split_pairs(text, separator), decode),
        Shape::Object => {
            let pieces: Vec<&str> = if text.is_empty() { Vec::new() } else { text.split(separator).collect() };
            if pieces.len() % 2 == 1 {
                return Err(DecodeError::new("an object needs a value for each key"));
            }
            let pairs: Vec<(&str, &str)> = pieces.chunks(2).map(|pair| (pair[0], pair[1])).collect();
            object(&pairs, decode)
        }
    }
}

/// Each item decoded.
///
/// # Errors
///
/// If one cannot be.
pub fn list(items: &[&str], decode: fn(&str) -> Result<String, DecodeError>) -> Result<Value<'static>, DecodeError> {
    let item = |text: &&str| decode(text).map(|text| Value::Text(Cow::Owned(text)));
    items.iter().map(item).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

/// Each pair decoded; no key twice.
///
/// # Errors
///
/// If a text cannot be decoded or a key stands twice.
pub fn object(
    pairs: &[(&str, &str)],
    decode: fn(&str) -> Result<String, DecodeError>,
) -> Result<Value<'static>, DecodeError> {
    let mut fields: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for (key, value) in pairs {
        let key = decode(key)?;
        if !seen.insert(key.clone()) {
            return Err(DecodeError::new("a key stands twice"));
        }
        fields.push((Cow::Owned(key), Value::Text(Cow::Owned(decode(value)?))));
    }
    Ok(Value::Object(fields))
}

/// Pairs such as `name=value`, not decoded.
pub fn split_pairs(text: &str, separator: char) -> Vec<(&str, &str)> {
    let pairs = text.split(separator).map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect()
}
