//! `keystub test` against a server whose objects are created and deleted, and whose security has alternatives.

use std::process::{Command, Output};

use crate::faulty_server::{SECRET, items, token};
use crate::test::broken;

/// Tests a server of items, as alice.
fn item(server: &str, arguments: &[&str]) -> Output {
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), SECRET).unwrap();
    let token = token("alice", "read admin");
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["test", "tests/faulty_server/items.yaml", "--server", server, "--rate", "2000", "--timeout", "2"]);
    command.args(["--format", "json"]).args(arguments).arg("--jwt-key").arg(key.path()).env_clear();
    command.env("ITEMS_CLIENT_TOKEN", &token).env("ITEMS_CLIENT_OAUTH", &token).env("ITEMS_CLIENT_KEY", items::KEY);
    command.output().unwrap()
}

/// The checks of an operation with this verdict.
fn checks(output: &Output, operation: &str, verdict: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = report["findings"].as_array().unwrap().iter();
    let own = all.filter(|own| own["operation"]["id"] == operation && own["verdict"] == verdict);
    own.map(|own| own["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn correct_server_of_items_passes_and_has_no_new_items() {
    let origin = items::start();
    for arguments in [&[][..], &["--unsafe"], &["--unsafe", "--param", "itemId=1"]] {
        for server in ["none", "own-origin"] {
            let output = item(&format!("{origin}/{server}"), arguments);
            let text = String::from_utf8_lossy(&output.stdout);
            assert_eq!(
                (broken(&output), output.status.code()),
                (Vec::new(), Some(0)),
                "{server} {arguments:?}: {text}"
            );
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!((&report["conclusive"], &report["notes"]), (&true.into(), &serde_json::json!([])), "{text}");
        }
    }
    assert_eq!(items::remaining("none"), Vec::<u32>::new(), "what was there is deleted at last, and what was created");
}

#[test]
fn deleted_objects_do_not_hide_faults() {
    let origin = items::start();
    for (fault, operation, expected) in [
        ("open-delete", "deleteItem", &["auth-part-wrong"][..]),
        ("open-get", "getItem", &["auth-none", "auth-part-wrong", "jwt-alg-none"]),
    ] {
        for arguments in [&["--unsafe"][..], &["--unsafe", "--param", "itemId=1"]] {
            let output = item(&format!("{origin}/{fault}"), arguments);
            let found = checks(&output, operation, "broken");
            let is_found = |check: &&str| found.iter().any(|own| own == check);
            assert!(expected.iter().all(is_found), "{fault} {arguments:?}: {found:?}");
            assert_eq!(output.status.code(), Some(1));
        }
    }
}

#[test]
fn key_in_another_place_is_found_as_it_is_spelled() {
    let output = item(&format!("{}/key-in-query", items::start()), &["--only", "auth"]);
    assert_eq!(broken(&output), ["auth-wrong-place"]);
}

#[test]
fn text_that_changes_with_each_call_is_not_taken_for_a_refusal() {
    let origin = items::start();
    let open = |fault: &str| {
        let output = item(&format!("{origin}/{fault}"), &["--only", "auth-wrong-place"]);
        checks(&output, "report", "inconclusive")
    };
    assert_eq!((open("none"), open("token-in-query")), (Vec::new(), vec!["auth-wrong-place".to_owned()]));
}

#[test]
fn closed_connections_do_not_end_the_test() {
    let output = item(&format!("{}/closes", items::start()), &[]);
    assert!(checks(&output, "getItem", "broken").contains(&"auth-none".to_owned()));
    assert!(checks(&output, "keyed", "inconclusive").contains(&"auth-none".to_owned()));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn calls_without_credentials_do_not_show_that_security_was_tested() {
    let server = format!("{}/none", items::start());
    let run = |arguments: &[&str], token: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.args(["test", "tests/faulty_server/items.yaml", "--server", &server]).args(arguments).env_clear();
        command.env("ITEMS_CLIENT_TOKEN", token).output().unwrap().status.code()
    };
    assert_eq!(run(&["--only", "id:health"], ""), Some(0));
    assert_eq!(run(&[], "expired"), Some(3));
    assert_eq!(run(&[], &token("alice", "")), Some(0));
}
