//! Slow and hostile clients, old connections and shutdown.

use std::time::Duration;

use axum::http::{Request, StatusCode};
use h2::Reason;
use runtime_server::runtime::serve::{HEAD_TIMEOUT, MAX_CONNECTION_AGE, SHUTDOWN_TIMEOUT};
use runtime_server::runtime::serve_http2::{MAX_CANCELLED, MAX_STREAMS};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::frames::{CONTINUATION, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PREFACE, Peer, RST_STREAM, block};
use super::{Client, Server};

const FIELDS: &[(&str, &str)] = &[(":method", "GET"), (":scheme", "http"), (":path", "/slow"), (":authority", "x")];

#[tokio::test(start_paused = true)]
async fn slow_or_idle_connections_are_closed() {
    let server = Server::start();
    for length in [0, 1, PREFACE.len() - 1, PREFACE.len()] {
        let mut stream = server.connect();
        stream.write_all(&PREFACE[..length]).await.unwrap();
        let mut bytes = Vec::new();
        let rest = timeout(3 * HEAD_TIMEOUT, stream.read_to_end(&mut bytes));
        rest.await.unwrap_or_else(|_| panic!("still open after {length} bytes")).unwrap();
    }
    // One byte of the preface at a time.
    let mut dripping = server.connect();
    for byte in &PREFACE[..15] {
        dripping.write_all(&[*byte]).await.ok();
        sleep(HEAD_TIMEOUT / 10).await;
    }
    timeout(Duration::ZERO, dripping.read_to_end(&mut Vec::new())).await.expect("closed").unwrap();
    // A field block that does not end.
    let mut peer = Peer::begin(server.connect()).await;
    peer.send(HEADERS, 0, 1, &block(FIELDS)).await;
    assert!(peer.rest(3 * HEAD_TIMEOUT, true).await.is_some(), "the field block");
    // A client that sends nothing but answers to pings, and one that is silent.
    for has_pongs in [true, false] {
        let mut peer = Peer::begin(server.connect()).await;
        let frames = peer.rest(3 * HEAD_TIMEOUT, has_pongs).await.expect("closed");
        assert!(frames.iter().any(|frame| frame.kind == GOAWAY && frame.error_code() == 0), "{frames:?}");
    }
    // After a response.
    let mut client = server.client().await;
    assert_eq!(client.get("http://x/a").await.unwrap().0, 200);
    timeout(3 * HEAD_TIMEOUT, client.connection).await.expect("closed").unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn connection_with_a_request_in_progress_is_not_idle() {
    let server = Server::start();
    let mut client = server.client().await;
    let slow = client.send(Request::get("http://x/slow").body(()).unwrap(), true).await.unwrap();
    server.reached.notified().await;
    sleep(10 * HEAD_TIMEOUT).await;
    assert_eq!(client.get("http://x/a").await.unwrap().0, 200);
    server.release.notify_one();
    assert_eq!(slow.0.await.unwrap().status(), 200);
}

/// The client is gone, but its connection was never closed: only pings show it.
#[tokio::test(start_paused = true)]
async fn call_of_a_client_that_is_gone_ends() {
    let server = Server::start();
    let mut peer = Peer::begin(server.connect()).await;
    peer.request(1, FIELDS).await;
    server.reached.notified().await;
    assert!(peer.rest(4 * HEAD_TIMEOUT, false).await.is_some(), "closed");
    sleep(Duration::from_millis(1)).await;
    assert_eq!(server.calls(), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn fields_have_the_size_limit_of_http1() {
    let server = Server::start();
    let mut client = server.client().await;
    for (size, expected) in [(40_000, 200), (70_000, 431)] {
        let request = Request::get("http://x/a").header("x-long", "x".repeat(size)).body(()).unwrap();
        let (response, _) = client.send(request, true).await.unwrap();
        assert_eq!(response.await.unwrap().status(), expected, "{size}");
    }
}

#[tokio::test(start_paused = true)]
async fn number_of_concurrent_requests_is_limited() {
    let server = Server::start();
    let mut peer = Peer::begin(server.connect()).await;
    for number in 0..MAX_STREAMS {
        peer.request(2 * number + 1, FIELDS).await;
    }
    let excess = 2 * MAX_STREAMS + 1;
    peer.request(excess, FIELDS).await;
    let frame = peer.of_stream(excess).await.expect("a frame");
    assert_eq!((frame.kind, frame.error_code()), (RST_STREAM, Reason::REFUSED_STREAM.into()));
    sleep(Duration::from_millis(1)).await;
    assert_eq!(server.calls(), [MAX_STREAMS as usize, 0]);
}

#[tokio::test(start_paused = true)]
async fn oversized_fields_are_refused() {
    let server = Server::start();
    for count in [1, 4, 5000] {
        let mut client = server.client().await;
        let mut request = Request::get("http://x/a");
        for number in 0..count {
            request = request.header(format!("x-{number}"), "x".repeat(80_000 / count));
        }
        let Ok((response, _)) = client.send(request.body(()).unwrap(), true).await else { continue };
        let status = response.await.map(|response| response.status());
        assert!(
            status.as_ref().map_or(true, |status| *status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
            "{status:?}"
        );
    }
    // Frames without end: no field block may grow without limit.
    let mut peer = Peer::begin(server.connect()).await;
    peer.send(HEADERS, 0, 1, &block(FIELDS)).await;
    let more = block(&[("x", &"y".repeat(16_000))]);
    let mut sent = 0;
    while !is_closed(&mut peer).await {
        peer.send(CONTINUATION, 0, 1, &more).await;
        sent += 1;
        assert!(sent < 100, "still read");
    }
    // Empty frames are not free either.
    let mut peer = Peer::begin(server.connect()).await;
    peer.send(HEADERS, 0, 1, &block(FIELDS)).await;
    let mut sent = 0;
    while !is_closed(&mut peer).await {
        peer.send(CONTINUATION, 0, 1, &[]).await;
        sent += 1;
        assert!(sent < 1000, "still read");
    }
}

/// Whether the server has closed the connection by now.
async fn is_closed(peer: &mut Peer) -> bool {
    peer.rest(Duration::from_millis(1), false).await.is_some()
}

/// A request that is cancelled gives its place to another one, but may have started work.
#[tokio::test(start_paused = true)]
async fn number_of_cancelled_requests_is_limited() {
    let server = Server::start();
    let mut peer = Peer::begin(server.connect()).await;
    for number in 0..10 * u32::try_from(MAX_CANCELLED).unwrap() {
        peer.send(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, &block(FIELDS)).await;
        tokio::task::yield_now().await;
        peer.send(RST_STREAM, 0, 2 * number + 1, &u32::from(Reason::CANCEL).to_be_bytes()).await;
        tokio::task::yield_now().await;
    }
    let frames = peer.rest(3 * HEAD_TIMEOUT, true).await.expect("closed");
    assert!(frames.iter().any(|frame| frame.kind == GOAWAY), "{frames:?}");
    let [begun, ended] = server.calls();
    assert!(begun <= 2 * MAX_CANCELLED + MAX_STREAMS as usize, "{begun}");
    assert_eq!(begun, ended);
}

#[tokio::test(start_paused = true)]
async fn busy_connection_is_closed_at_its_maximum_age() {
    let server = Server::start();
    let mut client = server.client().await;
    let mut answers = 0;
    while client.get("http://x/a").await.is_ok() {
        answers += 1;
        assert!(answers * (HEAD_TIMEOUT / 2) <= MAX_CONNECTION_AGE + HEAD_TIMEOUT, "still served");
        sleep(HEAD_TIMEOUT / 2).await;
    }
    assert!(answers > 100, "{answers}");
}

/// The server announces the end with a ping, and would wait until the client acknowledges it.
#[tokio::test(start_paused = true)]
async fn client_that_ignores_the_end_of_its_connection_is_refused() {
    let server = Server::start();
    let mut peer = Peer::begin(server.connect()).await;
    let fields = [(":method", "GET"), (":scheme", "http"), (":path", "/a"), (":authority", "x")];
    let (mut stream, mut served) = (1, 0);
    let end = loop {
        peer.request(stream, &fields).await;
        let Some(frame) = timeout(HEAD_TIMEOUT / 2, answer(&mut peer, stream)).await.ok().flatten() else { break None };
        if frame.kind == RST_STREAM {
            break Some(frame);
        }
        served += 1;
        assert!(served * (HEAD_TIMEOUT / 2) <= MAX_CONNECTION_AGE + 3 * HEAD_TIMEOUT, "still served");
        stream += 2;
        sleep(HEAD_TIMEOUT / 2).await;
    };
    assert!(served > 100, "{served}: {end:?}");
    assert!(peer.rest(3 * HEAD_TIMEOUT, false).await.is_some(), "closed");
}

/// The first frame of a response. Answers the pings that keep a connection open, but not that of the end.
async fn answer(peer: &mut Peer, stream: u32) -> Option<super::frames::Frame> {
    use super::frames::{ACK, PING};
    let mut is_ending = false;
    loop {
        let frame = peer.next().await?;
        is_ending |= frame.kind == GOAWAY;
        if frame.kind == PING && frame.flags & ACK == 0 && !is_ending {
            peer.send(PING, ACK, 0, &frame.payload).await;
        }
        if frame.stream == stream && matches!(frame.kind, HEADERS | RST_STREAM) {
            return Some(frame);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn calls_in_progress_are_completed_at_shutdown() {
    let server = Server::start();
    let (mut calling, mut idle) = (server.client().await, server.client().await);
    assert_eq!(idle.get("http://x/a").await.unwrap().0, 200);
    let slow = calling.send(Request::get("http://x/slow").body(()).unwrap(), true).await.unwrap();
    server.reached.notified().await;
    let mut undecided = server.connect();
    server.stop.send(()).unwrap();
    timeout(SHUTDOWN_TIMEOUT / 2, idle.connection).await.expect("an idle connection is closed").unwrap().unwrap();
    timeout(SHUTDOWN_TIMEOUT / 2, undecided.read_to_end(&mut Vec::new())).await.expect("closed").unwrap();
    assert!(server.pipes.is_closed(), "no further connection is accepted");
    assert!(!server.ended.is_finished());
    server.release.notify_one();
    assert_eq!(slow.0.await.unwrap().status(), 200);
    timeout(SHUTDOWN_TIMEOUT / 2, server.ended).await.expect("the server ends").unwrap();
    timeout(SHUTDOWN_TIMEOUT / 2, calling.connection).await.expect("closed").unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn hanging_call_is_aborted_at_shutdown() {
    let server = Server::start();
    let mut calling: Client = server.client().await;
    let slow = calling.send(Request::get("http://x/slow").body(()).unwrap(), true).await.unwrap();
    server.reached.notified().await;
    assert_eq!(server.calls(), [1, 0]);
    server.stop.send(()).unwrap();
    timeout(2 * SHUTDOWN_TIMEOUT, server.ended).await.expect("the server ends").unwrap();
    assert!(slow.0.await.is_err(), "the stream is cut off");
    sleep(Duration::from_millis(1)).await;
    assert_eq!(
        [0, 1].map(|at| server.calls[at].load(std::sync::atomic::Ordering::SeqCst)),
        [1, 1],
        "the call is dropped"
    );
}
