//! The Python package of examples/packs/python-aiohttp: its client calls the generated Rust server, and its middleware is
//! called with raw requests and by the generated Rust client, for every row of matrix.tsv.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use auth_matrix::app::App;
use auth_matrix::client::{Client, Error};
use auth_matrix::credentials::{HAWK, KEYS, LOGIN, SECRETS, presented};
use auth_matrix::table::{self, Row, rows};
use base64::Engine;
use interop::{folder, python, script};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// The folder with the package `matrix`, in which each test has its own copy.
fn package(test: &str) -> PathBuf {
    let out = folder("packs").join(test);
    let pack = format!("{ROOT}/examples/packs/python-aiohttp");
    let document = PathBuf::from(format!("{ROOT}/fixtures/world/matrix.yaml"));
    let output = keystub::Generator::pack(pack, document).name("matrix").generate().unwrap_or_else(|e| panic!("{e}"));
    output.file_set().write(&out).unwrap();
    out
}

fn secret(name: &str) -> &'static str {
    let found = SECRETS.iter().find(|(own, _)| *own == name).unwrap().1;
    std::str::from_utf8(found).unwrap()
}

/// A Python program. It stops when it is dropped.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(python());
        command.arg(script(name)).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn line(&mut self) -> String {
        self.lines.next_line().await.unwrap().expect("the program runs; its error is above")
    }

    async fn send(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }
}

/// The server of pack_server.py and its base URL.
async fn middleware(test: &str) -> (Program, String) {
    let out = package(test);
    let mut arguments = vec![out.to_str().unwrap(), secret("token"), secret("oauth"), secret("oidc")];
    arguments.extend(KEYS.iter().map(|(.., key)| *key));
    arguments.extend([LOGIN.0, LOGIN.1, HAWK]);
    let mut program = Program::start("pack_server.py", &arguments);
    let base = format!("http://127.0.0.1:{}", program.line().await);
    (program, base)
}

/// The path of an operation, from the document.
fn path(operation: &str) -> String {
    let mut path = "";
    for line in include_str!("../../../../fixtures/world/matrix.yaml").lines() {
        if line.starts_with("  /") {
            path = line.trim().trim_end_matches(':');
        }
        if line.trim() == format!("operationId: {operation}") {
            return path.to_owned();
        }
    }
    panic!("the document has no operation `{operation}`")
}

fn request(http: &reqwest::Client, base: &str, row: &Row) -> reqwest::RequestBuilder {
    let mut url = format!("{base}{}", path(&row.operation));
    let mut headers = Vec::new();
    for (scheme, state) in &row.presented {
        let value = presented(scheme, state);
        match scheme.as_str() {
            "headerKey" => headers.push(("x-api-key", value)),
            "queryKey" => url.push_str(&format!("?api_key={value}")),
            "cookieKey" => headers.push(("cookie", format!("session={value}"))),
            "login" => {
                let value = base64::engine::general_purpose::STANDARD.encode(value);
                headers.push(("authorization", format!("Basic {value}")));
            }
            "hawk" => headers.push(("authorization", format!("Hawk {value}"))),
            _ => headers.push(("authorization", format!("Bearer {value}"))),
        }
    }
    headers.into_iter().fold(http.get(url), |request, (name, value)| request.header(name, value))
}

/// The status, and the principal or the challenges.
async fn answer(request: reqwest::RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let challenges = response.headers().get_all("www-authenticate").iter().map(|value| value.to_str().unwrap());
    let challenges = challenges.collect::<Vec<_>>().join(" | ");
    let body = response.text().await.unwrap();
    let principal = body.strip_prefix("{\"principal\": \"").and_then(|rest| rest.strip_suffix("\"}"));
    assert_eq!(principal.is_some(), status == 200, "{body}");
    (status, principal.map_or(challenges, str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn python_middleware_decides_every_row_like_the_generated_server() {
    let (_program, base) = middleware("rows").await;
    let http = reqwest::Client::new();
    let rows = rows();
    assert!(rows.len() > 70, "the table has {} rows only", rows.len());
    for row in &rows {
        let found = answer(request(&http, &base, row)).await;
        assert_eq!(found, (row.status, row.expected.clone()), "line {}: {row:?}", row.line);
    }
    let right = format!("Bearer {}", presented("token", "right"));
    let doubled = http.get(format!("{base}/bearer")).header("authorization", &right).header("authorization", &right);
    assert_eq!(answer(doubled).await, (400, r#"Bearer realm="api", error="invalid_request""#.to_owned()));
    let in_query = http.get(format!("{base}/bearer?access_token=x")).header("authorization", &right);
    assert_eq!(answer(in_query).await.0, 400);
    // Routes of the application that the document does not have.
    let key = presented("headerKey", "right");
    for path in ["/undocumented", "/files/x", "/nowhere", "//open"] {
        assert_eq!(answer(http.get(format!("{base}{path}")).header("x-api-key", &key)).await.0, 404, "{path}");
    }
    // A parameter of the document is one segment.
    assert_eq!(answer(http.put(format!("{base}/owned/a/b")).header("x-api-key", &key)).await.0, 404);
    assert_eq!(answer(http.put(format!("{base}/owned/a")).header("x-api-key", &key)).await.0, 200);
    assert_eq!(answer(http.put(format!("{base}/owned/a"))).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_client_is_accepted_by_the_python_middleware() {
    let (_program, base) = middleware("client").await;
    let build = |state: &str| {
        let builder = Client::builder().base_url(&base).header_key(presented("headerKey", state));
        builder.token(presented("token", state)).cookie_key(presented("cookieKey", state)).build().unwrap()
    };
    assert_eq!(build("right").key_and_token().await.unwrap().principal, "headerKey:alice+token:erin");
    assert_eq!(build("right").with_cookie_key().await.unwrap().principal, "cookieKey:carol");
    let refused = build("wrong").key_and_token().await;
    assert!(matches!(&refused, Err(Error::Unexpected(answer)) if answer.status == 401), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_client_matches_the_table_against_the_generated_server() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = auth_matrix::server::router(App::new(Arc::new(AtomicUsize::new(0))));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    // Nobody listens here: a call that is sent fails with another error than one that is not.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let out = package("calls");
    let mut client = Program::start("pack_client.py", &[out.to_str().unwrap()]);
    for row in rows() {
        let (base, status) = match row.client {
            table::Client::NotSent => (format!("http://{closed}"), "not-sent".to_owned()),
            table::Client::Same => (base.clone(), row.status.to_string()),
            table::Client::Status(status) => (base.clone(), status.to_string()),
        };
        let credential = |(scheme, state): &(String, String)| format!("{scheme:?}: {:?}", presented(scheme, state));
        let credentials: Vec<String> = row.presented.iter().map(credential).collect();
        let (operation, credentials) = (&row.operation, credentials.join(", "));
        client
            .send(&format!(r#"{{"base": "{base}", "operation": "{operation}", "credentials": {{{credentials}}}}}"#))
            .await;
        let principal = if status == "200" { row.expected.as_str() } else { "" };
        assert_eq!(client.line().await, format!("{status}\t{principal}"), "line {}", row.line);
    }
    server.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn python_runtime_passes_its_own_tests() {
    let out = package("unit");
    let output = Command::new(python()).arg(script("pack_test.py")).arg(&out).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
