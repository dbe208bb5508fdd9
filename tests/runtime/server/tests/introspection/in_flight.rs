//! Many calls at once: one request per token, dropped calls, and a limit on pending requests.

use std::future::Future;
use std::pin::Pin;

use futures_util::future::{FutureExt, join_all};

use super::*;

type Call<'c> = Pin<Box<dyn Future<Output = Result<(String, Vec<String>), Reject>> + Send + 'c>>;

/// Calls that all wait for a response. Each was polled once.
fn waiting<'c>(checked: &'c Checked, tokens: &[&'c str]) -> Vec<Call<'c>> {
    let mut calls: Vec<Call<'c>> = tokens.iter().map(|token| Box::pin(checked.check(token)) as Call<'c>).collect();
    for call in &mut calls {
        assert!(call.as_mut().now_or_never().is_none(), "the server is silent");
    }
    calls
}

#[tokio::test]
async fn concurrent_calls_with_one_token_send_one_introspection_request() {
    let server = Server::start(ANN_ACTIVE).await;
    server.pause();
    let checked = Checked::by(&server);
    let tokens: Vec<&str> = ["one"; 100].into_iter().chain(["two"; 100]).collect();
    let calls = waiting(&checked, &tokens);
    server.resume();
    for verdict in join_all(calls).await {
        assert_eq!(verdict, ann());
    }
    assert_eq!(server.request_count(), 2);
    assert_eq!(checked.check("one").await, ann());
    assert_eq!(server.request_count(), 2, "the response is cached");
}

#[tokio::test]
async fn dropped_call_does_not_cancel_the_request_for_others() {
    let server = Server::start(ANN_ACTIVE).await;
    server.pause();
    let checked = Checked::by(&server);
    let mut calls = waiting(&checked, &["t"; 10]);
    drop(calls.remove(0));
    drop(calls.remove(4));
    server.resume();
    for verdict in join_all(calls).await {
        assert_eq!(verdict, ann());
    }
    assert_eq!(server.request_count(), 1);
}

#[tokio::test]
async fn failed_introspection_is_shared_but_not_cached() {
    let server = Server::start("").await;
    server.respond_with(500, "");
    server.pause();
    let checked = Checked::by(&server);
    let calls = waiting(&checked, &["t"; 100]);
    server.resume();
    for verdict in join_all(calls).await {
        assert_eq!(verdict, Err(Reject::Unavailable));
    }
    assert_eq!(server.request_count(), 1);
    server.respond_with(200, ANN_ACTIVE);
    assert_eq!(checked.check("t").await, ann());
    assert_eq!(server.request_count(), 2);
}

#[tokio::test]
async fn introspection_responses_are_not_shared_between_tokens() {
    let server = Server::start(ANN_ACTIVE).await;
    server.pause();
    let checked = Checked::by(&server);
    let right = waiting(&checked, &["right"]);
    server.resume();
    join_all(right).await;
    server.respond_with(200, r#"{"active":false}"#);
    assert_eq!(checked.check("wrong").await, invalid("not active"));
    assert_eq!(checked.check("right").await, ann());
}

/// At most 32 requests are sent at once. If no call waits for a request any more when its turn comes, it is not sent.
#[tokio::test]
async fn introspection_request_without_waiting_calls_is_not_sent() {
    let server = Server::start(ANN_ACTIVE).await;
    server.pause();
    let checked = Checked::by(&server);
    let names: Vec<String> = (0..32).map(|at| format!("token-{at}")).collect();
    let tokens: Vec<&str> = names.iter().map(String::as_str).collect();
    let first = waiting(&checked, &tokens);
    drop(waiting(&checked, &["abandoned"]));
    let last = waiting(&checked, &["last"]);
    server.resume();
    for verdict in join_all(first.into_iter().chain(last)).await {
        assert_eq!(verdict, ann());
    }
    assert_eq!(server.request_count(), 33);
    assert_eq!(checked.check("abandoned").await, ann());
    assert_eq!(server.request_count(), 34);
}

#[tokio::test]
async fn number_of_pending_introspection_requests_is_limited() {
    let server = Server::start(ANN_ACTIVE).await;
    server.pause();
    let checked = Checked::by(&server);
    let names: Vec<String> = (0..1_024).map(|at| format!("token-{at}")).collect();
    let tokens: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut calls = waiting(&checked, &tokens);
    assert_eq!(checked.check("one-more").now_or_never(), Some(Err(Reject::Unavailable)));
    calls.extend(waiting(&checked, &["token-7"]));
    server.resume();
    for verdict in join_all(calls).await {
        assert_eq!(verdict, ann());
    }
    assert_eq!(server.request_count(), 1_024);
    assert_eq!(checked.check("one-more").await, ann());
}

/// A cancelled request must not leave an entry that a later call would wait for.
#[test]
fn cancelled_introspection_request_is_sent_again() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lasting = runtime();
    let server = lasting.block_on(Server::start(ANN_ACTIVE));
    let checked = Checked::by(&server);
    let stopped = runtime();
    let mut calls = stopped.block_on(async { waiting(&checked, &["t"]) });
    drop(stopped);
    let verdict = |call: Call<'_>| {
        let in_time = lasting.block_on(async { tokio::time::timeout(Duration::from_secs(60), call).await });
        in_time.expect("nobody waits for a question that is gone")
    };
    assert_eq!(verdict(calls.remove(0)), Err(Reject::Unavailable));
    assert_eq!(verdict(Box::pin(checked.check("t"))), ann());
}
