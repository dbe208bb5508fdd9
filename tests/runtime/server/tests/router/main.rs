//! The router in a real axum server, called with raw bytes: no spelling of a request reaches a function without
//! authentication.

mod app;
mod set_cookie;
mod telemetry;
mod webhooks;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::app::{App, BY_TOKEN, PETS, RIGHT, ask, operation, serve, start};
use runtime_server::runtime::operation::{Operation, Segment};
use runtime_server::runtime::router::{Route, mount};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn every_path_spelling_is_authenticated_or_not_found() {
    let (address, app) = start().await;
    let rows: &[(&str, u16, &str)] = &[
        ("GET /pets", 200, "pets"),
        ("GET /nested/pets", 200, "pets"),
        ("GET /pets/mine", 200, "mine"),
        ("GET /pets/7", 200, "one 7"),
        ("GET /pets/%6Dine", 200, "mine"),
        ("GET /pets/%6d%69%6e%65", 200, "mine"),
        ("GET /pets/%256Dine", 200, "one %6Dine"),
        ("GET /pets/7%2Ejson", 200, "file 7"),
        ("GET /pets/Mine", 200, "one Mine"),
        ("GET /pets/mine%20", 200, "one mine "),
        ("GET /nested/pets/%6Dine", 200, "mine"),
        ("GET /pairs/a%2Db", 200, "pair a b"),
        ("GET /users/:lookup", 200, "lookup"),
        ("GET /users/*all/x", 200, "star"),
        ("GET /nested/users/*all/x", 200, "star"),
        ("GET /users/other", 404, ""),
        ("GET /users/other/x", 404, ""),
        ("GET /pets/a%2Fb", 400, ""),
        ("GET /pets/a%5Cb", 400, ""),
        ("GET /pets/a\\b", 400, ""),
        ("GET /pets/a%00b", 400, ""),
        ("GET /pets/a%0D%0Ab", 400, ""),
        ("GET /pets/a%C2%85b", 400, ""),
        ("GET /pairs/..-b", 400, ""),
        ("GET /pairs/a-%2e", 400, ""),
        ("GET /pets/%2e%2e", 404, ""),
        ("GET /pets/.%2E", 404, ""),
        ("GET /pets/.", 404, ""),
        ("GET /pets/..", 404, ""),
        ("GET /pets/mine%", 404, ""),
        ("GET /pets/%6", 404, ""),
        ("GET /pets/%%36%44ine", 404, ""),
        ("GET /pets/7.json", 200, "file 7"),
        ("GET /pairs/a-b-c", 200, "pair a-b c"),
        ("GET /pets/", 404, ""),
        ("GET //pets", 404, ""),
        ("GET /PETS", 404, ""),
        ("GET /%70ets", 404, ""),
        ("GET /pets/7/8", 404, ""),
        ("GET /pairs/ab", 404, ""),
        ("GET /./pets", 404, ""),
        ("PUT /pets", 405, ""),
        ("OPTIONS /pets", 405, ""),
        ("BREW /pets", 405, ""),
        ("GET /pets/%ff", 400, ""),
    ];
    for (line, status, text) in rows {
        let before = app.0.load(Ordering::SeqCst);
        let (without, _, _) = ask(address, line, "").await;
        assert!(without == 401 || without == 404 || without == 405, "{line}: {without} without a credential");
        assert_eq!(app.0.load(Ordering::SeqCst), before, "{line}: a function ran without a credential");
        let (found, head, body) = ask(address, line, RIGHT).await;
        assert_eq!(found, *status, "{line}");
        if found == 200 {
            assert_eq!(body, *text, "{line}");
            assert!(head.to_lowercase().contains("cache-control: no-store"), "{line}");
        }
        if found == 405 {
            assert!(head.to_lowercase().contains("allow: get, head, post"), "{line}: {head}");
        }
    }
}

#[tokio::test]
async fn head_is_authenticated_like_get_and_override_headers_are_ignored() {
    let (address, app) = start().await;
    assert_eq!(ask(address, "HEAD /pets", "").await.0, 401);
    let (status, _, body) = ask(address, "HEAD /pets", RIGHT).await;
    assert_eq!((status, body.as_str(), app.0.load(Ordering::SeqCst)), (200, "", 1));
    let (_, _, body) = ask(address, "GET /pets", &format!("{RIGHT}X-HTTP-Method-Override: POST\r\n")).await;
    assert_eq!(body, "pets");
}

#[tokio::test]
async fn options_operation_is_authenticated() {
    let (address, app) = start().await;
    let preflight = "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n";
    for head in ["", preflight, "Authorization: Bearer wrong\r\n"] {
        assert_eq!(ask(address, "OPTIONS /ask", head).await.0, 401, "{head}");
    }
    assert_eq!(app.0.load(Ordering::SeqCst), 0);
    assert_eq!(ask(address, "OPTIONS /ask", RIGHT).await.0, 200);
    assert_eq!(ask(address, "GET /ask", RIGHT).await.0, 405);
    assert_eq!(app.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn extension_methods_are_matched_case_sensitively() {
    let (address, app) = start().await;
    for (line, id) in [("QUERY /search", "search"), ("M-SEARCH /search", "find")] {
        assert_eq!(ask(address, line, "").await.0, 401, "{line}");
        assert_eq!(app.0.load(Ordering::SeqCst), 0, "{line}: a function ran without a credential");
        let (status, _, body) = ask(address, line, RIGHT).await;
        assert_eq!((status, body.as_str()), (200, id), "{line}");
        app.0.store(0, Ordering::SeqCst);
    }
    for line in ["GET /search", "HEAD /search", "query /search", "m-search /search", "QUERYX /search", "QUERY /pets"] {
        let (status, head, _) = ask(address, line, RIGHT).await;
        assert_eq!(status, 405, "{line}");
        let allowed = if line.ends_with("/pets") { "allow: get, head, post" } else { "allow: query, m-search" };
        assert!(head.to_lowercase().contains(allowed), "{line}: {head}");
    }
    assert_eq!(app.0.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn cors_is_not_enabled_by_default() {
    let (address, app) = start().await;
    let origin = "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n";
    for (line, head, expected) in [("OPTIONS /pets", "", 405), ("OPTIONS /pets", RIGHT, 405), ("GET /pets", RIGHT, 200)]
    {
        let (status, head, _) = ask(address, line, &format!("{head}{origin}")).await;
        assert_eq!(status, expected, "{line}");
        assert!(!head.to_lowercase().contains("access-control-"), "{line}: {head}");
    }
    assert_eq!(app.0.load(Ordering::SeqCst), 1);
}

/// RFC 9112, section 6.3: `Content-Length` is ignored if there is a transfer coding, so what follows the body is
/// another request.
#[tokio::test]
async fn content_length_with_transfer_encoding_smuggles_no_request() {
    let (address, app) = start().await;
    let hidden = format!("GET /pets HTTP/1.1\r\nHost: x\r\n{RIGHT}\r\n");
    let head = format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n\r\n0\r\n\r\n{hidden}", hidden.len() + 5);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("POST /pets HTTP/1.1\r\nHost: x\r\n{head}").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    // The first request is refused. The following bytes are served with their own credential or not at all, and are
    // never treated as a body.
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let served = answer.matches("HTTP/1.1 200").count();
    assert_eq!(app.0.load(Ordering::SeqCst), served, "{answer}");
}

#[tokio::test]
async fn malformed_and_repeated_credentials_are_rejected() {
    let (address, app) = start().await;
    let rows: &[(&str, &str, u16)] = &[
        ("/pets", "Authorization: Bearer right\r\nAuthorization: Bearer right\r\n", 400),
        ("/pets", "Authorization: Bearer right x\r\n", 400),
        ("/pets", "Authorization: Bearer right, Basic x\r\n", 400),
        ("/pets", "Authorization: Bearer\r\n", 400),
        ("/pets", "Authorization: Bearer r\u{e9}ght\r\n", 400),
        ("/pets", "Authorization: bearer right\r\n", 200),
        ("/pets", "Authorization: Basic dTpwOnc=\r\n", 401),
        ("/pets", "Authorization: DPoP right\r\n", 401),
        ("/pets", "Authorization: DPoP right\r\nDPoP: a.b.c\r\n", 401),
        ("/pets", "X-Authorization: Bearer right\r\n", 401),
        ("/pets?access_token=right", "", 401),
        ("/login", "Authorization: Basic dTpwOnc=\r\n", 200),
        ("/login", "Authorization: Basic dTpwOnc\r\n", 400),
        ("/login", "Authorization: Basic dTp4\r\n", 401),
        ("/login", "Authorization: Basic Og==\r\n", 401),
        ("/login", "Authorization: Basic dTo=\r\n", 401),
        ("/login", "Authorization: Basic OnB3\r\n", 401),
        ("/login", "Authorization: Basic dQ==\r\n", 400),
        ("/login", "Authorization: Basic\r\n", 400),
        ("/login", "Authorization: Basic dQBhOnB3\r\n", 400),
        ("/login", "Authorization: Basic //86Og==\r\n", 400),
        ("/query?key=right", "", 200),
        ("/query?k%65y=right", "", 200),
        ("/query?key=right&key=wrong", "", 400),
        ("/query?key=wrong&key=right", "", 400),
        ("/query?key=", "", 400),
        ("/query", "key: right\r\n", 401),
        ("/cookie", "Cookie: sid=right\r\n", 200),
        ("/cookie", "Cookie: a=b; sid=right\r\n", 200),
        ("/cookie", "Cookie: sid=right; sid=wrong\r\n", 400),
        ("/cookie", "Cookie: sid=wrong\r\nCookie: sid=right\r\n", 400),
        ("/cookie?sid=right", "", 401),
        // Read as text, as RFC 9110, section 5.5 allows, so a key with other characters is wrong, not malformed.
        ("/cookie", "Cookie: sid=r\u{ef}ght\r\n", 401),
        ("/cookie", "Cookie: sid=right\u{a0}\r\n", 401),
        ("/cookie", "Cookie: language=\u{e9}; sid=right\r\n", 200),
        ("/login", "Authorization: Basic dTpwOnc=\u{a0}\r\n", 400),
    ];
    let mut right = 0;
    for (path, head, expected) in rows {
        let (status, _, _) = ask(address, &format!("GET {path}"), head).await;
        assert_eq!(status, *expected, "{path} {head:?}");
        right += usize::from(status == 200);
        assert_eq!(app.0.load(Ordering::SeqCst), right, "{path} {head:?}");
    }
}

/// RFC 9110, section 8.6: `Content-Length` of a response to HEAD is that of the response to GET, or absent.
#[tokio::test]
async fn head_response_has_the_fields_of_the_get_response_and_no_body() {
    let (address, _) = start().await;
    for (path, head, expected) in [
        ("/pets", RIGHT, 200),
        ("/pets/7", RIGHT, 200),
        ("/nested/pets", RIGHT, 200),
        ("/pets", "", 401),
        ("/pets/..", "", 404),
    ] {
        let fields = |answer: String| {
            let mut lines: Vec<_> = answer.lines().skip(1).map(str::to_lowercase).collect();
            lines.retain(|line| !line.starts_with("date:"));
            lines.sort();
            lines
        };
        let (status, get, body) = ask(address, &format!("GET {path}"), head).await;
        let (status_of_head, headers, nothing) = ask(address, &format!("HEAD {path}"), head).await;
        assert_eq!((status, status_of_head, nothing.as_str()), (expected, expected, ""), "{path} {head:?}");
        let fields_of_get = fields(get);
        assert_eq!(fields(headers), fields_of_get, "{path} {head:?}");
        assert!(
            fields_of_get.contains(&format!("content-length: {}", body.len())),
            "{path} {head:?}: {fields_of_get:?}"
        );
    }
}

/// `ask` sends `Host: x`.
#[tokio::test]
async fn cross_site_request_with_a_cookie_is_rejected() {
    let (address, app) = start().await;
    let rows: &[(&str, &str, u16)] = &[
        ("POST", "", 200),
        ("POST", "Sec-Fetch-Site: same-origin\r\n", 200),
        ("POST", "Sec-Fetch-Site: none\r\n", 200),
        ("POST", "Sec-Fetch-Site: cross-site\r\n", 401),
        ("POST", "Sec-Fetch-Site: same-site\r\n", 401),
        ("POST", "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n", 401),
        ("POST", "Sec-Fetch-Site: cross-site\r\nOrigin: https://x\r\n", 401),
        ("POST", "Origin: https://x\r\n", 200),
        ("POST", "Origin: https://evil.example\r\n", 401),
        ("POST", "Origin: null\r\n", 401),
        ("POST", "Origin: https://x\r\nOrigin: https://evil.example\r\n", 401),
        ("POST", "Origin: https://app.example.com\r\nSec-Fetch-Site: same-site\r\n", 200),
        ("POST", "Origin: https://app.example.com.evil.example\r\n", 401),
        ("GET", "Sec-Fetch-Site: cross-site\r\n", 200),
    ];
    let mut right = 0;
    for (method, head, expected) in rows {
        let head = format!("Cookie: sid=right\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n{head}");
        let (status, answer, _) = ask(address, &format!("{method} /cookie"), &head).await;
        assert_eq!(status, *expected, "{method} {head:?}: {answer}");
        right += usize::from(status == 200);
        assert_eq!(app.0.load(Ordering::SeqCst), right, "{method} {head:?}");
    }
}

#[tokio::test]
async fn unauthenticated_requests_and_oversized_bodies_are_rejected_early() {
    let (address, _) = start().await;
    // The body is announced but never sent; the response must come anyway.
    let (status, _, _) = ask(address, "POST /pets", "Content-Length: 10000000\r\n").await;
    assert_eq!(status, 401);
    let (status, _, _) = ask(address, "POST /pets", "Transfer-Encoding: chunked\r\n").await;
    assert_eq!(status, 401);
    for (length, expected) in [(2 << 20, 200), ((2 << 20) + 1, 413)] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head =
            format!("POST /pets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{RIGHT}Content-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'a'; length]).await.ok();
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.unwrap();
        assert_eq!(std::str::from_utf8(&status[9..]).unwrap(), expected.to_string());
    }
}

#[tokio::test]
async fn panic_becomes_a_500_without_its_message() {
    let (address, _) = start().await;
    for (line, head) in [("GET /panic", RIGHT), ("GET /pets", "Authorization: Bearer panic\r\n")] {
        let (status, head, body) = ask(address, line, head).await;
        assert_eq!(status, 500);
        assert!(!format!("{head}{body}").contains("secret-words"), "{body}");
        assert!(body.contains("Internal Server Error"), "{body}");
    }
}

#[tokio::test]
async fn no_set_of_paths_makes_the_router_panic() {
    let paths: [&'static [Segment]; 12] = [
        &[Segment::Text("/")],
        &[Segment::Text("//")],
        &[Segment::Text("/a//b/")],
        &[Segment::Text("/:x/*y")],
        &[Segment::Text("/%7Bx%7D")],
        &[Segment::Text("/"), Segment::Parameter(0)],
        &[Segment::Text("/"), Segment::Parameter(1)],
        &[Segment::Text("/"), Segment::Parameter(0), Segment::Parameter(1)],
        &[Segment::Text("/"), Segment::Parameter(0), Segment::Text("/"), Segment::Parameter(0)],
        &[Segment::Text("/x"), Segment::Parameter(0), Segment::Text("y/z")],
        &[Segment::Text("/a/b")],
        &[Segment::Text("/a/b")],
    ];
    let routes: Vec<Route<App>> = paths
        .into_iter()
        .map(|path| {
            let operation: &'static Operation = Box::leak(Box::new(operation("x", "GET", path, BY_TOKEN)));
            Route { operation, handle: |app, call| serve(&PETS, app, call) }
        })
        .collect();
    let router = mount(Arc::new(App(AtomicUsize::new(0))), &routes);
    drop(axum::Router::new().nest("/n", router.clone()).merge(router));
}
