//! Writes objects of the style `deepObject` with any depth: `name[key][inner]=value`.
//!
//! OpenAPI defines only properties that are scalars (3.0.4, section 4.7.12.3). The brackets of nested objects, the
//! repeated pairs of lists of scalars and the indexes of other lists are those that most servers read.

use std::borrow::Cow;

use super::json::Value;
use super::parameter::{MAX_DEPTH, Nested};
use super::parameter_write::text;

type Pairs = Vec<(String, String)>;

/// The pairs of an object. The key of a nested value is `key][inner`, without the first and the last bracket.
///
/// # Errors
///
/// If a key is empty or contains a bracket, an item of a list is empty, or the value is nested too deep.
pub fn deep_object(fields: &[(Cow<'_, str>, Value<'_>)], nested: Nested) -> Result<Pairs, &'static str> {
    let mut pairs = Vec::new();
    for (key, value) in fields {
        check_key(key)?;
        write(key, value, nested.property(key), 1, &mut pairs)?;
    }
    Ok(pairs)
}

fn check_key(key: &str) -> Result<(), &'static str> {
    if key.is_empty() || key.contains(['[', ']']) {
        return Err("a key in brackets must not be empty or contain a bracket");
    }
    Ok(())
}

fn write(at: &str, value: &Value<'_>, nested: Nested, depth: usize, pairs: &mut Pairs) -> Result<(), &'static str> {
    if depth > MAX_DEPTH {
        return Err("the value is nested too deep");
    }
    match value {
        // A property without a value is not sent.
        Value::Null => {}
        Value::Object(fields) => {
            for (key, value) in fields {
                check_key(key)?;
                write(&format!("{at}][{key}"), value, nested.property(key), depth + 1, pairs)?;
            }
        }
        Value::Array(items) if nested.item() == Nested::Text => {
            pairs.extend(items.iter().map(|item| (at.to_owned(), text(item, Nested::Text))));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let before = pairs.len();
                write(&format!("{at}][{index}"), item, nested.item(), depth + 1, pairs)?;
                if pairs.len() == before {
                    return Err("an item of a list must not be empty");
                }
            }
        }
        scalar => pairs.push((at.to_owned(), text(scalar, Nested::Text))),
    }
    Ok(())
}
