//! `keystub mock --watch`.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::running_mock::{Answer, send};

const DOCUMENT: &str = include_str!("../../fixtures/world/petshop.yaml");

/// A mock that watches its document. It ends with the test.
struct Watching {
    process: Child,
    lines: Lines<BufReader<ChildStderr>>,
    address: String,
    token: String,
    key: String,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Watching {
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.current_dir(folder).args(["mock", "api.yaml", "--listen", "127.0.0.1:0", "--watch"]);
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut own = Self { process, lines, address: String::new(), token: String::new(), key: String::new() };
        let printed = own.until_watching();
        let after = |word: &str| {
            let line = printed.iter().find_map(|line| line.split_once(word)).unwrap_or_else(|| panic!("{printed:?}"));
            line.1.split(' ').next().unwrap().to_owned()
        };
        (own.address, own.token, own.key) = (after(" on http://"), after("TOKEN="), after("X-Shop-Key: "));
        own
    }

    /// The lines until the mock waits for changes.
    fn until_watching(&mut self) -> Vec<String> {
        let lines = self.lines.by_ref().map(Result::unwrap);
        lines.take_while(|line| !line.starts_with("watching ")).collect()
    }

    fn send(&self, line: &str, body: &str) -> Answer {
        let head = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token);
        send(&self.address, line, &head, body)
    }
}

/// Replaces the document, as editors do.
fn write(folder: &Path, text: &str) {
    std::fs::write(folder.join("new"), text).unwrap();
    std::fs::rename(folder.join("new"), folder.join("api.yaml")).unwrap();
}

#[test]
fn new_version_is_served_with_the_state_and_the_keys_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), DOCUMENT);
    let mut mock = Watching::start(folder.path());
    let created = mock.send("POST /pets", r#"{"name":"Rex"}"#).json()["id"].to_string();
    assert_eq!(mock.send(&format!("GET /pets/{created}"), "").json()["name"], "Rex");
    assert_eq!(mock.send("GET /cats", "").status, 404);

    let cats = "  /cats:\n    get:\n      operationId: cats\n      responses: {'204': {description: d}}\ncomponents:\n";
    write(folder.path(), &DOCUMENT.replace("components:\n", cats));
    let printed = mock.until_watching().join("\n");
    assert!(printed.contains("the document has changed: 8 operations"), "{printed}");
    assert!(!printed.contains(&mock.key) && !printed.contains("TOKEN="), "what stays is not printed again: {printed}");
    assert_eq!(mock.send("GET /cats", "").status, 204);
    assert_eq!(send(&mock.address, "GET /cats", "", "").status, 401);
    assert_eq!(mock.send(&format!("GET /pets/{created}"), "").json()["name"], "Rex");
    let head = format!("X-Shop-Key: {}\r\n", mock.key);
    assert_eq!(send(&mock.address, "GET /pets", &head, "").status, 200);
}

#[test]
fn invalid_version_is_reported_and_the_last_valid_one_is_served() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), DOCUMENT);
    let mut mock = Watching::start(folder.path());
    write(folder.path(), &DOCUMENT.replace("- bearerAuth: []", "- missing: []"));
    let printed = mock.until_watching().join("\n");
    assert!(printed.contains("error[unknown-scheme]") && printed.contains("api.yaml:"), "{printed}");
    assert!(printed.contains("the mock still serves the last valid version"), "{printed}");
    assert_eq!(mock.send("GET /pets/7", "").status, 200);
    // What becomes stricter is enforced at once.
    write(folder.path(), &DOCUMENT.replace("security: []", "security: [{ shopKey: [] }]"));
    let printed = mock.until_watching().join("\n");
    assert!(printed.contains("the document has changed: 7 operations"), "{printed}");
    assert_eq!(send(&mock.address, "GET /health", "", "").status, 401);
}

#[test]
fn document_that_cannot_be_watched_is_an_error() {
    for arguments in [["mock", "-", "--watch"], ["mock", "https://localhost/api.yaml", "--watch"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_keystub")).args(arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("`--watch` needs the path of a file"), "{error}");
        assert_eq!(output.status.code(), Some(1));
    }
}
