//! Clients that read slowly or not at all.

use std::time::Duration;

use axum::http::Request;
use runtime_server::runtime::serve::HEAD_TIMEOUT;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep, timeout};

use super::frames::{END_HEADERS, END_STREAM, HEADERS, PING, PREFACE, Peer, SETTINGS, block};
use super::{LARGE, Server};

const LARGE_FIELDS: &[(&str, &str)] =
    &[(":method", "GET"), (":scheme", "http"), (":path", "/large"), (":authority", "x")];

#[tokio::test(start_paused = true)]
async fn slow_reader_gets_the_whole_response() {
    let server = Server::start();
    let mut client = server.client().await;
    let (response, _) = client.send(Request::get("http://x/large").body(()).unwrap(), true).await.unwrap();
    let mut body = response.await.unwrap().into_body();
    let (mut length, begun) = (0, Instant::now());
    while let Some(data) = body.data().await {
        let data = data.unwrap_or_else(|error| panic!("{error} after {length} bytes and {:?}", begun.elapsed()));
        length += data.len();
        // 16 KiB in a quarter of the limit.
        sleep(HEAD_TIMEOUT.mul_f64(data.len() as f64 / 65_536.0)).await;
        body.flow_control().release_capacity(data.len()).unwrap();
    }
    assert_eq!(length, LARGE);
    assert!(begun.elapsed() > 4 * HEAD_TIMEOUT, "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn connection_whose_client_opens_no_window_is_closed() {
    for window in [0, 1, 20_000_u32] {
        let server = Server::start();
        let mut peer = Peer(server.connect());
        peer.0.write_all(PREFACE).await.unwrap();
        peer.send(SETTINGS, 0, 0, &[&[0, 4], &window.to_be_bytes()[..]].concat()).await;
        for number in 0..50 {
            peer.request(2 * number + 1, LARGE_FIELDS).await;
        }
        assert!(peer.rest(3 * HEAD_TIMEOUT, true).await.is_some(), "{window}");
    }
}

#[tokio::test(start_paused = true)]
async fn connection_whose_client_reads_nothing_is_closed() {
    for piece in [1, 64, 4096] {
        let server = Server::start();
        let (_unread, mut stream) = tokio::io::split(server.pipes.connect(None, piece));
        let ping = [0, 0, 8, PING, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        let mut bytes = [PREFACE, &[0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]].concat();
        let fields = block(LARGE_FIELDS);
        for number in 0..200_u32 {
            bytes.extend([0, 0, u8::try_from(fields.len()).unwrap(), HEADERS, END_HEADERS | END_STREAM]);
            bytes.extend((2 * number + 1).to_be_bytes());
            bytes.extend_from_slice(&fields);
            bytes.extend(ping);
        }
        let all = async {
            while stream.write_all(&bytes).await.is_ok() {
                bytes = ping.to_vec();
                sleep(Duration::from_secs(1)).await;
            }
        };
        timeout(6 * HEAD_TIMEOUT, all).await.unwrap_or_else(|_| panic!("still open with pieces of {piece} bytes"));
    }
}
