//! Fixed paths next to templates with different access: no spelling of the fixed path may reach the template.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::Method;
use runtime_server::runtime::call::Call;
use runtime_server::runtime::operation::{
    Access, Operation, Scheme, SchemeKind, SchemeUse,
    Segment::{self, Parameter as P, Text},
};
use runtime_server::runtime::parameter::Parameter;
use runtime_server::runtime::problem::Failure;
use runtime_server::runtime::reply;
use runtime_server::runtime::route_tree::RouteTree;
use runtime_server::runtime::router::{Route, mount};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SCHEMES: &[Scheme] = &[Scheme { name: "token", kind: SchemeKind::Bearer }];
const GUARDED: Access = Access::any_of(&[&[SchemeUse::new(0, &[])]]);
const PARAMETERS: &[Parameter] = &[Parameter::path("a"), Parameter::path("b")];

/// Method and path of each operation; `!` marks operations that require a credential.
const DOCUMENT: &[(&str, &[Segment])] = &[
    ("GET", &[Text("/open/"), P(0)]),
    ("DELETE", &[Text("/open/"), P(0)]),
    ("OPTIONS", &[Text("/open/"), P(0)]),
    ("!GET", &[Text("/open/admin")]),
    ("!OPTIONS", &[Text("/open/admin")]),
    ("GET", &[Text("/things/"), P(0)]),
    ("!GET", &[Text("/things/a:b")]),
    ("!GET", &[Text("/things/a%20b")]),
    ("!GET", &[Text("/things/%C3%A4")]),
    ("!GET", &[Text("/things/a%3Ab%3Ac")]),
    ("POST", &[Text("/things/"), P(0)]),
    ("!POST", &[Text("/things/"), P(0), Text(":stop")]),
    ("GET", &[Text("/files/"), P(0)]),
    ("!GET", &[Text("/files/"), P(0), Text(".json")]),
    ("!GET", &[Text("/files/"), P(0), Text("-"), P(1)]),
    ("GET", &[Text("/"), P(0), Text("/b/c")]),
    ("!GET", &[Text("/a/"), P(0), Text("/c")]),
    ("GET", &[Text("/"), P(0), Text("/")]),
    // The same method and path twice: the operation that requires a credential is served.
    ("GET", &[Text("/twice/"), P(0)]),
    ("!GET", &[Text("/twice/"), P(0)]),
];

fn routes() -> Vec<Route<()>> {
    let route = |(method, path): &(&'static str, &'static [Segment])| {
        let (method, access) = match method.strip_prefix('!') {
            Some(method) => (method, GUARDED),
            None => (*method, Access::Open),
        };
        let id: String = path.iter().map(|piece| if let Text(text) = piece { text } else { "{}" }).collect();
        let operation =
            Operation { id: id.leak(), method, path, query: "", parameters: PARAMETERS, access, accept: "" };
        Route { operation: Box::leak(Box::new(operation)), handle: |_, call| Box::pin(serve(call)) }
    };
    DOCUMENT.iter().map(route).collect()
}

/// Responds to a caller without credentials as generated code does.
async fn serve(call: Call) -> Result<axum::response::Response, Failure> {
    call.head().credentials(SCHEMES).evidence().decide()?;
    let (parameters, _) = call.read()?;
    let (a, b): (Option<String>, Option<String>) = (parameters.optional(0)?, parameters.optional(1)?);
    let texts = [Some(parameters.head().operation().id.to_owned()), a, b];
    Ok(reply::text(200, "text/plain", texts.into_iter().flatten().collect::<Vec<_>>().join(" ")))
}

async fn start() -> SocketAddr {
    let router = mount(Arc::new(()), &routes());
    let router = axum::Router::new().nest("/v1", router.clone()).merge(router).fallback(async || "fallback");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn ask(address: SocketAddr, line: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    (answer[9..12].parse().unwrap(), answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

#[tokio::test]
async fn percent_encoding_reaches_no_other_operation() {
    let address = start().await;
    let rows = [
        ("GET /open/admin", 401, ""),
        ("GET /open/%61dmin", 401, ""),
        ("GET /open/%61%64%6D%69%6e", 401, ""),
        ("GET /v1/open/%61dmin", 401, ""),
        ("HEAD /open/%61dmin", 401, ""),
        ("OPTIONS /open/%61dmin", 401, ""),
        ("DELETE /open/admin", 405, ""),
        ("DELETE /open/%61dmin", 405, ""),
        ("DELETE /open/user", 200, "/open/{} user"),
        ("GET /open/%2561dmin", 200, "/open/{} %61dmin"),
        ("GET /open/ADMIN", 200, "/open/{} ADMIN"),
        ("GET /open/%41dmin", 200, "/open/{} Admin"),
        ("GET /open/admin%20", 200, "/open/{} admin "),
        ("GET /open/adm%C4%B1n", 200, "/open/{} adm\u{131}n"),
        ("GET /open/admi%6", 404, ""),
        ("GET /open/%00admin", 400, ""),
        ("GET /open/admin%2F", 400, ""),
        ("GET /open/.%2Fadmin", 400, ""),
        ("GET /open/%2e", 404, ""),
        ("GET /things/a:b", 401, ""),
        // These are different paths (RFC 3986, section 2.2) and ambiguous.
        ("GET /things/a%3Ab", 404, ""),
        ("GET /things/%61:b", 401, ""),
        ("GET /things/a%20b", 401, ""),
        ("GET /things/%61%20b", 401, ""),
        ("GET /things/a+b", 200, "/things/{} a+b"),
        ("GET /things/%c3%a4", 401, ""),
        ("GET /things/\u{e4}", 401, ""),
        ("GET /things/a%3Ab%3Ac", 401, ""),
        ("GET /things/a:b:c", 404, ""),
        ("GET /things/x%3Ay", 200, "/things/{} x:y"),
        ("POST /things/7:stop", 401, ""),
        ("POST /things/7%3Astop", 404, ""),
        ("POST /things/7:%73top", 401, ""),
        ("POST /things/7%3Astart", 200, "/things/{} 7:start"),
        ("GET /things/7%3Astop", 200, "/things/{} 7:stop"),
        ("GET /files/x.json", 401, ""),
        ("GET /files/x%2Ejson", 401, ""),
        ("GET /files/x%2ejs%6Fn", 401, ""),
        ("GET /files/x%2Dy", 401, ""),
        ("GET /files/x.xml", 200, "/files/{} x.xml"),
        ("GET /a/b/c", 401, ""),
        ("GET /%61/b/c", 401, ""),
        ("GET /a/%62/c", 401, ""),
        ("GET /x/b/c", 200, "/{}/b/c x"),
        ("GET /x/%62/c", 200, "fallback"),
        // A parameter is not empty, so this matches a different template.
        ("GET /open/", 200, "/{}/ open"),
        ("GET /twice/x", 401, ""),
        ("GET /elsewhere", 200, "fallback"),
    ];
    for (line, status, text) in rows {
        let (found, body) = ask(address, line).await;
        assert_eq!(found, status, "{line}: {body}");
        if status == 200 {
            assert_eq!(body, text, "{line}");
        }
    }
}

/// Every way to percent-encode some of the characters, with digits in both cases.
fn spellings(path: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for c in path.chars() {
        let escape = |lower: bool| if lower { format!("%{:02x}", c as u32) } else { format!("%{:02X}", c as u32) };
        let ways = if c == '/' { vec![c.to_string()] } else { vec![c.to_string(), escape(false), escape(true)] };
        all = all.iter().flat_map(|text| ways.iter().map(move |way| format!("{text}{way}"))).collect();
    }
    all.sort();
    all.dedup();
    all
}

#[test]
fn every_spelling_of_a_path_has_the_same_access() {
    let tree = RouteTree::new(&routes());
    let rows =
        [("/open/", "admin"), ("/things/", "a:b"), ("/things/", "x:stop"), ("/files/", "x.json"), ("/", "a/b/c")];
    let (mut same, mut refused) = (0, 0);
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST, Method::DELETE] {
        for (prefix, rest) in rows {
            let chosen = |path: &str| tree.choose(&method, path, "").map(|(route, _)| route.operation.id);
            let plain = chosen(&format!("{prefix}{rest}"));
            for spelling in spellings(rest) {
                match (&plain, chosen(&format!("{prefix}{spelling}"))) {
                    (Ok(plain), Ok(id)) => {
                        assert_eq!(*plain, id, "{method} {prefix}{spelling}");
                        same += 1;
                    }
                    (_, Err(_)) => refused += 1,
                    (Err(_), Ok(id)) => panic!("{method} {prefix}{spelling} reaches {id}"),
                }
            }
        }
    }
    assert!(same > 1000 && refused > 1000, "{same} {refused}");
}

#[test]
fn path_with_many_segments_is_looked_up_without_recursion() {
    let long: &'static str = format!("/{}", "a/".repeat(50_000)).leak();
    let path: &'static [Segment] = vec![Text(long), P(0)].leak();
    let operation =
        Operation { id: "x", method: "GET", path, query: "", parameters: PARAMETERS, access: GUARDED, accept: "" };
    let route = Route { operation: Box::leak(Box::new(operation)), handle: |_, call| Box::pin(serve(call)) };
    let tree = RouteTree::<()>::new(&[route]);
    assert!(tree.choose(&Method::GET, &format!("{long}7"), "").is_ok());
    assert!(tree.choose(&Method::GET, long, "").is_err());
}
