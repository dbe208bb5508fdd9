//! `keystub test` against a server whose tokens are bound to keys: each fault is found by its check.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use keystub_client_runtime::dpop::DpopKey;
use keystub_client_runtime::secrecy::ExposeSecret;
use serde_json::Value;

use super::server;

const PETS: &str = "tests/bound/pets.yaml";

fn test(server: &str, arguments: &[&str]) -> Output {
    let key = DpopKey::generate().unwrap();
    let credential = format!("{} {}", server::token(&key), key.to_pkcs8_pem().unwrap().expose_secret());
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["test", PETS, "--server", server, "--rate", "2000", "--set", r#"dpop = ["oauth"]"#]);
    command.args(arguments).env_clear().env("PETS_CLIENT_OAUTH", credential).output().unwrap()
}

/// The names of the checks with this verdict.
fn checks(output: &Output, verdict: &str) -> BTreeSet<String> {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == verdict);
    findings.map(|finding| finding["check"].as_str().unwrap().to_owned()).collect()
}

/// Faults of the server, each with the check that finds it.
const FAULTS: [(&str, &str); 13] = [
    ("as-bearer", "dpop-as-bearer"),
    ("no-proof", "dpop-no-proof"),
    ("any-key", "dpop-other-key"),
    ("any-method", "dpop-other-method"),
    ("any-path", "dpop-other-url"),
    ("any-host", "dpop-other-url"),
    ("any-token", "dpop-other-token"),
    ("old", "dpop-old"),
    ("any-signature", "dpop-signature"),
    ("unsigned", "dpop-signature"),
    ("any-type", "dpop-type"),
    ("first-of-two", "dpop-twice"),
    ("replay", "dpop-replayed"),
];

#[test]
fn a_server_that_verifies_proofs_passes() {
    let origin = server::start();
    for fault in ["none", "nonce"] {
        let output = test(&format!("{origin}/{fault}"), &["--format", "json"]);
        let kept = checks(&output, "kept");
        assert_eq!((checks(&output, "broken"), output.status.code()), (BTreeSet::new(), Some(0)), "{fault}");
        assert_eq!(checks(&output, "inconclusive"), BTreeSet::new(), "{fault}");
        let missing: Vec<&str> =
            FAULTS.iter().map(|(_, check)| *check).filter(|check| !kept.contains(*check)).collect();
        assert!(missing.is_empty(), "{fault}: {missing:?}");
        assert!(kept.contains("auth-part-wrong") && kept.contains("auth-case"), "{kept:?}");
    }
}

#[test]
fn each_fault_with_proofs_is_found_by_its_check() {
    let origin = server::start();
    let mut missed = Vec::new();
    for (fault, check) in FAULTS {
        let output = test(&format!("{origin}/{fault}"), &["--format", "json"]);
        let broken = checks(&output, "broken");
        // Without the verification of a signature, more than one rule is broken.
        if !broken.contains(check) || output.status.code() != Some(1) {
            missed.push((fault, broken));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn reports_have_neither_tokens_nor_proofs() {
    let origin = server::start();
    let har = tempfile::NamedTempFile::new().unwrap();
    let output = test(&format!("{origin}/no-proof"), &["--har", har.path().to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("dpop-no-proof") && text.contains(r#"DPoP ${PETS_CLIENT_OAUTH%% *}""#), "{text}");
    let output = test(&format!("{origin}/any-method"), &[]);
    let text = text + &String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(r#"dpop: $PROOF""#) && text.contains("$PROOF in a curl command is a new proof"), "{text}");
    let har = std::fs::read_to_string(har.path()).unwrap();
    assert!(!text.contains("eyJ") && !har.contains("eyJ") && !har.contains("PRIVATE KEY"), "{text}");
}
