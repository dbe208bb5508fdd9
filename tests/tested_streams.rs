//! `keystub test` against servers whose streams do not end: what they send first is compared with the document.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

const DOCUMENT: &str = "openapi: 3.2.0
info: {title: t, version: '1'}
paths:
  /events:
    get:
      operationId: watch
      security: []
      responses:
        '200': {description: d, content: {text/event-stream: {itemSchema: {$ref: '#/components/schemas/Item'}}}}
  /lines:
    get:
      operationId: list
      security: []
      responses:
        '200': {description: d, content: {application/x-ndjson: {itemSchema: {$ref: '#/components/schemas/Item'}}}}
components:
  schemas:
    Item: {type: object, required: [id], properties: {id: {type: integer}}}
";

/// A server that sends these items, and then nothing more.
fn start(events: &'static str, lines: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            std::thread::spawn(move || respond(stream, events, lines));
        }
    });
    url
}

fn respond(mut stream: TcpStream, events: &str, lines: &str) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let (media_type, items) = match head.split(' ').take(2).collect::<Vec<_>>()[..] {
            ["GET", "/events"] => ("text/event-stream", events),
            ["GET", "/lines"] => ("application/x-ndjson", lines),
            ["GET", _] => {
                stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").ok()?;
                continue;
            }
            _ => {
                let refused = b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\n\r\n";
                stream.write_all(refused).ok()?;
                continue;
            }
        };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n\r\n");
        write!(stream, "{head}{:x}\r\n{items}\r\n", items.len()).ok()?;
    }
}

/// What is broken: the check and what was found.
fn broken(events: &'static str, lines: &'static str) -> Vec<(String, String)> {
    let spec = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    std::fs::write(spec.path(), DOCUMENT).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystub"));
    command.arg("test").arg(spec.path()).args([
        "--server",
        &start(events, lines),
        "--rate",
        "2000",
        "--format",
        "json",
    ]);
    let output = command.output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let findings = report["findings"].as_array().unwrap();
    let conforming = findings.iter().filter(|finding| finding["check"] == "body-conforms");
    assert!(conforming.count() >= 2, "{findings:#?}");
    let broken = findings.iter().filter(|finding| finding["verdict"] == "broken");
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    broken.map(|finding| (text(finding, "check"), text(finding, "got"))).collect()
}

#[test]
fn items_of_streams_that_do_not_end_are_compared_with_the_document() {
    // The last items are not complete.
    let (events, lines) = (": hello\n\ndata: {\"id\": 1}\n\ndata: {\"id\"", "{\"id\": 1}\n\n{\"id\": 2}\n{\"i");
    assert_eq!(broken(events, lines), []);
    let found = broken("data: {\"id\": 1}\n\ndata: {}\n\n", "{\"id\": 1}\nno\n");
    let expected = [("body-conforms", "item 2: "), ("body-conforms", "item 2: not JSON")];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((check, got), expected) in found.iter().zip(expected) {
        assert!(check == expected.0 && got.starts_with(expected.1), "{found:?}");
    }
}
