//! Versions of OpenAPI other than 3.0: what they are converted to, and those that are rejected.

use super::reported;
use crate::diag::Pointer;
use crate::document::tree::Node;
use crate::document::{Document, Input, LoadError};
use crate::limits::Limits;

#[test]
fn unsupported_versions_are_reported() {
    let refused = |text: &str| {
        let input = Input::Memory { name: "x".into(), bytes: text.into() };
        let Err(LoadError::Document(invalid)) = Document::load(&input, &Limits::default()) else { panic!("{text}") };
        invalid.diagnostics().iter().next().unwrap().code.to_string()
    };
    for version in [
        "openapi: 3.3.0",
        "swagger: 1.2",
        "openapi: 3.10.0",
        "openapi: 2.0",
        "openapi: 4",
        "openapi: []",
        "openapi: 3.01",
    ] {
        assert_eq!(refused(&format!("{version}\npaths: {{}}\n")), "unsupported-version", "{version}");
    }
    for text in ["[]", "text", "paths: {}", "5"] {
        assert_eq!(refused(text), "not-openapi", "{text}");
    }
}

/// The upgraded tree of a document of another version, from `at` on, as text.
fn upgraded(head: &str, body: &str, at: &str) -> String {
    let bytes = format!("{head}\ninfo: {{title: t, version: '1'}}\n{body}").into_bytes();
    let document = Document::load(&Input::Memory { name: "x".into(), bytes }, &Limits::default());
    let document = document.unwrap_or_else(|failure| panic!("{failure}"));
    text(document.node(&Pointer::parse(at).unwrap()).expect("the place is there"))
}

/// A node as YAML flow text, without quotes.
fn text(node: &Node) -> String {
    match node {
        Node::Null => "null".to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Integer(value) => value.to_string(),
        Node::Float(value) => value.to_string(),
        Node::String(text) => text.clone(),
        Node::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        Node::Object(object) => {
            let entries: Vec<_> = object.iter().map(|(key, value)| format!("{key}: {}", text(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

#[test]
fn schemas_of_3_1_are_converted_to_3_0() {
    let table = [
        ("{type: [string, 'null']}", "{type: string, nullable: true}"),
        ("{type: ['null']}", "{type: null}"),
        ("{type: [integer, number]}", "{type: number}"),
        (
            "{type: [string, object, 'null'], minLength: 1, properties: {a: true}}",
            "{nullable: true, anyOf: [{type: string, minLength: 1}, {type: object, properties: {a: {}}}]}",
        ),
        ("{type: [string, integer], enum: [a, 1]}", "{enum: [a, 1]}"),
        ("{const: a}", "{enum: [a]}"),
        ("{exclusiveMinimum: 1, minimum: 0}", "{exclusiveMinimum: true, minimum: 1}"),
        ("{exclusiveMaximum: 5, maximum: 3}", "{exclusiveMaximum: false, maximum: 3}"),
        ("{type: array, items: true}", "{type: array, items: {}}"),
        (
            "{prefixItems: [{type: string}, {const: 1}], items: {type: boolean}}",
            "{items: {anyOf: [{type: string}, {enum: [1]}, {type: boolean}]}, x-keystub-places: 2, type: array}",
        ),
        (
            "{patternProperties: {a: {type: string}}}",
            "{x-keystub-patterned: true, additionalProperties: {type: string}}",
        ),
        ("{type: string, contentEncoding: base64}", "{type: string, contentEncoding: base64, format: byte}"),
        ("{contentMediaType: image/png}", "{contentMediaType: image/png, format: binary, type: string}"),
        ("{contentMediaType: application/json}", "{contentMediaType: application/json}"),
        (
            "{$ref: '#/components/schemas/B', description: d}",
            "{description: d, allOf: [{$ref: #/components/schemas/B}]}",
        ),
        ("{$ref: '#b'}", "{$ref: #/components/schemas/B}"),
        ("{$ref: 'https://a.test/b.json#/$defs/c'}", "{$ref: #/components/schemas/B/$defs/c}"),
        ("false", "{not: {}}"),
    ];
    for (schema, expected) in table {
        let body = format!(
            "components:\n  schemas:\n    A: {schema}\n    B: {{$id: 'https://a.test/b.json', $anchor: b, $defs: {{c: {{}}}}}}\n"
        );
        assert_eq!(upgraded("openapi: 3.1.0", &body, "/components/schemas/A"), expected, "{schema}");
    }
}

#[test]
fn diagnostics_after_an_upgrade_have_original_places() {
    let body = "openapi: 3.1.1
info: {title: t, version: '1'}
components:
  pathItems:
    p: {get: {parameters: [{name: p, in: qeury}]}}
  schemas:
    A: {type: [object, string], properties: {a: {maximum: {}}}}
    B: {$ref: '#/components/schemas/C', title: t}
";
    let input = Input::Memory { name: "x".into(), bytes: body.into() };
    let Err(LoadError::Document(invalid)) = Document::load(&input, &Limits::default()) else { panic!("accepted") };
    let reported: Vec<_> = invalid.diagnostics().iter().map(|found| found.pointer.as_str().to_owned()).collect();
    assert_eq!(reported, ["/components/schemas/A/properties/a/maximum", "/components/schemas/B/$ref"]);
}

const SWAGGER: &str = "
basePath: /v1
securityDefinitions:
  b: {type: basic}
  o: {type: oauth2, flow: accessCode, authorizationUrl: u, tokenUrl: v, scopes: {a: ''}}
parameters: {P: {name: p, in: body, schema: {type: object, x-nullable: true}}}
paths:
  /a:
    post:
      parameters:
        - {$ref: '#/parameters/P'}
        - {name: q, in: query, type: array, items: {type: string}, collectionFormat: pipes}
      responses: {'200': {description: d, schema: {$ref: '#/definitions/D'}}}
    put:
      consumes: [multipart/form-data]
      parameters: [{name: f, in: formData, type: file, required: true}]
      produces: [image/png]
      responses: {'200': {description: d, schema: {type: file}}}
definitions: {D: {discriminator: k, properties: {k: {type: string}}}}
";

#[test]
fn swagger_is_converted_to_3_0() {
    let table = [
        ("/servers", "[{url: /v1}]"),
        ("/components/securitySchemes/b", "{type: http, scheme: basic}"),
        (
            "/components/securitySchemes/o",
            "{type: oauth2, flows: {authorizationCode: {authorizationUrl: u, tokenUrl: v, scopes: {a: }}}}",
        ),
        (
            "/paths/~1a/post/requestBody/content",
            "{application/json: {schema: {$ref: #/components/requestBodies/P/content/application~1json/schema}}}",
        ),
        (
            "/paths/~1a/post/parameters",
            "[{name: q, in: query, style: pipeDelimited, explode: false, \
             schema: {type: array, items: {type: string}}}]",
        ),
        ("/paths/~1a/post/responses/200/content", "{application/json: {schema: {$ref: #/components/schemas/D}}}"),
        (
            "/paths/~1a/put/requestBody",
            "{content: {multipart/form-data: {schema: {type: object, \
             properties: {f: {type: string, format: binary}}, required: [f]}}}, required: true}",
        ),
        ("/paths/~1a/put/responses/200/content", "{image/png: {schema: {type: string, format: binary}}}"),
        ("/components/schemas/D/discriminator", "{propertyName: k}"),
        ("/components/requestBodies/P/content/application~1json/schema", "{type: object, nullable: true}"),
    ];
    for (at, expected) in table {
        assert_eq!(upgraded("swagger: '2.0'", SWAGGER, at), expected, "{at}");
    }
}

#[test]
fn swagger_errors_have_original_places() {
    let reported = |body: &str| {
        let bytes = format!("swagger: '2.0'\ninfo: {{title: t, version: '1'}}\n{body}").into_bytes();
        let document = Document::load(&Input::Memory { name: "x".into(), bytes }, &Limits::default());
        let Err(LoadError::Document(invalid)) = document else { panic!("accepted: {body}") };
        invalid
            .diagnostics()
            .iter()
            .map(|found| format!("{} {}", found.code, found.pointer.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(reported("paths: {}\ndefinitions: {A: {maximum: {}}}"), ["malformed /definitions/A/maximum"]);
    let body = "paths: {/a: {post: {parameters: [{in: body, name: b, schema: {}}, {in: qeury, name: q, type: string}], \
         responses: {'204': {description: d}}}}}";
    assert_eq!(reported(body), ["unknown-parameter-place /paths/~1a/post/parameters/1/in"]);
    let body = "paths: {}\nsecurityDefinitions: {o: {type: oauth2, flow: x}}";
    assert!(reported(body).contains(&"unsupported-scheme /securityDefinitions/o/flow".to_owned()));
}

#[test]
fn references_can_use_self_uri() {
    let body = "$self: https://a.test/api.yaml
paths:
  /a: {get: {responses: {'200': {description: d, content: {a/b: {$ref: 'https://a.test/api.yaml#/components/mediaTypes/M'}}}}}}
components: {mediaTypes: {M: {schema: {type: [string]}}}}
";
    let schema = upgraded("openapi: 3.2.0", body, "/paths/~1a/get/responses/200/content/a~1b");
    assert_eq!(schema, "{schema: {$ref: #/components/mediaTypes/M/schema}}");
}

#[test]
fn unsupported_querystring_parameter_is_rejected_at_its_place() {
    let text = "openapi: 3.2.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      parameters: [{name: q, in: querystring, content: {CONTENT}}]
      responses: {'204': {description: d}}
";
    let outcome = |content: &str| {
        let bytes = text.replace("CONTENT", content).into_bytes();
        match Document::load(&Input::Memory { name: "x".into(), bytes }, &Limits::default()) {
            Ok(_) => None,
            Err(LoadError::Document(invalid)) => {
                let first = invalid.diagnostics().iter().next().unwrap();
                Some((first.code.to_string(), first.pointer.as_str().to_owned()))
            }
            Err(failure) => panic!("{failure}"),
        }
    };
    let form = "application/x-www-form-urlencoded: {schema: SCHEMA}";
    assert_eq!(outcome(&form.replace("SCHEMA", "{properties: {a: {type: [integer, 'null']}}}")), None);
    let refused = Some(reported("unsupported-style", "/paths/~1a/get/parameters/0/in"));
    for schema in ["{type: string}", "{properties: {a: {type: array}}}", "{properties: {}, additionalProperties: {}}"] {
        assert_eq!(outcome(&form.replace("SCHEMA", schema)), refused, "{schema}");
    }
    assert_eq!(outcome("application/json: {schema: {type: object}}"), refused);
    assert_eq!(outcome(""), refused);
}
