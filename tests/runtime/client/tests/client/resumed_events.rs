//! Events of calls that are sent again, and events and lines as streams.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::Stream;
use runtime_client::api::*;
use runtime_client::runtime::call::{Call, Endpoint};
use runtime_client::runtime::credential::Token;
use runtime_client::runtime::error::Error;
use runtime_client::runtime::item_stream::Source;
use runtime_client::runtime::resumed_events::ResumedEvents;
use runtime_client::server::{Server, answer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;

fn events(body: &str) -> String {
    answer("200 OK", "Content-Type: text/event-stream\r\n", body)
}

/// Responds with these texts in sequence, and from then on with the last one.
async fn server(answers: Vec<String>) -> Server {
    let count = AtomicUsize::new(0);
    let next = move |_: &str| answers[count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)].clone();
    Server::start_with(next).await
}

type Waits = Arc<Mutex<Vec<Duration>>>;

fn noting<E: Endpoint>(call: Call<'_, E>, waits: &Waits) -> ResumedEvents<E> {
    let waits = Arc::clone(waits);
    call.resumed_events().wait(Arc::new(move |time| {
        waits.lock().unwrap().push(time);
        Box::pin(async {})
    }))
}

/// The value of a header of each request.
fn fields(server: &Server, name: &str) -> Vec<String> {
    let value = |request: String| {
        let mut fields = request.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| *field == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    server.requests().into_iter().map(value).collect()
}

#[tokio::test]
async fn events_continue_after_the_last_one_with_fresh_credentials() {
    let unavailable = answer("503 Unavailable", "Retry-After: 7\r\n", "");
    let first = events("id: 1\ndata: a\n\nid: 2\ndata: incomplete\n");
    let answers = vec![first, unavailable, events("retry: 500\ndata: b\n\n"), answer("204 No Content", "", "")];
    let (server, waits, count) = (server(answers).await, Waits::default(), Arc::new(AtomicUsize::new(0)));
    let token = Token::provider(move || {
        let count = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(format!("token-{count}").into()) }
    });
    let core = client(&server.url(), [(TOKEN, token.into())]);
    let mut events = noting(call::<Bearer>(&core), &waits);
    let first = events.next().await.unwrap().unwrap();
    assert_eq!((first.data.as_str(), first.id.as_str()), ("a", "1"));
    let second = events.next().await.unwrap().unwrap();
    assert_eq!((second.data.as_str(), second.id.as_str()), ("b", "1"));
    assert_eq!(events.next().await.unwrap(), None);
    assert_eq!(events.next().await.unwrap(), None);
    assert_eq!(events.last_event_id(), "1");
    assert_eq!(fields(&server, "last-event-id"), ["", "1", "1", "1"]);
    let tokens = ["Bearer token-0", "Bearer token-1", "Bearer token-2", "Bearer token-3"];
    assert_eq!(fields(&server, "authorization"), tokens);
    let expected = [Duration::from_secs(3), Duration::from_secs(7), Duration::from_millis(500)];
    assert_eq!(*waits.lock().unwrap(), expected);
}

#[tokio::test]
async fn errors_that_are_not_transient_end_the_events() {
    for failed in [answer("401 Unauthorized", "", ""), answer("200 OK", "Content-Type: text/html\r\n", "x")] {
        let (server, waits) = (server(vec![events("data: a\n\n"), failed]).await, Waits::default());
        let core = client(&server.url(), all_credentials());
        let mut events = noting(call::<Bearer>(&core), &waits);
        assert!(events.next().await.unwrap().is_some());
        assert!(events.next().await.is_err());
        assert_eq!(events.next().await.unwrap(), None);
        assert_eq!((server.requests().len(), waits.lock().unwrap().len()), (2, 1));
    }
    // The first call is not repeated.
    let server = server(vec![answer("503 Unavailable", "", "")]).await;
    let core = client(&server.url(), all_credentials());
    let mut events = noting(call::<Bearer>(&core), &Waits::default());
    assert_eq!(events.next().await.unwrap_err().status().unwrap().as_u16(), 503);
    assert_eq!((events.next().await.unwrap(), server.requests().len()), (None, 1));
}

#[tokio::test]
async fn status_204_ends_the_events_whatever_its_media_type_is() {
    for fields in
        ["", "Content-Type: text/html\r\n", "Content-Type: text/event-stream\r\n", "Content-Type: nonsense\r\n"]
    {
        let ended = answer("204 No Content", fields, "");
        let (first, later) = (server(vec![ended.clone()]).await, server(vec![events("data: a\n\n"), ended]).await);
        for (server, count) in [(first, 0), (later, 1)] {
            let core = client(&server.url(), []);
            let mut events = noting(call::<Open>(&core), &Waits::default());
            for _ in 0..count {
                assert!(events.next().await.unwrap().is_some());
            }
            assert_eq!(events.next().await.unwrap(), None, "{fields}");
            assert_eq!(events.next().await.unwrap(), None);
            assert_eq!(server.requests().len(), count + 1, "{fields}");
        }
    }
}

#[tokio::test]
async fn calls_without_events_are_bounded_and_pauses_grow_up_to_ten_minutes() {
    let (quiet, waits) = (server(vec![events(": nothing\n\n")]).await, Waits::default());
    let core = client(&quiet.url(), []);
    assert_eq!(noting(call::<Open>(&core), &waits).max_failures(2).next().await.unwrap(), None);
    assert_eq!(quiet.requests().len(), 3);
    let times = waits.lock().unwrap().clone();
    let grown = Duration::from_secs(3)..=Duration::from_secs(6);
    assert!(matches!(times[..], [first, second] if first == *grown.start() && grown.contains(&second)), "{times:?}");

    let answers =
        vec![events("retry: 99999999999\ndata: a\n\n"), answer("502 Bad", "Retry-After: 99999999999\r\n", "")];
    let (failing, waits) = (server(answers).await, Waits::default());
    let core = client(&failing.url(), []);
    let mut events = noting(call::<Open>(&core), &waits).max_failures(2);
    assert!(events.next().await.unwrap().is_some());
    assert_eq!(events.next().await.unwrap_err().status().unwrap().as_u16(), 502);
    assert_eq!(*waits.lock().unwrap(), [Duration::from_secs(600); 2]);
}

#[tokio::test]
async fn pauses_of_servers_are_bounded() {
    for (retry, expected) in [("0", 100), ("99", 100), ("500", 500), ("99999999999", 600_000)] {
        let answers = vec![events(&format!("retry: {retry}\ndata: a\n\n")), answer("204 No Content", "", "")];
        let (server, waits) = (server(answers).await, Waits::default());
        let core = client(&server.url(), []);
        let mut events = noting(call::<Open>(&core), &waits);
        assert!(events.next().await.unwrap().is_some());
        assert_eq!(events.next().await.unwrap(), None);
        assert_eq!(*waits.lock().unwrap(), [Duration::from_millis(expected)], "{retry}");
    }
}

#[tokio::test]
async fn pause_is_kept_if_next_is_dropped() {
    let server = server(vec![events("data: a\n\n"), events("data: b\n\n")]).await;
    let core = client(&server.url(), []);
    let (waits, waited) = (Waits::default(), Arc::new(Notify::new()));
    let (times, notify) = (Arc::clone(&waits), Arc::clone(&waited));
    let mut events = call::<Open>(&core).resumed_events().wait(Arc::new(move |time| {
        let mut times = times.lock().unwrap();
        times.push(time);
        if times.len() > 1 {
            return Box::pin(async {});
        }
        notify.notify_one();
        Box::pin(pending::<()>())
    }));
    assert_eq!(events.next().await.unwrap().unwrap().data, "a");
    tokio::select! {
        _ = events.next() => panic!("there was no pause"),
        () = waited.notified() => {}
    }
    assert_eq!(server.requests().len(), 1);
    assert_eq!(events.next().await.unwrap().unwrap().data, "b");
    let waits = waits.lock().unwrap();
    assert!(matches!(waits[..], [first, second] if second <= first), "{waits:?}");
}

#[tokio::test]
async fn ids_are_sent_as_utf8_and_those_that_cannot_be_sent_are_ignored() {
    let long = "x".repeat(4097);
    for (id, expected) in [("é", "é"), ("a ", "a"), ("\u{1}", "1"), (long.as_str(), "1"), ("", "")] {
        let first = events(&format!("id: 1\ndata: a\n\nid: {id}\ndata: b\n\n"));
        let server = server(vec![first, answer("204 No Content", "", "")]).await;
        let core = client(&server.url(), []);
        let mut events = noting(call::<Open>(&core), &Waits::default());
        assert!(events.next().await.unwrap().is_some());
        assert!(events.next().await.unwrap().is_some());
        assert_eq!(events.next().await.unwrap(), None);
        assert_eq!(fields(&server, "last-event-id"), ["", expected], "{id}");
    }
    let server = server(vec![events("")]).await;
    let core = client(&server.url(), []);
    let mut events = call::<Open>(&core).resumed_events().after("a\nb");
    assert!(matches!(events.next().await, Err(Error::InvalidRequest(_))));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn server_can_reset_the_id_that_the_call_has_as_a_header() {
    let server = server(vec![events("id\ndata: a\n\n"), answer("204 No Content", "", "")]).await;
    let core = client(&server.url(), []);
    let mut events = noting(call::<Open>(&core).header("Last-Event-ID", "7"), &Waits::default());
    assert_eq!(events.last_event_id(), "7");
    assert!(events.next().await.unwrap().is_some());
    assert_eq!(events.next().await.unwrap(), None);
    assert_eq!(fields(&server, "last-event-id"), ["7", ""]);
}

#[tokio::test]
async fn time_limit_of_a_quiet_stream_is_not_a_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let core = client(&format!("http://{}", listener.local_addr().unwrap()), []);
    let serve = async {
        let mut open = Vec::new();
        for body in [": quiet\n\n", "data: a\n\n"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\n";
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            open.push(stream);
        }
        open
    };
    let waits = Waits::default();
    let limited = call::<Open>(&core).timeout(Duration::from_millis(500));
    let mut events = noting(limited, &waits).max_failures(0);
    let (_open, event) = tokio::join!(serve, events.next());
    assert_eq!(event.unwrap().unwrap().data, "a");
    assert_eq!(*waits.lock().unwrap(), [Duration::from_secs(3)]);
}

#[tokio::test]
async fn call_with_a_body_is_sent_once() {
    let server = server(vec![events("data: a\n\n")]).await;
    let core = client(&server.url(), []);
    let mut events = noting(call::<Post>(&core).text("text/plain", "body"), &Waits::default());
    assert!(events.next().await.unwrap().is_some());
    assert_eq!((events.next().await.unwrap(), server.requests().len()), (None, 1));
}

#[tokio::test]
async fn kept_id_is_sent_with_the_first_call_and_limits_apply_to_each() {
    let server = server(vec![events("data: aaaa\n\n")]).await;
    let core = client(&server.url(), []);
    let mut events = call::<Open>(&core).resumed_events().after("9").max_event_bytes(3);
    assert!(matches!(events.next().await, Err(Error::TooLarge)));
    assert_eq!(fields(&server, "last-event-id"), ["9"]);
}

async fn all<S: Stream>(stream: S) -> Vec<S::Item> {
    let (mut stream, mut found) = (pin!(stream), Vec::new());
    while let Some(item) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        found.push(item);
    }
    found
}

#[tokio::test]
async fn events_and_lines_are_streams_of_values() {
    let server = server(vec![
        events("data: 1\n\ndata: x\n\ndata: 3\n\n"),
        answer("200 OK", "Content-Type: application/json\r\n", "1\n2\n"),
    ])
    .await;
    let core = client(&server.url(), []);
    let events = call::<Open>(&core).events().await.unwrap().into_body();
    let found = all(events.into_json_stream::<i64>()).await;
    assert!(matches!(&found[..], [Ok(1), Err(Error::Decode(item, _)), Ok(3)] if item.body == "x"), "{found:?}");
    let lines = call::<Open>(&core).streamed().await.unwrap().into_body().lines();
    let found = all(lines.into_json_stream::<i64>()).await;
    assert!(matches!(&found[..], [Ok(1), Ok(2)]), "{found:?}");
    let chunks = all(call::<Open>(&core).streamed().await.unwrap().into_body().into_stream()).await;
    assert_eq!(chunks.into_iter().map(|chunk| chunk.unwrap().len()).sum::<usize>(), 4);
}

#[tokio::test]
async fn stream_ends_after_an_error_and_its_request_when_it_is_dropped() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\ndata: 1\n\n";
    let server = Server::start(cut).await;
    let core = client(&server.url(), []);
    let found = all(call::<Open>(&core).events().await.unwrap().into_body().into_stream()).await;
    assert!(matches!(&found[..], [Ok(_), Err(Error::Transport(_))]), "{found:?}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let core = client(&format!("http://{}", listener.local_addr().unwrap()), []);
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(cut.as_bytes()).await.unwrap();
        // The client closes the connection.
        stream.read(&mut request).await.unwrap_or_default()
    };
    let read = async {
        let mut stream = Box::pin(call::<Open>(&core).events().await.unwrap().into_body().into_stream());
        assert!(poll_fn(|context| stream.as_mut().poll_next(context)).await.unwrap().is_ok());
    };
    assert_eq!(tokio::join!(serve, read).0, 0);
}
