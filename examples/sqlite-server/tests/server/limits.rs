//! The limit of calls, the metrics, and requests in progress when the server stops.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use reqwest::Method;

use super::program::{Caller, OTHER, READER, Server, USER, WRITER, database};

#[tokio::test]
async fn each_caller_has_a_limit_of_calls() {
    let folder = database();
    let server = Server::start_with(folder.path(), &[("CALLS_PER_MINUTE", "2")]);
    // The calls of somebody who does not have the password are not those of the user.
    for _ in 0..3 {
        assert_eq!(server.status(Caller::Login("ann", "wrong"), Method::GET, "/notes").await, 401);
    }
    assert_eq!(server.status(USER, Method::GET, "/notes").await, 200);
    // A call with an invalid parameter counts, too.
    assert_eq!(server.status(USER, Method::GET, "/notes?limit=0").await, 400);
    let refused = server.request(USER, Method::GET, "/notes").send().await.unwrap();
    assert_eq!(refused.status(), 429);
    let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    for other in [OTHER, Caller::Key(READER), Caller::Key(WRITER)] {
        assert_eq!(server.status(other, Method::GET, "/notes").await, 200, "{other:?}");
    }
    // A public operation has no caller.
    for _ in 0..3 {
        assert_eq!(server.status(Caller::Nobody, Method::GET, "/health").await, 204);
    }
}

#[tokio::test]
async fn calls_are_counted_by_operation_and_status() {
    let folder = database();
    let server = Server::start_with(folder.path(), &[("METRICS", "127.0.0.1:0")]);
    assert_eq!(server.status(USER, Method::GET, "/notes").await, 200);
    assert_eq!(server.status(USER, Method::GET, "/notes").await, 200);
    assert_eq!(server.status(Caller::Nobody, Method::GET, "/notes").await, 401);
    assert_eq!(server.status(Caller::Nobody, Method::GET, "/no-such-path").await, 404);
    let text = server.metrics().await;
    let counts: Vec<&str> = text.lines().filter(|line| line.contains("_count")).collect();
    let expected = [
        "notes_call_seconds_count{operation=\"listNotes\",status=\"200\"} 2",
        "notes_call_seconds_count{operation=\"listNotes\",status=\"401\"} 1",
    ];
    assert_eq!(counts, expected, "{text}");
    let sum = text
        .lines()
        .find_map(|line| line.strip_prefix("notes_call_seconds_sum{operation=\"listNotes\",status=\"200\"} "));
    assert!(sum.unwrap().parse::<f64>().unwrap() > 0.0);
    // They are at their own address only.
    assert_eq!(server.status(USER, Method::GET, "/metrics").await, 404);
}

#[test]
fn request_in_progress_is_finished_when_the_server_stops() {
    let folder = database();
    let server = Server::start(folder.path());
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let (body, key) = ("{\"text\":\"late\"}", WRITER);
    let head = format!(
        "POST /v1/notes HTTP/1.1\r\nHost: {}\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        server.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    // The server asks for the body, so the request is in progress.
    lines.read_line(&mut line).unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
    server.terminate();
    // It accepts no new connections once it has received the signal.
    while TcpStream::connect(&server.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(body.as_bytes()).unwrap();
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("HTTP/1.1 201 Created\r\n"), "{rest}");
    assert_eq!(server.wait(), Some(0));
}
