//! Every diagnostic has the file, line and column that the user wrote, after any upgrade or bundling; `--format json`
//! has the same data.

use std::path::{Path, PathBuf};
use std::process::Command;

use keystub::{Error, Generator};
use serde_json::Value;

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("located").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// `file:line:column code pointer` of each diagnostic.
fn reported(folder: &Path) -> Vec<String> {
    let outcome = Generator::client(folder.join("api.yaml")).generate();
    let found = match &outcome {
        Ok(output) => output.diagnostics(),
        Err(Error::Document(refusal)) => refusal.diagnostics(),
        Err(error) => panic!("{error}"),
    };
    let place = |number: Option<usize>| number.map_or("?".to_owned(), |number| number.to_string());
    let file = |path: &str| Path::new(path).strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
    let line = |found: &keystub::diag::Finding| {
        let (line, column) = (place(found.line), place(found.column));
        format!("{}:{line}:{column} {} {}", file(&found.file), found.code, found.pointer)
    };
    found.iter().map(line).collect()
}

/// The second file of each version has two errors in parts that the upgrade moves, and one in a part that it only
/// reads.
#[test]
fn errors_in_a_second_file_are_located_there() {
    let swagger = "swagger: '2.0'
info: {title: t, version: '1'}
consumes: [application/json]
paths:
  /a:
    post:
      parameters:
        - {$ref: 'parts/more.yaml#/parameters/Body'}
        - {$ref: 'parts/more.yaml#/parameters/Bad'}
      responses: {'200': {$ref: 'parts/more.yaml#/responses/R'}}
";
    let more = "parameters:
  Body:
    name: b
    in: body
    schema: {type: object, properties: {x: {maximum: {}}}}
  Bad: {name: q, in: qeury, type: string}
responses:
  R:
    description: d
    schema: {$ref: '#/definitions/none'}
";
    let reported_in = reported(&folder("swagger", &[("api.yaml", swagger), ("parts/more.yaml", more)]));
    let expected = [
        "parts/more.yaml:5:45 malformed /parameters/Body/schema/properties/x/maximum",
        "parts/more.yaml:6:22 unknown-parameter-place /parameters/Bad/in",
        "parts/more.yaml:10:20 dangling-ref /responses/R/schema/$ref",
    ];
    assert_eq!(reported_in, expected);

    for (version, name) in [("3.1.1", "v3_1"), ("3.2.0", "v3_2")] {
        let document = format!(
            "openapi: {version}
info: {{title: t, version: '1'}}
paths:
  /a: {{$ref: 'parts/more.yaml#/item'}}
components:
  schemas:
    A: {{$ref: 'parts/more.yaml#/A'}}
"
        );
        let more = "item:
  get:
    parameters: [{name: q, in: qeury, schema: {type: string}}]
    responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/A'}}}}}
A:
  properties:
    x: {type: [string, integer], minLength: {}}
    y: {exclusiveMinimum: 5, $ref: '#/none', description: d}
";
        let reported_in = reported(&folder(name, &[("api.yaml", &document), ("parts/more.yaml", more)]));
        let expected = [
            "parts/more.yaml:3:32 unknown-parameter-place /item/get/parameters/0/in",
            "parts/more.yaml:7:34 malformed /A/properties/x/minLength",
            "parts/more.yaml:8:36 dangling-ref /A/properties/y/$ref",
        ];
        assert_eq!(reported_in, expected, "{version}");
    }
}

/// One error of each pass and a warning, in one run.
#[test]
fn diagnostics_of_a_pass_are_in_text_order() {
    let document = "openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a{b: {get: {responses: {'200': {description: d}}}}
  /c:
    get:
      security: [{zzz: []}]
      responses: {'200': {description: d, content: {application/json: {schema: {type: x}}}}}
    put:
      security: [{yyy: []}]
      responses: {'200': {description: d, content: {application/json: {schema: {if: {}}}}}}
";
    let expected = [
        "api.yaml:4:3 bad-path /paths/~1a{b",
        "api.yaml:7:19 unknown-scheme /paths/~1c/get/security/0/zzz",
        "api.yaml:8:87 unknown-type /paths/~1c/get/responses/200/content/application~1json/schema/type",
        "api.yaml:10:19 unknown-scheme /paths/~1c/put/security/0/yyy",
        "api.yaml:11:81 ignored-keyword /paths/~1c/put/responses/200/content/application~1json/schema/if",
    ];
    assert_eq!(reported(&folder("all", &[("api.yaml", document)])), expected);
}

fn json(arguments: &[&str]) -> (Option<i32>, Value) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).args(["--format", "json"]).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
fn json_output_has_every_diagnostic() {
    let document = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a: {get: {security: [{zzz: []}], responses: {'204': {description: d}}}}\n";
    let folder = folder("json", &[("api.yaml", document)]);
    let spec = folder.join("api.yaml");
    let out = folder.join("out");
    let (spec, out) = (spec.to_str().unwrap(), out.to_str().unwrap());
    let expected = serde_json::json!({
        "level": "error",
        "code": "unknown-scheme",
        "message": "security scheme `zzz` is not declared",
        "file": spec,
        "line": 4,
        "column": 26,
        "pointer": "/paths/~1a/get/security/0/zzz",
        "help": "no scheme is declared in `components/securitySchemes`",
    });
    for arguments in [vec!["client", spec, "--out", out], vec!["server", spec, "--out", out], vec!["inspect", spec]] {
        let (code, reported) = json(&arguments);
        assert_eq!(code, Some(1));
        assert_eq!(reported["diagnostics"], serde_json::json!([expected]));
    }
}

#[test]
fn other_errors_are_json_too() {
    let folder = folder("io", &[("keystub.toml", "x = 1")]);
    let missing = folder.join("missing.yaml");
    let missing = missing.to_str().unwrap();
    let (code, reported) = json(&["inspect", missing]);
    assert_eq!(code, Some(1));
    let first = &reported["diagnostics"][0];
    assert_eq!((&first["level"], &first["code"], &first["file"]), (&"error".into(), &"io".into(), &Value::Null));
    let config = folder.join("keystub.toml");
    let (_, reported) = json(&["inspect", missing, "--config", config.to_str().unwrap()]);
    assert_eq!(reported["diagnostics"][0]["code"], "setting");
    let out = folder.join("out");
    let (code, reported) = json(&["client", "fixtures/world/petshop.yaml", "--check", "--out", out.to_str().unwrap()]);
    assert_eq!(
        (code, &reported["diagnostics"].as_array().unwrap().last().unwrap()["code"]),
        (Some(1), &"drift".into())
    );
}

#[test]
fn inspect_lists_security_of_every_operation() {
    let document = "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a?x={y}: {get: {responses: {'204': {description: d}}}}
  /b: {get: {operationId: b, security: [{key: [], token: [read]}, {}], responses: {'204': {description: d}}}}
  /c: {get: {operationId: \"c\\u202e\", responses: {'204': {description: d}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.test/t', scopes: {read: r}}}}
";
    let spec = folder("inspect", &[("api.yaml", document)]).join("api.yaml");
    let output = Command::new(env!("CARGO_BIN_EXE_keystub"))
        .args(["inspect", spec.to_str().unwrap(), "--skip-broken", "--format", "json"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout.is_ascii(), "what turns the direction of writing is escaped");
    let reported: Value = serde_json::from_slice(&output.stdout).unwrap();
    let uses = |scheme: &str, scopes: &[&str]| serde_json::json!({"scheme": scheme, "scopes": scopes});
    let b = serde_json::json!({
        "id": "b", "method": "GET", "path": "/b", "tags": [], "servers": [], "anonymous": true,
        "security": [[uses("key", &[]), uses("token", &["read"])]],
    });
    let c = serde_json::json!({
        "id": "c\u{202e}", "method": "GET", "path": "/c", "tags": [], "servers": [], "anonymous": true, "security": [],
    });
    assert_eq!(reported["operations"], serde_json::json!([b, c]));
    assert_eq!(reported["schemes"][0], serde_json::json!({"name": "key", "kind": "API key in the header `X-Key`"}));
    let left = &reported["not_generated"][0];
    assert_eq!((&left["at"], &left["broken"]), (&"#/paths/~1a?x={y}".into(), &true.into()));
    assert_eq!(
        (&reported["diagnostics"][0]["level"], &reported["diagnostics"][0]["line"]),
        (&"skipped".into(), &4.into())
    );
}

#[test]
fn inspect_lists_callbacks_and_what_is_not_generated() {
    let inspect = |name: &str, more: &[&str]| {
        let spec = format!("fixtures/ok/{name}.yaml");
        let arguments = [&["inspect", spec.as_str()], more].concat();
        let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let text = inspect("callbacks", &[]);
    for line in [
        "not generated callback onEvent of subscribe: POST {$request.body#/url}, key",
        "not generated callback onEvent of subscribe: GET {$request.body#/url}/ping, public",
        "not generated scheme signed: bearer token, not used by any operation",
    ] {
        assert!(text.lines().any(|printed| printed == line), "{line}\n{text}");
    }
    let reported: Value = serde_json::from_str(&inspect("callbacks", &["--format", "json"])).unwrap();
    let end = serde_json::json!({
        "name": "onEnd", "operation": "subscribe", "expression": "{$request.query.end}", "method": "PUT",
        "id": reported["callbacks"][2]["id"], "security": [[{"scheme": "signed", "scopes": []}]], "anonymous": false,
    });
    assert_eq!(reported["callbacks"][2], end);
    assert_eq!(reported["unused_schemes"], serde_json::json!([{"name": "signed", "kind": "bearer token"}]));
    assert_eq!(reported["webhooks"], serde_json::json!([]));
    let reported: Value = serde_json::from_str(&inspect("model", &["--format", "json"])).unwrap();
    let pets = serde_json::json!({
        "name": "pets", "description": "All about pets", "docs_url": "https://docs.example.com/pets",
    });
    assert_eq!(reported["tags"][0], pets);
    assert_eq!(reported["operations"][0]["tags"], serde_json::json!(["pets", "undeclared"]));
    let servers = serde_json::json!([{"url": "https://read.example.com/v1", "description": "replica"}]);
    assert_eq!(reported["operations"][0]["servers"], servers);
}

#[test]
fn inspect_lists_webhooks_next_to_invalid_ones() {
    let document = "openapi: 3.1.0
info: {title: t, version: '1'}
paths: {}
webhooks:
  newPet: {post: {operationId: petAdded, security: [{key: []}], responses: {}}}
  lost: {post: {security: [{nobody: []}], responses: {}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
";
    let spec = folder("webhooks", &[("api.yaml", document)]).join("api.yaml");
    let run = |more: &[&str]| {
        let arguments = [&["inspect", spec.to_str().unwrap()], more].concat();
        Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap()
    };
    let text = String::from_utf8(run(&[]).stdout).unwrap();
    assert!(text.contains("\nnot generated webhook newPet: POST, key\n"), "{text}");
    assert!(text.contains("\nnot generated #/webhooks/lost/post: this webhook or callback is ignored: "), "{text}");
    let output = run(&["--format", "json"]);
    assert!(output.status.success());
    let reported: Value = serde_json::from_slice(&output.stdout).unwrap();
    let webhook = serde_json::json!({
        "name": "newPet", "id": "petAdded", "method": "POST", "security": [[{"scheme": "key", "scopes": []}]],
        "anonymous": false,
    });
    assert_eq!(reported["webhooks"], serde_json::json!([webhook]));
    let found = reported["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == "unknown-scheme");
    assert_eq!(found.unwrap()["level"], "warning");
}
