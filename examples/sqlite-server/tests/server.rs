//! The program, started with an empty database: right, wrong and missing credentials for each operation.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlite_server::api::auth::Passwords;
use tempfile::TempDir;

const ANN: (&str, &str) = ("ann", "the-password-of-ann");
const BOB: (&str, &str) = ("bob", "the-password-of-bob");
const WRITER: &str = "the-key-of-the-importer";
const READER: &str = "the-key-of-the-dashboard";

/// The program, with a database in this folder.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqlite-server"));
    let database = format!("sqlite://{}?mode=rwc", folder.join("notes.db").display());
    command.env("DATABASE_URL", database).env("LISTEN", "127.0.0.1:0");
    command
}

/// Runs a command that reads lines from standard input. Returns whether it succeeded.
fn import(folder: &Path, command: &str, lines: &str) -> bool {
    let mut child = program(folder).arg(command).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

/// A database with two users and two keys.
fn database() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let user = |(name, password): (&str, &str)| format!("{name} {}\n", Passwords::hash(password).unwrap());
    assert!(import(folder.path(), "add-users", &format!("# people\n{}{}", user(ANN), user(BOB))));
    let hash = |key: &str| -> String { Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect() };
    let keys = format!("importer {} notes:write\ndashboard {}\n", hash(WRITER), hash(READER));
    assert!(import(folder.path(), "add-keys", &keys));
    folder
}

/// A running server.
struct Server {
    child: Child,
    base: String,
    http: reqwest::Client,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = program(folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
        Self { base: format!("{address}/v1"), child, http: reqwest::Client::new() }
    }

    fn request(&self, caller: Caller, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match caller {
            Caller::Nobody => request,
            Caller::Login(user, password) => request.basic_auth(user, Some(password)),
            Caller::Key(key) => request.header("X-API-Key", key),
        }
    }

    async fn status(&self, caller: Caller, method: Method, path: &str) -> u16 {
        self.request(caller, method, path).send().await.unwrap().status().as_u16()
    }

    /// Sends a note; status and body of the response.
    async fn post(&self, caller: Caller, text: &str) -> (u16, Value) {
        let request = self.request(caller, Method::POST, "/notes").header("Content-Type", "application/json");
        read(request.body(json!({"text": text}).to_string())).await
    }

    async fn get(&self, caller: Caller, path: &str) -> (u16, Value) {
        read(self.request(caller, Method::GET, path)).await
    }

    /// Sends SIGTERM and waits for the end. Returns the exit status.
    fn stop(mut self) -> Option<i32> {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[derive(Debug, Clone, Copy)]
enum Caller {
    Nobody,
    Login(&'static str, &'static str),
    Key(&'static str),
}

async fn read(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
}

const USER: Caller = Caller::Login(ANN.0, ANN.1);
const OTHER: Caller = Caller::Login(BOB.0, BOB.1);

#[tokio::test]
async fn each_operation_accepts_only_its_credentials_and_scopes() {
    let folder = database();
    let server = Server::start(folder.path());
    let (status, note) = server.post(USER, "first").await;
    assert_eq!((status, &note["author"]), (201, &json!("ann")));
    let path = format!("/notes/{}", note["id"].as_str().unwrap());
    // List, add, get and delete.
    let rows = [
        (Caller::Nobody, [401, 401, 401, 401]),
        (Caller::Login("ann", "wrong"), [401, 401, 401, 401]),
        (Caller::Login("ann", BOB.1), [401, 401, 401, 401]),
        (Caller::Login("nobody", ANN.1), [401, 401, 401, 401]),
        (Caller::Key("an-unknown-key-of-someone"), [401, 401, 401, 401]),
        (Caller::Key(READER), [200, 403, 200, 401]),
        (Caller::Key(WRITER), [200, 201, 200, 401]),
        (OTHER, [200, 201, 200, 403]),
        (USER, [200, 201, 200, 204]),
    ];
    for (caller, expected) in rows {
        let found = [
            server.status(caller, Method::GET, "/notes").await,
            server.post(caller, "another").await.0,
            server.status(caller, Method::GET, &path).await,
            server.status(caller, Method::DELETE, &path).await,
        ];
        assert_eq!(found, expected, "{caller:?}");
    }
    assert_eq!(server.status(USER, Method::GET, &path).await, 404);
    assert_eq!(server.status(USER, Method::DELETE, &path).await, 404);
    assert_eq!(server.status(Caller::Nobody, Method::GET, "/health").await, 204);
}

#[tokio::test]
async fn notes_are_listed_page_by_page() {
    let folder = database();
    let server = Server::start(folder.path());
    for text in ["a", "b", "c"] {
        assert_eq!(server.post(Caller::Key(WRITER), text).await.0, 201);
    }
    let texts = |page: &Value| -> Vec<String> {
        page.as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap().to_owned()).collect()
    };
    let (_, first) = server.get(USER, "/notes?limit=2").await;
    assert_eq!(texts(&first), ["a", "b"]);
    let (_, second) = server.get(USER, &format!("/notes?limit=2&after={}", first[1]["id"].as_str().unwrap())).await;
    assert_eq!(texts(&second), ["c"]);
    assert_eq!(second[0]["author"], "key:importer");
    for path in ["/notes?limit=0", "/notes?limit=101", "/notes?after=x", "/notes/x"] {
        assert_eq!(server.status(USER, Method::GET, path).await, 400, "{path}");
    }
    assert_eq!(server.post(USER, "").await.0, 400, "the document requires a character");
}

#[tokio::test]
async fn notes_are_sent_as_events_from_the_last_one_until_the_server_stops() {
    let folder = database();
    let server = Server::start(folder.path());
    let (_, first) = server.post(USER, "first").await;
    assert_eq!(server.post(USER, "second").await.0, 201);
    let watch = async |caller, last: &str| {
        let request = server.request(caller, Method::GET, "/notes/changes").header("Last-Event-ID", last);
        request.send().await.unwrap()
    };
    let last = first["id"].as_str().unwrap();
    for caller in [Caller::Nobody, Caller::Login("ann", "wrong"), Caller::Key("an-unknown-key-of-someone")] {
        assert_eq!(watch(caller, last).await.status(), 401, "{caller:?}");
    }
    let mut response = watch(Caller::Key(READER), last).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    for note in ["second", "third"] {
        while !text.ends_with("\n\n") {
            text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
        }
        let (id, data) = text.trim_end().split_once("\ndata: ").unwrap();
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!((id, &data["text"]), (format!("id: {}", data["id"].as_str().unwrap()).as_str(), &json!(note)));
        text.clear();
        assert_eq!(server.post(USER, "third").await.0, 201);
    }
    assert_eq!(server.stop(), Some(0));
    // The note that was added last, and the regular end.
    while response.chunk().await.unwrap().is_some() {}
}

#[tokio::test]
async fn database_outlives_the_server_and_holds_no_secret() {
    let folder = database();
    let server = Server::start(folder.path());
    assert_eq!(server.post(USER, "kept").await.0, 201);
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(folder.path());
    assert_eq!(server.get(USER, "/notes").await.1[0]["text"], "kept");
    assert_eq!(server.stop(), Some(0));
    let bytes = std::fs::read(folder.path().join("notes.db")).unwrap();
    let contains = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(contains("$argon2id$") && contains("importer") && contains("kept"));
    for secret in [ANN.1, BOB.1, WRITER, READER] {
        assert!(!contains(secret), "{secret}");
    }
}

#[test]
fn secrets_in_plain_text_are_not_imported() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!import(folder.path(), "add-users", "ann the-password-of-ann\n"));
    assert!(!import(folder.path(), "add-keys", "importer the-key-of-the-importer\n"));
    assert!(!import(folder.path(), "add-admins", ""));
}
