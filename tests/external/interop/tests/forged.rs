//! Tokens forged with real libraries, sent to the generated server: valid ones are accepted, all others are rejected.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use auth_matrix::app::App;
use auth_matrix::server;
use auth_matrix::server::auth::JwtKeys;
use auth_matrix::server::auth::{JwtPolicy, JwtVerifier};
use interop::{python, script};
use jsonwebtoken::Algorithm;

#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_rejected_and_valid_ones_accepted() {
    let output = Command::new(python()).arg(script("forge.py")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let (keys, tokens) = printed.split_once('\n').unwrap();
    let policy =
        JwtPolicy::new("https://id.example.com", "matrix", &[Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA]);
    let served = Arc::new(AtomicUsize::new(0));
    let app = App::new(Arc::clone(&served)).with_oauth(JwtVerifier::new(JwtKeys::from_jwks(keys).unwrap(), policy));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/oauth", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, server::router(app)).await.unwrap() });

    let (mut right, mut wrong) = (0, 0);
    let http = reqwest::Client::new();
    for line in tokens.lines() {
        let [name, kind, accepting, token] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let answer = http.get(&url).header("Authorization", format!("Bearer {token}")).send().await.unwrap();
        let status = answer.status().as_u16();
        if kind == "right" {
            assert_eq!(status, 200, "{name}");
            right += 1;
        } else {
            assert!(matches!(status, 400 | 401), "{name}: {status}");
            assert!(answer.headers().contains_key("www-authenticate"), "{name}");
            wrong += 1;
        }
        let accepting: usize = accepting.parse().unwrap();
        // If only keystub accepts a token, that is a defect. Some of these tokens are listed because other libraries
        // accept them.
        assert!(status != 200 || accepting >= 2, "{name}: accepted by keystub and by {accepting} of 3");
        assert_eq!(served.load(Ordering::SeqCst), right, "{name}");
    }
    serving.abort();
    assert!(right >= 10 && wrong >= 90, "{right} valid and {wrong} invalid tokens");
}
