//! Changes of what requests may contain: bounds, choices, arrays, additional properties and media types.

use std::collections::BTreeSet;

use super::{changes, compare};

/// A document with an operation whose request body has this content.
pub(super) fn with_content(content: &str) -> String {
    format!(
        "paths: {{/a: {{post: {{requestBody: {{content: {content}}}, responses: {{'204': {{description: d}}}}}}}}}}\n"
    )
}

/// A document with an operation that receives this schema as JSON.
pub(super) fn with_schema(schema: &str) -> String {
    with_content(&format!("{{application/json: {{schema: {schema}}}}}"))
}

/// A document with an operation that sends content.
fn with_response(content: &str) -> String {
    format!("paths: {{/a: {{get: {{responses: {{'200': {{description: d, content: {content}}}}}}}}}}}\n")
}

/// The kinds and messages of the changes between two documents.
pub(super) fn messages(old: &str, new: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let text = |change: &serde_json::Value, key: &str| change[key].as_str().unwrap().to_owned();
    let found = changes(folder.path(), old, new);
    found.iter().map(|change| format!("{}: {}", text(change, "kind"), text(change, "message"))).collect()
}

pub(super) fn set(messages: &[&str]) -> BTreeSet<String> {
    messages.iter().map(|message| (*message).to_owned()).collect()
}

#[test]
fn another_type_does_not_hide_changes_of_bounds() {
    let widened = |from: &str, to: &str| format!("request-type-widened: `body`: was `{from}`, is `{to}`");
    let narrowed = |from: &str, to: &str| format!("request-type-narrowed: `body`: was `{from}`, is `{to}`");
    let tightened = |change: &str| format!("request-bounds-tightened: `body`: {change}");
    let removed = |change: &str| format!("request-bound-removed: `body`: {change}");
    for (old, new, expected) in [
        (
            "{type: integer, format: int32, maximum: 100}",
            "{type: integer, format: int64, maximum: 10}",
            vec![widened("int32", "integer"), tightened("`maximum` was `100`, is `10`")],
        ),
        (
            "{type: integer}",
            "{type: number, minimum: 1}",
            vec![widened("integer", "number"), tightened("`minimum` was absent, is `1`")],
        ),
        (
            "{type: string, format: uuid}",
            "{type: string, maxLength: 5}",
            vec![widened("uuid", "string"), tightened("`maxLength` was absent, is `5`")],
        ),
        (
            "{type: string, format: date}",
            "{type: string, maxLength: 3}",
            vec![widened("date", "string"), tightened("`maxLength` was absent, is `3`")],
        ),
        (
            "{type: string, enum: [a, bcd]}",
            "{type: string, maxLength: 2}",
            vec![widened("enum of strings", "string"), tightened("`maxLength` was absent, is `2`")],
        ),
        (
            "{type: integer, format: int64, maximum: 100}",
            "{type: integer, format: int32}",
            vec![narrowed("integer", "int32"), removed("`maximum` was `100`, is absent")],
        ),
        (
            "{type: string, maxLength: 5}",
            "{}",
            vec![widened("string", "any value"), removed("`maxLength` was `5`, is absent")],
        ),
        // All values of the older form are within the bounds, or all of the newer one.
        ("{type: string, format: uuid}", "{type: string, maxLength: 36}", vec![widened("uuid", "string")]),
        ("{type: string, enum: [a, bcd]}", "{type: string, maxLength: 3}", vec![widened("enum of strings", "string")]),
        ("{type: integer, enum: [1, 2]}", "{type: integer, minimum: 1}", vec![widened("enum of integers", "integer")]),
        ("{type: string, maxLength: 36}", "{type: string, format: uuid}", vec![narrowed("string", "uuid")]),
        ("{type: integer, format: int32}", "{type: integer, maximum: 3000000000}", vec![widened("int32", "integer")]),
    ] {
        let expected: BTreeSet<String> = expected.into_iter().collect();
        assert_eq!(messages(&with_schema(old), &with_schema(new)), expected, "{old} -> {new}");
    }
}

#[test]
fn items_are_compared_by_their_places() {
    let tuple = |first: &str, second: &str, rest: &str| {
        format!("{{type: array, prefixItems: [{{type: {first}}}, {{type: {second}}}], items: {rest}}}")
    };
    let list = |item: &str| format!("{{type: array, items: {{type: {item}}}}}");
    let kinds = |old: &str, new: &str| -> BTreeSet<String> {
        let all = messages(&with_schema(old), &with_schema(new));
        all.iter().map(|message| message.split(':').next().unwrap().to_owned()).collect()
    };
    let text = "{type: string}";
    for (old, new, expected) in [
        (tuple("string", "string", text), list("integer"), &["request-type-changed", "request-type-widened"][..]),
        (tuple("string", "string", text), list("string"), &["request-type-widened"]),
        (tuple("integer", "string", "false"), list("string"), &["request-type-changed", "request-type-widened"]),
        (list("string"), tuple("string", "integer", text), &["request-type-changed", "request-type-narrowed"]),
        (tuple("string", "string", text), tuple("string", "integer", text), &["request-type-changed"]),
        (tuple("string", "string", text), tuple("string", "string", "{type: integer}"), &["request-type-changed"]),
        (tuple("string", "string", text), tuple("string", "string", "false"), &["request-type-narrowed"]),
        (
            tuple("string", "string", text),
            format!("{{maxItems: 3, {}", &tuple("string", "string", text)[1..]),
            &["request-bounds-tightened"],
        ),
    ] {
        assert_eq!(kinds(&old, &new), set(expected), "{old} -> {new}");
    }
}

#[test]
fn choices_among_constraints_are_compared() {
    let choice = |alternatives: &str| format!("{{type: string, anyOf: [{alternatives}]}}");
    let required = |keyword: &str, one: &str, other: &str| {
        format!("{{type: object, {keyword}: [{{required: [{one}]}}, {{required: [{other}]}}]}}")
    };
    for (old, new, expected) in [
        (
            choice("{maxLength: 50}, {pattern: '^a'}"),
            choice("{maxLength: 5}, {pattern: '^a'}"),
            &["request-bounds-tightened: `body`: an alternative: `maxLength` was `50`, is `5`"][..],
        ),
        (
            "{type: string}".to_owned(),
            choice("{maxLength: 5}, {pattern: '^a'}"),
            &["request-bounds-tightened: `body`: a choice of 2 alternatives was added"],
        ),
        (
            choice("{maxLength: 5}, {pattern: '^a'}"),
            "{type: string}".to_owned(),
            &["request-bound-removed: `body`: a choice of 2 alternatives was removed"],
        ),
        (
            choice("{minLength: 5}, {pattern: '^a'}"),
            "{type: string}".to_owned(),
            &["request-bounds-loosened: `body`: a choice of 2 alternatives was removed"],
        ),
        (
            choice("{maxLength: 5}, {pattern: '^a'}"),
            choice("{pattern: '^a'}"),
            &[
                "request-bounds-tightened: `body`: `pattern` was absent, is `^a`",
                "request-bounds-tightened: `body`: a choice lost 1 alternative",
            ],
        ),
        (
            choice("{pattern: '^a'}"),
            choice("{maxLength: 5}, {pattern: '^a'}"),
            &[
                "request-bound-removed: `body`: `pattern` was `^a`, is absent",
                "request-bounds-loosened: `body`: a choice has 1 alternative more",
            ],
        ),
        (choice("{maxLength: 5}, {pattern: '^a'}"), choice("{pattern: '^a'}, {maxLength: 5}"), &[]),
        // A single alternative is a part of the schema.
        ("{type: string, maxLength: 5}".to_owned(), "{anyOf: [{type: string, maxLength: 5}]}".to_owned(), &[]),
        ("{anyOf: [{type: string, maxLength: 5}]}".to_owned(), "{type: string, maxLength: 5}".to_owned(), &[]),
        (
            "{anyOf: [{type: string, maxLength: 5}]}".to_owned(),
            "{type: string, maxLength: 4}".to_owned(),
            &["request-bounds-tightened: `body`: `maxLength` was `5`, is `4`"],
        ),
        (
            "{type: string, maxLength: 5}".to_owned(),
            "{anyOf: [{type: string, maxLength: 5}, {type: 'null'}]}".to_owned(),
            &["request-null-accepted: `body` may be `null`"],
        ),
        // Choices may be in another order.
        (
            format!("{{type: object, allOf: [{}, {}]}}", required("anyOf", "a", "b"), required("anyOf", "c", "d")),
            format!("{{type: object, allOf: [{}, {}]}}", required("anyOf", "c", "d"), required("anyOf", "a", "b")),
            &[],
        ),
        (
            required("anyOf", "a", "b"),
            required("oneOf", "a", "b"),
            &["request-bounds-tightened: `body`: only one alternative of a choice may be met"],
        ),
        (
            required("oneOf", "a", "b"),
            required("anyOf", "a", "b"),
            &["request-bounds-loosened: `body`: several alternatives of a choice may be met"],
        ),
    ] {
        assert_eq!(messages(&with_schema(&old), &with_schema(&new)), set(expected), "{old} -> {new}");
    }
}

#[test]
fn bounds_of_properties_next_to_alternatives_are_compared() {
    let object = |most: u8| {
        with_schema(&format!(
            "{{type: object, properties: {{name: {{type: string, maxLength: {most}}}}}, oneOf: [{{properties: {{a: {{type: \
             string}}}}, required: [a]}}, {{properties: {{b: {{type: integer}}}}, required: [b]}}]}}"
        ))
    };
    assert_eq!(messages(&object(5), &object(5)), set(&[]));
    let found = messages(&object(5), &object(4));
    assert!(found.iter().any(|message| message.contains("name`: `maxLength` was `5`, is `4`")), "{found:?}");
}

#[test]
fn recursive_choices_end() {
    let document = |most: u8| {
        let node = format!(
            "{{type: object, properties: {{child: {{$ref: '#/components/schemas/Node'}}, name: {{type: string, anyOf: [{{maxLength: \
             {most}}}, {{pattern: '^a'}}]}}}}, anyOf: [{{maxProperties: 4}}, {{properties: {{child: {{$ref: \
             '#/components/schemas/Node'}}}}, minProperties: 1}}]}}"
        );
        with_schema("{$ref: '#/components/schemas/Node'}") + &format!("components: {{schemas: {{Node: {node}}}}}\n")
    };
    assert_eq!(messages(&document(5), &document(5)), set(&[]));
    let found = messages(&document(5), &document(4));
    assert!(found.iter().any(|message| message.contains("`maxLength` was `5`, is `4`")), "{found:?}");
}

#[test]
fn additional_properties_that_are_not_described_may_have_any_value() {
    let object =
        |additional: &str| with_schema(&format!("{{type: object, properties: {{n: {{type: string}}}}{additional}}}"));
    let integers = ", additionalProperties: {type: integer}";
    for (old, new, expected) in [
        ("", integers, &["request-type-narrowed: `body.*`: was `any value`, is `integer`"][..]),
        (", additionalProperties: true", integers, &["request-type-narrowed: `body.*`: was `any value`, is `integer`"]),
        (integers, "", &["request-type-widened: `body.*`: was `integer`, is `any value`"]),
        (
            "",
            ", additionalProperties: {type: string, maxLength: 5}",
            &[
                "request-type-narrowed: `body.*`: was `any value`, is `string`",
                "request-bounds-tightened: `body.*`: `maxLength` was absent, is `5`",
            ],
        ),
        ("", ", additionalProperties: true", &[]),
        (
            ", additionalProperties: false",
            integers,
            &[
                "request-additional-accepted: `body` allows additional properties",
                "request-property-added: `body` describes additional properties",
            ],
        ),
    ] {
        assert_eq!(messages(&object(old), &object(new)), set(expected), "{old} -> {new}");
    }
    let object = |additional: &str| {
        with_response(&format!(
            "{{application/json: {{schema: {{type: object, properties: {{n: {{type: string}}}}{additional}}}}}}}"
        ))
    };
    let found = messages(&object(integers), &object(""));
    assert_eq!(found, set(&["response-type-widened: `response 200.*`: was `integer`, is `any value`"]));
    let found = messages(&object(integers), &object(", additionalProperties: false"));
    assert_eq!(found, set(&["response-property-removed: `response 200` no longer describes additional properties"]));
}

#[test]
fn bounds_of_text_are_compared() {
    let text = |most: u8| with_content(&format!("{{text/plain: {{schema: {{type: string, maxLength: {most}}}}}}}"));
    assert_eq!(messages(&text(50), &text(5)), set(&["request-bounds-tightened: `body`: `maxLength` was `50`, is `5`"]));
}

#[test]
fn media_types_with_the_schema_of_another_one_are_compared() {
    let schema = "{schema: {type: object, properties: {a: {type: string}}}}";
    let others = [
        "application/xml",
        "application/vnd.a+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/csv",
        "'*/*'",
    ];
    for other in others {
        let both = format!("{{application/json: {schema}, {other}: {schema}}}");
        let one = format!("{{application/json: {schema}}}");
        let name = other.trim_matches('\'');
        let found = messages(&with_content(&both), &with_content(&one));
        assert_eq!(found, set(&[&format!("request-media-type-removed: the request body is no longer `{name}`")]));
        let found = messages(&with_content(&one), &with_content(&both));
        assert_eq!(found, set(&[&format!("request-media-type-added: the request body may be `{name}`")]));
        let found = messages(&with_response(&both), &with_response(&one));
        assert_eq!(found, set(&[&format!("response-media-type-removed: the response `200` is no longer `{name}`")]));
        let found = messages(&with_response(&one), &with_response(&both));
        assert_eq!(found, set(&[&format!("response-media-type-added: the response `200` may be `{name}`")]));
    }
}

#[test]
fn charset_is_not_a_part_of_the_media_type() {
    let content = |media_type: &str| format!("{{'{media_type}': {{schema: {{type: string}}}}}}");
    for (old, new, expected) in [
        ("application/json", "application/json; charset=utf-8", None),
        ("application/json;charset=UTF-8", "Application/JSON", None),
        ("application/json; version=1", "application/json;version=\"1\"", None),
        ("application/json; version=1", "application/json; version=2", Some("application/json; version=2")),
    ] {
        let found = messages(&with_content(&content(old)), &with_content(&content(new)));
        match expected {
            None => assert_eq!(found, set(&[]), "{old}, {new}"),
            Some(added) => {
                let added = format!("request-media-type-added: the request body may be `{added}`");
                assert!(found.contains(&added), "{old}, {new}: {found:?}");
            }
        }
        let found = messages(&with_response(&content(old)), &with_response(&content(new)));
        assert_eq!(found.is_empty(), expected.is_none(), "{old}, {new}: {found:?}");
    }
}

#[test]
fn media_type_that_got_its_own_schema_is_compared_with_the_one_it_had() {
    let content = |xml: &str| {
        let schema =
            |required: &str| format!("{{schema: {{type: object, properties: {{a: {{type: string}}}}{required}}}}}");
        with_content(&format!("{{application/json: {}, application/vnd.b+json: {}}}", schema(""), schema(xml)))
    };
    let required = ", required: [a]";
    assert_eq!(
        messages(&content(""), &content(required)),
        set(&["request-property-required: `body.a` became required"])
    );
    assert_eq!(
        messages(&content(required), &content("")),
        set(&["request-property-optional: `body.a` became optional"])
    );
}

#[test]
fn differences_that_are_not_compared_are_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let object = |keywords: &str| {
        format!("{{type: object, properties: {{n: {{type: string}}, m: {{type: string}}}}{keywords}}}")
    };
    for (old, new, expected) in [
        ("{type: number, enum: [1.5, 2.5]}".to_owned(), "{type: number, enum: [1.5]}".to_owned(), "unsupported-schema"),
        ("{type: boolean}".to_owned(), "{type: boolean, const: true}".to_owned(), "unsupported-schema"),
        (object(""), object(", not: {required: [n]}"), "unsupported-schema"),
        (object(""), object(", dependentRequired: {n: [m]}"), "ignored-keyword"),
        (object(", unevaluatedProperties: true"), object(", unevaluatedProperties: false"), "ignored-keyword"),
        (object(", contains: {}, minContains: 1"), object(", contains: {}, minContains: 2"), "ignored-keyword"),
        (
            object(", if: {required: [n]}, then: {}"),
            object(", if: {required: [n]}, then: {required: [m]}"),
            "ignored-keyword",
        ),
        ("{type: string}".to_owned(), "{type: string, pattern: '^(?=a)b'}".to_owned(), "unsupported-pattern"),
    ] {
        let warnings = |old: &str, new: &str| {
            let output = compare(folder.path(), &with_schema(old), &with_schema(new), &[]);
            assert!(output.status.success());
            String::from_utf8(output.stderr).unwrap()
        };
        for (old, new) in [(&old, &new), (&new, &old)] {
            let printed = warnings(old, new);
            assert_eq!(printed.matches(&format!("warning[{expected}]")).count(), 1, "{old} -> {new}: {printed}");
            assert!(printed.contains("it differs between the versions and is not compared"), "{printed}");
            assert_eq!(warnings(new, new), "", "{new}");
        }
        assert!(warnings(&new, &old).contains("old.yaml") || warnings(&old, &new).contains("new.yaml"));
    }
}
