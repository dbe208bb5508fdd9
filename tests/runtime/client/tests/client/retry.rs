//! Retries: disabled by default, and never for requests that are not idempotent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use runtime_client::api::*;
use runtime_client::runtime::call::Endpoint;
use runtime_client::runtime::core::Core;
use runtime_client::runtime::credential::{Credential, Token};
use runtime_client::runtime::retry::Retries;
use runtime_client::server::{Server, answer, json};

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

async fn attempts<E: Endpoint>(core: &Core, server: &Server) -> usize
where
    E::Output: Send,
    E::Error: Send,
{
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
