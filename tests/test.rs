//! `keystub test` against a server with faults: each fault is found by its check, and a server without faults passes.

use std::process::{Command, Output};

use crate::faulty_server::{self, SECRET, notes, token};

const SHOP: &str = "tests/faulty_server/shop.yaml";

/// Tests a server of the shop with these arguments, as alice. Bob is a second account without scopes.
fn shop(server: &str, arguments: &[&str]) -> Output {
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), SECRET).unwrap();
    let (alice, bob) = (token("alice", "admin read"), token("bob", "read"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["test", SHOP, "--server", server, "--rate", "2000", "--timeout", "2"]).args(arguments);
    command.args(["--other", "BOB", "--role", "BOB=read", "--jwt-key"]).arg(key.path()).env_clear();
    for (prefix, token, key) in [("", &alice, "key-alice"), ("BOB_", &bob, "key-bob")] {
        command.env(format!("{prefix}SHOP_CLIENT_TOKEN"), token).env(format!("{prefix}SHOP_CLIENT_OAUTH"), token);
        command.env(format!("{prefix}SHOP_CLIENT_KEY"), key);
    }
    command.output().unwrap()
}

/// The names of the checks that are broken.
pub fn broken(output: &Output) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == "broken");
    let mut names: Vec<String> = findings.map(|finding| finding["check"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn a_server_without_faults_passes() {
    let origin = faulty_server::start();
    let output = shop(&format!("{origin}/none"), &["--format", "json"]);
    assert_eq!((broken(&output), output.status.code()), (Vec::new(), Some(0)));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let unknown = report["findings"].as_array().unwrap().iter().find(|finding| finding["verdict"] == "inconclusive");
    assert!(unknown.is_none() && report["notes"] == serde_json::json!([]), "{unknown:?} {}", report["notes"]);
}

#[test]
fn each_fault_is_found_by_its_check() {
    let origin = faulty_server::start();
    let mut missed = Vec::new();
    for (fault, check) in [
        ("ignores-tokens", "auth-none"),
        ("half-and", "auth-part-missing"),
        ("any-key", "auth-part-wrong"),
        ("key-in-query", "auth-wrong-place"),
        ("any-word", "auth-wrong-scheme-word"),
        ("first-of-two", "auth-twice"),
        ("case-of-bearer", "auth-case"),
        ("no-challenge", "auth-challenge"),
        ("values-first", "auth-order"),
        ("override", "auth-method-override"),
        ("open-head", "auth-head"),
        ("open-slash", "auth-trailing-slash"),
        ("open-case", "auth-case-path"),
        ("open-encoded", "auth-encoded-path"),
        ("guarded-health", "open-is-open"),
        ("guarded-news", "anonymous-is-open"),
        ("wrong-is-anonymous", "anonymous-with-wrong"),
        ("alg-none", "jwt-alg-none"),
        ("no-signature", "jwt-no-signature"),
        ("any-signature", "jwt-bad-signature"),
        ("any-signature", "jwt-changed-claims"),
        ("empty-secret", "jwt-empty-secret"),
        ("expired", "jwt-expired"),
        ("not-yet", "jwt-not-yet"),
        ("other-audience", "jwt-other-audience"),
        ("other-issuer", "jwt-other-issuer"),
        ("ignores-scopes", "scope-missing"),
        ("ignores-scopes", "function-of-other"),
        ("bola", "object-of-other"),
        ("shared-list", "list-of-other"),
        ("undocumented-status", "status-documented"),
        ("undocumented-type", "media-type-documented"),
        ("wrong-body", "body-conforms"),
        ("accepts-invalid", "invalid-refused"),
        ("accepts-invalid", "required-missing"),
        ("crashes", "no-5xx"),
        ("crashes", "no-leak"),
        ("public-cache", "cache-of-guarded"),
        ("any-origin", "cors-not-star-with-credentials"),
        ("cookie", "cookie-flags"),
    ] {
        let output = shop(&format!("{origin}/{fault}"), &["--format", "json"]);
        let found = broken(&output);
        if output.status.code() != Some(1) || !found.iter().any(|own| own == check) {
            missed.push(format!("{fault}: {found:?} without {check}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Tests a server of notes, as alice.
fn note(server: &str, arguments: &[&str]) -> Output {
    note_of("tests/faulty_server/notes.yaml", server, &[&["--too-large", "200000"], arguments].concat())
}

/// Tests a server of this document, as alice.
fn note_of(document: &str, server: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["test", document, "--server", server, "--rate", "2000", "--timeout", "2", "--unsafe"]);
    command.args(arguments).env_clear();
    command.env("NOTES_CLIENT_TOKEN", token("alice", "read")).output().unwrap()
}

#[test]
fn faults_in_reading_bodies_and_in_errors_are_found() {
    let origin = notes::start();
    let clean = note(&format!("{origin}/none"), &["--format", "json"]);
    assert_eq!((broken(&clean), clean.status.code()), (Vec::new(), Some(0)));
    let report: serde_json::Value = serde_json::from_slice(&clean.stdout).unwrap();
    let kept: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|own| own["check"].as_str().unwrap()).collect();
    for (fault, check) in [
        ("key-of-token", "jwt-jwk-header"),
        ("any-media-type", "wrong-media-type"),
        ("any-size", "too-large"),
        ("bare-errors", "error-conforms"),
        ("other-errors", "error-conforms"),
        ("owner-writable", "property-of-other"),
        ("no-header", "header-documented"),
    ] {
        let found = broken(&note(&format!("{origin}/{fault}"), &["--format", "json"]));
        assert!(found.iter().any(|own| own == check), "{fault}: {found:?}");
        assert!(kept.contains(&check), "{check} was not made of the server without faults: {kept:?}");
    }
}

#[test]
fn values_of_read_only_properties_are_not_reported() {
    let origin = notes::start();
    let token = token("alice", "read");
    for (fault, secret) in [("secret-owner", notes::SECRET_OWNER), ("token-owner", token.as_str())] {
        let server = format!("{origin}/{fault}");
        let json = note(&server, &["--format", "json"]);
        assert!(broken(&json).contains(&"property-of-other".to_owned()), "{fault}: {:?}", broken(&json));
        for output in [json, note(&server, &[])] {
            let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(text.contains("and then `owner` has the value that was sent"), "{fault}: {text}");
            assert!(!text.contains(secret) && !text.contains("may not have its old value"), "{fault}: {text}");
        }
        assert_eq!(notes::note(&format!("{fault}/notes/n-1")).unwrap()["owner"], secret);
    }
}

#[test]
fn property_is_read_and_restored_at_the_changed_object() {
    let server = format!("{}/new-notes", notes::start());
    let arguments = ["--only", "property-of-other", "--format", "json"];
    let output = note_of("tests/faulty_server/new/notes.yaml", &server, &arguments);
    assert_eq!(broken(&output), ["property-of-other"], "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(notes::note("new-notes/notes/n-2").unwrap()["owner"], "alice");
}

#[test]
fn large_body_is_not_in_the_report() {
    let origin = notes::start();
    let output = note(&format!("{origin}/any-size"), &["--only", "too-large"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("FAIL too-large") && text.contains("--data-binary @BODY"), "{text}");
    assert!(text.contains("note: BODY in a curl command is a file") && text.len() < 10_000, "{text}");
}

#[test]
fn a_forged_token_is_explained() {
    let origin = notes::start();
    let output = note(&format!("{origin}/key-of-token"), &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("Bearer $JWT_JWK_HEADER\""), "{text}");
    let note = "$JWT_JWK_HEADER in a curl command is a token signed by the key in its header";
    assert!(text.contains(note) && !text.contains("eyJ"), "{text}");
}

#[test]
fn checks_can_be_left_out() {
    let server = format!("{}/any-key", faulty_server::start());
    let found = |arguments: &[&str]| broken(&shop(&server, &[&["--format", "json"], arguments].concat()));
    assert!(found(&["--only", "auth"]).contains(&"auth-part-wrong".to_owned()));
    assert!(!found(&["--except", "auth-part-wrong"]).contains(&"auth-part-wrong".to_owned()));
    assert!(found(&["--only", "jwt"]).is_empty() && found(&["--only", "id:health"]).is_empty());
}

#[test]
fn a_failure_shows_a_command_without_secrets() {
    let origin = faulty_server::start();
    let server = format!("{origin}/half-and");
    let folder = tempfile::tempdir().unwrap();
    let har = folder.path().join("log.har");
    for format in ["text", "json", "junit", "sarif"] {
        let output = shop(&server, &["--format", format, "--har", har.to_str().unwrap()]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{format}: {text}");
        assert!(text.contains("auth-part-missing"), "{format}: {text}");
        if format == "text" {
            assert!(text.contains("\"authorization: Bearer $SHOP_CLIENT_TOKEN\""), "{text}");
            assert!(text.contains("GET /items/{itemId}   expected 401, got 200"), "{text}");
        }
        let log = std::fs::read_to_string(&har).unwrap();
        for secret in [token("alice", "admin read"), token("bob", "read"), "key-alice".to_owned(), "key-bob".to_owned()]
        {
            assert!(!text.contains(&secret) && !log.contains(&secret), "{format} shows {secret}");
        }
        assert!(!log.contains("eyJ"), "the log has a token");
    }
}

#[test]
fn security_is_not_judged_without_a_call_that_succeeded() {
    let origin = faulty_server::start();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(["test", SHOP, "--server", &format!("{origin}/ignores-tokens"), "--only", "id:getItem"]);
    let output = command.env_clear().env("SHOP_CLIENT_TOKEN", "wrong").env("SHOP_CLIENT_KEY", "k").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("security requirements were not tested") && !text.contains("FAIL"), "{text}");
}

#[test]
fn only_this_machine_is_tested_without_permission() {
    for (arguments, expected) in [
        (vec!["--server", "https://api.example.com"], "--i-may api.example.com"),
        (vec!["--server", "nowhere"], "not an absolute URL"),
        (vec!["--server", "http://127.0.0.1:9", "--param", "nothing=1"], "no operation has a parameter `nothing`"),
        (vec!["--server", "http://127.0.0.1:9", "--only", "auth-nonsense"], "keystub test --list"),
    ] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_keystub")).args(["test", SHOP]).args(&arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
    }
}

#[test]
fn servers_that_do_not_respond_end_the_test() {
    use std::io::{Read, Write};
    for fault in ["closed", "garbage", "silent", "endless", "never"] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let _ = stream.read(&mut [0; 4096]).unwrap_or_default();
                    match fault {
                        "garbage" => drop(stream.write_all(b"SSH-2.0-OpenSSH\r\n\r\n")),
                        // The longest wait that a number of seconds can express.
                        "never" => {
                            let head = "HTTP/1.1 503 Busy\r\nretry-after: 18446744073709551615\r\n";
                            stream.write_all(format!("{head}content-length: 0\r\n\r\n").as_bytes()).ok();
                        }
                        "silent" => drop(stream.read(&mut [0; 1])),
                        "endless" => {
                            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n").ok();
                            while stream.write_all(&[b'x'; 65536]).is_ok() {}
                        }
                        _ => {}
                    }
                });
            }
        });
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.args(["test", SHOP, "--server", &server, "--timeout", "1", "--only", "id:health"]);
        let output = command.env_clear().output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        if fault == "never" {
            // The response is judged as it is, and not waited for.
            assert_eq!(output.status.code(), Some(1), "{text}");
            assert!(text.contains("FAIL no-5xx"), "{text}");
            continue;
        }
        assert_eq!(output.status.code(), Some(3), "{fault}: {text}");
        assert!(text.contains("inconclusive: GET /health by no credentials: "), "{fault}: {text}");
    }
}

#[test]
fn the_documentation_has_every_check() {
    let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(["test", "--list"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let page = std::fs::read_to_string("docs/testing.md").unwrap();
    assert!(output.status.success() && text.lines().count() > 40, "{text}");
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let (id, family) = (words.next().unwrap(), words.next().unwrap());
        let rule = words.collect::<Vec<_>>().join(" ");
        let row = page.lines().find(|row| row.starts_with(&format!("| `{id}` | {family} | ")));
        let cells: Vec<&str> = row.unwrap_or_else(|| panic!("{id} has no row")).split(" | ").collect();
        assert_eq!(format!("{} ({})", cells[2], cells[3].trim_end_matches(" |")), rule);
    }
}

/// Writes the tests for the crate in a folder.
fn write_tests(document: &str, folder: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    let output = command.args(["test", document, "--write"]).arg(folder).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.code(), said)
}

#[test]
fn written_tests_are_those_of_a_new_server() {
    let folder = tempfile::tempdir().unwrap();
    let document = "fixtures/world/petshop.yaml";
    let new = keystub::Generator::server(document).name("pet-server").generate().unwrap();
    new.file_set().write(folder.path()).unwrap();
    let (file, manifest) = (folder.path().join("tests/authentication.rs"), folder.path().join("Cargo.toml"));
    std::fs::remove_dir_all(folder.path().join("tests")).unwrap();
    let (code, said) = write_tests(document, folder.path(), &[]);
    assert!(code == Some(0) && said.ends_with("authentication.rs written\n"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), new.files()["tests/authentication.rs"]);
    let (code, said) = write_tests(document, folder.path(), &[]);
    assert!(code == Some(0) && said.ends_with("is up to date\n"), "{said}");

    let own = std::fs::read_to_string(&manifest).unwrap().replace("tower = ", "other = ");
    std::fs::write(&manifest, own.replace("\"pet-server\"", "\"other-server\"")).unwrap();
    let (code, said) = write_tests(document, folder.path(), &[]);
    assert!(code == Some(1) && said.contains("exists and differs; remove it"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), new.files()["tests/authentication.rs"]);
    std::fs::remove_file(&file).unwrap();
    let (code, said) = write_tests(document, folder.path(), &[]);
    assert!(code == Some(0) && said.contains("[dev-dependencies]\ntower = { version = "), "{said}");
    assert!(!said.contains("serde_json = "), "{said}");
    assert!(std::fs::read_to_string(&file).unwrap().contains("use other_server::app::App;"));
}

#[cfg(unix)]
#[test]
fn tests_are_not_written_through_a_link() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let document = "fixtures/world/petshop.yaml";
    let new = keystub::Generator::server(document).name("pet-server").generate().unwrap();
    new.file_set().write(folder.path()).unwrap();
    let tests = folder.path().join("tests");
    std::fs::remove_dir_all(&tests).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &tests).unwrap();
    let (code, said) = write_tests(document, folder.path(), &[]);
    assert!(code == Some(1) && said.contains("tests is a link"), "{said}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn tests_are_written_only_for_generated_servers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (document, arguments, expected, message) in [
        (SHOP, vec![], 1, "Cargo.toml"),
        (SHOP, vec!["--only", "auth-none"], 2, "`auth-none` selects a check"),
        (SHOP, vec!["--server", "http://127.0.0.1:9"], 2, "cannot be used with"),
    ] {
        let (code, said) = write_tests(document, folder, &arguments);
        assert!(code == Some(expected) && said.contains(message), "{arguments:?}: {said}");
    }
    std::fs::write(folder.join("Cargo.toml"), "[package]\nname = \"shop\"\n").unwrap();
    let (code, said) = write_tests(SHOP, folder, &[]);
    assert!(code == Some(1) && said.contains("src/app.rs is missing"), "{said}");
    std::fs::create_dir_all(folder.join("src/generated")).unwrap();
    for file in ["src/app.rs", "src/generated/operations.rs"] {
        std::fs::write(folder.join(file), "").unwrap();
    }
    let (code, said) = write_tests("fixtures/ok/all-of.yaml", folder, &[]);
    assert!(code == Some(1) && said.contains("has no security schemes"), "{said}");
    let (code, said) = write_tests("fixtures/bad/unknown-scheme.yaml", folder, &[]);
    assert!(code == Some(1) && said.contains("error[unknown-scheme]"), "{said}");
    assert!(!folder.join("tests").exists());
}
