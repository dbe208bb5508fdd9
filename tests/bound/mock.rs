//! `keystub mock`: what a proof must be, for calls and for token requests.

use std::process::Command;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use keystub_client_runtime::dpop::DpopKey;
use serde_json::Value;

use super::{BOUND, SPEC, proof};
use crate::running_mock::{Answer, Mock};

const TOKEN: &str = "/.keystub/oauth/token";

fn mock() -> Mock {
    Mock::start(SPEC, &["--set", BOUND])
}

/// The token that the mock prints, and its key.
pub fn printed(mock: &Mock) -> (String, DpopKey) {
    let (token, key) = credential(mock);
    (token, DpopKey::from_pkcs8_pem(&key).unwrap())
}

fn credential(mock: &Mock) -> (String, String) {
    let line = mock.lines.iter().find_map(|line| line.strip_prefix("TOKEN_WITH_KEY='")).unwrap();
    let (token, key) = line.strip_suffix('\'').unwrap().split_once(' ').unwrap();
    (token.to_owned(), key.to_owned())
}

fn url(mock: &Mock, path: &str) -> String {
    format!("http://{}{path}", mock.address)
}

fn get(mock: &Mock, path: &str, word: &str, token: &str, proofs: &[&str]) -> Answer {
    let proofs: String = proofs.iter().map(|proof| format!("DPoP: {proof}\r\n")).collect();
    mock.send(&format!("GET {path}"), &format!("Authorization: {word} {token}\r\n{proofs}"), "")
}

/// A token request with the secret of the client.
fn request(mock: &Mock, form: &str, proof: Option<&str>) -> Answer {
    let secret = mock.printed("secret ");
    let login = BASE64_STANDARD.encode(format!("keystub-mock:{secret}"));
    let proof = proof.map(|proof| format!("DPoP: {proof}\r\n")).unwrap_or_default();
    let head = format!("Authorization: Basic {login}\r\nContent-Type: application/x-www-form-urlencoded\r\n{proof}");
    mock.send(&format!("POST {TOKEN}"), &head, form)
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn a_bound_token_needs_a_new_proof_of_its_key() {
    let mock = mock();
    let (token, key) = printed(&mock);
    let list = url(&mock, "/pets");
    let of = |key: &DpopKey, method: &str, url: &str| proof(key, method, url, Some(&token));
    let valid = of(&key, "GET", &list);
    assert_eq!(get(&mock, "/pets?limit=2", "DPoP", &token, &[&valid]).status, 200);
    let (other, second) = (DpopKey::generate().unwrap(), of(&key, "GET", &list));
    let pet = url(&mock, "/pets/Rex");
    assert_eq!(get(&mock, "/pets/Rex", "dpop", &token, &[&of(&key, "GET", &pet)]).status, 200, "a scheme of http");
    let rows: [(&str, &str, Vec<String>, &str); 8] = [
        ("a used proof", "DPoP", vec![valid], "proof used before"),
        ("no proof", "DPoP", vec![], "missing proof"),
        ("two proofs", "DPoP", vec![second.clone(), of(&key, "GET", &list)], "more than one proof"),
        ("another key", "DPoP", vec![of(&other, "GET", &list)], "bound to another key"),
        ("another method", "DPoP", vec![of(&key, "POST", &list)], "`htm` of the proof"),
        ("another URL", "DPoP", vec![of(&key, "GET", &pet)], "`htu` of the proof"),
        ("another token", "DPoP", vec![proof(&key, "GET", &list, Some("other"))], "`ath` of the proof"),
        ("a bearer token", "Bearer", vec![second], ""),
    ];
    for (what, word, proofs, reason) in rows {
        let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
        let answer = get(&mock, "/pets", word, &token, &proofs);
        let challenges = answer.header("www-authenticate");
        assert_eq!((answer.status, challenges.len()), (401, 1), "{what}: {}", answer.head);
        assert!(challenges[0].starts_with(r#"DPoP realm="api", algs="ES256 EdDSA""#), "{what}: {challenges:?}");
        assert!(
            challenges[0].contains(reason) && answer.body.contains(reason),
            "{what}: {} {challenges:?}",
            answer.body
        );
    }
    // A token that is not bound, with a proof.
    let bearer = mock.token("read write");
    let answer = get(&mock, "/pets", "DPoP", &bearer, &[&proof(&key, "GET", &list, Some(&bearer))]);
    assert!(answer.status == 401 && answer.body.contains("not bound to a key"), "{}", answer.body);
}

#[test]
fn other_schemes_take_no_bound_tokens() {
    let mock = mock();
    let (token, key) = printed(&mock);
    let any = url(&mock, "/any-token");
    assert_eq!(get(&mock, "/any-token", "DPoP", &token, &[&proof(&key, "GET", &any, Some(&token))]).status, 204);
    assert_eq!(get(&mock, "/any-token", "Bearer", &token, &[]).status, 401);
    assert_eq!(get(&mock, "/any-token", "Bearer", &mock.token("read"), &[]).status, 204);
}

#[test]
fn the_issuer_binds_tokens_to_the_key_of_the_proof() {
    let (mock, key) = (mock(), DpopKey::generate().unwrap());
    let (endpoint, list) = (url(&mock, TOKEN), url(&mock, "/pets"));
    let form = "grant_type=client_credentials&scope=read";
    let issued = request(&mock, form, Some(&proof(&key, "POST", &endpoint, None))).json();
    assert_eq!(issued["token_type"], "DPoP", "{issued}");
    let token = issued["access_token"].as_str().unwrap();
    assert_eq!(claims(token)["cnf"]["jkt"], key.thumbprint());
    let call = |key: &DpopKey| get(&mock, "/pets", "DPoP", token, &[&proof(key, "GET", &list, Some(token))]).status;
    assert_eq!((call(&key), call(&DpopKey::generate().unwrap())), (200, 401));

    let unbound = request(&mock, form, None).json();
    assert_eq!(
        (&unbound["token_type"], &claims(unbound["access_token"].as_str().unwrap())["cnf"]),
        (&"Bearer".into(), &Value::Null)
    );
    for (wrong, reason) in [
        (proof(&key, "GET", &endpoint, None), "`htm`"),
        (proof(&key, "POST", &list, None), "`htu`"),
        ("nonsense".to_owned(), "malformed"),
    ] {
        let answer = request(&mock, form, Some(&wrong));
        assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_dpop_proof".into()));
        assert!(answer.json()["error_description"].as_str().unwrap().contains(reason), "{}", answer.body);
    }
    let metadata = mock.send("GET /.keystub/oauth/.well-known/openid-configuration", "", "").json();
    assert_eq!(metadata["dpop_signing_alg_values_supported"], serde_json::json!(["ES256", "EdDSA"]));
}

#[test]
fn the_refresh_token_of_a_public_client_is_bound_too() {
    let (mock, key) = (mock(), DpopKey::generate().unwrap());
    let endpoint = url(&mock, TOKEN);
    let password = mock.printed("password ");
    let send = |form: &str, key: &DpopKey| {
        let head = format!(
            "Content-Type: application/x-www-form-urlencoded\r\nDPoP: {}\r\n",
            proof(key, "POST", &endpoint, None)
        );
        mock.send(&format!("POST {TOKEN}"), &head, form)
    };
    let login = format!("grant_type=password&client_id=keystub-mock&username=mock-user&password={password}");
    let issued = send(&login, &key).json();
    let refresh = issued["refresh_token"].as_str().unwrap_or_else(|| panic!("{issued}"));
    let form = format!("grant_type=refresh_token&client_id=keystub-mock&refresh_token={refresh}");
    let stolen = send(&form, &DpopKey::generate().unwrap());
    assert_eq!((stolen.status, &stolen.json()["error"]), (400, &"invalid_grant".into()));
    // The attempt has not used it up.
    assert_eq!(send(&form, &key).json()["token_type"], "DPoP");
}

#[test]
fn without_the_setting_tokens_are_bearer_tokens() {
    let (mock, key) = (Mock::start(SPEC, &[]), DpopKey::generate().unwrap());
    let form = "grant_type=client_credentials&scope=read";
    let issued = request(&mock, form, Some(&proof(&key, "POST", &url(&mock, TOKEN), None))).json();
    assert_eq!(issued["token_type"], "Bearer");
    assert_eq!(mock.get("/pets", issued["access_token"].as_str().unwrap()).status, 200);
    assert!(!mock.lines.iter().any(|line| line.contains("DPoP") || line.contains("PRIVATE KEY")), "{:?}", mock.lines);
}

#[test]
fn every_operation_of_a_mock_with_bound_tokens_responds_as_documented() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    let output = command.args(["mock", SPEC, "--check", "--set", BOUND]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && !text.contains("no credential"), "{text}");
}

#[test]
fn what_a_mock_cannot_do_with_bound_tokens_is_refused() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        let output = command.args(["mock", SPEC]).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = run(&["--set", BOUND, "--listen", "0.0.0.0:0"]);
    assert!(code == Some(1) && text.contains("need an address of this machine"), "{text}");
    let (code, text) = run(&["--set", BOUND, "--proxy", "http://127.0.0.1:1"]);
    assert!(code == Some(2) && text.contains("`--proxy` does not work with `oauth` in `dpop`"), "{text}");
    let (code, text) = run(&["--set", r#"dpop = ["oaut"]"#, "--listen", "127.0.0.1:0"]);
    assert!(code == Some(1) && text.contains("did you mean `oauth`?"), "{text}");
}
