//! Fixed pairs in the query of a path: `beta=true` in `/responses?beta=true`. OpenAPI does not define queries in paths;
//! documents use them for operations that share a path.

use openapiv3::{Parameter as Spec, ParameterSchemaOrContent};
use serde_json::Value;

use super::found_operation::FoundOperation;
use super::path::{encode, escaped};
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer};
use crate::lower::flat_schema::{FlatSchema, Located};
use crate::lower::source::Source;
use crate::model::operation::{FixedPair, FixedQuery};

/// Characters of a query that are sent as they are in addition to letters and digits (RFC 3986, section 3.4), without
/// those that separate pairs.
const PLAIN: &str = "-._~!$'()*+,;:@/?";

/// Splits the key of a path item at the first `?` that is not between braces.
pub(super) fn split(text: &str) -> (&str, &str) {
    let mut is_name = false;
    for (at, c) in text.char_indices() {
        match c {
            '{' => is_name = true,
            '}' => is_name = false,
            '?' if !is_name => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

/// Reads the query of a path.
///
/// # Errors
///
/// A diagnostic for the path at `at`.
pub(super) fn read(query: &str, at: &Pointer) -> Result<FixedQuery, Box<Diagnostic>> {
    let error = |message: String, help: String| {
        Err(Box::new(Diagnostic::error(Code::FixedQuery, at, message).on_key().help(help)))
    };
    if let Some(name) = placeholder(query) {
        let name = excerpt(name);
        return error(
            format!(
                "the query of this path contains the placeholder `{{{name}}}`; only fixed pairs are supported there"
            ),
            format!("remove the pair from the path and declare `{name}` as a parameter with `in: query`"),
        );
    }
    let mut fixed = FixedQuery::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
            return error(
                format!("`{}` in the query of this path is not UTF-8", excerpt(pair)),
                "percent-encode the UTF-8 bytes of the text".to_owned(),
            );
        };
        if name.is_empty() || fixed.value(&name).is_some() {
            let what = if name.is_empty() { "a pair without a name" } else { "a name that occurs twice" };
            return error(
                format!("the query of this path contains `{}`, {what}", excerpt(pair)),
                "keep one pair for each name".to_owned(),
            );
        }
        fixed.pairs.push(FixedPair { name, value, text: wire(pair) });
    }
    Ok(fixed)
}

/// Whether the path fixes the value of a parameter, which callers then cannot set. This is a warning, or an error if the
/// parameter does not allow the value.
pub(super) fn fixes<'d>(source: &mut Source<'d>, found: &FoundOperation<'_>, at: &Pointer, spec: &'d Spec) -> bool {
    let Spec::Query { parameter_data: data, .. } = spec else { return false };
    let is_same =
        |name: &str| name.strip_prefix(&data.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
    let Some(pair) = found.query.pairs.iter().find(|pair| is_same(&pair.name)) else { return false };
    let schema = match &data.format {
        ParameterSchemaOrContent::Schema(schema) => Some(Located { part: schema.into(), at: at.child("schema") }),
        ParameterSchemaOrContent::Content(_) => None,
    };
    let flat = schema.and_then(|schema| source.view(&schema));
    let is_allowed = pair.name == data.name && flat.is_none_or(|flat| allows(source, &flat, &pair.value));
    let (name, value) = (excerpt(&data.name), excerpt(&pair.value));
    if is_allowed {
        let message = format!("the path fixes the query parameter `{name}` to `{value}`; the parameter is ignored");
        source.report.warning(Code::FixedQuery, at, message);
    } else {
        let message = format!("the path fixes the query parameter `{name}` to a value that its schema does not allow");
        let help = format!("remove `{name}` from the path or from the parameters");
        source.report.push(Diagnostic::error(Code::FixedQuery, at, message).help(help));
    }
    source.skip(at, format!("the path fixes its value to `{value}`"));
    true
}

/// Whether a schema without parts allows this text as the value of a query parameter.
fn allows<'d>(source: &mut Source<'d>, flat: &FlatSchema<'d>, text: &str) -> bool {
    let is_value = |value: &Value| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        value == text
    };
    let is_type = match flat.kind {
        Some("integer") => text.parse::<i128>().is_ok(),
        Some("number") => text.parse::<f64>().is_ok_and(f64::is_finite),
        Some("boolean") => matches!(text, "true" | "false"),
        // The pair is the only item.
        Some("array") => {
            let items = flat.items.as_ref().and_then(|items| source.view(items));
            flat.min_items <= 1 && items.is_none_or(|items| items.kind != Some("array") && allows(source, &items, text))
        }
        Some("object") => false,
        Some(_) | None => true,
    };
    is_type && (flat.values.is_empty() || flat.values.iter().any(is_value))
}

/// The first name between braces.
fn placeholder(query: &str) -> Option<&str> {
    let (_, rest) = query.split_once('{')?;
    Some(rest.split_once('}').map_or(rest, |(name, _)| name))
}

/// The pair as it is sent.
fn wire(pair: &str) -> String {
    match pair.split_once('=') {
        // Another `=` belongs to the value.
        Some((name, value)) => format!("{}={}", encode(name, PLAIN), encode(value, PLAIN)),
        None => encode(pair, PLAIN),
    }
}

/// The text that a server reads: decoded as in forms.
fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%').then(|| escaped(&bytes[at + 1..])).flatten();
        plain.push(escaped.unwrap_or(if *byte == b'+' { b' ' } else { *byte }));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::{read, split};
    use crate::diag::Pointer;

    fn pairs(query: &str) -> Option<Vec<[String; 3]>> {
        let fixed = read(query, &Pointer::root()).ok()?;
        Some(fixed.pairs.into_iter().map(|pair| [pair.name, pair.value, pair.text]).collect())
    }

    #[test]
    fn query_starts_at_a_question_mark_outside_of_braces() {
        assert_eq!(split("/a/{b?}/c?d=e?f"), ("/a/{b?}/c", "d=e?f"));
        assert_eq!(split("/a"), ("/a", ""));
    }

    #[test]
    fn fixed_pairs_are_encoded_for_requests_and_decoded_for_comparison() {
        for (query, expected) in [
            ("", vec![]),
            ("a=b&c", vec![["a", "b", "a=b"], ["c", "", "c"]]),
            ("&a=&", vec![["a", "", "a="]]),
            ("a=b c&d=e+f&%67=%20", vec![["a", "b c", "a=b%20c"], ["d", "e f", "d=e+f"], ["g", " ", "g=%20"]]),
            ("a[b]=ä&c==%26", vec![["a[b]", "ä", "a%5Bb%5D=%C3%A4"], ["c", "=&", "c=%3D%26"]]),
            ("a=50%", vec![["a", "50%", "a=50%25"]]),
        ] {
            let expected = expected.into_iter().map(|row| row.map(str::to_owned)).collect();
            assert_eq!(pairs(query), Some(expected), "{query}");
        }
    }

    #[test]
    fn placeholders_repeated_names_and_invalid_text_are_rejected() {
        for query in ["a={a}", "{a}", "a={", "a=1&a=1", "a=1&%61=2", "=1", "a=%ff"] {
            assert_eq!(pairs(query), None, "{query}");
        }
    }
}
