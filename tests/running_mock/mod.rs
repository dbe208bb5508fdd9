//! A mock that a test starts and talks to.
#![allow(dead_code)] // each test uses a part of it

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The command line: of keystub itself, or of the package that runs a test of it.
const KEYSTUB: &str = match (option_env!("CARGO_BIN_EXE_keystub"), option_env!("CARGO_BIN_EXE_keystub-command")) {
    (Some(path), _) | (None, Some(path)) => path,
    (None, None) => panic!("this package has no command line"),
};

/// A running mock. It ends with the test.
pub struct Mock {
    process: Child,
    pub address: String,
    /// What the mock prints at start.
    pub lines: Vec<String>,
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The folder of the repository.
fn root() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.find(|folder| folder.join("fixtures/world").is_dir()).expect("the repository has fixtures")
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The values of a header field.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

impl Mock {
    pub fn start(spec: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(KEYSTUB);
        command.current_dir(root()).args(["mock", spec, "--listen", "127.0.0.1:0"]).args(arguments);
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stderr.take().unwrap());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "the mock ended: {lines:?}");
            lines.push(line.trim_end().to_owned());
            if line.contains("document with these endpoints") {
                break;
            }
        }
        // Nobody reads the log, and a full pipe would stop the mock.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let title = lines.iter().find(|line| line.starts_with("mock of ")).unwrap();
        let address = title.split("http://").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        Self { process, address, lines }
    }

    pub fn petshop(arguments: &[&str]) -> Self {
        Self::start("fixtures/world/petshop.yaml", arguments)
    }

    pub fn send(&self, line: &str, head: &str, body: &str) -> Answer {
        send(&self.address, line, head, body)
    }

    pub fn get(&self, path: &str, token: &str) -> Answer {
        self.send(&format!("GET {path}"), &format!("Authorization: Bearer {token}\r\n"), "")
    }

    /// What follows a word in the lines of the start.
    pub fn printed(&self, word: &str) -> &str {
        let found = self.lines.iter().find_map(|line| line.split_once(word));
        found.unwrap_or_else(|| panic!("{word} is not in {:?}", self.lines)).1.split([' ', ',']).next().unwrap()
    }

    pub fn token(&self, scope: &str) -> String {
        let body = serde_json::json!({ "scope": scope }).to_string();
        let answer = self.send("POST /.keystub/token", "", &body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub fn form(&self, path: &str, body: &str) -> Answer {
        self.send(&format!("POST {path}"), "Content-Type: application/x-www-form-urlencoded\r\n", body)
    }
}

/// Sends a request with this first line, without its version, and these header fields.
pub fn send(address: &str, line: &str, head: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{head}\r\n{body}"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{line}: {text:?}"));
    let status = head[9..12].parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
