//! Responses whose values are sent one after another.

use super::*;
use crate::model::operation::Stream;

/// The content of a response with this media type and these keys, and what is reported.
fn response(version: &str, media_type: &str, keys: &str) -> (Content, Vec<String>) {
    let text = format!(
        "openapi: {version}\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: load\n      \
         responses: {{'200': {{description: d, content: {{{media_type}: {{{keys}}}}}}}}}\n"
    );
    let (api, lines) = lower(&text);
    let api = api.unwrap_or_else(|| panic!("{media_type} {keys}: {lines:?}"));
    (operation(&api, "load").responses[0].forms[0].content.clone(), lines)
}

#[test]
fn item_of_a_stream_is_that_of_its_schema() {
    let integer = || TypeRef::Scalar(Scalar::Int64);
    let list = || TypeRef::List(Box::new(integer()));
    let (events, lines, sequence) = ("text/event-stream", "application/x-ndjson", "application/json-seq");
    let rows = [
        ("3.0.3", events, "schema: {type: integer}", Content::Stream(Stream::Events(integer()))),
        ("3.0.3", events, "schema: {type: array, items: {type: integer}}", Content::Stream(Stream::Events(list()))),
        ("3.0.3", events, "schema: {type: string}", Content::Stream(Stream::TextEvents)),
        ("3.0.3", events, "schema: {}", Content::Text),
        ("3.0.3", events, "", Content::Text),
        ("3.1.0", lines, "schema: {type: integer}", Content::Stream(Stream::Lines(integer()))),
        // A list describes all values.
        ("3.1.0", lines, "schema: {type: array, items: {type: integer}}", Content::Stream(Stream::Lines(integer()))),
        ("3.1.0", lines, "schema: {type: string}", Content::Bytes),
        ("3.1.0", lines, "schema: {type: string, format: binary}", Content::Bytes),
        ("3.1.0", lines, "", Content::Bytes),
        ("3.2.0", lines, "itemSchema: {type: array, items: {type: integer}}", Content::Stream(Stream::Lines(list()))),
        (
            "3.2.0",
            sequence,
            "itemSchema: {type: string}",
            Content::Stream(Stream::Sequence(TypeRef::Scalar(Scalar::Text))),
        ),
        ("3.2.0", sequence, "schema: {type: integer}", Content::Stream(Stream::Sequence(integer()))),
    ];
    for (version, media_type, keys, expected) in rows {
        let (found, reported) = response(version, media_type, keys);
        assert_eq!(found, expected, "{version} {media_type} {keys}");
        assert!(reported.is_empty(), "{version} {media_type} {keys}: {reported:?}");
    }
}

#[test]
fn items_of_a_request_are_reported() {
    let text = "openapi: 3.2.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    post:\n      operationId: add\n      \
                requestBody: {content: {application/x-ndjson: {itemSchema: {type: integer}}}}\n      \
                responses: {'204': {description: d}}\n";
    let (api, lines) = lower(text);
    assert_eq!(operation(&api.unwrap(), "add").body.as_ref().unwrap().forms.first().content, Content::Bytes);
    // Where `itemSchema` is after the upgrade.
    let place = "#/paths/~1a/post/requestBody/content/application~1x-ndjson/schema";
    assert_eq!(lines, [format!("warning[ignored-keyword] {place}")]);
}
