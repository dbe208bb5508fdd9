//! Servers that do not respond, or not as a whole.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::channel;

use super::running::{Ended, Proxy};
use super::upstream::Upstream;
use crate::running_mock::Answer;

/// The response to `GET /health`, and what the proxy reports.
fn asked(url: &str, arguments: &[&str]) -> (Answer, Ended) {
    let all = [&["--format", "json"], arguments].concat();
    let proxy = Proxy::start("fixtures/world/petshop.yaml", url, &all);
    let answer = proxy.send("GET /health", "", "");
    (answer, proxy.stop())
}

#[test]
fn server_that_cannot_be_reached_is_a_bad_gateway() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let reset = Upstream::new(|_, stream| drop(stream));
    let garbage = Upstream::new(|_, mut stream| stream.write_all(b"SSH-2.0-OpenSSH\r\n\r\n").unwrap());
    for url in [&format!("http://{free}"), &reset.url, &garbage.url] {
        let (answer, ended) = asked(url, &[]);
        assert_eq!(answer.status, 502, "{url}: {}", answer.body);
        assert_eq!(answer.header("content-type"), ["application/problem+json"]);
        assert!(answer.body.contains("the server did not respond: "), "{}", answer.body);
        assert_eq!((ended.differences(), ended.code), (vec!["no-response GET /health".to_owned()], 1));
    }
}

#[test]
fn server_that_hangs_is_a_gateway_timeout() {
    let (held, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let upstream = Upstream::new(move |_, _stream| {
        wait.lock().unwrap().recv().ok();
    });
    let (answer, ended) = asked(&upstream.url, &["--timeout", "200ms"]);
    drop(held);
    assert_eq!(answer.status, 504, "{}", answer.body);
    assert!(answer.body.contains("the server did not respond within 200ms"), "{}", answer.body);
    assert_eq!(ended.differences(), ["no-response GET /health"]);
}

#[test]
fn body_that_ends_early_or_stops_is_reported() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf";
    let (held, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let cut = Upstream::new(move |_, mut stream| stream.write_all(head.as_bytes()).unwrap());
    let stopped = Upstream::new(move |_, mut stream| {
        stream.write_all(head.as_bytes()).unwrap();
        wait.lock().unwrap().recv().ok();
    });
    for (upstream, reason) in [(&cut, "the body ended early"), (&stopped, "the body stopped")] {
        let all = ["--format", "json", "--timeout", "300ms"];
        let proxy = Proxy::start("fixtures/world/petshop.yaml", &upstream.url, &all);
        let mut stream = TcpStream::connect(&proxy.address).unwrap();
        write!(stream, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut text = String::new();
        // The connection ends, so that the caller does not take the part for the whole.
        stream.read_to_string(&mut text).ok();
        assert!(text.ends_with("half"), "{text}");
        let ended = proxy.stop();
        assert_eq!(ended.differences(), ["no-response GET /health"], "{}", ended.log);
        assert!(ended.log.contains(reason), "{}", ended.log);
    }
    drop(held);
}

#[test]
fn arguments_are_checked_before_the_proxy_listens() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["mock", "fixtures/world/petshop.yaml", "--listen"]);
        let output = command.arg("127.0.0.1:0").args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let cases: [(&[&str], &str); 6] = [
        (&["--proxy", "http://api.example.com"], "--proxy needs https"),
        (&["--proxy", "nowhere"], "--proxy is not an absolute URL"),
        (&["--proxy", "ftp://localhost"], "--proxy: the base URL is neither http nor https"),
        (&["--proxy", "http://u:s3cret@localhost"], "must not contain user information"),
        (&["--proxy", "http://localhost", "--auth", "off"], "cannot be used with"),
        (&["--timeout", "5s"], "--proxy"),
    ];
    for (arguments, message) in cases {
        let (code, error) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {error}");
        assert!(error.contains(message) && !error.contains("s3cret"), "{arguments:?}: {error}");
    }
}
