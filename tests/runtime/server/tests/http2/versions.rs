//! Requests and responses that HTTP/1.1 and HTTP/2 treat in the same way, or that HTTP/2 forbids.

use axum::http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Server;
use super::frames::{DATA, END_STREAM, GOAWAY, HEADERS, Peer, RST_STREAM};

/// The status and the body of a response of HTTP/1.1.
async fn version_1(server: &Server, method: &str, path: &str, field: &str) -> (String, String) {
    let mut stream = server.connect();
    let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{field}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].to_owned(), body.replace("HTTP/1.1", "HTTP/x"))
}

/// The same of HTTP/2; the status of a malformed request is 400.
async fn version_2(server: &Server, method: &str, path: &str, field: (&str, &str)) -> (String, String) {
    let mut peer = Peer::begin(server.connect()).await;
    peer.request(1, &[(":method", method), (":scheme", "http"), (":path", path), (":authority", "x"), field]).await;
    let (mut status, mut body) = ("400".to_owned(), String::new());
    loop {
        let frame = peer.next().await.expect("a frame");
        match frame.kind {
            HEADERS => status = status_of(&frame.payload),
            DATA => body += std::str::from_utf8(&frame.payload).unwrap(),
            RST_STREAM | GOAWAY => break,
            _ => continue,
        }
        if frame.flags & END_STREAM != 0 {
            break;
        }
    }
    (status, body.replace("HTTP/2.0", "HTTP/x"))
}

/// The status is the first field: one of RFC 7541, appendix A, or a literal.
fn status_of(block: &[u8]) -> String {
    let known = ["200", "204", "206", "304", "400", "404", "500"];
    let status = usize::from(block[0] & 0x7f).checked_sub(8).and_then(|at| known.get(at));
    status.map_or_else(|| format!("{block:?}"), |status| (*status).to_owned())
}

#[tokio::test(start_paused = true)]
async fn both_versions_serve_the_same() {
    let server = Server::start();
    let paths =
        ["*", "//y/z", "/a#b", "/a?b#c", "/a%00", "/a\\b", "/a|b", "/a\"b", "/ä", "/?", "?x", "?", "/a b", "/a\tb"];
    let more = ["/a?{}", "/a?ä", "/a/../b", "/%2e%2e/a", "/a;b=c", "/status/204", "/status/304"];
    for path in paths.into_iter().chain(more) {
        for method in ["GET", "HEAD", "OPTIONS", "TRACE", "get", "G@T"] {
            let first = version_1(&server, method, path, "x: y").await;
            let second = version_2(&server, method, path, ("x", "y")).await;
            assert!(first == second || first.0 == "400" && second.0 == "400", "{method} {path}: {first:?} {second:?}");
        }
    }
}

/// RFC 9110, section 8.6: the length of a 304 is that of the 200, which is not known here.
#[tokio::test(start_paused = true)]
async fn response_without_content_has_no_length() {
    let server = Server::start();
    let mut client = server.client().await;
    for (method, status, expected) in [
        ("GET", 200, Some("6")),
        ("HEAD", 200, Some("6")),
        ("GET", 204, None),
        ("HEAD", 204, None),
        ("POST", 204, None),
        ("GET", 304, None),
        ("HEAD", 304, None),
        ("GET", 404, Some("6")),
    ] {
        let mut stream = server.connect();
        let request = format!("{method} /status/{status} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let mut fields = answer.lines().filter_map(|line| line.split_once(": "));
        let first = fields.find(|(name, _)| *name == "content-length").map(|(_, length)| length);
        assert_eq!(first, expected, "HTTP/1.1 {method} {status}: {answer}");
        let request = Request::builder().method(method).uri(format!("http://x/status/{status}")).body(()).unwrap();
        let response = client.send(request, true).await.unwrap().0.await.unwrap();
        let second = response.headers().get("content-length").map(|length| length.to_str().unwrap());
        assert_eq!(second, expected, "HTTP/2 {method} {status}");
    }
}

#[tokio::test(start_paused = true)]
async fn interim_status_of_a_handler_becomes_an_error() {
    let server = Server::start();
    for path in ["/status/100", "/status/101", "/status/103"] {
        assert_eq!(version_2(&server, "GET", path, ("x", "y")).await.0, "500", "{path}");
        assert_eq!(version_2(&server, "HEAD", path, ("x", "y")).await, ("500".into(), String::new()), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn refusal_of_a_head_request_has_no_body() {
    let server = Server::start();
    assert_ne!(version_2(&server, "GET", "/a", ("host", "y")).await, ("400".into(), String::new()));
    assert_eq!(version_2(&server, "HEAD", "/a", ("host", "y")).await, ("400".into(), String::new()));
}

/// RFC 9113, section 8.2.1; a parser of HTTP/1.1 removes the whitespace.
#[tokio::test(start_paused = true)]
async fn value_with_whitespace_at_its_ends_is_refused() {
    let server = Server::start();
    for value in [" a=1", "a=1 ", "\ta=1", "a=1\t", " "] {
        for name in ["cookie", "authorization", "x"] {
            assert_eq!(version_2(&server, "GET", "/a", (name, value)).await.0, "400", "{name}: {value:?}");
        }
    }
    for value in ["", "a=1", "a b", "a\tb", "ä"] {
        assert_eq!(version_2(&server, "GET", "/a", ("x", value)).await.0, "200", "{value:?}");
        assert_eq!(version_1(&server, "GET", "/a", &format!("x: {value}")).await.0, "200", "{value:?}");
    }
}
