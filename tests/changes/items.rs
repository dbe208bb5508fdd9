//! Changes of the items of streams.

use super::changes;

/// A document whose response has this content.
fn document(content: &str) -> String {
    let parts = "components:\n  schemas:\n    Item: {type: object, required: [id], properties: {id: {type: integer}, note: {type: string}}}\n    \
                 Less: {type: object, properties: {id: {type: integer}}}\n";
    format!(
        "openapi: 3.2.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /items:\n    get:\n      responses:\n        \
         '200': {{description: d, content: {content}}}\n{parts}"
    )
}

#[test]
fn items_of_streams_are_compared_like_bodies() {
    let folder = tempfile::tempdir().unwrap();
    let (item, less) = ("{$ref: '#/components/schemas/Item'}", "{$ref: '#/components/schemas/Less'}");
    let event = |data: &str| {
        format!("{{properties: {{data: {{type: string, contentMediaType: application/json, contentSchema: {data}}}}}}}")
    };
    let rows = [
        ("{text/event-stream: {itemSchema: ITEM}}", item.to_owned(), less.to_owned()),
        ("{text/event-stream: {itemSchema: ITEM}}", event(item), event(less)),
        ("{text/event-stream: {schema: ITEM}}", item.to_owned(), less.to_owned()),
        ("{application/x-ndjson: {itemSchema: ITEM}}", item.to_owned(), less.to_owned()),
        ("{application/x-ndjson: {schema: {type: array, items: ITEM}}}", item.to_owned(), less.to_owned()),
        ("{application/json-seq: {schema: ITEM}}", item.to_owned(), less.to_owned()),
    ];
    for (content, old, new) in rows {
        let [old, new] = [old, new].map(|item| document(&content.replace("ITEM", &item)));
        let found = changes(folder.path(), &old, &new);
        let kinds: Vec<&str> = found.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["response-property-lost", "response-property-removed"], "{content}: {found:#?}");
        assert!(changes(folder.path(), &old, &old).is_empty(), "{content}");
    }
}

#[test]
fn data_of_events_that_becomes_json_is_another_type() {
    let folder = tempfile::tempdir().unwrap();
    let [text, json] = ["{type: string}", "{$ref: '#/components/schemas/Item'}"]
        .map(|item| document(&format!("{{text/event-stream: {{itemSchema: {item}}}}}")));
    let found = changes(folder.path(), &text, &json);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["kind"], "response-type-changed");
}
