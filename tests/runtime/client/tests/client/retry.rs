//! Retries: disabled by default, and never for requests that are not idempotent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use runtime_client::api::*;
use runtime_client::runtime::call::{Call, Endpoint};
use runtime_client::runtime::core::Core;
use runtime_client::runtime::credential::{BoxError, BoxFuture, Credential, Provider, Token};
use runtime_client::runtime::error::Error;
use runtime_client::runtime::operation::{Access, Operation, SchemeUse, Segment};
use runtime_client::runtime::parameter::Parameter;
use runtime_client::runtime::reply::{Expected, Reply};
use runtime_client::runtime::retry::Retries;
use runtime_client::server::{Server, answer, json};
use secrecy::SecretString;

/// Responds with these texts in order, then with success.
async fn failing_server(answers: Vec<String>) -> Server {
    let count = AtomicUsize::new(0);
    Server::start_with(move |_| {
        answers.get(count.fetch_add(1, Ordering::SeqCst)).cloned().unwrap_or_else(|| json("\"yes\""))
    })
    .await
}

fn status(line: &str, headers: &str) -> String {
    answer(line, headers, "")
}

type Waits = Arc<Mutex<Vec<Duration>>>;

/// A client with up to three retries, which records the waits.
fn retrying_client(url: &str, credentials: impl IntoIterator<Item = (usize, Credential)>) -> (Core, Waits) {
    let waits = Waits::default();
    let noted = Arc::clone(&waits);
    let retries = Retries::new(3).wait(Arc::new(move |time| {
        noted.lock().unwrap().push(time);
        Box::pin(async {})
    }));
    let mut builder = builder(url, credentials);
    builder.retries(retries);
    (builder.build().unwrap(), waits)
}

async fn attempts<E: Endpoint>(core: &Core, server: &Server) -> usize {
    let _ = call::<E>(core).await;
    server.requests().len()
}

#[tokio::test]
async fn retries_are_disabled_by_default() {
    let server = failing_server(vec![status("503 Service Unavailable", "Retry-After: 0\r\n")]).await;
    assert_eq!(attempts::<Open>(&client(&server.url(), []), &server).await, 1);
}

#[tokio::test]
async fn idempotent_requests_are_retried_on_transient_failures() {
    for line in ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"] {
        let server = failing_server(vec![status(line, ""); 2]).await;
        let (core, waits) = retrying_client(&server.url(), []);
        assert_eq!(attempts::<Open>(&core, &server).await, 3, "{line}");
        let waits = waits.lock().unwrap().clone();
        assert!(waits[0] <= Duration::from_millis(500) && waits[1] <= Duration::from_secs(1), "{waits:?}");
    }
    for line in ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "500 Internal Server Error"] {
        let server = failing_server(vec![status(line, "Retry-After: 0\r\n")]).await;
        assert_eq!(attempts::<Open>(&retrying_client(&server.url(), []).0, &server).await, 1, "{line}");
    }
}

#[tokio::test]
async fn post_is_never_retried() {
    let server = failing_server(vec![status("503 Service Unavailable", "Retry-After: 0\r\n")]).await;
    let (core, waits) = retrying_client(&server.url(), []);
    assert_eq!(attempts::<Post>(&core, &server).await, 1);
    assert!(waits.lock().unwrap().is_empty());
}

#[tokio::test]
async fn number_of_retries_is_limited() {
    let server = failing_server(vec![status("503 Service Unavailable", ""); 9]).await;
    let (core, _) = retrying_client(&server.url(), []);
    assert_eq!(call::<Open>(&core).await.unwrap_err().status().map(|status| status.as_u16()), Some(503));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn failed_connection_is_retried() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (core, waits) = retrying_client(&url, []);
    assert!(call::<Open>(&core).await.is_err());
    assert_eq!(waits.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn retry_after_is_respected_up_to_the_maximum() {
    let date = |seconds| httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds));
    // The value of `Retry-After`, the number of requests, and the wait in whole seconds.
    let rows: [(String, usize, Option<u64>); 6] = [
        ("7".into(), 2, Some(7)),
        ("0".into(), 2, Some(0)),
        ("30".into(), 2, Some(30)),
        // Longer than the maximum: retrying earlier would ignore the server's request.
        ("31".into(), 1, None),
        (date(3600), 1, None),
        ("Sun, 06 Nov 1994 08:49:37 GMT".into(), 2, Some(0)),
    ];
    for (value, count, waited) in rows {
        let server =
            failing_server(vec![status("503 Service Unavailable", &format!("Retry-After: {value}\r\n"))]).await;
        let (core, waits) = retrying_client(&server.url(), []);
        assert_eq!(attempts::<Open>(&core, &server).await, count, "{value}");
        assert_eq!(waits.lock().unwrap().first().map(Duration::as_secs), waited, "{value}");
    }
    // An invalid value is ignored.
    let server = failing_server(vec![status("503 Service Unavailable", "Retry-After: soon\r\n")]).await;
    assert_eq!(attempts::<Open>(&retrying_client(&server.url(), []).0, &server).await, 2);
}

#[tokio::test]
async fn each_attempt_asks_the_provider_again() {
    let server = failing_server(vec![status("503 Service Unavailable", ""); 2]).await;
    let count = Arc::new(AtomicUsize::new(0));
    let token = Token::provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(format!("token-{number}").into()) }
    });
    let (core, _) = retrying_client(&server.url(), [(TOKEN, token.into())]);
    call::<Optional>(&core).await.unwrap();
    let requests = server.requests();
    for (number, request) in requests.iter().enumerate() {
        assert!(request.contains(&format!("authorization: Bearer token-{number}\r\n")), "{requests:?}");
    }
    assert_eq!(requests.len(), 3);
}

/// Creates something, with a key that makes it repeatable.
#[derive(Debug)]
enum Keyed {}

impl Endpoint for Keyed {
    const OPERATION: &'static Operation = &Operation {
        id: "keyed",
        method: "POST",
        path: &[Segment::Text("/keyed")],
        query: "",
        parameters: &[Parameter::header("idempotency-KEY").made()],
        access: Access::any_of(&[&[SchemeUse::new(TOKEN, &[])]]),
        accept: "application/json",
    };
    type Output = String;
    type Error = String;

    const OUTPUT: Expected<String> = Expected::by(Reply::json);
}

/// The values of the header, of each request.
fn idempotency_keys(server: &Server) -> Vec<String> {
    let key = |request: String| {
        let fields = request.lines().filter_map(|line| line.strip_prefix("idempotency-key: "));
        fields.map(str::to_owned).collect::<Vec<_>>().join(", ")
    };
    server.requests().into_iter().map(key).collect()
}

#[tokio::test]
async fn declared_idempotency_key_is_one_per_call_and_allows_retries() {
    let failures = vec![status("503 Service Unavailable", ""), status("401 Unauthorized", "")];
    let server = failing_server(failures).await;
    let provider = Token::provider(Renewing);
    let (core, waits) = retrying_client(&server.url(), [(TOKEN, provider.into())]);
    Call::<Keyed>::new(&core).json(&"body".to_owned()).await.unwrap();
    assert_eq!(waits.lock().unwrap().len(), 1);
    let keys = idempotency_keys(&server);
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let (groups, version): (Vec<usize>, _) = (keys[0].split('-').map(str::len).collect(), keys[0].as_bytes()[14]);
    assert_eq!((groups, version), (vec![8, 4, 4, 4, 12], b'4'), "{keys:?}");
    assert!(b"89ab".contains(&keys[0].as_bytes()[19]), "{keys:?}");
    Call::<Keyed>::new(&core).await.unwrap();
    assert_ne!(idempotency_keys(&server)[3], keys[0]);
}

/// A provider whose secret is renewed after a 401.
struct Renewing;

impl Provider for Renewing {
    fn secret<'p>(&'p self, _: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        Box::pin(async { Ok("canary-token".into()) })
    }

    fn refused(&self, _: &SecretString) -> bool {
        true
    }
}

#[tokio::test]
async fn idempotency_key_of_the_user_is_kept() {
    let server = failing_server(vec![status("503 Service Unavailable", "")]).await;
    let (core, _) = retrying_client(&server.url(), [token(TOKEN, "canary-token")]);
    Call::<Keyed>::new(&core).set(0, &"own".to_owned()).await.unwrap();
    assert_eq!(idempotency_keys(&server), ["own", "own"]);
}

#[tokio::test]
async fn key_that_is_not_declared_is_neither_added_nor_trusted() {
    let server = failing_server(vec![status("503 Service Unavailable", ""); 2]).await;
    let (core, waits) = retrying_client(&server.url(), []);
    assert!(call::<Post>(&core).await.is_err());
    assert!(call::<Post>(&core).header("Idempotency-Key", "own").await.is_err());
    assert_eq!(idempotency_keys(&server), ["", "own"]);
    assert!(waits.lock().unwrap().is_empty());
    // Without retries, the key is sent nevertheless: the user may repeat a call with the one that he set.
    let server = failing_server(vec![status("503 Service Unavailable", "")]).await;
    let core = client(&server.url(), [token(TOKEN, "canary-token")]);
    assert!(Call::<Keyed>::new(&core).await.is_err());
    assert_eq!(idempotency_keys(&server).len(), 1);
}

#[tokio::test]
async fn budget_limits_the_retries_of_all_calls() {
    // Six failures, ten successes, and failures again.
    let unavailable = status("503 Service Unavailable", "");
    let mut answers = vec![unavailable.clone(); 6];
    answers.extend(vec![json("\"yes\""); 10]);
    answers.extend(vec![unavailable; 9]);
    let server = failing_server(answers).await;
    let mut builder = builder(&server.url(), []);
    builder.retries(Retries::new(9).budget(3).wait(Arc::new(|_| Box::pin(async {}))));
    let core = builder.build().unwrap();
    assert_eq!(attempts::<Open>(&core, &server).await, 4);
    assert_eq!(attempts::<Open>(&core, &server).await, 5);
    assert_eq!(attempts::<Open>(&core, &server).await, 6);
    // Ten calls that succeed allow one more retry.
    for _ in 0..10 {
        call::<Open>(&core).await.unwrap();
    }
    assert_eq!(attempts::<Open>(&core, &server).await, 6 + 10 + 2);
    assert_eq!(attempts::<Open>(&core, &server).await, 6 + 10 + 3);
}

/// A provider that fails after this number of secrets.
struct Failing {
    secrets: usize,
    count: AtomicUsize,
}

impl Provider for Failing {
    fn secret<'p>(&'p self, _: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        let is_failed = self.count.fetch_add(1, Ordering::SeqCst) >= self.secrets;
        Box::pin(async move { if is_failed { Err("the provider failed".into()) } else { Ok("canary-token".into()) } })
    }

    fn refused(&self, _: &SecretString) -> bool {
        true
    }
}

/// The error of a call whose provider fails after this number of secrets.
async fn failed(url: &str, secrets: usize) -> Error<String> {
    let token = Token::provider(Failing { secrets, count: AtomicUsize::new(0) });
    let (core, _) = retrying_client(url, [(TOKEN, token.into())]);
    call::<Optional>(&core).await.unwrap_err()
}

#[tokio::test]
async fn earlier_outcome_is_returned_if_a_call_cannot_be_authenticated_again() {
    for (line, expected) in [("401 Unauthorized", 401), ("503 Service Unavailable", 503)] {
        let server = Server::start(status(line, "")).await;
        assert!(matches!(failed(&server.url(), 0).await, Error::Auth(_)), "{line}: nothing was sent");
        assert_eq!(server.connections(), 0, "{line}");
        let error = failed(&server.url(), 1).await;
        assert_eq!(error.status().map(|status| status.as_u16()), Some(expected), "{error:?}");
        assert_eq!(server.requests().len(), 1, "{line}");
    }
    // The second response, not the first one.
    let server = failing_server(vec![status("503 Service Unavailable", ""), status("401 Unauthorized", "")]).await;
    let error = failed(&server.url(), 2).await;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401), "{error:?}");
    // No response at all.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = failed(&url, 1).await;
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
}
