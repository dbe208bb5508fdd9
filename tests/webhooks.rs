//! Code for the webhooks and callbacks of a document: which operations there are, and what is an error.

use keystub::diag::Level;
use keystub::{Error, Generator, Input, TargetKind};

const HEAD: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: https://api.example.com}]
security: [{key: []}]
";

const COMPONENTS: &str = "components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    other: {type: http, scheme: bearer}
";

fn document(text: &str) -> Input {
    Input::Memory { name: "shop".into(), bytes: format!("{HEAD}{text}{COMPONENTS}").into() }
}

fn generator(kind: TargetKind, text: &str) -> Generator {
    Generator::new(kind, document(text)).webhooks()
}

/// The methods, paths and security of the operations, from the README of the receiver.
fn operations(generator: &Generator) -> Vec<String> {
    let output = generator.generate().unwrap_or_else(|error| panic!("{error}"));
    let readme = output.files()["README.md"].to_owned();
    let rows = readme.lines().skip_while(|line| *line != "| operation | callers |").skip(2);
    rows.take_while(|line| line.starts_with('|')).map(|line| line.replace(['`', '|'], "").trim().to_owned()).collect()
}

fn received(text: &str) -> Vec<String> {
    operations(&generator(TargetKind::ServerAxum, text))
}

fn errors(text: &str) -> Vec<String> {
    match generator(TargetKind::ServerAxum, text).generate() {
        Err(Error::Document(invalid)) => invalid
            .diagnostics()
            .iter()
            .filter(|found| found.level == Level::Error)
            .map(|found| format!("{} {}", found.code.as_str(), found.pointer))
            .collect(),
        Err(other) => vec![other.to_string()],
        Ok(_) => Vec::new(),
    }
}

const NAMES: &str = "paths:
  /subscriptions:
    post:
      responses: {'200': {description: d}}
      callbacks:
        event: {'{$request.body#/url}': {post: {responses: {'200': {description: d}}}}}
        sold: {'{$request.body#/url}': {post: {security: [], responses: {'200': {description: d}}}, get: {responses: {'200': {description: d}}}}}
        shared: {$ref: '#/components/callbacks/Shared'}
  /others:
    post:
      responses: {'200': {description: d}}
      callbacks: {alias: {$ref: '#/components/callbacks/Shared'}}
webhooks:
  sold: {post: {security: [{other: []}], responses: {'200': {description: d}}}}
  pet.sold: {post: {responses: {'200': {description: d}}}}
  a b/{c}?d: {post: {responses: {'200': {description: d}}}}
  '..': {post: {responses: {'200': {description: d}}}}
  byReference: {$ref: '#/components/pathItems/Added'}
x-webhooks:
  x-setting: true
  vendor: {put: {responses: {'200': {description: d}}}}
";

const NAMES_COMPONENTS: &str = "components:
  pathItems: {Added: {post: {responses: {'200': {description: d}}}}}
  callbacks: {Shared: {'{$request.body#/url}': {post: {responses: {'200': {description: d}}}}}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, other: {type: http, scheme: bearer}}
";

fn names() -> Input {
    Input::Memory { name: "shop".into(), bytes: format!("{HEAD}{NAMES}{NAMES_COMPONENTS}").into() }
}

#[test]
fn webhooks_and_callbacks_take_the_place_of_paths() {
    assert_eq!(
        operations(&Generator::server(names()).webhooks()),
        [
            "POST /sold  other",
            "POST /pet.sold  key",
            "POST /a%20b/%7Bc%7D%3Fd  key",
            "POST /webhook  key",
            "POST /byReference  key",
            "PUT /vendor  key",
            "POST /event  key",
            "POST /sold-2  public",
            "GET /sold-2  key",
            "POST /shared  key",
        ]
    );
}

#[test]
fn crates_are_named_after_their_part_and_have_no_server() {
    let sender = Generator::client(names()).webhooks().generate().unwrap();
    let receiver = Generator::server(names()).webhooks().generate().unwrap();
    for (files, name) in [(sender.files(), "shop-webhook-sender"), (receiver.files(), "shop-webhook-receiver")] {
        assert!(files["Cargo.toml"].contains(&format!("name = \"{name}\"")), "{name}");
        for (path, text) in files.iter().filter(|(path, _)| !path.contains("/runtime/")) {
            assert!(!text.contains("api.example.com"), "{path}");
        }
        assert!(files["Cargo.toml"].contains("\nhmac = "), "{name}");
    }
    let files = sender.files();
    assert!(files["src/operations.rs"].contains("path: &[]"));
    assert!(files["src/client.rs"].contains("pub fn builder(\n        url: &str,\n        signer: impl"));
    // Neither is larger for those who have no webhooks.
    for output in [Generator::client(names()).generate().unwrap(), Generator::server(names()).generate().unwrap()] {
        assert!(!output.files()["Cargo.toml"].contains("hmac"));
        assert!(output.files().keys().all(|path| !path.contains("webhook")));
    }
}

#[test]
fn references_between_webhooks_and_paths_stay_valid() {
    let text = "paths:
  /pets:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {only_in_paths: {type: [string, 'null']}}}}}}
      responses: {'200': {description: d}}
      callbacks:
        event:
          '{$request.body#/url}':
            post:
              requestBody: {content: {application/json: {schema: {$ref: '#/webhooks/petAdded/post/requestBody/content/application~1json/schema'}}}}
              responses: {'200': {description: d}}
webhooks:
  petAdded:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {in_webhook: {type: string}}}}}}
      responses: {'200': {description: d}}
  petSold:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/paths/~1pets/post/requestBody/content/application~1json/schema'}}}}
      responses: {'200': {description: d}}
";
    let output = generator(TargetKind::ServerAxum, text).generate().unwrap();
    let types = output.files()["src/generated/types.rs"].to_owned();
    assert!(types.contains("pub in_webhook: ") && types.contains("pub only_in_paths: "), "{types}");
    assert_eq!(output.warnings(), [""; 0]);
}

#[test]
fn errors_are_at_the_place_where_the_webhook_is_written() {
    let webhook = |operation: &str| format!("webhooks: {{sold: {{post: {operation}}}}}\n");
    let response = "responses: {'200': {description: d}}";
    for (text, expected) in [
        (
            webhook(&format!("{{security: [{{nobody: []}}], {response}}}")),
            "unknown-scheme /webhooks/sold/post/security/0/nobody",
        ),
        (
            webhook(&format!("{{requestBody: {{$ref: '#/components/requestBodies/None'}}, {response}}}")),
            "dangling-ref /webhooks/sold/post/requestBody/$ref",
        ),
        (webhook("{parameters: 7, responses: {}}"), "malformed /webhooks/sold/post/parameters"),
        ("webhooks: {sold: hello}\n".to_owned(), "malformed /webhooks/sold"),
        (
            format!(
                "paths: {{/a: {{post: {{{response}, callbacks: {{c: {{$ref: '#/components/callbacks/None'}}}}}}}}}}\n"
            ),
            "dangling-ref /paths/~1a/post/callbacks/c/$ref",
        ),
        (
            format!("paths: {{/a: {{post: {{{response}, callbacks: {{c: 7}}}}}}}}\n"),
            "malformed /paths/~1a/post/callbacks/c",
        ),
        (
            format!(
                "paths: {{/a: {{post: {{{response}, callbacks: {{c: {{'{{$url}}': {{post: {{security: [{{nobody: []}}], {response}}}}}}}}}}}}}}}\n"
            ),
            "unknown-scheme /paths/~1a/post/callbacks/c/{$url}/post/security/0/nobody",
        ),
    ] {
        assert_eq!(errors(&text), [expected], "{text}");
    }
}

#[test]
fn misplaced_security_of_a_webhook_is_an_error() {
    let text = "webhooks: {sold: {security: [{key: []}], post: {responses: {'200': {description: d}}}}}\n";
    assert_eq!(errors(text), ["misplaced-security /webhooks/sold/security"]);
}

#[test]
fn errors_of_paths_do_not_concern_webhooks() {
    let text = "paths: {/a: {post: {security: [{nobody: []}], responses: {'200': {description: d}}}}}
webhooks: {sold: {post: {responses: {'200': {description: d}}}}}
";
    assert_eq!(received(text), ["POST /sold  key"]);
}

#[test]
fn document_without_webhooks_is_an_error() {
    let text = "paths: {/a: {get: {responses: {'200': {description: d}}}}}\n";
    for kind in [TargetKind::ClientReqwest, TargetKind::ServerAxum] {
        let error = generator(kind, text).generate().unwrap_err().to_string();
        assert!(error.contains("the document has no webhooks and no callbacks"), "{error}");
    }
}

#[test]
fn filters_and_public_operations_are_those_of_webhooks() {
    let generator = || Generator::server(names()).webhooks();
    let mut options = keystub::Options {
        has_webhooks: true,
        only: vec!["POST /sold".into(), "/pet.*".into()],
        ..keystub::Options::default()
    };
    assert_eq!(
        operations(&Generator::server(names()).options(options.clone())),
        ["POST /sold  other", "POST /pet.sold  key"]
    );
    options.only = vec!["/subscriptions".into()];
    assert!(
        Generator::server(names())
            .options(options)
            .generate()
            .unwrap_err()
            .to_string()
            .contains("matches no operation")
    );
    assert!(generator().deny_public().generate().is_err());
    assert!(generator().deny_public().allow_public("POST /sold-2").generate().is_ok());
}

#[test]
fn broken_webhook_is_skipped_if_wanted_and_security_never_is() {
    let text = "webhooks:
  sold: {post: {responses: {'200': {description: d}}}}
  broken: {post: {parameters: 7, responses: {}}}
";
    let skipping = |text: &str| generator(TargetKind::ServerAxum, text).skip_broken();
    assert_eq!(operations(&skipping(text)), ["POST /sold  key"]);
    let text = text.replace("parameters: 7", "security: [{nobody: []}]");
    assert!(skipping(&text).generate().is_err());
}

#[test]
fn names_of_webhooks_are_locked_apart_from_those_of_paths() {
    let text = "paths: {/sold: {post: {operationId: sell, responses: {'200': {description: d}}}}}
webhooks: {sold: {post: {operationId: petSold, responses: {'200': {description: d}}}}}
";
    let of_webhooks = generator(TargetKind::ClientReqwest, text).names().unwrap();
    let of_paths = Generator::client(document(text)).names().unwrap();
    assert_eq!(of_webhooks.operations["POST /sold"], "pet_sold");
    assert_eq!(of_paths.operations["POST /sold"], "sell");
}

#[test]
fn documentation_of_paths_is_not_served_with_webhooks() {
    let text = "webhooks: {a: {post: {responses: {'200': {description: d}}}}}\n";
    let error = generator(TargetKind::ServerAxum, text).with_docs().generate().unwrap_err().to_string();
    assert!(error.contains("`docs` describes the paths"), "{error}");
}

#[test]
fn pack_with_webhooks_is_an_error() {
    let error =
        Generator::pack("examples/packs/markdown-reference", names()).webhooks().generate().unwrap_err().to_string();
    assert!(error.contains("`webhooks` is for clients and servers"), "{error}");
}

#[test]
fn webhooks_of_older_versions_are_read() {
    let text = "openapi: 3.0.3
info: {title: t, version: '1'}
paths: {}
x-webhooks: {sold: {post: {security: [], responses: {'200': {description: d}}}}}
";
    let swagger = "swagger: '2.0'
info: {title: t, version: '1'}
paths: {}
x-webhooks: {sold: {post: {parameters: [{in: body, name: b, schema: {type: string}}], responses: {'200': {description: d}}}}}
";
    for text in [text, swagger] {
        let input = Input::Memory { name: "api.yaml".into(), bytes: text.into() };
        let output = Generator::server(input).webhooks().generate().unwrap_or_else(|error| panic!("{error}"));
        assert!(output.files()["src/generated/router.rs"].contains("rt::Segment::Text(\"/sold\")"));
    }
}

#[test]
fn headers_of_the_signature_are_no_arguments_of_a_sender() {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ok/webhooks.yaml");
    let sender = Generator::client(spec).webhooks().generate().unwrap();
    let text = sender.files()["src/operations.rs"].to_owned();
    assert!(!text.contains("webhook_id") && text.contains("pub fn attempt(self, attempt: i64)"), "{text}");
    let receiver = Generator::server(spec).webhooks().generate().unwrap();
    assert!(receiver.files()["src/generated/api.rs"].contains("pub webhook_id: String,"));
}
