//! The program, called with the right key, a wrong one and none.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use sha2::{Digest, Sha256};

const KEY: &str = "the-key-of-ann-in-full";

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_build-script-server"));
    command.env_remove("KEYS_FILE").env("LISTEN", "127.0.0.1:0");
    command
}

#[tokio::test]
async fn only_the_owner_of_a_key_is_greeted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.txt");
    let hash: String = Sha256::digest(KEY).iter().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(&file, format!("ann {hash}\n")).unwrap();
    let mut server = Server(program().env("KEYS_FILE", &file).stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
    let http = reqwest::Client::new();
    let rows = [
        ("/greeting?name=bob", Some(KEY), 200, "ann greets bob"),
        ("/greeting", Some(KEY), 200, "ann greets world"),
        ("/greeting", Some("another-key-of-nobody"), 401, "Unauthorized"),
        ("/greeting", None, 401, "Unauthorized"),
        ("/greeting?name=", Some(KEY), 400, "name"),
        ("/health", None, 204, ""),
    ];
    for (path, key, status, text) in rows {
        let mut request = http.get(format!("{base}{path}"));
        if let Some(key) = key {
            request = request.header("X-API-Key", key);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path} {key:?}");
        let body = response.text().await.unwrap();
        assert!(body.contains(text), "{path} {key:?}: {body}");
    }
}

#[test]
fn server_does_not_start_without_keys() {
    assert!(!program().status().unwrap().success());
    let empty = tempfile::NamedTempFile::new().unwrap();
    assert!(!program().env("KEYS_FILE", empty.path()).status().unwrap().success());
}
