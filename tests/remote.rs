//! Documents from URLs, against a server on this machine that also misbehaves.
#![cfg(feature = "net")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

const DOCUMENT: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /pets:\n    get: {operationId: listPets, \
                        security: [], responses: {'200': {description: d}}}\n";

/// What the server sends for a path.
#[derive(Clone)]
enum Reply {
    Text(String),
    Redirect(String),
    Status(&'static str),
    /// A body that does not end.
    Endless,
    /// Nothing, while the connection stays open.
    Hang,
}

/// A server, and what it received.
struct Server {
    address: SocketAddr,
    replies: Arc<Mutex<BTreeMap<String, Reply>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(replies: impl IntoIterator<Item = (&'static str, Reply)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), replies: Arc::default(), requests: Arc::default() };
        replies.into_iter().for_each(|(path, reply)| server.set(path, reply));
        let (replies, requests) = (server.replies.clone(), server.requests.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (replies, requests) = (replies.clone(), requests.clone());
                std::thread::spawn(move || serve(stream.unwrap(), &replies, &requests));
            }
        });
        server
    }

    fn set(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The same server by another name, which is another origin.
    fn other_url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }

    /// The heads of all requests.
    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, replies: &Mutex<BTreeMap<String, Reply>>, requests: &Mutex<Vec<String>>) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)).map(str::to_owned) else { return };
    requests.lock().unwrap().push(head.join("\n"));
    let reply = replies.lock().unwrap().get(&path).cloned().unwrap_or(Reply::Status("404 Not Found"));
    let (status, field, body) = match reply {
        Reply::Text(text) => ("200 OK", format!("Content-Length: {}", text.len()), text),
        Reply::Redirect(to) => ("302 Found", format!("Content-Length: 0\r\nLocation: {to}"), String::new()),
        Reply::Status(status) => (status, "Content-Length: 0".to_owned(), String::new()),
        Reply::Endless => ("200 OK", "X-A: b".to_owned(), String::new()),
        Reply::Hang => {
            // Ends when the client closes the connection.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
            return;
        }
    };
    let _ = write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n{field}\r\n\r\n{body}");
    while matches!(replies.lock().unwrap().get(&path), Some(Reply::Endless)) && stream.write_all(&[b'#'; 65536]).is_ok()
    {
    }
}

fn keystub(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.args(arguments).current_dir(folder).env("SECRET_TOKEN", "s3cret").output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a command that must fail with status 1, and returns its error.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = keystub(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(!text(&output).contains("s3cret"), "{}", text(&output));
    text(&output)
}

fn accepted(folder: &Path, arguments: &[&str]) -> String {
    let output = keystub(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    text(&output)
}

fn document() -> Reply {
    Reply::Text(DOCUMENT.to_owned())
}

#[test]
fn every_command_reads_documents_from_urls() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([("/v1/pets.yaml", document()), ("/overlay", document())]);
    let url = server.url("/v1/pets.yaml?key=hidden");
    server.set("/v1/pets.yaml?key=hidden", document());
    let url = url.as_str();
    std::fs::write(
        folder.path().join("o.yaml"),
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $.info, update: {description: d}}]\n",
    )
    .unwrap();
    for arguments in [
        &["client", url, "--out", "client"][..],
        &["server", url, "--out", "server"],
        &["docs", url, "--out", "docs"],
        &["inspect", url],
        &["deps", url],
        &["audit", url, "--fail", "never"],
        &["changes", url, url],
        &["overlay", url, "o.yaml"],
        &["bundle", url],
        &["call", url],
        &["init", url],
        &["generate"],
    ] {
        let text = accepted(folder.path(), arguments);
        assert!(arguments[0] == "init" || !text.contains("hidden"), "{arguments:?}: {text}");
    }
    let manifest = std::fs::read_to_string(folder.path().join("client/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"pets-client\""), "{manifest}");
}

#[test]
fn diagnostics_name_the_url() {
    let folder = tempfile::tempdir().unwrap();
    let broken = DOCUMENT.replace("security: []", "security: [{zzz: []}]");
    let server = Server::start([("/api.yaml?token=hidden", Reply::Text(broken))]);
    let message = refused(folder.path(), &["inspect", &server.url("/api.yaml?token=hidden")]);
    assert!(
        message.contains(&format!("--> {}:5:", server.url("/api.yaml"))) && !message.contains("hidden"),
        "{message}"
    );
    let message = refused(folder.path(), &["inspect", &server.url("/missing?token=hidden")]);
    assert!(message.contains("404") && message.contains("/missing") && !message.contains("hidden"), "{message}");
}

#[test]
fn http_is_refused_except_for_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let message = refused(folder.path(), &["inspect", "http://keystub.invalid/api.yaml"]);
    assert!(message.contains("without encryption") && message.contains("--insecure"), "{message}");
    let message = refused(folder.path(), &["inspect", "https://ann:s3cret@keystub.invalid/api.yaml"]);
    assert!(message.contains("use `--header`"), "{message}");
}

#[test]
fn header_fields_go_only_to_the_host_of_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([("/api.yaml", document()), ("/moved", Reply::Redirect("/api.yaml".to_owned()))]);
    server.set("/away", Reply::Redirect(server.other_url("/api.yaml")));
    let header = ["--header", "Authorization: Bearer env:SECRET_TOKEN"];
    for path in ["/moved", "/away"] {
        accepted(folder.path(), &["inspect", &server.url(path), header[0], header[1]]);
    }
    let sent: Vec<bool> = server.requests().iter().map(|head| head.contains("Bearer s3cret")).collect();
    // The document and its redirect; then only the document, because the redirect leads to another origin.
    assert_eq!(sent, [true, true, true, false], "{:?}", server.requests());
    let (one, other) = (server.url("/api.yaml"), server.other_url("/api.yaml"));
    let message = refused(folder.path(), &["changes", &one, &other, header[0], header[1]]);
    assert!(message.contains("different hosts"), "{message}");
    accepted(folder.path(), &["changes", &one, &other]);
    let api = |url: &str, out: &str| format!("[[api]]\nspec = \"{url}\"\nkind = \"client\"\nout = \"{out}\"\n");
    std::fs::write(folder.path().join("keystub.toml"), api(&one, "a") + &api(&other, "b")).unwrap();
    let count = server.requests().len();
    assert!(refused(folder.path(), &["generate", header[0], header[1]]).contains("different hosts"));
    assert_eq!(server.requests().len(), count, "nothing is sent");
}

#[test]
fn values_of_header_fields_are_never_printed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([("/api.yaml", Reply::Status("401 Unauthorized"))]);
    let url = server.url("/api.yaml");
    for header in ["s3cret", "Authorization: s3cret", "A: s3cret\n", "Host: s3cret", "é: s3cret"] {
        refused(folder.path(), &["inspect", &url, "--header", header]);
    }
    let message = refused(folder.path(), &["inspect", &url, "--header", "A: env:KEYSTUB_TEST_ABSENT"]);
    assert!(message.contains("`KEYSTUB_TEST_ABSENT`"), "{message}");
}

#[test]
fn hostile_servers_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([
        ("/endless", Reply::Endless),
        ("/hang", Reply::Hang),
        ("/loop", Reply::Redirect("/loop".to_owned())),
        ("/plain", Reply::Redirect("http://keystub.invalid/api.yaml".to_owned())),
        ("/file", Reply::Redirect("file:///etc/hostname".to_owned())),
        ("/user", Reply::Redirect("https://ann:s3cret@keystub.invalid/".to_owned())),
    ]);
    for (path, option, expected) in [
        ("/endless", "--set=limits.bytes=1000000", "longer than 1000000 bytes"),
        ("/hang", "--fetch-timeout=0", "--fetch-timeout"),
        ("/hang", "--fetch-timeout=1", "--fetch-timeout"),
        ("/loop", "--strict", "more than 5 redirects"),
        ("/plain", "--strict", "without encryption"),
        ("/file", "--strict", "expected an https URL"),
        ("/user", "--strict", "must not contain a user name"),
    ] {
        let message = refused(folder.path(), &["client", &server.url(path), "--out", "out", option]);
        assert!(message.contains(expected), "{path}: {message}");
        assert!(!folder.path().join("out").exists(), "{path} wrote files");
    }
    server.set("/endless", Reply::Hang);
}

#[test]
fn remote_references_are_off_until_a_host_is_allowed_and_pinned() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([(
        "/parts/pet.yaml",
        Reply::Text("Pet: {type: object, properties: {name: {type: string}}}".to_owned()),
    )]);
    let referring = |reference: &str| {
        DOCUMENT.replace(
            "{description: d}",
            &format!("{{description: d, content: {{application/json: {{schema: {{$ref: '{reference}#/Pet'}}}}}}}}"),
        )
    };
    server.set("/api.yaml", Reply::Text(referring("parts/pet.yaml")));
    std::fs::write(folder.path().join("local.yaml"), referring(&server.url("/parts/pet.yaml"))).unwrap();
    let remote = server.url("/api.yaml");
    for spec in [remote.as_str(), "local.yaml"] {
        let _ = std::fs::remove_file(folder.path().join("keystub.lock"));
        server.set("/parts/pet.yaml", Reply::Text("Pet: {type: object}".to_owned()));
        let message = refused(folder.path(), &["inspect", spec]);
        assert!(message.contains("error[remote-ref]"), "{message}");
        let message = refused(folder.path(), &["inspect", spec, "--allow-host", "a.test"]);
        assert!(message.contains("`--allow-host 127.0.0.1`"), "{message}");
        let message = refused(folder.path(), &["inspect", spec, "--allow-host", "127.0.0.1"]);
        assert!(message.contains("is not in keystub.lock; `keystub lock`"), "{message}");
        let text = accepted(folder.path(), &["lock", spec, "--allow-host", "127.0.0.1"]);
        assert!(text.contains("keystub.lock: written, 1 operations, ") && text.contains("1 remote files"), "{text}");
        accepted(folder.path(), &["inspect", spec, "--allow-host", "127.0.0.1"]);
        server.set("/parts/pet.yaml", Reply::Text("Pet: {type: string}".to_owned()));
        let message = refused(folder.path(), &["client", spec, "--out", "out", "--allow-host", "127.0.0.1"]);
        assert!(message.contains("has changed") && message.contains("`keystub lock`"), "{message}");
        accepted(folder.path(), &["lock", spec, "--allow-host", "127.0.0.1"]);
        accepted(folder.path(), &["client", spec, "--out", "out", "--allow-host", "127.0.0.1"]);
        std::fs::remove_dir_all(folder.path().join("out")).unwrap();
    }
}

#[test]
fn a_remote_reference_does_not_redirect_to_another_host() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([("/pet.yaml", Reply::Text("type: object".to_owned()))]);
    server.set("/away.yaml", Reply::Redirect(server.other_url("/pet.yaml")));
    let schema = "{description: d, content: {application/json: {schema: {$ref: away.yaml}}}}";
    server.set("/api.yaml", Reply::Text(DOCUMENT.replace("{description: d}", schema)));
    let url = server.url("/api.yaml");
    let message = refused(folder.path(), &["lock", &url, "--allow-host", "127.0.0.1"]);
    assert!(message.contains("`--allow-host localhost`"), "{message}");
    assert!(!folder.path().join("keystub.lock").exists());
}

#[test]
fn a_broken_lock_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("api.yaml"), DOCUMENT).unwrap();
    std::fs::write(folder.path().join("keystub.lock"), "version = 1\n[remote]\nx = 1\n").unwrap();
    let message = refused(folder.path(), &["inspect", "api.yaml", "--allow-host", "a.test"]);
    assert!(message.contains("keystub.lock:2: `x` must be a string"), "{message}");
}

/// A document with a key, whose server is the one that it came from.
fn with_key(server: &Server) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\nservers: [{{url: '{}'}}]\nsecurity: [{{secret: []}}]\npaths:\n  \
         /keys:\n    get: {{operationId: keys, responses: {{'200': {{description: d}}}}}}\ncomponents:\n  \
         securitySchemes:\n    secret: {{type: apiKey, in: header, name: X-Key}}\n",
        server.url("")
    )
}

/// Calls the operation with variables that only another document should reach. Returns the exit code, what was printed,
/// and whether the server received one of them.
fn call_with_variables(folder: &Path, server: &Server, arguments: &[&str]) -> (Option<i32>, String, bool) {
    let before = server.requests().len();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.arg("call").args(arguments).arg("keys").current_dir(folder).env_clear();
    command.env("AZURE_CLIENT_SECRET", "canary").env("API_CLIENT_SECRET", "canary").env("XDG_CONFIG_HOME", folder);
    let stdin = std::fs::File::open(folder.join("azure.yaml")).unwrap();
    let output = command.env("HOME", folder).stdin(stdin).output().unwrap();
    let is_sent = server.requests()[before..].iter().any(|head| head.contains("canary"));
    (output.status.code(), text(&output), is_sent)
}

#[test]
fn document_from_elsewhere_does_not_choose_the_variable_and_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([("/keys", Reply::Text("{}".to_owned()))]);
    let document = with_key(&server);
    server.set("/azure.yaml", Reply::Text(document.clone()));
    std::fs::write(folder.path().join("azure.yaml"), document).unwrap();
    std::fs::write(folder.path().join("named.toml"), "name = \"azure-client\"\n").unwrap();
    let (url, own) = (server.url("/azure.yaml"), server.url(""));
    let (own, url, name) = (own.as_str(), url.as_str(), "name = \"azure-client\"");
    for (arguments, variable) in [
        (&[url][..], "AZURE_CLIENT_SECRET"),
        (&["-"], "API_CLIENT_SECRET"),
        (&["--config", "unnamed.toml", url], "AZURE_CLIENT_SECRET"),
    ] {
        std::fs::write(folder.path().join("unnamed.toml"), "serde = true\n").unwrap();
        let (code, said, is_sent) = call_with_variables(folder.path(), &server, arguments);
        assert_eq!((code, is_sent), (Some(6), false), "{arguments:?}: {said}");
        let help = format!("${variable} is not used");
        assert!(said.contains(&help) && said.contains("`--server`") && !said.contains("canary"), "{said}");
    }
    // Another prefix of the user does not have this variable.
    let other = call_with_variables(folder.path(), &server, &["--set", "name = \"other-client\"", url]);
    assert_eq!((other.0, other.2), (Some(6), false), "{}", other.1);
    for arguments in [
        &["--server", own, url][..],
        &["--server", own, "-"],
        &["--set", name, url],
        &["--set", name, "-"],
        &["--config", "named.toml", url],
        &["azure.yaml"],
    ] {
        let (code, said, is_sent) = call_with_variables(folder.path(), &server, arguments);
        assert_eq!((code, is_sent), (Some(0), true), "{arguments:?}: {said}");
    }
}

#[test]
fn list_says_when_variables_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start([]);
    server.set("/azure.yaml", Reply::Text(with_key(&server)));
    let listed = |arguments: &[&str]| accepted(folder.path(), &[&["call"], arguments].concat());
    let url = server.url("/azure.yaml");
    assert!(listed(&[&url]).contains("secret is read from $AZURE_CLIENT_SECRET only with --server"));
    let own = listed(&["--server", "https://a.example", &url]);
    assert!(own.contains("secret is read from $AZURE_CLIENT_SECRET\n"), "{own}");
}
