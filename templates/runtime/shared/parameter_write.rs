//! Writes parameters in every style of OpenAPI (3.0.4, section 4.7.12.3) and, where OpenAPI does not specify the
//! encoding, by the rules of RFC 6570.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::header_text;
use super::json::{Encode, Value, parse, to_vec};
use super::nested_write;
use super::parameter::{Nested, Parameter, Place, Shape, Style};

/// All characters except the unreserved ones of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// With `allowReserved`, percent-encoded triples and the reserved characters that a query may contain are not encoded
/// (OpenAPI 3.0.4, section 4.7.12.2.1; RFC 3986, section 3.4), except those with a meaning inside the query: `&`, `+` and, between items, the comma.
const ALLOWED: &AsciiSet = &ITEM_ALLOWED.remove(b',');

/// The same for an item of a comma-separated list.
const ITEM_ALLOWED: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b';')
    .remove(b'=');

/// An encoded parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wire {
    /// Encoded text in a path segment.
    Path(String),
    /// Encoded `name=value` pairs, joined by `&`; empty if there are none.
    Query(String),
    /// The value of a header.
    Header(String),
    /// `name=value` pairs of the `Cookie` header.
    Cookie(Vec<String>),
}

/// A parameter cannot represent its value. The error does not contain the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterError {
    /// The name of the parameter.
    pub name: &'static str,
    /// Why the value cannot be represented.
    pub reason: &'static str,
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parameter `{}`: {}", self.name, self.reason)
    }
}

impl std::error::Error for ParameterError {}

/// A value split into strings.
enum Pieces {
    Scalar(String),
    List(Vec<String>),
    Pairs(Vec<(String, String)>),
}

impl Pieces {
    /// All texts: items, keys and values.
    fn texts(&self) -> impl Iterator<Item = &String> {
        let (items, pairs): (&[String], &[(String, String)]) = match self {
            Self::Scalar(text) => (std::slice::from_ref(text), &[]),
            Self::List(items) => (items, &[]),
            Self::Pairs(pairs) => (&[], pairs),
        };
        items.iter().chain(pairs.iter().flat_map(|(key, value)| [key, value]))
    }
}

/// Encodes a value in the style of its parameter.
///
/// # Errors
///
/// If the value cannot be represented: a number that is not finite, a path value that is empty, `.` or `..`, an item
/// that contains the separator in a style without escapes, a header text with other characters than ASCII, or a key that
/// could be the name of another parameter.
pub fn write(parameter: &Parameter, value: &dyn Encode) -> Result<Wire, ParameterError> {
    encode(parameter, value, header_text::check)
}

/// As [`write`], for a header of a part of a multipart body.
///
/// # Errors
///
/// Same as [`write`], except that other characters than ASCII are allowed.
pub fn write_part_header(parameter: &Parameter, value: &dyn Encode) -> Result<Wire, ParameterError> {
    encode(parameter, value, header_text::check_part)
}

fn encode(
    parameter: &Parameter,
    value: &dyn Encode,
    check_header: fn(&str) -> Result<(), &'static str>,
) -> Result<Wire, ParameterError> {
    let failed = |reason| ParameterError { name: parameter.name, reason };
    let json = to_vec(value).map_err(|_| failed("a number is not finite"))?;
    let pieces = match (parameter.style, parameter.shape) {
        (Style::Json, Shape::Scalar | Shape::Object) => Pieces::Scalar(String::from_utf8_lossy(&json).into_owned()),
        (Style::Json, _) => items(&parsed(&json).map_err(failed)?),
        _ => match scalar(json) {
            Ok(text) => Pieces::Scalar(text),
            Err(json) => pieces(parameter, &parsed(&json).map_err(failed)?).map_err(failed)?,
        },
    };
    separable(parameter, &pieces).map_err(failed)?;
    match parameter.place {
        Place::Path => path(parameter, &pieces).map(Wire::Path).map_err(failed),
        Place::Query => Ok(Wire::Query(query(parameter, &pieces))),
        Place::Header if parameter.style == Style::Json => {
            Ok(Wire::Header(escaped(&joined(parameter.explode, &pieces, ",", str::to_owned))))
        }
        Place::Header => {
            pieces.texts().try_for_each(|text| check_header(text)).map_err(failed)?;
            Ok(Wire::Header(joined(parameter.explode, &pieces, ",", str::to_owned)))
        }
        Place::Cookie => Ok(Wire::Cookie(cookie(parameter, &pieces))),
    }
}

/// Checks that no item contains the separator, as it would be read as two items.
fn separable(parameter: &Parameter, pieces: &Pieces) -> Result<(), &'static str> {
    let (separator, reason) = match parameter.style {
        Style::Simple if parameter.place == Place::Header => (',', "an item of a header must not contain a comma"),
        Style::SpaceDelimited if !parameter.explode => (' ', "an item must not contain a space, which separates items"),
        Style::PipeDelimited if !parameter.explode => ('|', "an item must not contain a pipe, which separates items"),
        _ => return Ok(()),
    };
    // If the value could also be a list, a single text with the separator would be read as one.
    let has_items = parameter.or_scalar || !matches!(pieces, Pieces::Scalar(_));
    if has_items && pieces.texts().any(|text| text.contains(separator)) {
        return Err(reason);
    }
    // With `allowReserved`, a triple is sent as it is, and read as the separator.
    let triple = format!("%{:02X}", u32::from(separator));
    if parameter.reserved && pieces.texts().any(|text| text.to_ascii_uppercase().contains(&triple)) {
        return Err(reason);
    }
    match pieces {
        Pieces::Pairs(pairs) if parameter.explode && pairs.iter().any(|(key, _)| key.contains('=')) => {
            Err("a key of a header must not contain an equals sign")
        }
        Pieces::Scalar(_) | Pieces::List(_) | Pieces::Pairs(_) => Ok(()),
    }
}

fn parsed(json: &[u8]) -> Result<Value<'_>, &'static str> {
    parse(json).map_err(|_| "the value is nested too deep")
}

/// The text of a number, a boolean, or a string without escapes. Others are returned as they are.
fn scalar(mut json: Vec<u8>) -> Result<String, Vec<u8>> {
    match json.as_slice() {
        [b'-' | b'0'..=b'9' | b't' | b'f', ..] => {}
        [b'"', .., b'"'] if !json.contains(&b'\\') => {
            json.pop();
            json.remove(0);
        }
        _ => return Err(json),
    }
    String::from_utf8(json).map_err(std::string::FromUtf8Error::into_bytes)
}

fn pieces(parameter: &Parameter, value: &Value<'_>) -> Result<Pieces, &'static str> {
    let fields = match value {
        Value::Array(items) => {
            let item = parameter.nested.item();
            return Ok(Pieces::List(items.iter().map(|value| text(value, item)).collect()));
        }
        Value::Object(fields) => fields,
        scalar => return Ok(Pieces::Scalar(text(scalar, Nested::Text))),
    };
    if parameter.style == Style::DeepObject {
        return nested_write::deep_object(fields, parameter.nested).map(Pieces::Pairs);
    }
    if parameter.is_spread() && fields.iter().any(|(key, _)| parameter.is_other(key)) {
        return Err("a key of the object is the name of another parameter or of an API key");
    }
    if parameter.is_spread() && parameter.or_scalar && fields.iter().any(|(key, _)| key == parameter.name) {
        return Err("a key of the object is the name of the parameter, which is read as its single value");
    }
    let mut pairs = Vec::new();
    for (key, value) in fields {
        let nested = parameter.nested.property(key);
        match value {
            Value::Null => {}
            Value::Array(items) if parameter.is_spread() && matches!(nested, Nested::List(_) | Nested::Any) => {
                pairs.extend(items.iter().map(|item| (key.clone().into_owned(), text(item, nested.item()))));
            }
            value => pairs.push((key.clone().into_owned(), text(value, nested))),
        }
    }
    Ok(Pieces::Pairs(pairs))
}

/// Each item of a list as JSON.
fn items(value: &Value<'_>) -> Pieces {
    let json = |value: &Value<'_>| to_vec(value).map(|json| String::from_utf8_lossy(&json).into_owned());
    match value {
        Value::Array(items) => Pieces::List(items.iter().filter_map(|item| json(item).ok()).collect()),
        one => Pieces::List(json(one).into_iter().collect()),
    }
}

/// The text of a scalar, or JSON for deeper levels, for which no style is defined.
pub(super) fn text(value: &Value<'_>, nested: Nested) -> String {
    match value {
        Value::Null if !nested.is_structured() => String::new(),
        Value::String(text) | Value::Text(text) => text.clone().into_owned(),
        other => to_vec(other).map(|json| String::from_utf8_lossy(&json).into_owned()).unwrap_or_default(),
    }
}

/// JSON text for a header: characters that a header cannot contain are escaped (RFC 8259, section 7).
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            text.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    text
}

/// Percent-encodes all characters except the unreserved ones.
pub(super) fn encoded(text: &str) -> String {
    Cow::from(utf8_percent_encode(text, RESERVED)).into_owned()
}

fn path(parameter: &Parameter, pieces: &Pieces) -> Result<String, &'static str> {
    let refused = Err("a path value must not be empty, `.` or `..`");
    let is_dots = |text: &str| matches!(text, "" | "." | "..");
    // In the style `matrix`, the name precedes the value, so the segment cannot be empty or consist of dots.
    if let (Pieces::Scalar(text), false) = (pieces, parameter.style == Style::Matrix)
        && is_dots(text)
    {
        return refused;
    }
    let text = match parameter.style {
        Style::Label => {
            let separator = if parameter.explode { "." } else { "," };
            format!(".{}", joined(parameter.explode, pieces, separator, |text| encoded(text).replace('.', "%2E")))
        }
        Style::Matrix => matrix(parameter.explode, &encoded(parameter.name), pieces),
        _ => joined(parameter.explode, pieces, ",", encoded),
    };
    // A list or a label can also produce such a segment, such as a list whose only item is two dots.
    if is_dots(&text) { refused } else { Ok(text) }
}

/// The pieces, separated; pairs as `k=v` if exploded, otherwise keys and values as separate items.
fn joined(explode: bool, pieces: &Pieces, separator: &str, encode: fn(&str) -> String) -> String {
    match pieces {
        Pieces::Scalar(text) => encode(text),
        Pieces::List(items) => items.iter().map(|item| encode(item)).collect::<Vec<_>>().join(separator),
        Pieces::Pairs(pairs) => pairs_text(pairs, if explode { "=" } else { separator }, separator, encode),
    }
}

fn pairs_text(pairs: &[(String, String)], inner: &str, outer: &str, encode: fn(&str) -> String) -> String {
    let pair = |(key, value): &(String, String)| format!("{}{inner}{}", encode(key), encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join(outer)
}

fn matrix(explode: bool, name: &str, pieces: &Pieces) -> String {
    match pieces {
        Pieces::List(items) if explode => items.iter().map(|item| format!(";{name}={}", encoded(item))).collect(),
        Pieces::Pairs(pairs) if explode => format!(";{}", pairs_text(pairs, "=", ";", encoded)),
        // RFC 6570, section 3.2.7: no equals sign before an empty value.
        Pieces::Scalar(text) if text.is_empty() => format!(";{name}"),
        pieces => format!(";{name}={}", joined(false, pieces, ",", encoded)),
    }
}

fn query(parameter: &Parameter, pieces: &Pieces) -> String {
    let name = encoded(parameter.name);
    let separator = match parameter.style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        _ => ",",
    };
    let value: fn(&str) -> String = match (parameter.reserved, parameter.style) {
        (false, _) => encoded,
        // A triple in a JSON text is part of the text.
        (true, Style::Json) => |text| utf8_percent_encode(text, ALLOWED).to_string(),
        // A text with a comma would be read as a list.
        (true, _) if parameter.or_scalar => |text| with_triples(text, ITEM_ALLOWED),
        (true, _) => |text| with_triples(text, ALLOWED),
    };
    let pair = |name: &str, text: &str| format!("{name}={}", value(text));
    match pieces {
        Pieces::Scalar(text) => pair(&name, text),
        Pieces::List(items) if parameter.explode => {
            items.iter().map(|item| pair(&name, item)).collect::<Vec<_>>().join("&")
        }
        Pieces::Pairs(pairs) if parameter.style == Style::DeepObject => {
            let pair = |(key, text): &(String, String)| pair(&format!("{name}%5B{}%5D", encoded(key)), text);
            pairs.iter().map(pair).collect::<Vec<_>>().join("&")
        }
        Pieces::Pairs(pairs) if parameter.explode => {
            pairs.iter().map(|(key, text)| pair(&encoded(key), text)).collect::<Vec<_>>().join("&")
        }
        pieces => {
            let item = if parameter.reserved { |text: &str| with_triples(text, ITEM_ALLOWED) } else { encoded };
            format!("{name}={}", joined(false, pieces, separator, item))
        }
    }
}

/// Percent-encodes all characters except those that are not in `set` and percent-encoded triples (RFC 6570, section
/// 3.2.3).
fn with_triples(text: &str, set: &'static AsciiSet) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        encoded.extend(utf8_percent_encode(&rest[..at], set));
        let is_triple = rest[at..].bytes().skip(1).take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        let end = if is_triple { at + 3 } else { at + 1 };
        encoded.push_str(if is_triple { &rest[at..end] } else { "%25" });
        rest = &rest[end..];
    }
    encoded.extend(utf8_percent_encode(rest, set));
    encoded
}

/// Percent-encodes the values of cookies, which must not contain `;`, `,`, spaces or quotes (RFC 6265, section 4.1.1).
fn cookie(parameter: &Parameter, pieces: &Pieces) -> Vec<String> {
    query(parameter, pieces).split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect()
}
