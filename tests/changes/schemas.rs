//! Changes of schemas, parameters and responses.

use std::collections::BTreeSet;

use super::changes;

/// The changes of an API with one operation, which sends and receives `Pet`, and these schemas.
fn of_schemas(old: &str, new: &str) -> Vec<(String, String, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let document = |schemas: &str| {
        let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}";
        format!(
            "paths:\n  /pets:\n    post: {{requestBody: {{{content}}}, responses: {{'200': {{description: d, {content}}}}}}}\n    \
             put: {{requestBody: {{{content}}}, responses: {{'204': {{description: d}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}\n"
        )
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let entry = |change: &serde_json::Value| {
        let operations = change["operations"].as_array().unwrap().iter().map(text).collect();
        (text(&change["kind"]), text(&change["message"]), operations)
    };
    changes(folder.path(), &document(old), &document(new)).iter().map(entry).collect()
}

#[test]
fn change_of_a_component_is_one_change_for_each_direction() {
    let found = of_schemas(
        "Pet: {type: object, properties: {owner: {$ref: '#/components/schemas/Owner'}}}, Owner: {type: object, properties: \
         {name: {type: string}}}",
        "Pet: {type: object, properties: {owner: {$ref: '#/components/schemas/Owner'}}}, Owner: {type: object, properties: \
         {name: {type: integer}}}",
    );
    let all = ["POST /pets".to_owned(), "PUT /pets".to_owned()];
    let message = "`Owner.name`: was `string`, is `integer`".to_owned();
    let request = ("request-type-changed".to_owned(), message.clone(), all.to_vec());
    let response = ("response-type-changed".to_owned(), message, vec!["POST /pets".to_owned()]);
    assert_eq!(found, [request, response]);
}

#[test]
fn references_names_texts_and_order_of_schemas_are_not_changes() {
    let old =
        "Pet: {type: object, properties: {id: {type: integer}, tag: {type: object, properties: {a: {type: string}}}}}";
    for new in [
        "Pet: {type: object, properties: {tag: {$ref: '#/components/schemas/Tag'}, id: {type: integer}}}, Tag: {type: \
         object, properties: {a: {type: string}}}",
        "Pet: {$ref: '#/components/schemas/Animal'}, Animal: {type: object, description: d, properties: {id: {type: \
         integer}, tag: {type: object, properties: {a: {type: string, example: x}}}}}",
        "Pet: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {id: {type: integer}}}]}, Base: \
         {type: object, properties: {tag: {type: object, properties: {a: {type: string}}}}}",
    ] {
        assert_eq!(of_schemas(old, new), [], "{new}");
        assert_eq!(of_schemas(new, old), [], "{new}");
    }
}

#[test]
fn recursive_schemas_end() {
    let tree = |ty: &str| {
        format!(
            "Pet: {{type: object, properties: {{value: {{type: {ty}}}, children: {{type: array, items: {{$ref: \
             '#/components/schemas/Pet'}}}}, more: {{type: object, additionalProperties: {{$ref: \
             '#/components/schemas/Lists'}}}}}}}}, Lists: {{type: array, items: {{$ref: '#/components/schemas/Lists'}}}}"
        )
    };
    let longer = tree("string").replace(
        "Lists: {type: array, items: {$ref: '#/components/schemas/Lists'}}",
        "Lists: {type: array, items: {type: array, items: {$ref: '#/components/schemas/Lists'}}}",
    );
    assert_eq!(of_schemas(&tree("string"), &longer), []);
    let found = of_schemas(&tree("string"), &tree("integer"));
    assert_eq!(
        found.iter().map(|(_, message, _)| message.as_str()).collect::<Vec<_>>(),
        ["`Pet.value`: was `string`, is `integer`"; 2]
    );
}

#[test]
fn inherited_property_is_reported_where_it_is_written() {
    let cats = |ty: &str| {
        format!(
            "Base: {{type: object, properties: {{age: {{type: {ty}}}}}}}, Cat: {{allOf: [{{$ref: \
             '#/components/schemas/Base'}}, {{type: object, properties: {{purrs: {{type: boolean}}}}}}]}}, Pet: {{type: \
             object, properties: {{cat: {{$ref: '#/components/schemas/Cat'}}}}}}"
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let document = |schemas: String| {
        format!(
            "paths:\n  /pets:\n    post: {{requestBody: {{content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/Pet'}}}}}}}}, responses: {{'204': {{description: d}}}}}}\ncomponents: {{schemas: {{{schemas}}}}}\n"
        )
    };
    let found = changes(folder.path(), &document(cats("string")), &document(cats("integer")));
    assert_eq!(found[0]["new"]["pointer"], "/components/schemas/Base/properties/age");
    assert_eq!(found[0]["message"], "`Cat.age`: was `string`, is `integer`");
}

#[test]
fn bounds_are_compared_with_those_of_all_parts() {
    let name = |bounds: &str| format!("Pet: {{type: object, properties: {{name: {{{bounds}}}}}}}");
    let kinds = |old: &str, new: &str| -> Vec<String> {
        of_schemas(&name(old), &name(new)).into_iter().map(|(kind, message, _)| format!("{kind}: {message}")).collect()
    };
    let all = "allOf: [{type: string, maxLength: 20}, {type: string, maxLength: 10}]";
    assert_eq!(kinds("type: string, maxLength: 10", all), [""; 0], "the smaller maximum applies");
    assert_eq!(
        kinds(all, "type: string, maxLength: 20"),
        ["request-bounds-loosened: `Pet.name`: `maxLength` was `10`, is `20`"]
    );
    assert_eq!(kinds("type: string", "type: string, minLength: 0"), [""; 0], "an absent minimum is zero");
    assert_eq!(
        kinds("type: string, minLength: 1", "type: string"),
        ["request-bounds-loosened: `Pet.name`: `minLength` was `1`, is absent"]
    );
    assert_eq!(
        kinds("type: string", "type: string, pattern: '^a'"),
        ["request-bounds-tightened: `Pet.name`: `pattern` was absent, is `^a`"]
    );
}

#[test]
fn write_only_property_that_is_sent_is_a_secret() {
    let found = of_schemas(
        "Pet: {type: object, properties: {code: {type: string, writeOnly: true}}}",
        "Pet: {type: object, properties: {code: {type: string}}}",
    );
    let kinds: Vec<&str> = found.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["response-secret-added"]);
}

#[test]
fn status_that_a_range_or_default_covers_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let document = |responses: &str| format!("paths: {{/a: {{get: {{responses: {{{responses}}}}}}}}}\n");
    let old = document("'200': {description: d}, '404': {description: d}");
    let new = document("2XX: {description: d}, default: {description: d}");
    let found = changes(folder.path(), &old, &new);
    let messages: Vec<&str> = found.iter().map(|change| change["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["the response `2XX` was added", "the response `default` was added"]);
}

#[test]
fn covered_error_without_content_has_no_other_media_type() {
    let folder = tempfile::tempdir().unwrap();
    let content = "content: {application/json: {schema: {type: object}}}";
    for (covering, status, expected) in [
        ("default", "404", &["response-separated"][..]),
        ("4XX", "401", &["response-separated"]),
        ("2XX", "201", &["response-media-type-removed", "response-separated"]),
    ] {
        let document = |more: &str| {
            let first = format!("'200': {{description: d}}, {covering}: {{description: d, {content}}}");
            format!("paths: {{/a: {{get: {{responses: {{{first}{more}}}}}}}}}\n")
        };
        let found = changes(folder.path(), &document(""), &document(&format!(", '{status}': {{description: d}}")));
        let kinds: BTreeSet<&str> = found.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, expected.iter().copied().collect(), "{covering} {status}");
    }
}

#[test]
fn responses_are_compared_with_the_range_or_default_that_covers_them() {
    let folder = tempfile::tempdir().unwrap();
    let document = |responses: &[(&str, &str)]| {
        let response = |(status, ty): &(&str, &str)| {
            format!("'{status}': {{description: d, content: {{application/json: {{schema: {{type: {ty}}}}}}}}}")
        };
        let responses: Vec<String> = responses.iter().map(response).collect();
        format!("paths: {{/a: {{get: {{responses: {{{}}}}}}}}}\n", responses.join(", "))
    };
    let separated = "response-separated";
    for (old, new, expected) in [
        (
            &[("default", "object")][..],
            &[("default", "object"), ("200", "integer")][..],
            &[separated, "response-type-changed"][..],
        ),
        (&[("default", "object")], &[("default", "object"), ("200", "object")], &[separated]),
        (&[("2XX", "object")], &[("2XX", "object"), ("201", "integer")], &[separated, "response-type-changed"]),
        (
            &[("200", "object"), ("4XX", "string")],
            &[("200", "object"), ("4XX", "string"), ("401", "integer")],
            &[separated, "response-type-changed"],
        ),
        (
            &[("200", "object"), ("default", "string")],
            &[("200", "object"), ("5XX", "integer"), ("default", "string")],
            &[separated, "response-type-changed"],
        ),
        (
            &[("default", "object")],
            &[("200", "integer")],
            &["error-response-removed", separated, "response-type-changed"],
        ),
        // A listed status takes precedence over its range, and the range over the default.
        (
            &[("2XX", "object"), ("default", "string")],
            &[("2XX", "object"), ("201", "object"), ("default", "string")],
            &[separated],
        ),
        (&[("201", "integer"), ("2XX", "object")], &[("201", "integer"), ("2XX", "object")], &[]),
        (&[("201", "integer"), ("2XX", "object")], &[("2XX", "object")], &["response-type-changed"]),
        // Next to a response of success, a default describes errors.
        (
            &[("200", "object"), ("default", "string")],
            &[("200", "object"), ("201", "object"), ("default", "string")],
            &["response-added"],
        ),
        (
            &[("200", "object"), ("201", "object"), ("default", "string")],
            &[("200", "object"), ("default", "string")],
            &["response-removed"],
        ),
    ] {
        let found = changes(folder.path(), &document(old), &document(new));
        let kinds: BTreeSet<&str> = found.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, expected.iter().copied().collect(), "{old:?} -> {new:?}");
    }
}

#[test]
fn payload_of_a_webhook_is_received_by_clients() {
    let folder = tempfile::tempdir().unwrap();
    let document = |ty: &str| {
        format!(
            "paths: {{}}\nwebhooks:\n  pet:\n    post:\n      requestBody: {{content: {{application/json: {{schema: {{type: object, \
             properties: {{name: {{type: {ty}}}}}}}}}}}}}\n      responses: {{'200': {{description: d, content: {{application/json: \
             {{schema: {{type: {ty}}}}}}}}}}}\n"
        )
    };
    let found = changes(folder.path(), &document("integer"), &document("number"));
    let kinds: BTreeSet<&str> = found.iter().map(|change| change["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["response-type-widened", "request-type-widened"]));
    let sent = found.iter().find(|change| change["kind"] == "response-type-widened").unwrap();
    assert_eq!(sent["message"], "`body.name`: was `integer`, is `number`");
    assert_eq!(sent["operations"], serde_json::json!(["webhook pet (POST)"]));
}

#[test]
fn object_that_became_one_of_several_types_is_still_accepted() {
    let object = "{type: object, properties: {id: {type: integer}}}";
    let labels =
        |items: &str| format!("Pet: {{type: object, properties: {{labels: {{type: array, items: {items}}}}}}}");
    let (one, several) = (labels(object), labels(&format!("{{oneOf: [{{type: string}}, {object}]}}")));
    let messages = |old: &str, new: &str| -> Vec<String> {
        of_schemas(old, new).into_iter().map(|(kind, message, _)| format!("{kind}: {message}")).collect()
    };
    let changed = |verb: &str, [first, second]: [&str; 2]| {
        [first, second].map(|kind| format!("{kind}: `Pet.labels[]`: the alternative `string` was {verb}"))
    };
    assert_eq!(messages(&one, &several), changed("added", ["response-variant-added", "request-variant-added"]));
    assert_eq!(messages(&several, &one), changed("removed", ["request-variant-removed", "response-variant-removed"]));
}
