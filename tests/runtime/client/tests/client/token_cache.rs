//! Tokens are requested once for all waiting calls, used until shortly before they expire, and renewed after a refusal.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use runtime_client::api::*;
use runtime_client::runtime::credential::Token;
use runtime_client::server::{Server, answer, json};

use super::oauth::{Hands, api, flow, token, tokens};

#[tokio::test]
async fn token_is_used_until_shortly_before_it_expires() {
    // The lifetime in the response, the seconds after which the token is still used, and those after which it is not.
    let rows: [(&str, Option<u64>, Option<u64>); 9] = [
        (r#","expires_in":3600"#, Some(3239), Some(3240)),
        (r#","expires_in":"3600""#, Some(3239), Some(3240)),
        (r#","expires_in":60.5"#, Some(50), Some(51)),
        (r#","expires_in":11"#, Some(0), Some(1)),
        (r#","expires_in":10"#, None, Some(0)),
        (r#","expires_in":0"#, None, Some(0)),
        (r#","expires_in":-5"#, None, Some(0)),
        (r#","expires_in":1e300"#, Some(28_000_000), Some(31_536_000)),
        ("", Some(1_000_000_000), None),
    ];
    for (more, held, over) in rows {
        for (seconds, expected) in [(held, 1), (over, 2)] {
            let Some(seconds) = seconds else { continue };
            let (endpoint, api, hands) = (tokens(more).await, api().await, Hands::new());
            let core = client(&api.url(), token(flow(&endpoint).clock(hands.clock())));
            call::<Bearer>(&core).await.unwrap();
            hands.advance(seconds);
            call::<Bearer>(&core).await.unwrap();
            assert_eq!(endpoint.requests().len(), expected, "{more} after {seconds} s");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_calls_refresh_an_expired_token_once() {
    let (endpoint, api, hands) = (tokens(r#","expires_in":60"#).await, api().await, Hands::new());
    let core = client(&api.url(), token(flow(&endpoint).clock(hands.clock())));
    call::<Bearer>(&core).await.unwrap();
    hands.advance(60);
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let core = core.clone();
            tokio::spawn(async move { call::<Bearer>(&core).await.map(drop) })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(endpoint.requests().len(), 2);
    let new = api.requests().iter().filter(|request| request.contains("Bearer token-2")).count();
    assert_eq!(new, 1000);
}

/// On one thread all calls wait before the response arrives.
#[tokio::test]
async fn immediately_expired_token_serves_all_waiting_calls() {
    for more in [r#","expires_in":0"#, r#","expires_in":5"#] {
        let (endpoint, api) = (tokens(more).await, api().await);
        let core = client(&api.url(), token(flow(&endpoint)));
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let core = core.clone();
            calls.spawn(async move { call::<Bearer>(&core).await.map(drop) });
        }
        for result in calls.join_all().await {
            result.unwrap();
        }
        assert_eq!(endpoint.requests().len(), 1, "{more}");
        call::<Bearer>(&core).await.unwrap();
        assert_eq!(endpoint.requests().len(), 2, "{more}: later calls request a new one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_call_does_not_cancel_the_token_request() {
    let (asked, hears) = std::sync::mpsc::channel();
    let (go, waits) = std::sync::mpsc::channel::<()>();
    let (asked, waits) = (Mutex::new(asked), Mutex::new(waits));
    let endpoint = Server::start_with(move |_| {
        asked.lock().unwrap().send(()).unwrap();
        waits.lock().unwrap().recv().unwrap();
        json(r#"{"access_token":"late","token_type":"Bearer"}"#)
    })
    .await;
    let api = api().await;
    let core = client(&api.url(), token(flow(&endpoint)));
    let spawn = || {
        let core = core.clone();
        tokio::spawn(async move { call::<Bearer>(&core).await.map(drop) })
    };
    let first = spawn();
    tokio::task::spawn_blocking(move || hears.recv().unwrap()).await.unwrap();
    let second = spawn();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    second.await.unwrap().unwrap();
    assert_eq!((endpoint.requests().len(), api.requests().len()), (1, 1));
}

#[tokio::test]
async fn token_failure_is_shared_and_retried_only_after_a_pause() {
    let (endpoint, api, hands) = (Server::start(answer("500 Oh", "", "x")).await, api().await, Hands::new());
    let core = client(&api.url(), token(flow(&endpoint).clock(hands.clock())));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let core = core.clone();
        calls.spawn(async move { call::<Bearer>(&core).await.map(drop) });
    }
    for result in calls.join_all().await {
        assert!(result.unwrap_err().to_string().contains("could not get a credential for `token`"));
    }
    assert_eq!((endpoint.requests().len(), api.connections()), (1, 0));
    hands.advance(4);
    call::<Bearer>(&core).await.unwrap_err();
    assert_eq!(endpoint.requests().len(), 1);
    hands.advance(2);
    call::<Bearer>(&core).await.unwrap_err();
    assert_eq!(endpoint.requests().len(), 2);
}

#[tokio::test]
async fn rejected_token_is_renewed_once() {
    let endpoint = tokens("").await;
    let refusing = Server::start(answer("401 Unauthorized", "", "")).await;
    let core = client(&refusing.url(), token(flow(&endpoint)));
    call::<Bearer>(&core).await.unwrap_err();
    assert_eq!((refusing.requests().len(), endpoint.requests().len()), (2, 2));

    // The first token was withdrawn, the second is valid: the caller does not notice.
    let endpoint = tokens("").await;
    let api = Server::start_with(|request| {
        if request.contains("token-1") { answer("401 Unauthorized", "", "") } else { json("\"yes\"") }
    })
    .await;
    let core = client(&api.url(), token(flow(&endpoint)));
    assert_eq!(*call::<Bearer>(&core).json(&"body".to_owned()).await.unwrap(), "yes");
    let requests = api.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.ends_with("\"body\"")), "{requests:?}");

    // A fixed token cannot be renewed, so there is no second call.
    let fixed = client(&refusing.url(), token(Token::from("fixed")));
    call::<Bearer>(&fixed).await.unwrap_err();
    assert_eq!(refusing.requests().len(), 3);
}

#[tokio::test]
async fn rejected_token_does_not_remove_a_newer_one() {
    let endpoint = tokens("").await;
    let is_withdrawn = Arc::new(AtomicBool::new(false));
    let withdrawn = Arc::clone(&is_withdrawn);
    let api = Server::start_with(move |request| {
        let is_refused = withdrawn.load(Ordering::SeqCst) && request.contains("token-1\r\n");
        if is_refused { answer("401 Unauthorized", "", "") } else { json("\"yes\"") }
    })
    .await;
    let core = client(&api.url(), token(flow(&endpoint)));
    call::<Bearer>(&core).await.unwrap();
    call::<TwoTokens>(&core).await.unwrap();
    is_withdrawn.store(true, Ordering::SeqCst);
    call::<Bearer>(&core).await.unwrap();
    call::<TwoTokens>(&core).await.unwrap();
    assert_eq!(endpoint.requests().len(), 3);
}
