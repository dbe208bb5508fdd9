//! What a request of HTTP/2 is to the router.

use axum::body::Bytes;
use axum::http::{Method, Request};
use runtime_server::runtime::serve::HEAD_TIMEOUT;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::frames::{DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, Peer, SETTINGS, block};
use super::{Client, Server, text};

/// The first byte of the field block of a response with this status (RFC 7541, appendix A).
const OK: u8 = 0x88;
const BAD_REQUEST: u8 = 0x8c;

const PROTOCOL_ERROR: u32 = 1;

#[tokio::test(start_paused = true)]
async fn one_listener_serves_both_versions() {
    let server = Server::start();
    let mut client = server.client().await;
    let expected = "HTTP/2.0 GET /a?b=c%20d [example.com:8080] [] 0 none a pipe";
    for _ in 0..3 {
        assert_eq!(client.get("http://example.com:8080/a?b=c%20d").await.unwrap().1, expected);
    }
    for method in ["GET", "POST", "PUT", "PATCH", "PROPFIND", "PRI"] {
        let mut stream = server.connect();
        let request = format!("{method} /a?b=c%20d HTTP/1.1\r\nHost: example.com:8080\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let expected = expected.replace("/2.0", "/1.1").replace("GET", method);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&expected), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn preface_is_recognised_however_it_is_split() {
    let server = Server::start();
    for piece in [1, 3, 23, 24, 25, 1 << 16] {
        let mut client = Client::new(server.pipes.connect(None, piece)).await;
        let (status, text) = client.get("http://x/a").await.unwrap();
        assert_eq!((status.as_u16(), text.as_str()), (200, "HTTP/2.0 GET /a [x] [] 0 none a pipe"), "{piece}");
    }
}

/// The server sends its settings without waiting for those of the client (RFC 9113, section 3.4).
#[tokio::test(start_paused = true)]
async fn preface_alone_gets_settings() {
    let server = Server::start();
    let mut stream = server.connect();
    stream.write_all(PREFACE).await.unwrap();
    let frame = timeout(HEAD_TIMEOUT / 2, Peer(stream).next()).await.expect("in time").expect("a frame");
    assert_eq!(frame.kind, SETTINGS);
}

#[tokio::test(start_paused = true)]
async fn almost_a_preface_is_refused() {
    let server = Server::start();
    let text = String::from_utf8(PREFACE.to_vec()).unwrap();
    let almost =
        [text.replace("SM", "SN"), text.replace("2.0", "2.1"), text.replace("*", "/"), text.replacen("\r", "", 1)];
    for bytes in almost {
        let mut stream = server.connect();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{bytes:?}: {answer}");
    }
    for length in 0..PREFACE.len() {
        let mut stream = server.connect();
        stream.write_all(&PREFACE[..length]).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{length}: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_connection_has_its_own_certificate() {
    let server = Server::start();
    let rows: [(Option<&[u8]>, &str); 3] = [(Some(b"ann"), "ann"), (None, "none"), (Some(b"bob"), "bob")];
    let mut clients = Vec::new();
    for (certificate, expected) in rows {
        clients.push((Client::new(server.pipes.connect(certificate, 1 << 20)).await, expected));
    }
    for _ in 0..2 {
        for (client, expected) in &mut clients {
            let (_, text) = client.get("http://x/a").await.unwrap();
            assert_eq!(text, format!("HTTP/2.0 GET /a [x] [] 0 {expected} a pipe"));
        }
    }
}

/// Sends one request as bytes. Returns the first byte of the response's fields, or the code of the error that ends the
/// stream or the connection.
async fn ask(fields: &[(&str, &str)]) -> Result<u8, u32> {
    let server = Server::start();
    let mut peer = Peer::begin(server.connect()).await;
    peer.request(1, fields).await;
    peer.of_stream(1).await.expect("a response or an error").outcome()
}

fn get<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[(":method", "GET"), (":scheme", "http"), (":path", "/a")], more].concat()
}

/// RFC 9113, section 8.3.1.
#[tokio::test(start_paused = true)]
async fn missing_invalid_or_differing_authority_is_refused() {
    for accepted in ["x", "x:1", "a-b.example.com:65535", "127.0.0.1:80", "[::1]:80"] {
        assert_eq!(ask(&get(&[(":authority", accepted)])).await, Ok(OK), "{accepted}");
        assert_eq!(ask(&get(&[("host", accepted)])).await, Ok(OK), "{accepted}");
        assert_eq!(ask(&get(&[(":authority", accepted), ("host", accepted)])).await, Ok(OK), "{accepted}");
    }
    assert_eq!(ask(&get(&[(":authority", "x"), ("host", "X")])).await, Ok(OK));
    let refused: [&[(&str, &str)]; 12] = [
        &[],
        &[("host", "")],
        &[("host", "x"), ("host", "x")],
        &[("host", "x"), ("host", "y")],
        &[(":authority", "x"), ("host", "y")],
        &[(":authority", "x"), ("host", "")],
        &[(":authority", "x"), ("host", "x"), ("host", "x")],
        &[(":authority", "x"), ("host", "x:80")],
        &[("host", "user@x")],
        &[("host", "a b")],
        &[(":authority", "user@x")],
        &[(":authority", "x:123456")],
    ];
    for fields in refused {
        let found = ask(&get(fields)).await;
        assert!(matches!(found, Ok(BAD_REQUEST) | Err(PROTOCOL_ERROR)), "{fields:?}: {found:?}");
    }
    let connect = [(":method", "CONNECT"), (":authority", "x:1")];
    assert_eq!(ask(&connect).await, Ok(BAD_REQUEST));
}

/// RFC 9113, sections 8.2 and 8.3: these requests are malformed.
#[tokio::test(start_paused = true)]
async fn malformed_requests_do_not_reach_the_router() {
    let authority = (":authority", "x");
    let rows: [&[(&str, &str)]; 14] = [
        &[authority, ("connection", "close")],
        &[authority, ("transfer-encoding", "chunked")],
        &[authority, ("keep-alive", "1")],
        &[authority, ("upgrade", "h2c")],
        &[authority, ("proxy-connection", "x")],
        &[authority, ("te", "gzip")],
        &[authority, ("X-Upper", "x")],
        &[authority, ("x y", "x")],
        &[authority, ("x", "a\r\nb: c")],
        &[authority, (":authority", "x")],
        &[authority, (":path", "/b")],
        &[authority, ("x", "y"), (":scheme", "http")],
        &[authority, (":status", "200")],
        &[authority, ("content-length", "x")],
    ];
    for fields in rows {
        assert_eq!(ask(&get(fields)).await, Err(PROTOCOL_ERROR), "{fields:?}");
    }
    assert_eq!(ask(&get(&[authority, ("te", "trailers")])).await, Ok(OK));
    for path in ["", "a", "http://y/a"] {
        let fields = [(":method", "GET"), (":scheme", "http"), (":path", path), authority];
        assert_eq!(ask(&fields).await, Err(PROTOCOL_ERROR), "{path:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn body_must_have_its_announced_length() {
    let rows: [(&[&str], &str, Result<u8, u32>); 8] = [
        (&["2"], "hi", Ok(OK)),
        (&[], "hi", Ok(OK)),
        (&["2", "2"], "hi", Ok(BAD_REQUEST)),
        (&["2", "3"], "hi", Err(PROTOCOL_ERROR)),
        (&["3", "2"], "hi", Err(PROTOCOL_ERROR)),
        (&["2, 2"], "hi", Err(PROTOCOL_ERROR)),
        (&["1"], "hi", Err(PROTOCOL_ERROR)),
        (&["+2"], "hi", Err(PROTOCOL_ERROR)),
    ];
    for (lengths, body, expected) in rows {
        let server = Server::start();
        let mut peer = Peer::begin(server.connect()).await;
        let mut fields = vec![(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "x")];
        fields.extend(lengths.iter().map(|length| ("content-length", *length)));
        peer.send(HEADERS, END_HEADERS, 1, &block(&fields)).await;
        peer.send(DATA, END_STREAM, 1, body.as_bytes()).await;
        let found = peer.of_stream(1).await.expect("a response or an error").outcome();
        assert_eq!(found, expected, "{lengths:?}");
    }
}

/// RFC 9113, section 8.2.3.
#[tokio::test(start_paused = true)]
async fn cookie_fields_are_joined() {
    let server = Server::start();
    let mut client = server.client().await;
    let request =
        Request::get("http://x/a").header("cookie", "a=1").header("cookie", "b=2; c=3").header("cookie", "d=4");
    let (response, _) = client.send(request.body(()).unwrap(), true).await.unwrap();
    let text = text(response.await.unwrap().into_body()).await.unwrap();
    assert_eq!(text, "HTTP/2.0 GET /a [x] [a=1; b=2; c=3; d=4] 0 none a pipe");
}

#[tokio::test(start_paused = true)]
async fn response_to_head_has_no_body() {
    let server = Server::start();
    let mut client = server.client().await;
    let request = Request::builder().method(Method::HEAD).uri("http://x/a").body(()).unwrap();
    let (response, _) = client.send(request, true).await.unwrap();
    let response = response.await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.body().is_end_stream());
    assert_eq!(client.get("http://x/a").await.unwrap().0, 200, "the connection is intact");
}

#[tokio::test(start_paused = true)]
async fn bodies_and_concurrent_requests_are_kept_apart() {
    let server = Server::start();
    let mut client = server.client().await;
    let mut pending = Vec::new();
    for number in 0..50 {
        let request = Request::post(format!("http://x/{number}")).body(()).unwrap();
        let (response, mut body) = client.send(request, false).await.unwrap();
        pending.push((number, response));
        body.send_data(Bytes::from(vec![b'x'; number]), true).unwrap();
    }
    for (number, response) in pending {
        let text = text(response.await.unwrap().into_body()).await.unwrap();
        assert_eq!(text, format!("HTTP/2.0 POST /{number} [x] [] {number} none a pipe"));
    }
}
