//! What the view of packs has besides operations and types: constraints of schemas, webhooks and callbacks, pages.

use keystub::{Generator, Input};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What a template makes of a document, without the header.
fn rendered(template: &str, input: impl Into<Input>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "name = 'test'\nview = 1\n\n[[file]]\ntemplate = 'a.j2'\noutput = 'a.py'\n";
    std::fs::write(folder.path().join("pack.toml"), manifest).unwrap();
    std::fs::write(folder.path().join("a.j2"), template).unwrap();
    let output = Generator::pack(folder.path(), input).generate().unwrap_or_else(|error| panic!("{error}"));
    let (_, text) = output.files().into_iter().next().unwrap();
    text.split_once("\n\n").unwrap().1.to_owned()
}

fn fixture(name: &str, template: &str) -> String {
    rendered(template, std::path::PathBuf::from(format!("{ROOT}/fixtures/ok/{name}.yaml")))
}

fn in_memory(document: &serde_json::Value) -> Input {
    Input::Memory { name: "api.json".into(), bytes: document.to_string().into_bytes() }
}

/// A macro that prints the constraints of a schema.
const LIMITS: &str = "{% macro limits(s) %}{{ s.kind | string }}\
    {% if s.minimum is not none %} min={{ s.minimum | literal }}{% if s.is_minimum_exclusive %}!{% endif %}{% endif %}\
    {% if s.maximum is not none %} max={{ s.maximum | literal }}{% if s.is_maximum_exclusive %}!{% endif %}{% endif %}\
    {% if s.multiple_of is not none %} step={{ s.multiple_of | literal }}{% endif %}\
    {% if s.min_length is not none %} minLength={{ s.min_length }}{% endif %}\
    {% if s.max_length is not none %} maxLength={{ s.max_length }}{% endif %}\
    {% if s.pattern is not none %} pattern={{ s.pattern | string }}{% endif %}\
    {% if s.format is not none %} format={{ s.format | string }}{% endif %}\
    {% if s.min_items is not none %} minItems={{ s.min_items }}{% endif %}\
    {% if s.max_items is not none %} maxItems={{ s.max_items }}{% endif %}{% if s.has_unique_items %} unique{% endif %}\
    {% if s.min_properties is not none %} minProperties={{ s.min_properties }}{% endif %}\
    {% if s.max_properties is not none %} maxProperties={{ s.max_properties }}{% endif %}\
    {% if s['values'] %} enum={{ s['values'] | literal }}{% endif %}{% endmacro %}\n";

#[test]
fn constraints_of_parameters_are_in_the_view() {
    let template = format!(
        "{LIMITS}{{% for p in operations[0].parameters %}}{{% set s = schemas[p.schema] %}}\
         {{{{ p.names.snake }}}}: {{{{ limits(s) }}}}{{% if s.item is not none %}} of {{{{ limits(schemas[s.item]) }}}}{{% endif %}};\n\
         {{% endfor %}}"
    );
    let text = fixture("rules", &template);
    for line in [
        "code: \"string\" maxLength=10 pattern=\"^[A-Z]{2}[0-9]+$\"",
        "limit: \"integer\" min=1 max=100",
        "tags: \"array\" minItems=1 maxItems=3 unique of \"string\" minLength=2",
        "ratio: \"number\" min=0! max=1!",
        "plain: \"string\"",
        "spread: \"object\" maxProperties=1",
    ] {
        assert!(text.lines().any(|own| own.trim_end_matches(';') == line), "{line}\n{text}");
    }
}

#[test]
fn constraints_of_properties_are_in_the_view_also_those_of_all_of() {
    let template = format!(
        "{LIMITS}{{% for type in types %}}{{% for field in type.fields %}}{{{{ type.names.pascal }}}}.{{{{ field.names.snake }}}}\
         {{% for at in field.schemas %}}: {{{{ limits(schemas[at]) }}}}{{% endfor %}};\n{{% endfor %}}{{% endfor %}}"
    );
    let text = fixture("rules", &template);
    for line in [
        "Line.count: \"integer\" step=5",
        "Line.price: \"number\" step=0.01",
        "Line.lines: \"array\" maxItems=4",
        // `count` is a property of a part of `allOf`.
        "Order.count: \"integer\" step=5",
        "Order.labels: \"object\" minProperties=1 maxProperties=2",
        "Order.note: \"string\" minLength=1",
        "Card.number: \"string\" minLength=12",
    ] {
        assert!(text.lines().any(|own| own.trim_end_matches(';') == line), "{line}\n{text}");
    }
}

#[test]
fn schemas_are_as_written_and_may_contain_themselves() {
    let document = serde_json::json!({
        "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
        "paths": { "/a": { "post": {
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Tree" } } } },
            "responses": { "204": { "description": "" } },
        } } },
        "components": { "schemas": { "Tree": {
            "type": "object", "required": ["id"], "additionalProperties": false,
            "properties": {
                "id": { "type": ["string", "null"], "format": "ipv4", "enum": ["a", null, "b"] },
                "big": { "type": "number", "minimum": 0.5, "exclusiveMaximum": 9007199254740993u64 },
                "child": { "$ref": "#/components/schemas/Tree" },
                "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false },
                "not": { "not": { "type": "string" } },
                "if": { "if": { "type": "string" }, "then": { "maxLength": 1 } },
            },
        } } },
    });
    let template = format!(
        "{LIMITS}{{% set body = schemas[operations[0].body.contents[0].schema] %}}{{{{ body.required | literal }}}} \
         {{{{ body.additional | string }}}} {{{{ body.pointer | string }}}}\n{{% for p in body.properties %}}{{% set s = schemas[p.schema] %}}\
         {{{{ p.name | string }}}} {{{{ limits(s) }}}} {{{{ (p.schema == body.index) | literal }}}} \
         {{{{ (s.first_items | length if s.first_items is not none else none) | literal }}}} \
         {{{{ (limits(schemas[s.not]) if s.not is not none else 'none' | raw) }}}} {{{{ s.unchecked | length }}}}\n{{% endfor %}}"
    );
    // The keys of a document in memory are sorted.
    let expected = "[\"id\"] \"none\" \"/components/schemas/Tree\"\n\
                    \"big\" \"number\" min=0.5 max=9007199254740992! False None none 0\n\
                    \"child\" \"object\" True None none 0\n\
                    \"id\" \"string\" format=\"ipv4\" enum=[\"a\", None, \"b\"] False None none 0\n\
                    \"if\" \"any\" False None none 1\n\
                    \"not\" \"any\" False None \"string\" 0\n\
                    \"pair\" \"array\" False 2 none 0\n";
    let text = rendered(&template, in_memory(&document));
    assert_eq!(text.trim_start(), expected);
}

#[test]
fn webhooks_are_in_the_view_with_their_own_types_schemas_and_security() {
    let template = format!(
        "{LIMITS}{{% for hook in outgoing.webhooks %}}{{{{ hook.name | string }}}} {{{{ hook.operation.names.snake }}}} \
         {{{{ hook.operation.method | string }}}} {{{{ hook.operation.path | string }}}} {{{{ hook.operation.access.is_public | literal }}}}\
         {{% for alternative in hook.operation.access.alternatives %}}{{% for use in alternative.uses %}} {{{{ use.scheme.name | string }}}}\
         {{{{ outgoing.schemes[use.scheme.index].names.snake }}}}{{% endfor %}}{{% endfor %}};\n\
         {{% for p in hook.operation.parameters %}}  {{{{ p.names.kebab }}}} {{{{ limits(outgoing.schemas[p.schema]) }}}}\n{{% endfor %}}\
         {{% set type = outgoing.types[hook.operation.body.contents[0].type.index] %}}  {{{{ type.names.pascal }}}}\
         {{% for field in type.fields %}} {{{{ field.names.snake }}}}({{% for at in field.schemas %}}{{{{ limits(outgoing.schemas[at]) }}}}{{% endfor %}}){{% endfor %}};\n\
         {{% endfor %}}{{{{ outgoing.callbacks | length }}}} {{{{ types | length }}}} {{{{ outgoing.types | length }}}}\n"
    );
    let text = fixture("webhooks", &template);
    let expected = "\"petAdded\" pet_added \"POST\" \"petAdded\" True;\n\
                    \x20 Pet name(\"string\" minLength=1) tag(\"string\");\n\
                    \"pet.sold\" pet_sold \"POST\" \"pet.sold\" False \"key\"key;\n\
                    \x20 webhook-id \"string\"\n  webhook-timestamp \"integer\"\n  webhook-signature \"string\"\n  attempt \"integer\" min=1\n\
                    \x20 Sale pet(\"object\") price(\"integer\" min=0);\n1 1 2\n";
    assert_eq!(text.trim_start(), expected);
}

#[test]
fn callbacks_are_in_the_view_and_at_the_operation_that_causes_them() {
    let template = "{% for operation in operations %}{{ operation.names.snake }}: {{ operation.callbacks | length }}\n{% endfor %}\
                    {% for callback in outgoing.callbacks %}{{ operations[callback.cause].names.snake }} {{ callback.name | string }} \
                    {{ callback.expression | string }} {{ callback.operation.names.snake }} {{ callback.operation.segments | length }} \
                    {{ callback.operation.callbacks | length }} {{ callback.operation.access.is_public | literal }}\
                    {% for alternative in callback.operation.access.alternatives %}{% for use in alternative.uses %} {{ use.scheme.name | string }}{% endfor %}{% endfor %};\n\
                    {% endfor %}";
    let text = fixture("callbacks", template);
    let expected = "subscribe: 3\n\
                    subscribe \"onEvent\" \"{$request.body#/url}\" deliver 0 0 False \"key\";\n\
                    subscribe \"onEvent\" \"{$request.body#/url}/ping\" get_by_request_body_url_ping 0 0 True;\n\
                    subscribe \"onEnd\" \"{$request.query.end}\" put_by_request_query_end 0 0 False \"signed\";\n";
    assert_eq!(text.trim_start(), expected);
}

#[test]
fn pages_and_skipped_parts_are_in_the_view() {
    let template = "{% for operation in operations %}{% set pages = operation.pages %}{% if pages is not none %}{{ operation.names.snake }} \
                    {{ pages.kind }}{% for next in pages.parameters %} {{ next.parameter.name | string }} {{ next.place.body | literal }} \
                    {{ next.place.header | literal }}{% endfor %} {{ pages.number | literal }}\n{% endif %}{% endfor %}";
    let text = fixture("pages", template);
    assert!(text.contains(" link "), "{text}");
    assert!(text.contains(" parameters "), "{text}");
    let document = serde_json::json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1" },
        "paths": { "/a": { "post": { "responses": { "204": { "description": "" } }, "callbacks": {
            "broken": { "{$request.body#/url}": { "post": { "responses": {}, "parameters": [{ "$ref": "#/nowhere" }] } } },
        } } } },
    });
    let template = "{% for part in skipped %}{{ part.pointer | string }} {{ part.reason | string }}\n{% endfor %}";
    let text = rendered(template, in_memory(&document));
    assert!(text.contains("callback") && text.contains("is ignored"), "{text}");
}

#[test]
fn reference_in_markdown_shows_constraints_and_webhooks() {
    let made = |name: &str, file: &str| {
        let pack = format!("{ROOT}/examples/packs/markdown-reference");
        let document = std::path::PathBuf::from(format!("{ROOT}/fixtures/ok/{name}.yaml"));
        let output = Generator::pack(pack, document).generate().unwrap_or_else(|error| panic!("{error}"));
        output.files().into_iter().find(|(path, _)| *path == file).unwrap().1.to_owned()
    };
    let rules = made("rules", "README.md");
    assert!(rules.contains("| query | integer (int64), at least 1, at most 100 |"), "{rules}");
    insta::assert_snapshot!("markdown_reference_webhooks", made("webhooks", "README.md"));
}
