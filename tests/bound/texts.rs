//! `inspect`, `audit`, `docs` and packs: what they say about schemes with bound tokens.

use std::process::Command;

use super::{BOUND, SPEC};

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), text)
}

#[test]
fn inspect_names_bound_tokens() {
    let text = run(&["inspect", SPEC, "--set", BOUND]).1;
    assert!(text.contains("scheme oauth: OAuth 2 access token, bound to a key of the client (DPoP)\n"), "{text}");
    assert!(text.contains("scheme token: bearer token\n"), "{text}");
    let text = run(&["inspect", SPEC, "--set", BOUND, "--format", "json"]).1;
    assert!(text.contains("OAuth 2 access token, bound to a key of the client (DPoP)"), "{text}");
    assert!(!run(&["inspect", SPEC]).1.contains("DPoP)"));
}

#[test]
fn the_matrix_of_audit_names_bound_tokens() {
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), BOUND).unwrap();
    let text = run(&["audit", SPEC, "--matrix=text", "--config", file.path().to_str().unwrap()]).1;
    assert!(text.contains("oauth (DPoP)") && !text.contains("token (DPoP)"), "{text}");
    assert!(!run(&["audit", SPEC, "--matrix=text"]).1.contains("DPoP"));
}

#[test]
fn pages_say_that_a_proof_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.html");
    let path = path.to_str().unwrap();
    let (code, text) = run(&["docs", SPEC, "--single", path, "--set", BOUND]);
    assert_eq!(code, Some(0), "{text}");
    let page = std::fs::read_to_string(path).unwrap();
    for part in [
        "each request needs a new proof of the key (DPoP, RFC 9449)",
        r#"DPoP: $API_OAUTH_PROOF""#,
        r#""DPoP": os.environ["API_OAUTH_PROOF"]"#,
        r#""kind":"dpop","name":"oauth""#,
    ] {
        assert!(page.contains(part), "{part}");
    }
    // The only token without a proof is that of the scheme `token`.
    assert!(!page.contains(r#"Bearer $API_OAUTH""#) && page.contains(r#"Bearer $API_TOKEN""#));
}

#[test]
fn packs_do_not_have_bound_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let pack = "examples/packs/markdown-reference";
    let (code, text) = run(&["generate", "--pack", pack, SPEC, "--out", out.to_str().unwrap(), "--set", BOUND]);
    assert!(code == Some(1) && text.contains("`dpop` is for clients and servers in Rust"), "{text}");
    assert!(!out.exists());
}

const WEBHOOKS: &str = "fixtures/ok/webhooks.yaml";

#[test]
fn inspect_lists_the_operations_for_which_code_is_generated() {
    let (code, text) = run(&["inspect", WEBHOOKS, "--set", "webhooks = true"]);
    assert!(code == Some(0) && text.contains("webhooks and callbacks, for which code is generated instead"), "{text}");
    assert!(text.contains("POST    /petAdded") && !text.contains("not generated webhook"), "{text}");
    let (_, text) = run(&["inspect", WEBHOOKS]);
    assert!(text.contains("not generated webhook petAdded: POST") && !text.contains("/petAdded"), "{text}");
    let (code, text) = run(&["inspect", SPEC, "--set", "webhooks = true"]);
    assert!(code == Some(1) && text.contains("the document has no webhooks and no callbacks"), "{text}");
}

#[test]
fn commands_for_paths_refuse_webhooks() {
    let server = ["--server", "http://127.0.0.1:1"];
    for command in [&["mock", WEBHOOKS, "--check"][..], &["call", WEBHOOKS], &["test", WEBHOOKS, server[0], server[1]]]
    {
        let (code, text) = run(&[command, &["--set", "webhooks = true"]].concat());
        assert!(code == Some(1) && text.contains("add `--set webhooks=false`"), "{command:?}: {text}");
    }
}

/// A document whose scheme `events` is used by a webhook only, and `api` by an operation only.
const OUTGOING: &str = "openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: https://api.example.com}]
paths:
  /a: {get: {operationId: a, security: [{api: []}], responses: {'204': {description: d}, '401': {description: d}}}}
webhooks:
  sold: {post: {operationId: sold, security: [{events: []}], responses: {'204': {description: d}}}}
components:
  securitySchemes:
    api: {type: http, scheme: bearer}
    events: {type: http, scheme: bearer}
    key: {type: apiKey, in: header, name: X-Key}
";

/// Runs `audit` and `docs` with these settings. Returns their codes and what they print, with the page.
fn described(settings: &str) -> [(Option<i32>, String); 2] {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (document, config, page) = (path("api.yaml"), path("keystub.toml"), path("api.html"));
    std::fs::write(&document, OUTGOING).unwrap();
    std::fs::write(&config, settings).unwrap();
    let audit = run(&["audit", &document, "--fail", "never", "--matrix=text", "--config", &config]);
    let (code, text) = run(&["docs", &document, "--single", &page, "--config", &config]);
    [audit, (code, text + &std::fs::read_to_string(&page).unwrap_or_default())]
}

#[test]
fn audit_and_docs_know_bound_tokens_of_webhooks() {
    const PROOF: &str = "each request needs a new proof of the key (DPoP, RFC 9449)";
    let [(code, audit), (page_code, page)] = described("webhooks = true\ndpop = [\"events\"]\n");
    assert!(code == Some(0) && !audit.contains("(DPoP)"), "{audit}");
    assert!(page_code == Some(0) && page.contains(PROOF), "{page}");
    let (head, webhook) = page.split_once("webhook-1").unwrap();
    assert!(!head.contains(PROOF) && webhook.contains(PROOF));
    // A scheme of the paths is bound, too.
    let [(_, audit), _] = described("webhooks = true\ndpop = [\"events\", \"api\"]\n");
    assert!(audit.contains("api (DPoP)"), "{audit}");
}

#[test]
fn audit_and_docs_refuse_schemes_that_cannot_be_bound() {
    let rows = [
        ("dpop = [\"events\"]", "`events` in `dpop` is not a security scheme that an operation uses"),
        ("webhooks = true\ndpop = [\"event\"]", "an operation uses; did you mean `events`?"),
        ("webhooks = true\ndpop = [\"key\"]", "`key` in `dpop` is not a security scheme that an operation uses"),
    ];
    for (settings, expected) in rows {
        for (code, text) in described(settings) {
            assert!(code == Some(1) && text.contains(expected), "{settings}: {text}");
        }
    }
}
