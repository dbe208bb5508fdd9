//! The program, started with an empty database.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlite_server::api::auth::Passwords;
use tempfile::TempDir;

pub const ANN: (&str, &str) = ("ann", "the-password-of-ann");
pub const BOB: (&str, &str) = ("bob", "the-password-of-bob");
pub const WRITER: &str = "the-key-of-the-importer";
pub const READER: &str = "the-key-of-the-dashboard";

/// The program, with a database in this folder.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqlite-server"));
    let database = format!("sqlite://{}?mode=rwc", folder.join("notes.db").display());
    command.env("DATABASE_URL", database).env("LISTEN", "127.0.0.1:0");
    command
}

/// The error of a server that does not start with these variables.
pub fn refused_start(folder: &Path, variables: &[(&str, &str)]) -> String {
    let output = program(folder).envs(variables.iter().copied()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

/// Runs a command that reads lines from standard input. Returns whether it succeeded.
pub fn import(folder: &Path, command: &str, lines: &str) -> bool {
    let mut child = program(folder).arg(command).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

/// A database with two users and two keys.
pub fn database() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let user = |(name, password): (&str, &str)| format!("{name} {}\n", Passwords::hash(password).unwrap());
    assert!(import(folder.path(), "add-users", &format!("# people\n{}{}", user(ANN), user(BOB))));
    let hash = |key: &str| -> String { Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect() };
    let keys = format!("importer {} notes:write\ndashboard {}\n", hash(WRITER), hash(READER));
    assert!(import(folder.path(), "add-keys", &keys));
    folder
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: String,
    base: String,
    metrics: String,
    http: reqwest::Client,
}

impl Server {
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// Starts it with these variables.
    pub fn start_with(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let mut child = program(folder).envs(variables.iter().copied()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut metrics, mut line) = (String::new(), String::new());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        loop {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the program has ended");
            match line.trim().strip_prefix("metrics at ") {
                Some(url) => metrics = url.to_owned(),
                None => break,
            }
        }
        let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}"));
        let base = format!("http://{address}/v1");
        Self { address: address.to_owned(), base, metrics, child, http: reqwest::Client::new() }
    }

    /// The same server for a client that uses HTTP/2.
    pub fn with_http2(mut self) -> Self {
        self.http = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
        self
    }

    pub fn request(&self, caller: Caller<'_>, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match caller {
            Caller::Nobody => request,
            Caller::Login(user, password) => request.basic_auth(user, Some(password)),
            Caller::Key(key) => request.header("X-API-Key", key),
            Caller::Session(secret) => request.header("Cookie", format!("__Host-session={secret}")),
        }
    }

    pub async fn status(&self, caller: Caller<'_>, method: Method, path: &str) -> u16 {
        self.request(caller, method, path).send().await.unwrap().status().as_u16()
    }

    /// Sends a note; status and body of the response.
    pub async fn post(&self, caller: Caller<'_>, text: &str) -> (u16, Value) {
        let request = self.request(caller, Method::POST, "/notes").header("Content-Type", "application/json");
        read(request.body(json!({"text": text}).to_string())).await
    }

    pub async fn get(&self, caller: Caller<'_>, path: &str) -> (u16, Value) {
        read(self.request(caller, Method::GET, path)).await
    }

    /// A request for a path that is not below that of the API.
    pub fn outside(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("http://{}{path}", self.address))
    }

    /// The metrics.
    pub async fn metrics(&self) -> String {
        self.http.get(&self.metrics).send().await.unwrap().text().await.unwrap()
    }

    /// Sends SIGTERM and waits for the end. Returns the exit status.
    pub fn stop(self) -> Option<i32> {
        self.terminate();
        self.wait()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
    }

    /// Waits for the end. Returns the exit status.
    pub fn wait(mut self) -> Option<i32> {
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
pub enum Caller<'a> {
    Nobody,
    Login(&'static str, &'static str),
    Key(&'static str),
    Session(&'a str),
}

pub async fn read(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
}

pub const USER: Caller<'_> = Caller::Login(ANN.0, ANN.1);
pub const OTHER: Caller<'_> = Caller::Login(BOB.0, BOB.1);
