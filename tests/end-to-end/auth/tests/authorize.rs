//! `authorize` refuses calls with valid credentials before the body is read, without giving a reason.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use auth_matrix::app::App;
use auth_matrix::credentials::presented;
use auth_matrix::server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Announces a body, and sends it only if the server should read it: any other response must come without it.
async fn answer(address: SocketAddr, target: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "PUT {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n{head}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = timeout(Duration::from_secs(60), stream.read_to_string(&mut answer)).await;
    read.expect("the server waits for a body that it should not read").unwrap();
    answer
}

#[tokio::test]
async fn authorize_runs_before_the_body_is_read() {
    let served = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = server::router(App::new(Arc::clone(&served)));
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let key = |state: &str| format!("X-API-Key: {}\r\n", presented("headerKey", state));
    let token = |state: &str| format!("Authorization: Bearer {}\r\n", presented("oauth", state));
    let rows = [
        ("/owned/alice", key("right"), 200),
        ("/owned/%61lice", key("right"), 200),
        ("/owned/bob", key("right"), 403),
        ("/owned/alice%2F..%2Fbob", key("right"), 400),
        ("/owned/alice%2F..%2Fbob", String::new(), 401),
        ("/owned/alice", key("wrong"), 401),
        ("/owned/alice", String::new(), 401),
        ("/owned/bob", token("write"), 200),
        ("/owned/bob", token("read"), 403),
    ];
    let mut right = 0;
    for (target, head, expected) in rows {
        let found = answer(address, target, &head, if expected == 200 { "hi" } else { "" }).await;
        assert_eq!(found[9..12], expected.to_string(), "{target} {head}: {found}");
        right += usize::from(expected == 200);
        assert_eq!(served.load(Ordering::SeqCst), right, "{target} {head}");
        if target == "/owned/bob" && head.starts_with("X-API-Key") {
            assert!(found.to_lowercase().contains("cache-control: no-store"), "{found}");
            assert!(found.ends_with(r#"{"title":"Forbidden","status":403}"#), "{found}");
        }
    }
    task.abort();
}
