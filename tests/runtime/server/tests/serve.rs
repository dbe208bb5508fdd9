//! Serving over pipes with a paused clock: slow clients, long heads, old connections and shutdown.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::routing::get;
use axum::{Extension, Router};
use runtime_server::runtime::credentials::VerifiedCertificate;
use runtime_server::runtime::serve::{HEAD_TIMEOUT, MAX_CONNECTION_AGE, SHUTDOWN_TIMEOUT, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::pipes::Connector;

/// A server with its controls.
struct Server {
    pipes: Connector,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    /// Notified when `/slow` is called.
    reached: Arc<Notify>,
    /// Lets `/slow` respond.
    release: Arc<Notify>,
}

impl Server {
    fn start() -> Self {
        let (reached, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (Arc::clone(&reached), Arc::clone(&release));
        let slow = async move || {
            tell.notify_one();
            wait.notified().await;
            "done"
        };
        let certificate = async |request: Request| match request.extensions().get::<VerifiedCertificate>() {
            Some(certificate) => String::from_utf8_lossy(&certificate.0).into_owned(),
            None => "none".to_owned(),
        };
        let peer = async |Extension(peer): Extension<ConnectInfo<&'static str>>| peer.0;
        let router = Router::new().route("/quick", get(async || "quick")).route("/slow", get(slow));
        let router = router.route("/certificate", get(certificate)).route("/peer", get(peer));
        let (pipes, listener) = Connector::new();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(serve(listener, router, async { drop(stopped.await) }));
        Self { pipes, stop, ended, reached, release }
    }

    fn connect(&self, certificate: Option<&'static [u8]>) -> DuplexStream {
        self.pipes.connect(certificate, 1 << 20)
    }
}

async fn ask(stream: &mut DuplexStream, path: &str) -> io::Result<()> {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await
}

/// The bytes received until the connection is closed; `None` if it stays open.
async fn rest(stream: &mut DuplexStream, patience: Duration) -> Option<String> {
    let mut answer = Vec::new();
    timeout(patience, stream.read_to_end(&mut answer)).await.ok()?.unwrap();
    Some(String::from_utf8(answer).unwrap())
}

#[tokio::test(start_paused = true)]
async fn slow_request_head_times_out() {
    let server = Server::start();
    let mut silent = server.connect(None);
    assert_eq!(rest(&mut silent, 2 * HEAD_TIMEOUT).await.as_deref(), Some(""), "nothing sent");

    let mut dripping = server.connect(None);
    for byte in b"GET /quick HT" {
        // Each byte arrives in time, but the whole head does not.
        let _ = dripping.write_all(&[*byte]).await;
        sleep(HEAD_TIMEOUT / 10).await;
    }
    assert_eq!(rest(&mut dripping, HEAD_TIMEOUT / 10).await.as_deref(), Some(""), "drop by drop");

    let mut idle = server.connect(None);
    ask(&mut idle, "/quick").await.unwrap();
    let answer = rest(&mut idle, 2 * HEAD_TIMEOUT).await.expect("an idle connection is closed");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("quick"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn oversized_request_head_is_rejected() {
    let server = Server::start();
    for line in [format!("X-Long: {}\r\n", "x".repeat(300_000)), "X-Many: x\r\n".repeat(200)] {
        let mut stream = server.connect(None);
        stream.write_all(format!("GET /quick HTTP/1.1\r\nHost: x\r\n{line}\r\n").as_bytes()).await.unwrap();
        let answer = rest(&mut stream, HEAD_TIMEOUT / 2).await.expect("the connection is closed");
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_connection_has_its_own_certificate() {
    let server = Server::start();
    let rows: [(Option<&[u8]>, &str); 3] = [(Some(b"ann"), "ann"), (None, "none"), (Some(b"bob"), "bob")];
    let mut streams = rows.map(|(certificate, _)| server.connect(certificate));
    // Twice, alternating: the certificate of a connection must not change.
    for _ in 0..2 {
        for (stream, (_, expected)) in streams.iter_mut().zip(rows) {
            ask(stream, "/certificate").await.unwrap();
            let mut answer = [0; 1024];
            let length = stream.read(&mut answer).await.unwrap();
            let answer = String::from_utf8_lossy(&answer[..length]);
            assert!(answer.ends_with(&format!("\r\n\r\n{expected}")), "{answer}");
        }
    }
    let mut stream = server.connect(None);
    ask(&mut stream, "/peer").await.unwrap();
    assert!(rest(&mut stream, 2 * HEAD_TIMEOUT).await.unwrap().ends_with("a pipe"));
}

#[tokio::test(start_paused = true)]
async fn busy_connection_is_closed_at_its_maximum_age() {
    let server = Server::start();
    let mut stream = server.connect(Some(b"ann"));
    let mut answers = 0;
    while ask(&mut stream, "/quick").await.is_ok() && stream.read(&mut [0; 1024]).await.unwrap_or(0) > 0 {
        answers += 1;
        assert!(answers * (HEAD_TIMEOUT / 2) <= MAX_CONNECTION_AGE + HEAD_TIMEOUT, "still served");
        sleep(HEAD_TIMEOUT / 2).await;
    }
    assert!(answers > 100, "{answers}");
}

#[tokio::test(start_paused = true)]
async fn calls_in_progress_are_completed_at_shutdown() {
    let server = Server::start();
    let (mut calling, mut idle) = (server.connect(None), server.connect(None));
    ask(&mut idle, "/quick").await.unwrap();
    assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);
    ask(&mut calling, "/slow").await.unwrap();
    server.reached.notified().await;
    server.stop.send(()).unwrap();
    assert_eq!(
        rest(&mut idle, SHUTDOWN_TIMEOUT / 2).await.as_deref(),
        Some(""),
        "an idle connection is closed at once"
    );
    assert!(server.pipes.is_closed(), "no further connection is accepted");
    assert!(!server.ended.is_finished());
    server.release.notify_one();
    let answer = rest(&mut calling, SHUTDOWN_TIMEOUT / 2).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    timeout(SHUTDOWN_TIMEOUT / 2, server.ended).await.expect("the server ends").unwrap();
}

#[tokio::test(start_paused = true)]
async fn hanging_call_does_not_prevent_shutdown() {
    let server = Server::start();
    let mut calling = server.connect(None);
    ask(&mut calling, "/slow").await.unwrap();
    server.reached.notified().await;
    server.stop.send(()).unwrap();
    timeout(2 * SHUTDOWN_TIMEOUT, server.ended).await.expect("the server ends").unwrap();
    assert_eq!(rest(&mut calling, SHUTDOWN_TIMEOUT).await.as_deref(), Some(""), "the connection is cut off");
}
