//! Documents, and the typed documents or diagnostics that reading returns.

mod references;
mod versions;

use super::{Document, Input, LoadError};
use crate::diag::Pointer;
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
