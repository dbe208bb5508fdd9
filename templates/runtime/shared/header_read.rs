//! Parses headers into trees of strings (style `simple`, OpenAPI 3.0.4, section 4.7.12.3), and splits values by the
//! separator of their style. Chooses between a single value and a list or object.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::header_text::trim;
use super::json::{DecodeError, Value, parse};
use super::parameter::{Nested, Parameter, Shape, Style};

/// The value of a header from all lines with its name; `None` if there are none.
///
/// # Errors
///
/// If the text does not match the style of the parameter, or a header with a single value is repeated.
pub fn read(parameter: &Parameter, lines: &[&str]) -> Result<Option<Value<'static>>, DecodeError> {
    if lines.is_empty() {
        return Ok(None);
    }
    if parameter.name.eq_ignore_ascii_case("set-cookie") {
        // RFC 6265, section 3: the lines of `Set-Cookie` cannot be joined into a list, because a line may contain
        // commas.
        return cookies(parameter, lines).map(Some);
    }
    if lines.len() > 1 && parameter.shape == Shape::Scalar {
        return Err(DecodeError::new("duplicate header"));
    }
    // RFC 9110, section 5.3: repeated lines of a header form one list.
    let text = lines.join(",");
    if parameter.style == Style::Json {
        return Ok(Some(parse(text.as_bytes())?.into_owned()));
    }
    let plain = |text: &str| Ok(trim(text).to_owned());
    split(parameter, &text, ',', parameter.explode, plain).map(Some)
}

fn cookies(parameter: &Parameter, lines: &[&str]) -> Result<Value<'static>, DecodeError> {
    let plain = |text: &str| Ok(text.to_owned());
    match parameter.shape {
        Shape::Array => list(Nested::Text, lines, plain),
        Shape::Scalar | Shape::Object => {
            Ok(Value::Text(Cow::Owned(lines.first().copied().unwrap_or_default().to_owned())))
        }
    }
}

/// The values that a parameter can have, the likeliest first; none if it is absent. There are two if the value can be
/// a single text and a list or object, between which OpenAPI does not distinguish. A list with several items or an
/// object with one of its properties is likelier than a text with their separators, and a text is likelier than the rest.
///
/// # Errors
///
/// If `read` fails for each form of the parameter.
pub fn forms(
    parameter: &Parameter,
    read: impl Fn(&Parameter) -> Result<Option<Value<'static>>, DecodeError>,
) -> Result<Vec<Value<'static>>, DecodeError> {
    let whole = read(parameter);
    if !parameter.or_scalar {
        return whole.map(|value| value.into_iter().collect());
    }
    let whole = whole.map(|value| value.filter(|value| is_own(value, parameter)));
    let single = read(&Parameter { shape: Shape::Scalar, or_scalar: false, ..*parameter });
    let is_apart = parameter.is_spread() || parameter.style == Style::DeepObject;
    if let (true, Ok(Some(_)), Ok(Some(_))) = (is_apart, &whole, &single) {
        return Err(DecodeError::new("both a single value and the properties of an object"));
    }
    let is_split = match &whole {
        Ok(Some(Value::Array(items))) => items.len() > 1,
        Ok(Some(Value::Object(fields))) => !fields.is_empty(),
        Ok(_) | Err(_) => false,
    };
    match if is_split { (whole, single) } else { (single, whole) } {
        (Ok(first), Ok(second)) => Ok(first.into_iter().chain(second).collect()),
        (Ok(Some(value)), Err(_)) | (Err(_), Ok(Some(value))) => Ok(vec![value]),
        (Ok(None), Err(error)) | (Err(error), Ok(None) | Err(_)) => Err(error),
    }
}

/// Whether an object has one of the properties that the structure of the parameter lists. All pairs in brackets are its own.
fn is_own(value: &Value<'_>, parameter: &Parameter) -> bool {
    match (value, parameter.nested) {
        _ if parameter.style == Style::DeepObject => true,
        (Value::Object(fields), Nested::Object(known, None)) => {
            fields.iter().any(|(key, _)| known.iter().any(|(name, _)| name == key))
        }
        _ => true,
    }
}

/// The result for the first of these values that is accepted; `None` if there are none.
///
/// # Errors
///
/// The error of the first value, if none is accepted.
pub fn first_accepted<T>(
    values: &[Value<'_>],
    accept: impl Fn(&Value<'_>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    let mut refused = None;
    for value in values {
        match accept(value) {
            Ok(result) => return Ok(Some(result)),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    refused.map_or(Ok(None), Err)
}

/// Splits a text by its separator, according to the shape of the parameter.
///
/// # Errors
///
/// If a piece cannot be decoded, or an object has a duplicate key or a key without a value.
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
        Shape::Array => list(parameter.nested, &text.split(separator).collect::<Vec<_>>(), decode),
        Shape::Object if explode => object(parameter.nested, &split_pairs(text, separator), decode),
        Shape::Object => {
            let pieces: Vec<&str> = if text.is_empty() { Vec::new() } else { text.split(separator).collect() };
            if pieces.len() % 2 == 1 {
                return Err(DecodeError::new("a key has no value"));
            }
            let pairs: Vec<(&str, &str)> = pieces.chunks(2).map(|pair| (pair[0], pair[1])).collect();
            object(parameter.nested, &pairs, decode)
        }
    }
}

/// Decodes each item of a list.
///
/// # Errors
///
/// If an item cannot be decoded.
pub fn list(
    nested: Nested,
    items: &[&str],
    decode: fn(&str) -> Result<String, DecodeError>,
) -> Result<Value<'static>, DecodeError> {
    let item = |text: &&str| leaf(decode(text)?, nested.item());
    items.iter().map(item).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

/// Decodes each pair of an object.
///
/// # Errors
///
/// If a text cannot be decoded or a key is repeated.
pub fn object(
    nested: Nested,
    pairs: &[(&str, &str)],
    decode: fn(&str) -> Result<String, DecodeError>,
) -> Result<Value<'static>, DecodeError> {
    let mut fields: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    let mut seen = BTreeSet::new();
    for (key, value) in pairs {
        let key = decode(key)?;
        if !seen.insert(key.clone()) {
            return Err(DecodeError::new("duplicate key"));
        }
        let value = leaf(decode(value)?, nested.property(&key)).map_err(|error| error.within(&key))?;
        fields.push((Cow::Owned(key), value));
    }
    Ok(Value::Object(fields))
}

/// The value of one text: an array or object inside a parameter is JSON.
///
/// # Errors
///
/// If an array or object is expected and the text is not JSON.
pub fn leaf(text: String, nested: Nested) -> Result<Value<'static>, DecodeError> {
    if nested.is_structured() {
        return Ok(parse(text.as_bytes())?.into_owned());
    }
    Ok(Value::Text(Cow::Owned(text)))
}

/// Splits a text into pairs such as `name=value`, without decoding them.
pub fn split_pairs(text: &str, separator: char) -> Vec<(&str, &str)> {
    let pairs = text.split(separator).map(trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect()
}
