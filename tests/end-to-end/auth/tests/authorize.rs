//! `authorize` refuses calls with valid credentials before the body is read, without giving a reason.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use auth_matrix::app::App;
use auth_matrix::credentials::presented;
use auth_matrix::server;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Announces a body, and sends it only if the server should read it: any other response must come without it.
async fn answer(address: SocketAddr, target: &str, head: &str, body: &str) -> String {
    let announced = format!("Content-Type: text/plain\r\nContent-Length: 2\r\n{head}");
    ask(address, &format!("PUT {target}"), &announced, body).await
}

async fn ask(address: SocketAddr, line: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}\r\n{body}");
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
        // The token lacks the scope, so it adds nothing to the key.
        ("/owned/bob", key("right") + &token("read"), 403),
        ("/owned/alice", key("right") + &token("read"), 200),
        ("/owned/bob", key("wrong") + &token("read"), 403),
        ("/owned/bob", key("wrong") + &token("write"), 200),
    ];
    let mut right = 0;
    for (target, head, expected) in rows {
        let found = answer(address, target, &head, if expected == 200 { "hi" } else { "" }).await;
        assert_eq!(found[9..12], expected.to_string(), "{target} {head}: {found}");
        right += usize::from(expected == 200);
        assert_eq!(served.load(Ordering::SeqCst), right, "{target} {head}");
        if expected == 403 && target == "/owned/bob" && head.starts_with("X-API-Key") {
            assert!(found.to_lowercase().contains("cache-control: no-store"), "{found}");
            assert!(found.ends_with(r#"{"title":"Forbidden","status":403}"#), "{found}");
        }
    }
    task.abort();
}

/// Each row has a request, its status, and the schemes of the principals that both hooks receive.
#[tokio::test]
async fn hooks_receive_the_principals_of_the_alternative_that_is_met() {
    let app = App::new(Arc::new(AtomicUsize::new(0)));
    let hooks = app.hooks();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = server::router(app);
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let header = |scheme: &str, state: &str| match scheme {
        "headerKey" => format!("X-API-Key: {}\r\n", presented(scheme, state)),
        "cookieKey" => format!("Cookie: session={}\r\n", presented(scheme, state)),
        "login" => format!("Authorization: Basic {}\r\n", STANDARD.encode(presented(scheme, state))),
        _ => format!("Authorization: Bearer {}\r\n", presented(scheme, state)),
    };
    type Fields<'t> = &'t [(&'t str, &'t str)];
    let rows: [(&str, Fields<'_>, u16, &str); 16] = [
        // oauth: [write], or cookieKey
        ("/oauth-or-cookie", &[("oauth", "write"), ("cookieKey", "right")], 200, "oauth"),
        ("/oauth-or-cookie", &[("oauth", "read"), ("cookieKey", "right")], 200, "cookieKey"),
        ("/oauth-or-cookie", &[("oauth", "none"), ("cookieKey", "right")], 200, "cookieKey"),
        ("/oauth-or-cookie", &[("oauth", "wrong"), ("cookieKey", "right")], 200, "cookieKey"),
        ("/oauth-or-cookie", &[("oauth", "read"), ("cookieKey", "wrong")], 403, ""),
        ("/oauth-or-cookie", &[("oauth", "write"), ("cookieKey", "wrong")], 200, "oauth"),
        // headerKey, or login
        ("/key-or-login", &[("headerKey", "right"), ("login", "right")], 200, "headerKey"),
        ("/key-or-login", &[("headerKey", "wrong"), ("login", "right")], 200, "login"),
        ("/key-or-login", &[("headerKey", "wrong"), ("login", "wrong")], 401, ""),
        // token and headerKey, or login
        ("/and-inside-or", &[("token", "right"), ("headerKey", "right")], 200, "headerKey token"),
        ("/and-inside-or", &[("headerKey", "right"), ("login", "right")], 200, "login"),
        // oauth: [write], or oauth: [read] and headerKey
        ("/scopes-by-alternative", &[("oauth", "write"), ("headerKey", "right")], 200, "oauth"),
        ("/scopes-by-alternative", &[("oauth", "read"), ("headerKey", "right")], 200, "headerKey oauth"),
        ("/scopes-by-alternative", &[("oauth", "read"), ("headerKey", "wrong")], 403, ""),
        // optional token
        ("/optional", &[("token", "right")], 200, "token"),
        ("/optional", &[], 200, "-"),
    ];
    for (path, sent, status, schemes) in rows {
        let head: String = sent.iter().map(|(scheme, state)| header(scheme, state)).collect();
        let found = ask(address, &format!("GET {path}"), &head, "").await;
        assert_eq!(found[9..12], status.to_string(), "{path} {sent:?}: {found}");
        let suffix = if schemes == "-" { String::new() } else { format!(" {schemes}") };
        let expected = ["limit", "authorize"].map(|hook| format!("{hook}{suffix}"));
        let called = std::mem::take(&mut *hooks.lock().unwrap());
        assert_eq!(called, if status == 200 { &expected[..] } else { &[] }, "{path} {sent:?}");
    }
    task.abort();
}
