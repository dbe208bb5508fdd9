//! Reads parameters of a request in every style of OpenAPI (3.0.4, section 4.7.12.3): splits the text by the rules of
//! the style, decodes each piece once, and returns a tree of strings.

use std::borrow::Cow;

use super::form_read::{Decoding, decoding, json, percent_decoded};
use super::header_read::{self, list, object, split, split_pairs};
use super::header_text::decode;
use super::json::{DecodeError, Value};
use super::nested_read;
use super::parameter::{Parameter, Place, Shape, Style};

/// The encoded text of a request's parameters.
#[derive(Clone, Copy)]
pub struct Sources<'r> {
    /// The path parameters, by their index in the operation.
    pub captures: &'r [(usize, String)],
    /// The query, without `?`.
    pub query: &'r str,
    /// The headers.
    pub headers: &'r axum::http::HeaderMap,
}

/// The values that a parameter can have, the likeliest first; none if the request does not have it.
///
/// # Errors
///
/// Same as [`read`].
pub fn forms(parameter: &Parameter, index: usize, from: &Sources<'_>) -> Result<Vec<Value<'static>>, DecodeError> {
    header_read::forms(parameter, |parameter| read(parameter, index, from))
}

/// The value of a parameter as a tree; `None` if the request does not have it.
///
/// # Errors
///
/// If the text is not UTF-8, does not match the parameter's style, or a single value occurs more than once.
pub fn read(parameter: &Parameter, index: usize, from: &Sources<'_>) -> Result<Option<Value<'static>>, DecodeError> {
    match parameter.place {
        Place::Path => {
            let capture = from.captures.iter().find(|(at, _)| *at == index);
            capture.map(|(_, text)| path(parameter, text)).transpose()
        }
        Place::Query => {
            let pairs: Vec<(&str, &str)> = split_pairs(from.query, '&');
            paired(parameter, &pairs)
        }
        Place::Header => header(parameter, from.headers),
        Place::Cookie => {
            let cookies = cookies(from.headers).collect::<Vec<_>>().join(";");
            // A name that cannot be decoded is that of another application's cookie.
            let is_readable = |(name, _): &(&str, &str)| percent_decoded(name).is_ok();
            let pairs: Vec<(&str, &str)> = split_pairs(&cookies, ';').into_iter().filter(is_readable).collect();
            paired(parameter, &pairs)
        }
    }
}

/// The `name=value` pairs of all `Cookie` headers. Each pair is decoded alone, since cookies of several applications may
/// use different encodings.
pub(super) fn cookies(headers: &axum::http::HeaderMap) -> impl Iterator<Item = Cow<'_, str>> {
    let fields = headers.get_all(axum::http::header::COOKIE).iter();
    fields.flat_map(|value| value.as_bytes().split(|byte| *byte == b';')).map(decode)
}

fn header(parameter: &Parameter, headers: &axum::http::HeaderMap) -> Result<Option<Value<'static>>, DecodeError> {
    let texts: Vec<_> = headers.get_all(parameter.name).iter().map(|value| decode(value.as_bytes())).collect();
    header_read::read(parameter, &texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
}

fn path(parameter: &Parameter, text: &str) -> Result<Value<'static>, DecodeError> {
    let value = styled(parameter, text)?;
    if !parameter.any_text {
        refuse_paths(&value)?;
    }
    Ok(value)
}

/// Refuses texts with a special meaning in paths: separators, control characters, `.` and `..`.
fn refuse_paths(value: &Value<'_>) -> Result<(), DecodeError> {
    match value {
        Value::String(text) | Value::Text(text) => refuse_path(text),
        Value::Array(items) => items.iter().try_for_each(refuse_paths),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            refuse_path(key)?;
            refuse_paths(value)
        }),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Opaque(_) => Ok(()),
    }
}

fn refuse_path(text: &str) -> Result<(), DecodeError> {
    let is_refused = |c: char| c.is_control() || c == '/' || c == '\\';
    if matches!(text, "." | "..") || text.contains(is_refused) {
        return Err(DecodeError::new(
            "a path value must not be `.` or `..`, nor contain a slash, a backslash or a control character: its schema does not allow it",
        ));
    }
    Ok(())
}

fn styled(parameter: &Parameter, text: &str) -> Result<Value<'static>, DecodeError> {
    let malformed = || DecodeError::new("the path value does not match the style of its parameter");
    match parameter.style {
        Style::Json => json(&percent_decoded(text)?),
        Style::Label => {
            let separator = if parameter.explode { '.' } else { ',' };
            split(
                parameter,
                text.strip_prefix('.').ok_or_else(malformed)?,
                separator,
                parameter.explode,
                percent_decoded,
            )
        }
        Style::Matrix => matrix(parameter, text.strip_prefix(';').ok_or_else(malformed)?),
        _ => split(parameter, text, ',', parameter.explode, percent_decoded),
    }
}

fn matrix(parameter: &Parameter, text: &str) -> Result<Value<'static>, DecodeError> {
    let pairs = split_pairs(text, ';');
    let is_own = |name: &str| percent_decoded(name).is_ok_and(|name| name == parameter.name);
    let own: Vec<&str> = pairs.iter().filter(|(name, _)| is_own(name)).map(|(_, value)| *value).collect();
    match (parameter.shape, parameter.explode) {
        (Shape::Object, true) => object(parameter.nested, &pairs, percent_decoded),
        (Shape::Array, true) => list(parameter.nested, &own, percent_decoded),
        _ => match own.as_slice() {
            [one] => split(parameter, one, ',', false, percent_decoded),
            _ => Err(DecodeError::new("the path value does not match the style of its parameter")),
        },
    }
}

/// Reads a query parameter, a cookie, or a property of a form from all raw pairs.
///
/// # Errors
///
/// Same as [`read`].
pub fn paired(parameter: &Parameter, pairs: &[(&str, &str)]) -> Result<Option<Value<'static>>, DecodeError> {
    if parameter.shape == Shape::Object && parameter.style == Style::DeepObject {
        return nested_read::deep_object(parameter, pairs);
    }
    if parameter.is_spread() {
        return nested_read::spread(parameter, pairs);
    }
    let decode = decoding(parameter.place);
    let mut own = Vec::new();
    for (name, value) in pairs {
        if decode(name)? == parameter.name {
            own.push(*value);
        }
    }
    match own.as_slice() {
        [] => Ok(None),
        values if parameter.shape == Shape::Array && parameter.style == Style::Json => {
            let item = |text: &&str| json(&decode(text)?);
            values.iter().map(item).collect::<Result<_, _>>().map(Value::Array).map(Some)
        }
        values if parameter.shape == Shape::Array && (parameter.explode || values.len() > 1) => {
            list(parameter.nested, values, decode).map(Some)
        }
        [one] => single(parameter, one, decode).map(Some),
        _ => Err(DecodeError::new("duplicate parameter")),
    }
}

fn single(parameter: &Parameter, text: &str, decode: Decoding) -> Result<Value<'static>, DecodeError> {
    match parameter.style {
        Style::Json => json(&decode(text)?),
        Style::SpaceDelimited => split(parameter, &text.replace("%20", " ").replace('+', " "), ' ', false, decode),
        Style::PipeDelimited => split(parameter, &text.replace("%7C", "|").replace("%7c", "|"), '|', false, decode),
        _ => split(parameter, text, ',', false, decode),
    }
}
