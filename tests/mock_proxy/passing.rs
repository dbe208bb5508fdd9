//! What passes a proxy, and how.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::channel;

use super::running::Proxy;
use super::upstream::{Upstream, json, response};

/// A document with an event stream and an upload.
fn streams(folder: &tempfile::TempDir) -> String {
    let path = folder.path().join("api.yaml");
    std::fs::write(&path, include_str!("streams.yaml")).unwrap();
    path.to_str().unwrap().to_owned()
}

fn connect(proxy: &Proxy, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&proxy.address).unwrap();
    let address = &proxy.address;
    write!(stream, "{}", request.replace("\r\n\r\n", &format!("\r\nHost: {address}\r\n\r\n"))).unwrap();
    stream
}

fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(end.as_bytes()) {
        assert_ne!(stream.read(&mut byte).unwrap(), 0, "{:?}", String::from_utf8_lossy(&text));
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap()
}

#[test]
fn credentials_pass_and_fields_of_the_connection_do_not() {
    let (heads, received) = channel();
    let heads = Mutex::new(heads);
    let upstream = Upstream::responding(move |request| {
        heads.lock().unwrap().send(request.head.clone()).unwrap();
        response("200 OK", "Content-Type: application/json\r\nConnection: x-hop\r\nX-Hop: 1\r\nETag: \"7\"\r\n", "[]")
    });
    let proxy = Proxy::petshop(&format!("{}/v1", upstream.url));
    let fields = "Authorization: Bearer t0ken\r\nCookie: a=b\r\nX-Other: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\n\
                  Proxy-Authorization: Basic eDp5\r\n";
    let answer = proxy.send("GET /pets?limit=1&limit=a%20b", fields, "");
    assert_eq!((answer.status, answer.header("etag"), answer.header("x-hop")), (200, vec!["\"7\""], vec![]));
    let head = received.recv().unwrap();
    assert!(head.starts_with("GET /v1/pets?limit=1&limit=a%20b HTTP/1.1\r\n"), "{head}");
    let host = upstream.url.strip_prefix("http://").unwrap();
    for field in
        ["authorization: Bearer t0ken", "cookie: a=b", "x-other: 1", "via: 1.1 keystub-mock", &format!("host: {host}")]
    {
        assert!(head.to_lowercase().contains(&field.to_lowercase()), "{field}: {head}");
    }
    for name in ["keep-alive", "te:", "proxy-authorization", "accept-encoding"] {
        assert!(!head.to_lowercase().contains(name), "{name}: {head}");
    }
    let ended = proxy.stop();
    assert!(!format!("{}{}", ended.log, ended.report).contains("t0ken"));
}

#[test]
fn events_pass_before_the_stream_ends() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let upstream = Upstream::new(move |_, mut stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        write!(stream, "{head}data: 1\n\n").unwrap();
        wait.lock().unwrap().recv().unwrap();
        write!(stream, "data: 2\n\n").unwrap();
    });
    let folder = tempfile::tempdir().unwrap();
    let proxy = Proxy::start(&streams(&folder), &upstream.url, &["--format", "json"]);
    let mut stream = connect(&proxy, "GET /events HTTP/1.1\r\nConnection: close\r\n\r\n");
    read_until(&mut stream, "data: 1\n\n");
    go.send(()).unwrap();
    read_until(&mut stream, "data: 2\n\n");
    drop(stream);
    assert_eq!(proxy.stop().differences(), Vec::<String>::new());
}

#[test]
fn upload_passes_before_it_is_complete() {
    let (first, seen) = channel();
    let first = Mutex::new(first);
    let upstream = Upstream::new(move |request, mut stream| {
        assert!(request.has("content-length: 8"), "{}", request.head);
        let mut half = [0; 4];
        stream.read_exact(&mut half).unwrap();
        first.lock().unwrap().send(half).unwrap();
        stream.read_exact(&mut half).unwrap();
        assert_eq!(&half, b"5678");
        stream.write_all(response("204 No Content", "", "").as_bytes()).unwrap();
    });
    let folder = tempfile::tempdir().unwrap();
    let proxy = Proxy::start(&streams(&folder), &upstream.url, &["--format", "json"]);
    let head = "POST /upload HTTP/1.1\r\nContent-Type: application/octet-stream\r\nContent-Length: 8\r\n\
                Connection: close\r\n\r\n";
    let mut stream = connect(&proxy, head);
    write!(stream, "1234").unwrap();
    assert_eq!(&seen.recv().unwrap(), b"1234");
    write!(stream, "5678").unwrap();
    assert!(read_until(&mut stream, "\r\n\r\n").starts_with("HTTP/1.1 204"));
    assert_eq!(proxy.stop().differences(), Vec::<String>::new());
}

#[test]
fn body_that_is_too_long_to_be_checked_passes_whole() {
    let text = "x".repeat(9 << 20);
    let reply = response("200 OK", "Content-Type: text/plain\r\n", &text);
    let upstream = Upstream::responding(move |_| reply.clone());
    let proxy = Proxy::petshop(&upstream.url);
    assert_eq!(proxy.send("GET /health", "", "").body.len(), text.len());
    let ended = proxy.stop();
    assert!(ended.log.contains("not checked: the body is too long to be checked"), "{}", ended.log);
    let report: serde_json::Value = serde_json::from_str(&ended.report).unwrap();
    assert_eq!((&report["unchecked"], ended.code), (&1.into(), 0));
}

#[test]
fn request_that_would_become_another_one_is_not_forwarded() {
    let upstream = Upstream::responding(|_| json("200 OK", "[]"));
    let proxy = Proxy::petshop(&upstream.url);
    for path in ["/health/../pets", "/health/%2e%2e/pets", "/./health"] {
        let answer = proxy.send(&format!("GET {path}"), "", "");
        assert_eq!(answer.status, 400, "{path}: {}", answer.body);
        assert!(answer.body.contains("cannot be forwarded"), "{}", answer.body);
    }
    let looped = proxy.send("GET /health", "Via: 1.1 keystub-mock\r\n", "");
    assert_eq!(looped.status, 400);
    assert!(looped.body.contains("the server is the proxy itself"), "{}", looped.body);
}
