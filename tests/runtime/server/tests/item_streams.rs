//! Responses that are sent item by item: what is written, when, and how it ends.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use runtime_server::runtime::event_stream::{self, Event, EventStream};
use runtime_server::runtime::json_lines::{self, JsonLines};

/// The pieces of a body; the reason why it ends, if it does not end regularly.
async fn pieces(response: Response) -> (Vec<String>, Option<String>) {
    let mut body = response.into_body().into_data_stream();
    let mut found = Vec::new();
    while let Some(piece) = body.next().await {
        match piece {
            Ok(piece) => found.push(String::from_utf8(piece.to_vec()).unwrap()),
            Err(error) => return (found, Some(error.to_string())),
        }
    }
    (found, None)
}

fn events(events: EventStream<i64>) -> Response {
    event_stream::json(200, "text/event-stream", events)
}

fn texts(data: &'static str) -> Response {
    event_stream::text(200, "text/event-stream", EventStream::new(stream::iter([data.to_owned()])))
}

/// Items with pauses before them.
fn slow(pauses: &'static [u64]) -> impl Stream<Item = i64> + Send + 'static {
    stream::iter(pauses).zip(stream::iter(1..)).then(|(pause, number)| async move {
        tokio::time::sleep(Duration::from_secs(*pause)).await;
        number
    })
}

#[tokio::test]
async fn events_are_written_field_by_field() {
    let all = [
        Event::new(1),
        Event::new(2).name("price").unwrap().id(" a:b ").unwrap().retry(Duration::from_millis(1500)),
        Event::new(3).name("").unwrap().id("").unwrap(),
    ];
    let response = events(EventStream::new(stream::iter(all)));
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let expected = ["data: 1\n\n", "event: price\nid:  a:b \nretry: 1500\ndata: 2\n\n", "event: \nid: \ndata: 3\n\n"];
    assert_eq!(pieces(response).await, (expected.map(str::to_owned).to_vec(), None));
}

#[tokio::test]
async fn data_is_split_at_every_kind_of_line_break() {
    let rows = [
        ("a", "data: a\n\n"),
        ("", "data: \n\n"),
        ("a\nb\r\nc\rd", "data: a\ndata: b\ndata: c\ndata: d\n\n"),
        ("a\n\nid: 7\n", "data: a\ndata: \ndata: id: 7\ndata: \n\n"),
        (" a", "data:  a\n\n"),
    ];
    for (data, expected) in rows {
        assert_eq!(pieces(texts(data)).await, (vec![expected.to_owned()], None), "{data:?}");
    }
}

#[test]
fn name_or_id_with_a_line_break_is_refused() {
    for text in ["a\nb", "\r", "a\r\ndata: x", "\0"] {
        assert!(Event::new(1).name(text).is_err(), "{text:?}");
        assert!(Event::new(1).id(text).is_err(), "{text:?}");
    }
    let error = Event::new(1).id("secret\n").unwrap_err();
    assert_eq!(error.to_string(), "the id of an event must not have line breaks or NUL");
}

#[tokio::test(start_paused = true)]
async fn heartbeat_is_sent_after_the_time_without_an_event() {
    let start = tokio::time::Instant::now();
    let found = pieces(events(EventStream::new(slow(&[0, 14, 31])))).await.0;
    assert_eq!(found, ["data: 1\n\n", "data: 2\n\n", ":\n\n", ":\n\n", "data: 3\n\n"]);
    assert_eq!(start.elapsed().as_secs(), 45);
    let found = pieces(events(EventStream::new(slow(&[5])).heartbeat(Duration::from_secs(2)))).await.0;
    assert_eq!(found, [":\n\n", ":\n\n", "data: 1\n\n"]);
    let found = pieces(events(EventStream::new(slow(&[1000])).without_heartbeat())).await.0;
    assert_eq!(found, ["data: 1\n\n"]);
    // A heartbeat without a pause would never let another item through.
    let found = pieces(events(EventStream::new(slow(&[1])).heartbeat(Duration::ZERO))).await.0;
    assert!(found.len() <= 101 && found.last().unwrap() == "data: 1\n\n", "{} pieces", found.len());
}

#[tokio::test(start_paused = true)]
async fn lines_have_a_heartbeat_only_if_it_is_set() {
    let lines = |items| json_lines::lines(200, "application/x-ndjson", items);
    assert_eq!(pieces(lines(JsonLines::new(slow(&[0, 60])))).await.0, ["1\n", "2\n"]);
    let found = pieces(lines(JsonLines::new(slow(&[0, 60])).heartbeat(Duration::from_secs(25)))).await.0;
    assert_eq!(found, ["1\n", "\n", "\n", "2\n"]);
    let sequence = json_lines::sequence(200, "application/json-seq", JsonLines::new(slow(&[0])));
    assert_eq!(sequence.headers()["content-type"], "application/json-seq");
    assert!(!sequence.headers().contains_key("cache-control"));
    assert_eq!(pieces(sequence).await.0, ["\u{1e}1\n"]);
}

#[tokio::test]
async fn error_or_value_that_is_not_json_ends_the_body_early() {
    let items = || stream::iter([Ok(1), Err("gone"), Ok(3)]);
    let expected = |text: &str| (vec![text.to_owned()], Some("gone".to_owned()));
    assert_eq!(pieces(events(EventStream::new(items()))).await, expected("data: 1\n\n"));
    let lines = json_lines::lines::<i64>(200, "application/jsonl", JsonLines::new(items()));
    assert_eq!(pieces(lines).await, expected("1\n"));
    let numbers = EventStream::new(stream::iter([1.5, f64::NAN, 2.5]));
    let (found, error) = pieces(event_stream::json(200, "text/event-stream", numbers)).await;
    assert_eq!((found, error.as_deref()), (vec!["data: 1.5\n\n".to_owned()], Some("a value that cannot be JSON")));
}

#[tokio::test]
async fn body_is_sent_as_it_is() {
    let body = || Body::from_stream(stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"data: x"))]));
    assert_eq!(pieces(events(EventStream::from_body(body()))).await.0, ["data: x"]);
    let lines = json_lines::lines::<i64>(200, "application/jsonl", JsonLines::from_body(body()));
    assert_eq!(pieces(lines).await.0, ["data: x"]);
}
