//! The table is tested with raw requests and with the generated client, so that a mistake that both sides make is
//! detected; each with HTTP/1.1 and HTTP/2.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use auth_matrix::app::App;
use auth_matrix::client::Error;
use auth_matrix::client::types::Caller;
use auth_matrix::client::{Client, Response};
use auth_matrix::credentials::presented;
use auth_matrix::request::{self, Request};
use auth_matrix::server;
use auth_matrix::table::{self, Row, rows};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

struct Server {
    address: SocketAddr,
    /// The number of connections, and of calls that reached a function.
    connections: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Counted(TcpListener, Arc<AtomicUsize>);

impl axum::serve::Listener for Counted {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let accepted = axum::serve::Listener::accept(&mut self.0).await;
        self.1.fetch_add(1, Ordering::SeqCst);
        accepted
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

async fn start() -> Server {
    let (connections, served) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = server::router(App::new(Arc::clone(&served)));
    let counted = Counted(listener, Arc::clone(&connections));
    let task = tokio::spawn(server::serve(counted, router, std::future::pending()));
    Server { address, connections, served, task }
}

/// Sends a request with HTTP/1.1 as text.
async fn raw(address: SocketAddr, request: &Request) -> String {
    let fields: String = request.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let target = &request.target;
    let text = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

/// Sends a request with HTTP/2, and returns the response in the form of HTTP/1.1.
async fn with_http2(address: SocketAddr, request: &Request) -> String {
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let mut builder = client.get(format!("http://{address}{}", request.target));
    for (name, value) in &request.fields {
        builder = builder.header(*name, value);
    }
    let response = builder.send().await.unwrap();
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
    let mut text = format!("HTTP/2 {} \r\n", response.status().as_u16());
    for (name, value) in response.headers() {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    format!("{text}\r\n{}", response.text().await.unwrap())
}

/// Status, challenges in order, and the principal of a response.
fn read(answer: &str) -> (u16, String, Option<String>) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let challenges: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix("www-authenticate: ")).collect();
    let body: serde_json::Value = serde_json::from_str(body.trim()).unwrap_or_default();
    (status, challenges.join(" | "), body["principal"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn raw_requests_match_the_table() {
    let server = start().await;
    let rows = rows();
    assert!(rows.len() > 70, "the table has {} rows only", rows.len());
    let mut expected = 0;
    for row in &rows {
        let twice = row
            .presented
            .iter()
            .filter(|(scheme, _)| ["token", "login", "hawk", "oauth", "oidc"].contains(&scheme.as_str()))
            .count();
        let request = request::of(row);
        if twice > 1 {
            // Two `Authorization` headers are tested separately below.
            assert_eq!(request.authorizations(), twice);
        }
        for is_http2 in [false, true] {
            let answer =
                if is_http2 { with_http2(server.address, &request).await } else { raw(server.address, &request).await };
            let (status, challenges, principal) = read(&answer);
            let place = format!("line {} ({})", row.line, answer.split(' ').next().unwrap());
            assert_eq!(status, row.status, "{place}: {row:?}");
            if status == 200 {
                expected += 1;
                assert_eq!(principal.as_deref(), Some(row.expected.as_str()), "{place}");
            } else {
                assert_eq!((challenges.as_str(), principal), (row.expected.as_str(), None), "{place}");
            }
            assert_eq!(server.served.load(Ordering::SeqCst), expected, "{place}: a function ran that should not");
        }
    }
}

#[tokio::test]
async fn table_covers_success_and_failure_of_every_operation() {
    let text = include_str!("../../../../fixtures/world/matrix.yaml");
    let operations: BTreeSet<&str> =
        text.lines().filter_map(|line| line.trim().strip_prefix("operationId: ")).collect();
    assert_eq!(operations.len(), 18);
    let rows = rows();
    // tests/authorize.rs tests `change`, which also requires authorization.
    for operation in operations.into_iter().filter(|operation| *operation != "change") {
        let of = |test: fn(u16) -> bool| rows.iter().any(|row| row.operation == operation && test(row.status));
        assert!(of(|status| status == 200), "{operation} never succeeds");
        assert!(operation == "openToAll" || of(|status| status >= 400), "{operation} never fails");
    }
}

fn client(server: &Server, row: &Row, is_http2: bool) -> Client {
    let mut builder = Client::builder().base_url(&format!("http://{}", server.address));
    builder =
        builder.configure(move |client| if is_http2 { client.http2_prior_knowledge() } else { client.http1_only() });
    for (scheme, state) in &row.presented {
        let value = presented(scheme, state);
        builder = match scheme.as_str() {
            "headerKey" => builder.header_key(value),
            "queryKey" => builder.query_key(value),
            "cookieKey" => builder.cookie_key(value),
            "login" => builder.login(value.split_once(':').unwrap()),
            "hawk" => builder.hawk(value),
            "token" => builder.token(value),
            "oauth" => builder.oauth(value),
            "oidc" => builder.oidc(value),
            other => panic!("the builder has no method for `{other}`"),
        };
    }
    builder.build().unwrap()
}

type Called<E> = Result<Response<Caller>, Error<E>>;

async fn call(client: &Client, operation: &str) -> Called<auth_matrix::client::NoError> {
    match operation {
        "byDefault" => client.by_default().await,
        "openToAll" => client.open_to_all().await,
        "withHeaderKey" => client.with_header_key().await,
        "withQueryKey" => client.with_query_key().await,
        "withCookieKey" => client.with_cookie_key().await,
        "withBasic" => client.with_basic().await,
        "withBearer" => client.with_bearer().await,
        "withOauth" => client.with_oauth().await,
        "withOidc" => client.with_oidc().await,
        "withHawk" => client.with_hawk().await,
        "keyAndToken" => client.key_and_token().await,
        "loginAndCookie" => client.login_and_cookie().await,
        "keyOrLogin" => client.key_or_login().await,
        "oauthOrCookie" => client.oauth_or_cookie().await,
        "andInsideOr" => client.and_inside_or().await,
        "scopesByAlternative" => client.scopes_by_alternative().await,
        "optionally" => client.optionally().await,
        other => panic!("the client has no operation `{other}`"),
    }
}

#[tokio::test]
async fn generated_client_matches_the_table() {
    for row in rows() {
        let server = start().await;
        let line = row.line;
        let called = call(&client(&server, &row, line % 2 == 0), &row.operation).await;
        let status = match row.client {
            table::Client::NotSent => {
                assert!(matches!(called, Err(Error::Auth(_))), "line {line}: {called:?}");
                assert_eq!(server.connections.load(Ordering::SeqCst), 0, "line {line}: something was sent");
                continue;
            }
            table::Client::Same => row.status,
            table::Client::Status(status) => status,
        };
        match called {
            Ok(response) => {
                assert_eq!((response.status.as_u16(), &response.principal), (status, &row.expected), "line {line}");
            }
            Err(Error::Unexpected(answer)) => assert_eq!(answer.status.as_u16(), status, "line {line}"),
            Err(other) => panic!("line {line}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn two_authorization_headers_are_rejected() {
    let server = start().await;
    let (right, wrong) = (presented("token", "right"), presented("token", "wrong"));
    for (one, other) in [(&right, &wrong), (&wrong, &right), (&right, &right)] {
        let fields = [one, other].map(|token| ("Authorization", format!("Bearer {token}"))).to_vec();
        let request = Request { target: "/bearer".to_owned(), fields };
        for answer in [raw(server.address, &request).await, with_http2(server.address, &request).await] {
            let (status, challenges, _) = read(&answer);
            assert_eq!((status, challenges.as_str()), (400, r#"Bearer realm="api", error="invalid_request""#));
        }
    }
    assert_eq!(server.served.load(Ordering::SeqCst), 0);
}
