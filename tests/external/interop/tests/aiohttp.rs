//! aiohttp as the other side: its client calls the generated server, and the generated client calls its server.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use auth_matrix::app::App;
use auth_matrix::client::Error;
use auth_matrix::client::{Client, ClientBuilder};
use auth_matrix::credentials::{KEYS, LOGIN, SECRETS, presented};
use interop::{python, script};
use tokio::io::{AsyncBufReadExt, BufReader};

fn secret(name: &str) -> &'static str {
    let found = SECRETS.iter().find(|(own, _)| *own == name).unwrap().1;
    std::str::from_utf8(found).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn aiohttp_client_is_accepted_only_with_valid_credentials() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = auth_matrix::server::router(App::new(Arc::new(AtomicUsize::new(0))));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let arguments = [base.as_str(), secret("oauth"), secret("nobody"), KEYS[0].2, LOGIN.0, LOGIN.1];
    let output =
        tokio::process::Command::new(python()).arg(script("client.py")).args(arguments).output().await.unwrap();
    server.abort();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let mut calls = 0;
    for line in stdout.lines() {
        let [name, status, principal] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let expected = match name {
            "basic right" => ("200", "login:dave"),
            "key right" => ("200", "headerKey:alice"),
            "jwt right" => ("200", "oauth:frank"),
            "open" => ("200", "nobody"),
            "jwt no scope" => ("403", ""),
            _ => ("401", ""),
        };
        assert_eq!((status, principal), expected, "{name}");
        calls += 1;
    }
    assert_eq!(calls, 23, "{stdout}");
}

/// The server of server.py. It stops when it is dropped.
struct Aiohttp {
    base: String,
    _child: tokio::process::Child,
}

async fn aiohttp() -> Aiohttp {
    let mut child = tokio::process::Command::new(python())
        .arg(script("server.py"))
        .args([secret("oauth"), KEYS[0].2, LOGIN.0, LOGIN.1])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).await.unwrap();
    Aiohttp { base: format!("http://127.0.0.1:{}", port.trim()), _child: child }
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_client_is_accepted_by_aiohttp_only_with_valid_credentials() {
    let server = aiohttp().await;
    let build = |with: fn(ClientBuilder) -> ClientBuilder| -> Client {
        with(Client::builder().base_url(&server.base)).build().unwrap()
    };
    let right = build(|builder| {
        let builder = builder.login(LOGIN).header_key(presented("headerKey", "right"));
        builder.oauth(presented("oauth", "read"))
    });
    assert_eq!(right.with_basic().await.unwrap().principal, "login:dave");
    assert_eq!(right.with_header_key().await.unwrap().principal, "headerKey:alice");
    assert_eq!(right.with_oauth().await.unwrap().principal, "oauth:frank");
    assert_eq!(right.open_to_all().await.unwrap().principal, "nobody");
    let wrong = build(|builder| {
        let builder = builder.login((LOGIN.0, "wrong")).header_key(presented("headerKey", "wrong"));
        builder.oauth(presented("oauth", "wrong"))
    });
    let absent = build(|builder| builder);
    for operation in ["basic", "key", "oauth"] {
        let call = async |client: &Client| match operation {
            "basic" => client.with_basic().await,
            "key" => client.with_header_key().await,
            _ => client.with_oauth().await,
        };
        let refused = call(&wrong).await;
        assert!(matches!(&refused, Err(Error::Unexpected(answer)) if answer.status == 401), "{operation}: {refused:?}");
        let not_sent = call(&absent).await;
        assert!(matches!(not_sent, Err(Error::Auth(_))), "{operation}: {not_sent:?}");
    }
}
