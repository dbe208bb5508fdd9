//! The program serves the documentation only if it is switched on, and the API requires credentials in both cases.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The SHA-256 of `right-key`, and the argon2id hash of `right-password`.
const KEYS: &str = "ann 76c365c9956f33a4848cdb6ed10306c1ea4e9406865b1705a3ce5d726f46ae37\n";
const USERS: &str = "ann $argon2id$v=19$m=19456,t=2,p=1$4cMMtXIB/CxXiGrkEud3dw$KNU2mDJwfXFevL56d2dd/3BqamWhcBsZvIlY5G0+Vpc\n";

/// The program, stopped at the end.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path, docs: Option<&str>) -> Command {
    let (keys, users) = (folder.join("keys"), folder.join("users"));
    std::fs::write(&keys, KEYS).unwrap();
    std::fs::write(&users, USERS).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_petshop-server"));
    command
        .env_clear()
        .env("LISTEN", "127.0.0.1:0")
        .env("SHOP_KEY_KEYS_FILE", keys)
        .env("LOGIN_USERS_FILE", users);
    for name in ["BEARER_AUTH", "OAUTH"] {
        command.env(format!("{name}_ISSUER"), "https://id.petshop.example");
        command.env(format!("{name}_AUDIENCE"), "petshop");
    }
    command.envs(docs.map(|docs| ("DOCS", docs)));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn start(folder: &Path, docs: Option<&str>) -> Server {
    let mut child = command(folder, docs).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .trim()
        .strip_prefix("listening on http://")
        .expect("the program listens")
        .to_owned();
    Server { child, address }
}

/// The head in lower case, and the body.
fn get(server: &Server, path: &str, fields: &str) -> (String, String) {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let host = &server.address;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn documentation_is_served_only_if_it_is_switched_on() {
    let folder = folder("docs");
    for (docs, status) in [(Some("true"), "200"), (Some("false"), "404"), (None, "404")] {
        let server = start(&folder, docs);
        for path in ["/docs", "/openapi.json"] {
            let (head, _) = get(&server, path, "");
            assert!(
                head.starts_with(&format!("http/1.1 {status}")),
                "{docs:?} {path}: {head}"
            );
        }
        for (fields, status) in [
            ("", "401"),
            ("X-Shop-Key: wrong-key\r\n", "401"),
            ("X-Shop-Key: right-key\r\n", "501"),
        ] {
            let (head, _) = get(&server, "/v1/pets", fields);
            assert!(
                head.starts_with(&format!("http/1.1 {status}")),
                "{docs:?} {fields}: {head}"
            );
        }
        assert!(
            get(&server, "/healthz", "").0.starts_with("http/1.1 200"),
            "{docs:?}"
        );
    }
    let Output { status, stderr, .. } = command(&folder, Some("yes")).output().unwrap();
    let error = String::from_utf8(stderr).unwrap();
    assert!(
        status.code() == Some(1) && error.contains("DOCS: `yes` is neither `true` nor `false`"),
        "{error}"
    );
}

#[test]
fn page_and_document_have_strict_headers() {
    let server = start(&folder("headers"), Some("true"));
    let (head, page) = get(&server, "/docs", "");
    assert!(
        head.contains("content-type: text/html; charset=utf-8\r\n"),
        "{head}"
    );
    assert!(
        page.contains("GET") && page.contains("listPets") && page.contains("href=\"openapi.json\"")
    );
    let policy = head
        .lines()
        .find(|line| line.starts_with("content-security-policy: "))
        .unwrap();
    assert!(
        policy.contains("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(
        policy.contains("; connect-src 'self' https://id.petshop.example; frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe")
            && !policy.contains('*')
            && !policy.contains("api.petshop.example"),
        "{policy}"
    );
    let (head, document) = get(&server, "/openapi.json", "");
    for field in [
        "content-type: application/json",
        "x-content-type-options: nosniff",
        "cache-control: no-cache",
    ] {
        assert!(head.contains(&format!("{field}\r\n")), "{head}");
    }
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!(
        document["paths"]["/pets"]["get"]["security"],
        serde_json::json!([{"bearerAuth": []}, {"shopKey": []}])
    );
    let tag = head
        .lines()
        .find_map(|line| line.strip_prefix("etag: "))
        .unwrap();
    let (head, body) = get(
        &server,
        "/openapi.json",
        &format!("If-None-Match: {tag}\r\n"),
    );
    assert!(
        head.starts_with("http/1.1 304") && body.is_empty(),
        "{head}"
    );
}
