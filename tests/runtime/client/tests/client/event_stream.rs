//! Server-sent events (WHATWG HTML, section 9.2) and lines of JSON, read from responses in chunks of any size.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use runtime_client::api::client;
use runtime_client::runtime::call::{Call, Endpoint};
use runtime_client::runtime::error::{Error, NoError};
use runtime_client::runtime::event_stream::{Event, Events};
use runtime_client::runtime::lines::Lines;
use runtime_client::runtime::operation::{Access, Operation, Segment};
use runtime_client::runtime::reply::Expected;
use runtime_client::runtime::typed_stream::ItemEndpoint;
use runtime_client::server::{Server, answer, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[derive(Debug)]
enum Watch {}

impl Endpoint for Watch {
    const OPERATION: &'static Operation = &Operation {
        id: "watch",
        method: "GET",
        path: &[Segment::Text("/watch")],
        query: "",
        parameters: &[],
        access: Access::Open,
        accept: "application/json, application/x-ndjson, text/event-stream",
    };
    type Output = String;
    type Error = NoError;
    const OUTPUT: Expected<String> = Expected::by(|reply| reply.json());
    const ERROR: Expected<NoError> = Expected::by(|reply| reply.undocumented());
}

/// A server whose responses have this body, in chunks of this number of bytes. Chunks can split characters, which the
/// texts of [`Server`] cannot.
struct Chunks {
    url: String,
    requests: Arc<Mutex<String>>,
}

async fn server(media_type: &str, body: impl AsRef<[u8]>, size: usize) -> Chunks {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked\r\n");
    let mut bytes = format!("{head}Connection: close\r\n\r\n").into_bytes();
    for chunk in body.as_ref().chunks(size) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).await.unwrap_or_default();
            seen.lock().unwrap().push_str(&String::from_utf8_lossy(&request[..length]));
            // A client that refuses the body closes the connection.
            stream.write_all(&bytes).await.ok();
        }
    });
    Chunks { url, requests }
}

async fn opened(server: &Chunks) -> Events {
    let core = client(&server.url, []);
    Call::<Watch>::new(&core).events().await.unwrap().into_body()
}

async fn all(mut events: Events) -> Vec<Event> {
    let mut found = Vec::new();
    while let Some(event) = events.next().await.unwrap() {
        found.push(event);
    }
    found
}

fn event(name: &str, data: &str, id: &str) -> Event {
    Event { name: name.to_owned(), data: data.to_owned(), id: id.to_owned() }
}

#[tokio::test]
async fn events_are_read_as_the_standard_says() {
    // The first rows are the examples of section 9.2.6.
    let rows: &[(&str, &[Event])] = &[
        ("data: YHOO\ndata: +2\ndata: 10\n\n", &[event("message", "YHOO\n+2\n10", "")]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            &[
                event("message", "first event", "1"),
                event("message", "second event", ""),
                event("message", " third event", ""),
            ],
        ),
        ("data\n\ndata\ndata\n\ndata:", &[event("message", "", ""), event("message", "\n", "")]),
        ("data:test\n\ndata: test\n\n", &[event("message", "test", ""), event("message", "test", "")]),
        // Every end of a line, also mixed.
        (
            "data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\ndata: e\n\r\n",
            &[
                event("message", "a", ""),
                event("message", "b", ""),
                event("message", "c", ""),
                event("message", "d\ne", ""),
            ],
        ),
        ("\u{feff}data: a\n\n\u{feff}data: b\n\n", &[event("message", "a", "")]),
        ("event: add\ndata: 1\n\ndata: 2\n\n", &[event("add", "1", ""), event("message", "2", "")]),
        // Without data there is no event, and its name does not stay.
        ("event: add\n\ndata: 1\n\n", &[event("message", "1", "")]),
        ("id: 7\n\ndata: a\n\nid: 8\0\ndata: b\n\n", &[event("message", "a", "7"), event("message", "b", "7")]),
        ("data: a: b\nother: x\n Data: y\nDATA: z\n\n", &[event("message", "a: b", "")]),
        ("data: grün ☃\n\n", &[event("message", "grün ☃", "")]),
        // Only the first byte order mark is one; the second is part of the name of an unknown field.
        ("\u{feff}\u{feff}data: a\n\ndata: b\n\n", &[event("message", "b", "")]),
        // Comments of any length, and lines of a colon only.
        (":\n:: data: a\n: x\r:\r\ndata: b\n:\n\n", &[event("message", "b", "")]),
        // An empty name is the default one; the last name counts.
        ("event: \ndata: a\n\nevent: x\nevent: y\ndata: b\n\n", &[event("message", "a", ""), event("y", "b", "")]),
        // One space after the colon is removed, a tab is not.
        ("data:\tt\ndata: \ndata:  s\n\n", &[event("message", "\tt\n\n s", "")]),
        // A NUL is a character of data and of names of fields.
        ("data:\0\ndata\0: x\n\0data: y\n\n", &[event("message", "\0", "")]),
        ("da-ta: a\ndata_b: b\ndatac\nevent x\ndata: d\n\n", &[event("message", "d", "")]),
        // An id stays until another one, also an empty one.
        (
            "id: a b\ndata: 1\n\ndata: 2\n\nid:\ndata: 3\n\ndata: 4\n\n",
            &[
                event("message", "1", "a b"),
                event("message", "2", "a b"),
                event("message", "3", ""),
                event("message", "4", ""),
            ],
        ),
        // Incomplete events are dropped.
        ("data: a\n\ndata: b\n", &[event("message", "a", "")]),
        ("data: a", &[]),
        ("", &[]),
    ];
    for (body, expected) in rows {
        for size in [1, 3, 4096] {
            let server = server("text/event-stream; charset=utf-8", body, size).await;
            assert_eq!(all(opened(&server).await).await, *expected, "{body:?} in chunks of {size}");
            assert!(server.requests.lock().unwrap().contains("\r\naccept: text/event-stream\r\n"));
        }
    }
}

#[tokio::test]
async fn parameters_of_the_media_type_are_ignored() {
    for media_type in ["text/event-stream;", "Text/Event-Stream", "text/event-stream;charset=windows-1252"] {
        let server = server(media_type, "data: ü\n\n", 4096).await;
        assert_eq!(all(opened(&server).await).await, [event("message", "ü", "")], "{media_type}");
    }
}

#[tokio::test]
async fn data_that_is_not_utf_8_is_replaced() {
    let server = server("text/event-stream", b"data: \xff\xe2\x82\ndata: \xe2\x82\xac\n\n", 1).await;
    assert_eq!(all(opened(&server).await).await, [event("message", "\u{fffd}\u{fffd}\n€", "")]);
}

#[tokio::test]
async fn retry_is_read_if_it_is_a_number() {
    let body = "retry: 1500\ndata: a\n\nretry: 2s\nretry: -1\nretry:\nretry: 99999999999999999999\ndata: b\n\n";
    let server = server("text/event-stream", body, 5).await;
    let mut events = opened(&server).await;
    assert_eq!(events.retry(), None);
    for _ in 0..2 {
        events.next().await.unwrap().unwrap();
        assert_eq!(events.retry(), Some(Duration::from_millis(1500)));
    }
}

#[tokio::test]
async fn data_is_read_as_json() {
    let server = server("text/event-stream", "data: {\"a\":\ndata: [1, 2]}\n\ndata: [DONE]\n\n", 4096).await;
    let found = all(opened(&server).await).await;
    let value = found[0].json::<std::collections::BTreeMap<String, Vec<i64>>>().unwrap();
    assert_eq!(value, [("a".to_owned(), vec![1, 2])].into());
    assert!(found[0].json::<String>().is_err());
    assert!(found[1].json::<String>().is_err());
}

#[tokio::test]
async fn events_and_lines_beyond_the_limit_are_refused() {
    let one_line = format!("data: {}\n\n", "x".repeat(5000));
    let many_lines = "data: xxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(200);
    let comment = format!(":{}", "x".repeat(5000));
    for body in [one_line, many_lines, comment] {
        let server = server("text/event-stream", &body, 512).await;
        let mut events = opened(&server).await.max_event_bytes(4000);
        assert!(matches!(events.next().await, Err(Error::TooLarge)), "{}", &body[..20]);
        assert!(opened(&server).await.next().await.is_ok());
    }
    let server = server("application/x-ndjson", &format!("\"{}\"\n", "x".repeat(5000)), 512).await;
    let mut lines = lines(&server).await.max_line_bytes(4000);
    assert!(matches!(lines.next().await, Err(Error::TooLarge)));
}

#[tokio::test]
async fn another_media_type_or_status_is_an_error() {
    let other = Server::start(json("\"yes\"")).await;
    let core = client(&other.url(), []);
    assert!(matches!(Call::<Watch>::new(&core).events().await, Err(Error::MediaType(_))));
    let failed = Server::start(answer("500 Oops", "Content-Type: text/event-stream\r\n", "data: a\n\n")).await;
    let core = client(&failed.url(), []);
    let error = Call::<Watch>::new(&core).events().await.map(|_| ()).unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 500);
}

async fn lines(server: &Chunks) -> Lines {
    let core = client(&server.url, []);
    Call::<Watch>::new(&core).streamed().await.unwrap().into_body().lines()
}

#[tokio::test]
async fn lines_are_read_as_json() {
    let rows: &[(&str, &[i64])] = &[
        ("1\n2\n", &[1, 2]),
        ("1\r\n\r\n2", &[1, 2]),
        // RFC 7464, section 2.2: a mark before each text.
        ("\u{1e}1\n\u{1e}\n\u{1e}2\n", &[1, 2]),
        ("", &[]),
        ("\n\n", &[]),
    ];
    for (body, expected) in rows {
        for size in [1, 3, 4096] {
            let server = server("application/x-ndjson", body, size).await;
            let mut lines = lines(&server).await;
            let mut found = Vec::new();
            while let Some(line) = lines.next().await.unwrap() {
                found.push(line.json::<i64>().unwrap());
                assert!(line.json::<String>().is_err());
            }
            assert_eq!(found, *expected, "{body:?} in chunks of {size}");
        }
    }
}

/// The operation with JSON values, one after another.
#[derive(Debug)]
enum Sequence {}

impl Endpoint for Sequence {
    const OPERATION: &'static Operation = Watch::OPERATION;
    type Output = String;
    type Error = NoError;
    const OUTPUT: Expected<String> = Expected::by(|reply| reply.json());
}

impl ItemEndpoint for Sequence {
    const MEDIA_TYPE: &'static str = "application/json-seq";
    type Item = Vec<i64>;
}

#[tokio::test]
async fn texts_of_a_sequence_may_have_several_lines() {
    let rows: &[(&str, &[Option<&[i64]>])] = &[
        ("\u{1e}[1]\n\u{1e}[\n  2,\n  3\n]\n", &[Some(&[1]), Some(&[2, 3])]),
        // A text that was cut off, and one of another type.
        ("\u{1e}[1,\n\u{1e}[2]\n\u{1e}{\"[\": \"\\\"[\"}\n\u{1e}[3]", &[None, Some(&[2]), None, Some(&[3])]),
        ("\u{1e}[1]\n\u{1e}[2", &[Some(&[1]), None]),
        // A string does not continue on another line.
        ("\u{1e}[\"a\n\u{1e}[2]\n", &[None, Some(&[2])]),
        ("\u{1e}\u{1e}\n\u{1e}\n", &[]),
    ];
    for (body, expected) in rows {
        for size in [1, 4096] {
            let server = server("application/json-seq", body, size).await;
            let core = client(&server.url, []);
            let mut items = Call::<Sequence>::new(&core).streamed_items().await.unwrap().into_body();
            let mut found = Vec::new();
            loop {
                match items.next().await {
                    Ok(Some(item)) => found.push(Some(item)),
                    Ok(None) => break,
                    Err(Error::Decode(..)) => found.push(None),
                    Err(other) => panic!("{other:?}"),
                }
            }
            let expected: Vec<_> = expected.iter().map(|item| item.map(<[i64]>::to_vec)).collect();
            assert_eq!(found, expected, "{body:?} in chunks of {size}");
        }
    }
    let long = format!("\u{1e}[\n{}]\n", "1,\n".repeat(5000));
    let server = server("application/json-seq", long, 4096).await;
    let core = client(&server.url, []);
    let mut items = Call::<Sequence>::new(&core).streamed_items().await.unwrap().into_body().max_line_bytes(4000);
    assert!(matches!(items.next().await, Err(Error::TooLarge)));
}
