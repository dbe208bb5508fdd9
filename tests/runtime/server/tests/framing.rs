//! Requests as bytes on a connection of `serve`: their end and their host must be unambiguous.

use std::future::pending;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::any;
use runtime_server::runtime::request_heads::{RequestHeads, Watched};
use runtime_server::runtime::serve::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::pipes::Connector;

/// Responds with the path and the length of the body.
async fn echo(request: Request) -> impl IntoResponse {
    let path = request.uri().path().to_owned();
    let body: Bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
    format!("<{path} {}>", body.len())
}

/// The statuses and bodies of the responses, until the server closes the connection or sends nothing more. The bytes
/// arrive in chunks of at most this size.
async fn exchange(bytes: &[u8], piece: usize) -> (String, String) {
    let router = Router::new().fallback(any(echo));
    let (pipes, listener) = Connector::new();
    tokio::spawn(serve(listener, router, pending()));
    let (mut read, mut write) = tokio::io::split(pipes.connect(None, piece));
    let bytes = bytes.to_vec();
    // The server may stop reading early. It closes an idle connection by the paused clock.
    let sent = tokio::spawn(async move {
        write.write_all(&bytes).await.ok();
        write
    });
    let mut answer = Vec::new();
    read.read_to_end(&mut answer).await.unwrap();
    sent.abort();
    let answer = String::from_utf8(answer).unwrap();
    let statuses: Vec<&str> = answer.split("HTTP/1.").skip(1).map(|answer| &answer[2..5]).collect();
    let bodies: String =
        answer.split('<').skip(1).filter_map(|text| text.split('>').next()).collect::<Vec<_>>().join(" ");
    (statuses.join(" "), bodies)
}

const GET: &str = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const CHUNKS: &str = "2\r\nhi\r\n0\r\n\r\n";

fn post(head: &str, body: &str) -> String {
    format!("POST /b HTTP/1.1\r\nHost: x\r\n{head}\r\n{body}")
}

async fn assert_rows(rows: &[(String, &str, &str)]) {
    for (bytes, statuses, bodies) in rows {
        for piece in [1, 7, 64 * 1024] {
            let found = exchange(bytes.as_bytes(), piece).await;
            assert_eq!((found.0.as_str(), found.1.as_str()), (*statuses, *bodies), "{piece}: {bytes}");
        }
    }
}

/// RFC 9112, section 6.1: a server may reject a request with both headers, and must close the connection in any case.
#[tokio::test(start_paused = true)]
async fn content_length_with_transfer_encoding_is_rejected() {
    let both = |head: &str| post(head, &format!("{CHUNKS}{SMUGGLED}"));
    assert_rows(&[
        (both("Content-Length: 12\r\nTransfer-Encoding: chunked\r\n"), "400", ""),
        (both("Transfer-Encoding: chunked\r\nContent-Length: 12\r\n"), "400", ""),
        (both("transfer-encoding: Chunked\r\nX: y\r\nCONTENT-LENGTH:12\r\n"), "400", ""),
        (both("Transfer-Encoding:\tchunked\r\nContent-Length: \t 12 \r\n"), "400", ""),
        (both("Transfer-Encoding: chunked\nContent-Length: 12\n"), "400", ""),
        (both("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), "400", ""),
        (both("Transfer-Encoding: chunked\r\nContent-Length: x\r\n"), "400", ""),
        (format!("{GET}{}", both("Content-Length: 12\r\nTransfer-Encoding: chunked\r\n")), "200 400", "/a 0"),
        (
            format!(
                "{}{}",
                post("Content-Length: 2\r\n", "hi"),
                both("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")
            ),
            "200 400",
            "/b 2",
        ),
        // A body that looks like such a request head is still a body.
        (post("Content-Length: 48\r\n", "\r\n\r\nTransfer-Encoding: chunked\r\nContent-Length: "), "200", "/b 48"),
        (post("Content-Length: 2\r\nContent-Length: 2\r\n", "hi"), "400", ""),
        (post("Content-Length: 2\r\nContent-Length: 3\r\n", "hi!"), "400", ""),
        (post("Content-Length: 2, 2\r\n", "hi"), "400", ""),
        (post("Content-Length: +2\r\n", "hi"), "400", ""),
        (post("Transfer-Encoding: gzip\r\n", "hi"), "400", ""),
        (post("Transfer-Encoding: chunked, gzip\r\n", CHUNKS), "400", ""),
        (post("Content-Length : 2\r\n", "hi"), "400", ""),
        (post("Content-Length: 2\r\n Transfer-Encoding: chunked\r\n", "hi"), "400", ""),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn unambiguously_framed_requests_are_answered_in_order() {
    let hi = post("Content-Length: 2\r\n", "hi");
    let upgrade = "GET /u HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n";
    assert_rows(&[
        (format!("{GET}{GET}{hi}{GET}"), "200 200 200 200", "/a 0 /a 0 /b 2 /a 0"),
        (format!("\r\n\r\n{hi}\r\n{hi}"), "200 200", "/b 2 /b 2"),
        (GET.replace('\r', "").repeat(3), "200 200 200", "/a 0 /a 0 /a 0"),
        (post("Content-Length: 0\r\n", GET), "200 200", "/b 0 /a 0"),
        (post("Content-Length: 70000\r\n", &format!("{}{GET}", "\n".repeat(70_000))), "200 200", "/b 70000 /a 0"),
        (format!("{upgrade}{GET}"), "200 200", "/u 0 /a 0"),
        // After a body with a transfer coding the connection is closed.
        (format!("{GET}{}{SMUGGLED}", post("Transfer-Encoding: chunked\r\n", CHUNKS)), "200 200", "/a 0 /b 2"),
    ])
    .await;
}

/// RFC 9112, section 3.2.
#[tokio::test(start_paused = true)]
async fn missing_repeated_or_invalid_host_is_rejected() {
    let request = |version: &str, hosts: &str| format!("GET /a HTTP/{version}\r\nConnection: close\r\n{hosts}\r\n");
    let mut rows = vec![
        (request("1.1", ""), "400", ""),
        (request("1.0", ""), "200", "/a 0"),
        (request("1.1", "Host: x\r\nHost: x\r\n"), "400", ""),
        (request("1.1", "Host: x\r\nhost: y\r\n"), "400", ""),
        (request("1.0", "Host: x\r\nHost: y\r\n"), "400", ""),
        (request("1.0", "Host: a b\r\n"), "400", ""),
        (
            format!("{GET}{SMUGGLED}").replacen("Host: x\r\n\r\nGET /s", "Host: x\r\n\r\nGET /t", 1),
            "200 200",
            "/a 0 /tmuggled 0",
        ),
        (format!("{GET}{}", request("1.1", "")), "200 400", "/a 0"),
        ("GET http://x/a HTTP/1.1\r\n\r\n".to_owned(), "400", ""),
        ("GET http://x/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(), "200", "/a 0"),
    ];
    for host in
        ["x", "x:1", "x:", "a-b.example.com:65535", "A_b", "127.0.0.1:80", "[::1]", "[::1]:80", "[::ffff:1.2.3.4]"]
    {
        rows.push((request("1.1", &format!("Host: {host}\r\n")), "200", "/a 0"));
    }
    for host in [
        "", " ", "a b", "a, b", "a,b", "a/b", "u@a", "a:b", "a:1:2", "a:123456", ":80", "[::1", "::1", "[]", "[g]",
        "[::1]x", "a?b", "a#b", "a\\b", "\u{e4}", "%61",
    ] {
        rows.push((request("1.1", &format!("Host: {host}\r\n")), "400", ""));
    }
    assert_rows(&rows).await;
}

/// A second parser of the same bytes: both must find the same requests, whatever they are and however they are split.
#[tokio::test(start_paused = true)]
async fn both_parsers_agree_on_every_sequence_of_requests() {
    let kinds = [
        (GET.to_owned(), "/a 0"),
        (post("Content-Length: 2\r\n", "hi"), "/b 2"),
        (post("Content-Length: 4\r\nX-Y: \r\n", "\r\n\r\n"), "/b 4"),
        (post("content-length:   011\r\n", "GET / HTTP/"), "/b 11"),
        ("GET /c?d=%0A HTTP/1.1\nhost: x\n\n".to_owned(), "/c 0"),
    ];
    for number in 0..kinds.len().pow(3) {
        let digits = [number % 5, number / 5 % 5, number / 25];
        let bytes: String = digits.iter().map(|digit| kinds[*digit].0.as_str()).collect();
        let bodies: Vec<&str> = digits.iter().map(|digit| kinds[*digit].1).collect();
        let found = exchange(bytes.as_bytes(), 1 + number % 13).await;
        assert_eq!(found, ("200 200 200".to_owned(), bodies.join(" ")), "{bytes}");
    }
}

/// The number of requests read ahead is limited, also after an upgrade. A client that keeps sending is refused.
#[tokio::test(start_paused = true)]
async fn number_of_requests_read_ahead_is_limited() {
    let bytes = GET.repeat(5000);
    let heads = RequestHeads::new(1000);
    let mut watched = Watched::new(bytes.as_bytes(), heads.clone());
    tokio::io::copy(&mut watched, &mut tokio::io::sink()).await.unwrap();
    let found = std::iter::from_fn(|| heads.next()).count();
    assert_eq!(found, 1024);

    let heads = RequestHeads::new(1000);
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n{GET}", "x".repeat(1000));
    let mut watched = Watched::new(long.as_bytes(), heads.clone());
    tokio::io::copy(&mut watched, &mut tokio::io::sink()).await.unwrap();
    assert_eq!(heads.next(), None, "a line that is too long ends the reading");

    let (statuses, _) = exchange(GET.repeat(50_000).as_bytes(), 1 << 20).await;
    let (served, last) = statuses.rsplit_once(' ').unwrap();
    assert_eq!(last, "400");
    assert!(served.split(' ').all(|status| status == "200") && served.len() < 4 * 50_000, "{}", served.len());
}
