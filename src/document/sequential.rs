//! Media types of values that are sent one after another (OpenAPI 3.2.0, section 4.14.3).

use crate::media_type::essence;

/// How the values of a media type follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Events,
    /// JSON, each value on one line.
    Lines,
    /// JSON texts, each after a record separator (RFC 7464).
    Sequence,
}

/// The spellings of newline-delimited JSON. None of them is registered.
const LINES: [&str; 8] = [
    "application/json-lines",
    "application/jsonl",
    "application/jsonlines",
    "application/ndjson",
    "application/x-json-lines",
    "application/x-jsonl",
    "application/x-jsonlines",
    "application/x-ndjson",
];

/// The framing of a media type; `None` if it is one value.
pub fn framing(media_type: &str) -> Option<Framing> {
    match essence(media_type).as_str() {
        "text/event-stream" => Some(Framing::Events),
        // The suffix is registered by RFC 8091.
        "application/json-seq" => Some(Framing::Sequence),
        other if other.ends_with("+json-seq") => Some(Framing::Sequence),
        other => LINES.contains(&other).then_some(Framing::Lines),
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, framing};

    #[test]
    fn framing_is_that_of_the_media_type_without_its_parameters() {
        let rows = [
            ("text/event-stream;charset=utf-8", Some(Framing::Events)),
            ("Application/X-NDJSON", Some(Framing::Lines)),
            ("application/jsonl", Some(Framing::Lines)),
            ("application/geo+json-seq", Some(Framing::Sequence)),
            ("application/json", None),
            ("application/stream+json", None),
            ("text/plain", None),
        ];
        for (media_type, expected) in rows {
            assert_eq!(framing(media_type), expected, "{media_type}");
        }
    }
}
