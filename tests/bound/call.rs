//! `keystub call`: credentials with their keys, and what cannot be shown.

use std::process::{Command, Output};

use keystub_client_runtime::dpop::DpopKey;
use keystub_client_runtime::secrecy::ExposeSecret;

use super::mock::printed;
use super::{BOUND, SPEC};
use crate::running_mock::Mock;

const OAUTH: &str = "BOUND_TOKENS_CLIENT_OAUTH";

fn call(mock: &Mock, options: &[&str], arguments: &[&str], credential: &str) -> (Option<i32>, String, String) {
    let server = format!("http://{}", mock.address);
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["call", "--server", &server, "--set", BOUND]).args(options).arg(SPEC).args(arguments).env_clear();
    if !credential.is_empty() {
        command.env(OAUTH, credential);
    }
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn calls_have_a_new_proof_each_time() {
    let mock = Mock::start(SPEC, &["--set", BOUND]);
    let (token, key) = printed(&mock);
    let pem = key.to_pkcs8_pem().unwrap();
    let credential = format!("{token}\n{}", pem.expose_secret());
    for _ in 0..2 {
        let (code, output, errors) = call(&mock, &[], &["listPets", "--limit", "3"], &credential);
        assert!(code == Some(0) && output.starts_with('['), "{errors}");
    }
    let other = DpopKey::generate().unwrap().to_pkcs8_pem().unwrap();
    let (code, output, _) = call(&mock, &[], &["listPets"], &format!("{token} {}", other.expose_secret()));
    assert!(code == Some(4) && output.contains("bound to another key"), "{output}");

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), serde_json::json!({ "oauth": credential }).to_string()).unwrap();
    let path = file.path().to_str().unwrap();
    let (code, _, errors) = call(&mock, &["--credentials", path], &["listPets"], "");
    assert_eq!(code, Some(0), "{errors}");
}

#[test]
fn a_token_without_its_key_is_not_sent() {
    let mock = Mock::start(SPEC, &["--set", BOUND]);
    let (token, _) = printed(&mock);
    let (code, _, errors) = call(&mock, &[], &["listPets"], &token);
    assert!(code == Some(2) && errors.contains(OAUTH) && errors.contains("private key in PEM"), "{errors}");
    assert!(!errors.contains(&token));
    let (code, _, errors) = call(&mock, &[], &["listPets"], "");
    assert!(code == Some(6) && errors.contains("its private key in PEM (DPoP)"), "{errors}");
}

#[test]
fn a_call_without_a_proof_is_not_shown_as_one_that_works() {
    let mock = Mock::start(SPEC, &["--set", BOUND]);
    let (code, output, errors) = call(&mock, &["--curl"], &["listPets"], "");
    assert!(code == Some(2) && output.is_empty() && errors.contains("curl does not make the proof"), "{errors}");
    let (code, output, errors) = call(&mock, &["--dry-run"], &["listPets"], "");
    assert!(code == Some(0) && output.contains("oauth (DPoP, with a new proof)"), "{output}{errors}");
}
