//! The grammars of HTTP tokens and media types.

use crate::media_type::{essence, is_json};

/// Whether the text is a `token` (RFC 9110, section 5.6.2): a field name, a cookie name, an auth-scheme.
pub(super) fn is_token(text: &str) -> bool {
    let is_tchar = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_tchar)
}

/// The kinds of media types that are distinguished (RFC 9110, section 8.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Media {
    /// `application/json`, `…+json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `text/…`.
    Text,
    /// Any other media type.
    Other,
    /// `*/*` and `application/*`: the schema decides.
    Range,
}

/// The kind of a media type; `None` if the text is not a media type.
pub(super) fn media(text: &str) -> Option<Media> {
    let essence = essence(text);
    let (kind, sub) = essence.split_once('/')?;
    let is_header_text = text.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
    if !is_token(kind) || !is_token(sub) || !is_header_text {
        return None;
    }
    Some(match (kind, sub) {
        _ if is_json(&essence) => Media::Json,
        ("application", "x-www-form-urlencoded") => Media::Form,
        ("multipart", "form-data") => Media::Multipart,
        // XML declares its character encoding in its first line.
        ("text", "xml") => Media::Other,
        ("text", _) => Media::Text,
        ("*" | "application", "*") => Media::Range,
        _ => Media::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::{Media, media};

    #[test]
    fn media_type_parameters_and_case_are_ignored() {
        assert_eq!(media("Application/JSON; charset=utf-8"), Some(Media::Json));
        assert_eq!(media("application/vnd.api+json"), Some(Media::Json));
        assert_eq!(media("application/x-ndjson"), Some(Media::Other));
        for text in ["json", "", "a/b\r\nX: y", "a b/c", "a/b/c d"] {
            assert_eq!(media(text), None, "{text}");
        }
    }
}
