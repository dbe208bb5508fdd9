//! Documents, and the typed documents or diagnostics that reading returns.

use openapiv3::{Parameter, ReferenceOr, Schema};

use super::tree::Node;
use super::{Document, Input, LoadError};
use crate::diag::{Pointer, Report};
use crate::limits::Limits;

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: 1.10}\n";

fn load(body: &str) -> Result<Document, LoadError> {
    let bytes = format!("{HEAD}{body}").into_bytes();
    Document::load(&Input::Memory { name: "x".into(), bytes }, &Limits::default())
}

/// Code and pointer of each diagnostic.
fn refused(body: &str) -> Vec<(String, String)> {
    let Err(LoadError::Document(invalid)) = load(body) else { panic!("the document is accepted:\n{body}") };
    let reported =
        invalid.diagnostics().iter().map(|found| (found.code.to_string(), found.pointer.as_str().to_owned()));
    reported.collect()
}

fn reported(code: &str, at: &str) -> (String, String) {
    (code.to_owned(), at.to_owned())
}

#[test]
fn errors_are_reported_at_their_nodes() {
    let body = "
paths:
  /a:
    get:
      parameters:
        - {name: p, in: qeury, schema: {type: string}}
        - {name: q, in: header, style: form, schema: {type: string}}
        - {name: r, in: query}
        - 5
      responses:
        '200': {description: d, content: {a/b: {schema: {type: [string]}}}}
      security: [{key: all}, key]
    put: {tags: x, responses: {'204': {description: d}}}
    post:
components:
  schemas:
    A: {properties: {x: {properties: {y: {nullable: 7}}}}}
    B: {type: null}
";
    let expected = [
        reported("unknown-parameter-place", "/paths/~1a/get/parameters/0/in"),
        reported("unsupported-style", "/paths/~1a/get/parameters/1/style"),
        reported("malformed", "/paths/~1a/get/parameters/2"),
        reported("malformed", "/paths/~1a/get/parameters/3"),
        reported("malformed", "/paths/~1a/get/responses/200/content/a~1b/schema/type"),
        reported("malformed", "/paths/~1a/get/security/0/key"),
        reported("malformed", "/paths/~1a/get/security/1"),
        reported("malformed", "/paths/~1a/put/tags"),
        reported("malformed", "/paths/~1a/post"),
        reported("malformed", "/components/schemas/A/properties/x/properties/y/nullable"),
        reported("unknown-type", "/components/schemas/B/type"),
    ];
    assert_eq!(refused(body), expected);
}

#[test]
fn malformed_required_key_is_reported_at_the_key() {
    let text = "openapi: 3.0.0\ninfo: {title: [], version: '1'}\npaths: {}\n";
    let input = Input::Memory { name: "x".into(), bytes: text.into() };
    let Err(LoadError::Document(invalid)) = Document::load(&input, &Limits::default()) else { panic!("accepted") };
    assert_eq!(invalid.diagnostics().iter().next().unwrap().pointer.as_str(), "/info/title");
}

#[test]
fn security_without_a_value_is_rejected() {
    assert_eq!(refused("paths: {}\nsecurity:\n"), [reported("malformed", "/security")]);
    let body = "paths:\n  /a:\n    get:\n      security:\n      responses: {'204': {description: d}}\n";
    assert_eq!(refused(body), [reported("malformed", "/paths/~1a/get/security")]);
}

#[test]
fn harmless_deviations_are_accepted() {
    let body = "
paths:
  /a:
    get:
      description:
      callbacks: {x: {$ref: '#/components/callbacks/x'}}
      responses: {200: {content: {a/b: {schema: {maxLength: 1e3, maxItems: 99999999999999999999}}}}}
  x-y: 1
servers: [{url: 'https://{p}', variables: {p: {default: 8443, enum: [8443, 443]}}}]
components:
  examples: 5
  securitySchemes:
    tls: {type: mutualTLS}
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: x, scopes: {read: }}}}
";
    let document = load(body).unwrap();
    assert_eq!(document.api.info.version, "1.1");
    let schemes = &document.api.components.as_ref().unwrap().security_schemes;
    assert_eq!(schemes.keys().collect::<Vec<_>>(), ["oauth"]);
    let at = Pointer::parse("/components/securitySchemes/tls/type").unwrap();
    assert_eq!(document.node(&at).and_then(|node| node.as_str()), Some("mutualTLS"));
}

const REFERENCES: &str = "
paths:
  /a:
    parameters: [{$ref: '#/components/parameters/P'}]
    get: {responses: {default: {description: d, content: {a/b: {schema: {type: string, title: inner}}}}}}
components:
  parameters:
    P: {$ref: '#/components/parameters/Q'}
    Q: {name: q, in: query, schema: {type: string}}
  schemas:
    A: {properties: {b: {title: nested}}}
    'x y/z': {title: odd}
";

#[test]
fn references_can_point_anywhere() {
    let document = load(REFERENCES).unwrap();
    let mut report = Report::new();
    let mut schema = |reference: &str| {
        let found = document.lookup::<Schema>(reference, &Pointer::root(), &mut report)?;
        Some((found.0.to_string(), found.1.schema_data.title.clone()?))
    };
    let titled = |at: &str, title: &str| Some((at.to_owned(), title.to_owned()));
    assert_eq!(schema("#/components/schemas/A/properties/b"), titled("#/components/schemas/A/properties/b", "nested"));
    let inner = "#/paths/~1a/get/responses/default/content/a~1b/schema";
    assert_eq!(schema(inner), titled(inner, "inner"));
    assert_eq!(schema("#/components/schemas/x%20y~1z"), titled("#/components/schemas/x y~1z", "odd"));
    assert_eq!(schema("#/components/parameters/Q"), None);
    let ReferenceOr::Item(path) = &document.api.paths.paths["/a"] else { panic!("no item") };
    let parameter = &path.parameters[0];
    let (at, found) = document.resolve::<Parameter>(parameter, &Pointer::root(), &mut report).unwrap();
    assert_eq!((at.as_str(), found.parameter_data_ref().name.as_str()), ("/components/parameters/Q", "q"));
    assert_eq!(report.counts().errors, 1);
}

#[test]
fn dangling_references_are_reported() {
    let body = |schemas: &str| format!("paths: {{}}\ncomponents:\n  schemas:\n{schemas}");
    let codes = |schemas: &str| refused(&body(schemas)).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(codes("    A: {$ref: '#/components/schemas/A'}"), ["cyclic-ref"]);
    assert_eq!(codes("    A: {$ref: '#/x-x/b'}\nx-x: {b: {$ref: '#/x-x/c'}, c: {$ref: '#/x-x/b'}}"), ["cyclic-ref"]);
    for remote in ["http://127.0.0.1/x", "file:///etc/passwd", "../x.yaml#/A", "//host/x", ""] {
        assert_eq!(codes(&format!("    A: {{$ref: '{remote}'}}")), ["remote-ref"], "{remote}");
    }
    for dangling in ["#/", "#/../", "#/components/schemas/B", "#/components/schemas/A/x", "#/%25", "#/~0"] {
        assert_eq!(codes(&format!("    A: {{$ref: '{dangling}'}}")), ["dangling-ref"], "{dangling}");
    }
    for form in ["#A", "#/~2", "#%2"] {
        assert_eq!(codes(&format!("    A: {{$ref: '{form}'}}")), ["unsupported-ref"], "{form}");
    }
}

#[test]
fn long_reference_chains_are_rejected() {
    let chain: String = (0..200).map(|n| format!("    S{n}: {{$ref: '#/components/schemas/S{}'}}\n", n + 1)).collect();
    let body = format!("paths: {{}}\ncomponents:\n  schemas:\n{chain}    S200: {{}}\n");
    assert!(refused(&body).iter().all(|(code, _)| code == "unsupported-ref"));
}

#[test]
fn path_item_with_reference_and_operations_is_rejected() {
    let body = "paths:\n  /a: {$ref: '#/paths/~1b', get: {responses: {'204': {description: d}}}}\n  /b: {}\n";
    assert_eq!(refused(body), [reported("unsupported-ref", "/paths/~1a/get")]);
}

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

#[test]
fn deeply_nested_errors_take_linear_time() {
    let depth = 50;
    let open = "{properties: {a: ".repeat(depth);
    let body = format!("paths: {{}}\ncomponents: {{schemas: {{A: {open}{{type: 5}}{}}}}}\n", "}}".repeat(depth));
    // `type: 5` is not a string.
    assert_eq!(refused(&body).len(), 1);
}

#[test]
fn document_at_the_depth_limit_is_read() {
    let open = "{properties: {a: ".repeat(57);
    let body = format!("paths: {{}}\ncomponents: {{schemas: {{A: {open}{{}}{}}}}}\n", "}}".repeat(57));
    assert!(load(&body).is_ok());
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
        ("{patternProperties: {a: {type: string}}}", "{additionalProperties: {type: string}}"),
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
