//! `--deny-public`: only operations on the allow list may be public.

use std::path::Path;
use std::process::Command;

use keystub::diag::Level;
use keystub::model::security::Access;
use keystub::{Error, Generator, Input};

const DOCUMENT: &str = "openapi: 3.0.3
info: {title: t, version: '1'}
security: [{key: []}]
paths:
  /health:
    get: {operationId: health, security: [], responses: {'200': {description: d}}}
    head: {security: [{}], responses: {'200': {description: d}}}
  /pets:
    get: {operationId: listPets, security: [{key: []}, {}], responses: {'200': {description: d}}}
    post: {operationId: addPet, responses: {'200': {description: d}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
";

const HEALTH: &str = "/paths/~1health/get";
const HEAD: &str = "/paths/~1health/head";
const PETS: &str = "/paths/~1pets/get";

fn generator(text: &str) -> Generator {
    Generator::server(Input::Memory { name: "api.yaml".into(), bytes: text.into() })
}

/// Code and pointer of each error with these operations on the allow list.
fn errors(generator: Generator, allowed: &[&str]) -> Vec<(&'static str, String)> {
    let generator = allowed.iter().fold(generator.deny_public(), |generator, name| generator.allow_public(*name));
    match generator.generate() {
        Ok(_) => Vec::new(),
        Err(Error::Document(refusal)) => {
            let errors = refusal.diagnostics().iter().filter(|found| found.level == Level::Error);
            errors.map(|found| (found.code.as_str(), found.pointer.clone())).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

fn denied(pointers: &[&str]) -> Vec<(&'static str, String)> {
    pointers.iter().map(|pointer| ("public-operation", (*pointer).to_owned())).collect()
}

#[test]
fn entry_with_a_path_does_not_match_operation_ids() {
    let text = DOCUMENT.replace("operationId: addPet", "operationId: GET /health, security: []");
    let found = errors(generator(&text), &["GET /health", "HEAD /health", "listPets"]);
    assert_eq!(found, denied(&["/paths/~1pets/post"]));
}

#[test]
fn duplicate_operation_id_cannot_be_allowed() {
    let text = DOCUMENT.replace("operationId: addPet", "operationId: health, security: []");
    let found = errors(generator(&text), &["health", "HEAD /health", "listPets"]);
    assert!(found.contains(&("unused-allowance", String::new())), "{found:?}");
    let found = errors(generator(&text), &["GET /health", "POST /pets", "HEAD /health", "listPets"]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn public_operation_is_an_error_unless_allowed() {
    for (allowed, expected) in [
        (&[][..], &[HEALTH, HEAD, PETS][..]),
        (&["health"], &[HEAD, PETS]),
        (&["GET /health"], &[HEAD, PETS]),
        (&["health", "HEAD /health"], &[PETS]),
        (&["head health", "listPets"], &[HEALTH]),
        (&["health", "GET /health", "HEAD /health", "listPets"], &[]),
    ] {
        assert_eq!(errors(generator(DOCUMENT), allowed), denied(expected), "{allowed:?}");
    }
    assert!(generator(DOCUMENT).generate().is_ok());
}

#[test]
fn allowance_without_effect_is_an_error() {
    let all = ["health", "HEAD /health", "listPets"];
    for (entry, expected) in [
        ("addPet", "/paths/~1pets/post"),
        ("POST /pets", "/paths/~1pets/post"),
        ("Health", ""),
        ("get /health", ""),
        ("GET /health/", ""),
        ("GET  /health", ""),
        ("DELETE /health", ""),
        ("/health", ""),
        ("", ""),
    ] {
        let allowed = [&all[..], &[entry]].concat();
        assert_eq!(errors(generator(DOCUMENT), &allowed), [("unused-allowance", expected.to_owned())], "{entry}");
    }
}

#[test]
fn allow_public_requires_deny_public() {
    let outcome = generator(DOCUMENT).allow_public("health").generate();
    assert!(matches!(outcome, Err(Error::Setting(message)) if message.contains("no effect without `deny-public`")));
}

#[test]
fn public_operation_is_never_skipped() {
    let broken = DOCUMENT.replace("paths:\n", "paths:\n  /a?b={c}: {get: {responses: {}}}\n");
    assert_eq!(errors(generator(&broken).skip_broken(), &["health", "listPets"]), denied(&[HEAD]));
    assert_eq!(errors(generator(&broken).skip_broken(), &["health", "HEAD /health", "listPets"]), []);
}

#[test]
fn allowed_operation_stays_public() {
    let allowed = generator(DOCUMENT).deny_public().allow_public("health").allow_public("HEAD /health");
    let inspection = allowed.allow_public("listPets").inspect().unwrap();
    let open = inspection.api().operations.iter().filter(|operation| operation.access == Access::Open).count();
    assert_eq!((open, inspection.api().operations.len()), (2, 4));
}

#[test]
fn deny_public_works_by_flag_and_configuration() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deny_public");
    std::fs::create_dir_all(&folder).unwrap();
    let [spec, out, config] = ["api.yaml", "out", "keystub.toml"].map(|name| folder.join(name));
    std::fs::write(&spec, DOCUMENT).unwrap();
    let run = |command: &str, flags: &[&str], settings: &str| {
        std::fs::write(&config, settings).unwrap();
        let mut keystub = Command::new(env!("CARGO_BIN_EXE_keystub"));
        keystub.args([command, spec.to_str().unwrap(), "--config", config.to_str().unwrap()]).args(flags);
        if command != "inspect" {
            keystub.args(["--diff", "--out", out.to_str().unwrap()]);
        }
        let output = keystub.output().unwrap();
        let printed = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), printed.matches("error[public-operation]").count())
    };
    let denied = "deny-public = true\nallow-public = ['HEAD /health']\n";
    let allow = ["--allow-public", "health", "--allow-public", "GET /pets"];
    for command in ["client", "server", "inspect"] {
        assert_eq!(run(command, &[], ""), (Some(0), 0), "{command}");
        assert_eq!(run(command, &["--deny-public"], ""), (Some(1), 3), "{command}");
        assert_eq!(run(command, &[], denied), (Some(1), 2), "{command}");
        assert_eq!(run(command, &["--deny-public", "--allow-public", "health"], denied), (Some(1), 1), "{command}");
        assert_eq!(run(command, &allow, denied), (Some(0), 0), "{command}");
        assert_eq!(run(command, &allow, ""), (Some(1), 0), "{command}");
    }
}
