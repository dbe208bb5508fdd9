//! Parses the text of a path into literal pieces as they are sent, and the names between braces.

/// A piece of a path before its parameters are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Literal text, percent-encoded.
    Text(String),
    /// A name between braces.
    Name(String),
}

/// Splits a path template without query into its pieces (OpenAPI 3.0.3, section 4.7.8.1).
///
/// # Errors
///
/// A message about what is invalid.
pub(super) fn parse(text: &str) -> Result<Vec<Piece>, String> {
    if !text.starts_with('/') {
        return Err(format!("path `{text}` does not start with `/`"));
    }
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(found) = rest.find(['{', '}']) {
        literal.push_str(&rest[..found]);
        match rest.as_bytes()[found] {
            b'{' => {
                let (name, after) = name(&rest[found + 1..])?;
                push_text(&mut pieces, &mut literal);
                pieces.push(Piece::Name(name.to_owned()));
                rest = after;
            }
            _ => return Err("`}` without a matching `{`".to_owned()),
        }
    }
    literal.push_str(rest);
    push_text(&mut pieces, &mut literal);
    Ok(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, literal: &mut String) {
    if !literal.is_empty() {
        pieces.push(Piece::Text(encode(literal, PLAIN)));
        literal.clear();
    }
}

fn name(rest: &str) -> Result<(&str, &str), String> {
    let Some(end) = rest.find(['{', '}']) else {
        return Err("`{` without a matching `}`".to_owned());
    };
    match (&rest[..end], rest.as_bytes()[end]) {
        (_, b'{') => Err("nested `{`".to_owned()),
        ("", _) => Err("`{}` has no parameter name".to_owned()),
        (name, _) => Ok((name, &rest[end + 1..])),
    }
}

/// Characters of a path that are sent as they are in addition to letters and digits: `pchar` (RFC 3986, section 3.3) and
/// the slash.
const PLAIN: &str = "-._~!$&'()*+,;=:@/";

/// Percent-encodes everything except letters, digits, these characters and escapes. Escapes are normalized (RFC 3986,
/// section 6.2.2), so that equivalent texts are equal.
pub(super) fn encode(text: &str, plain: &str) -> String {
    let bytes = text.as_bytes();
    let mut wire = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = (*byte == b'%').then(|| escaped(&bytes[at + 1..])).flatten();
        let (byte, plain) = (escaped.unwrap_or(*byte), if escaped.is_some() { "-._~" } else { plain });
        if byte.is_ascii_alphanumeric() || plain.as_bytes().contains(&byte) {
            wire.push(char::from(byte));
        } else {
            wire.push_str(&format!("%{byte:02X}"));
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    wire
}

/// The byte for two hexadecimal digits.
pub(super) fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// The lower-case words of a text, split at capitals and at characters that are neither letters nor digits.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in text.chars() {
        let parts = !c.is_alphanumeric() || (c.is_uppercase() && was_lower);
        if parts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A stable name for an operation without `operationId`: `get /pets/{petId}` gives `get pets by pet id`.
pub(super) fn operation_words(method: &str, path: &str) -> String {
    let mut all = vec![method.to_lowercase()];
    for (index, part) in path.split(['{', '}']).enumerate() {
        let words = words(part);
        // Every second piece is between braces.
        if index % 2 == 1 && !words.is_empty() {
            all.push("by".to_owned());
        }
        all.extend(words);
    }
    if all.len() == 1 {
        all.push("root".to_owned());
    }
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Piece, operation_words, parse};

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn name(name: &str) -> Piece {
        Piece::Name(name.to_owned())
    }

    #[test]
    fn segment_can_have_several_parameters() {
        assert_eq!(parse("/a/{x}.{y}"), Ok(vec![text("/a/"), name("x"), text("."), name("y")]));
        assert_eq!(parse("/{id}:cancel"), Ok(vec![text("/"), name("id"), text(":cancel")]));
    }

    #[test]
    fn literal_text_is_encoded_once() {
        assert_eq!(parse("/a b/%7B0%7D/50%/ä"), Ok(vec![text("/a%20b/%7B0%7D/50%25/%C3%A4")]));
        assert_eq!(parse("/%61%2d%c3%a4/%3a:/%2f/%2561/%4/%g0"), Ok(vec![text("/a-%C3%A4/%3A:/%2F/%2561/%254/%25g0")]));
    }

    #[test]
    fn invalid_path_templates_are_rejected() {
        for path in ["a", "", "/{", "/}", "/{}", "/{a{b}}"] {
            assert!(parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn default_operation_name_has_method_and_path() {
        assert_eq!(operation_words("GET", "/pets/{petId}"), "get pets by pet id");
        assert_eq!(operation_words("POST", "/v1/user-groups/{id}/sub_items"), "post v1 user groups by id sub items");
        assert_eq!(operation_words("GET", "/"), "get root");
    }
}
