//! The README's commands: both crates build, the server starts, and it accepts the client's calls only with valid
//! credentials.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The lines of the README's first shell block.
fn commands() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let block = text.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    block.lines().map(str::to_owned).collect()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn readme_commands_generate_a_client_and_a_server_that_work_together() {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("main-job");
    if work.exists() {
        std::fs::remove_dir_all(&work).unwrap();
    }
    let crates = work.join("crates");
    for line in commands() {
        let words: Vec<String> = line
            .split(' ')
            .map(|word| match word.strip_prefix("target/petshop/") {
                Some(name) => crates.join(name).display().to_string(),
                None => word.to_owned(),
            })
            .collect();
        // The program that `cargo run` would start, without building it once more with other features of dependencies.
        assert_eq!(words[..3], ["cargo", "run", "--"]);
        run(Command::new(inner_cargo::keystub()).args(&words[3..]).current_dir(root()));
    }
    print_headers(&crates.join("petshop-server/src/main.rs"));
    let caller = crates.join("caller");
    std::fs::create_dir_all(caller.join("src")).unwrap();
    std::fs::write(
        crates.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\"]\n",
    )
    .unwrap();
    std::fs::write(caller.join("Cargo.toml"), include_str!("caller/Cargo.toml.txt")).unwrap();
    std::fs::write(caller.join("src/main.rs"), include_str!("caller/main.rs.txt")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("main-job-target");
    run(inner_cargo::cargo(&crates, &target).args(["build", "--workspace"]));

    let bin = |name: &str| target.join("debug").join(name);
    let keys = settings(&work);
    nothing_starts_without(&bin("petshop-server"), &keys);
    let mut child = Command::new(bin("petshop-server"));
    child
        .envs(keys)
        .envs([("LISTEN", "127.0.0.1:0"), ("LOG_LEVEL", "trace")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut server = Server(child.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let base = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
    let called = Command::new(bin("caller")).arg(format!("{base}/v1")).output().unwrap();
    let said = String::from_utf8(called.stdout).unwrap();
    assert!(called.status.success(), "{said}{}", String::from_utf8_lossy(&called.stderr));
    // The handlers are not implemented: the response is 501 with valid credentials, and 401 otherwise.
    assert_eq!(said, "open operation: 501\nright key: 501\nwrong key: 401\nno key: not sent\n");
    let health = get(base, "/healthz?key=the-key-of-the-first-shop");
    assert!(health.starts_with("HTTP/1.1 200") && health.ends_with("ok"), "{health}");
    keeps_fit_request_ids(base);
    let responses = attacks(base);
    drop(server.0.kill());
    let mut log = String::new();
    server.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    logs_which_function_verifies_each_scheme(&log);
    assert!(log.contains("status=401"), "{log}");
    assert!(log.contains(" TRACE ") || log.contains(" DEBUG "), "the log has no debug messages: {log}");
    for (what, text) in [("log lines", &log), ("responses", &responses)] {
        for secret in ["the-key-of-the-first-shop", "canary", "Y2FuYXJ5"] {
            assert!(!text.contains(secret), "the {what} of the server contain `{secret}`: {text}");
        }
    }
    assert!(log.contains("\"authorization\": Sensitive"), "the headers are not printed: {log}");
    // No scheme of the document uses these headers; only the added line prints them.
    assert!(log.contains("sparrow") && !responses.contains("sparrow"), "{log}\n{responses}");
}

/// The response repeats the request id of the caller. If it is missing or cannot be logged safely, the server creates one.
fn keeps_fit_request_ids(base: &str) {
    let ids = [
        "",
        "\r\nX-Request-Id: sparrow-7",
        "\r\nX-Request-Id: spar row",
        &format!("\r\nX-Request-Id: {}", "x".repeat(60_000)),
    ];
    let responses = ids.map(|id| send(base, &format!("GET /healthz HTTP/1.1{id}"), ""));
    let ids = responses
        .each_ref()
        .map(|response| response.split("x-request-id: ").nth(1).and_then(|rest| rest.lines().next()));
    assert_eq!(ids.map(|id| id.map(str::len)), [Some(36), Some(9), Some(36), Some(36)], "{responses:?}");
}

/// The settings have no defaults: without all or one of them, the server does not start, and names what is missing.
fn nothing_starts_without(server: &Path, keys: &[(&'static str, String)]) {
    let without_keys = Command::new(server).env_clear().output().unwrap();
    assert_eq!(without_keys.status.code(), Some(1), "the server starts without keys");
    assert!(String::from_utf8_lossy(&without_keys.stderr).contains("BEARER_AUTH_"), "{without_keys:?}");
    // Each setting in turn is not set, or empty. Without its file, a key set comes from the issuer.
    for (at, (name, _)) in keys.iter().enumerate().filter(|(_, (name, _))| !name.ends_with("_JWKS_FILE")) {
        for value in [None, Some("")] {
            let others =
                keys.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, (name, value))| (name, value));
            let mut command = Command::new(server);
            command.env_clear().env("LISTEN", "127.0.0.1:0").envs(others).envs(value.map(|value| (name, value)));
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(1), "the server starts without {name}");
            assert!(String::from_utf8_lossy(&output.stderr).contains(name), "{name}: {output:?}");
        }
    }
}

fn logs_which_function_verifies_each_scheme(log: &str) {
    let checks = [
        ("bearerAuth", "verifier=\"App::bearer_auth\""),
        ("oauth", "verifier=\"App::oauth\""),
        ("shopKey", "verifier=\"App::shop_key\""),
        ("login", "verifier=\"App::login\""),
    ];
    for (scheme, check) in checks {
        let says = |line: &&str| line.contains(&format!("scheme=\"{scheme}\"")) && line.contains(check);
        assert_eq!(log.lines().filter(says).count(), 1, "{scheme}: {log}");
    }
}

/// Edits `main.rs`, as its owner may, so that it prints the headers of each request.
fn print_headers(main: &Path) {
    let own = std::fs::read_to_string(main).unwrap();
    let field = "path = request.uri().path(), id";
    assert_eq!(own.matches(field).count(), 1, "{own}");
    std::fs::write(main, own.replace(field, &format!("{field}, headers = ?request.headers()"))).unwrap();
}

/// Sends requests with secrets in every place where a secret may be, and in others. Returns all responses.
fn attacks(base: &str) -> String {
    let heads = [
        "GET /v1/pets?key=canary&token=canary",
        "GET /v1/pets?limit=canary",
        "GET /v1/pets HTTP/1.1\r\nAuthorization: Bearer canary",
        // `canary:canary`
        "DELETE /v1/pets/1 HTTP/1.1\r\nAuthorization: Basic Y2FuYXJ5OmNhbmFyeQ==",
        "GET /v1/pets HTTP/1.1\r\nAuthorization: canary canary canary",
        "GET /v1/pets HTTP/1.1\r\nX-Shop-Key: canary\r\nCookie: session=canary",
        "GET /v1/pets HTTP/1.1\r\nX-Shop-Key: canary\r\nX-Shop-Key: canary",
        "GET /v1/pets?limit=canary HTTP/1.1\r\nX-Shop-Key: the-key-of-the-first-shop",
        "POST /v1/pets HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 19\r\nX-Shop-Key: the-key-of-the-first-shop",
        "GET /v1/pets HTTP/1.1\r\nX-Api-Key: sparrow\r\nProxy-Authorization: Basic sparrow",
    ];
    let responses: Vec<String> = heads.iter().map(|head| send(base, head, r#"{"name":"canary"}  "#)).collect();
    assert!(responses.iter().all(|response| response.starts_with("HTTP/1.1 ")), "{responses:?}");
    responses.concat()
}

fn get(base: &str, target: &str) -> String {
    send(base, &format!("GET {target}"), "")
}

/// The response to a request with this request line, which may be followed by header fields. The version is optional.
fn send(base: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let version = if head.contains(" HTTP/1.1") { "" } else { " HTTP/1.1" };
    let body = if head.contains("Content-Length") { body } else { "" };
    stream.write_all(format!("{head}{version}\r\nHost: x\r\nConnection: close\r\n\r\n{body}").as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// The settings of the server, with their files: one shop key, and keys and users that no call of this test uses.
fn settings(work: &Path) -> Vec<(&'static str, String)> {
    let file = |name: &str, text: &str| {
        let path = work.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let jwks = file("jwks.json", include_str!("caller/jwks.json"));
    // SHA-256 of `the-key-of-the-first-shop`.
    let shop = file("shop.txt", &format!("first-shop {}\n", include_str!("caller/key.sha256").trim()));
    let users = file("users.txt", include_str!("caller/users.txt"));
    let text = |text: &str| text.to_owned();
    vec![
        ("BEARER_AUTH_JWKS_FILE", jwks.clone()),
        ("BEARER_AUTH_ISSUER", text("https://id.petshop.example")),
        ("BEARER_AUTH_AUDIENCE", text("petshop")),
        ("OAUTH_JWKS_FILE", jwks),
        ("OAUTH_ISSUER", text("https://id.petshop.example")),
        ("OAUTH_AUDIENCE", text("petshop")),
        ("SHOP_KEY_KEYS_FILE", shop),
        ("LOGIN_USERS_FILE", users),
    ]
}
