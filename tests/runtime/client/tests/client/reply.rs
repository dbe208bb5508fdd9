//! Responses: bodies by status, undocumented responses, and limits on size and time.

use std::time::Duration;

use runtime_client::api::*;
use runtime_client::runtime::error::{BuildError, Error};
use runtime_client::server::{Server, answer, json};
use tokio::net::TcpListener;

async fn called(text: impl Into<String>) -> Result<String, Error<String>> {
    let server = Server::start(text).await;
    call::<Open>(&client(&server.url(), [])).await.map(|response| response.into_body())
}

#[tokio::test]
async fn response_derefs_to_its_body_and_keeps_status_and_headers() {
    let server = Server::start(answer("200 OK", "X-Count: 3\r\n", "\"yes\"")).await;
    let response = call::<Open>(&client(&server.url(), [])).await.unwrap();
    assert_eq!(response.len(), 3);
    assert_eq!(response.status.as_u16(), 200);
    assert_eq!(response.headers["x-count"], "3");
    assert_eq!(format!("{response:?}"), "Response { status: 200, body: \"yes\", .. }");
}

#[tokio::test]
async fn documented_error_is_decoded_into_its_type() {
    let error = called(answer("404 Not Found", "", "\"gone\"")).await.unwrap_err();
    assert!(
        matches!(&error, Error::Api { status, error, .. } if status.as_u16() == 404 && error == "gone"),
        "{error:?}"
    );
    assert_eq!(error.to_string(), "the server responded with 404 Not Found");
}

#[tokio::test]
async fn undocumented_status_is_unexpected() {
    for status in ["201 Created", "302 Found", "418 I'm a teapot", "500 Internal Server Error"] {
        let error = called(answer(status, "", "text")).await.unwrap_err();
        let Error::Unexpected(unexpected) = &error else { panic!("{error:?}") };
        assert_eq!(unexpected.body, "text");
        assert!(status.starts_with(unexpected.status.as_str()));
    }
}

#[tokio::test]
async fn problem_details_replace_the_documented_error() {
    let problem = |status, media_type, body: &str| answer(status, &format!("Content-Type: {media_type}\r\n"), body);
    let body = r#"{"type":"/out-of-stock","title":"Out of stock","status":"404","detail":7,"instance":null,"more":[]}"#;
    for media_type in ["application/problem+json", "Application/Problem+JSON; charset=utf-8"] {
        let error = called(problem("404 Not Found", media_type, body)).await.unwrap_err();
        let Error::Problem(answer, problem) = &error else { panic!("{error:?}") };
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (404, body.as_bytes()));
        assert_eq!((problem.kind.as_deref(), problem.title.as_deref()), (Some("/out-of-stock"), Some("Out of stock")));
        assert_eq!((problem.status, &problem.detail, &problem.instance), (None, &None, &None));
        assert_eq!(error.to_string(), "the server responded with 404 Not Found and problem details");
        assert!(!format!("{error:?}").contains("stock"), "{error:?}");
    }
    let error = called(problem("418 I'm a teapot", "application/problem+json", body)).await.unwrap_err();
    assert!(matches!(&error, Error::Unexpected(answer) if answer.problem().is_some()), "{error:?}");
    let error = called(problem("418 I'm a teapot", "application/json", body)).await.unwrap_err();
    assert!(matches!(&error, Error::Unexpected(answer) if answer.problem().is_none()), "{error:?}");
    let error = called(problem("404 Not Found", "application/problem+json", "{")).await.unwrap_err();
    assert!(matches!(error, Error::MediaType(_)), "{error:?}");
    // A success is not a refusal.
    assert!(called(problem("200 OK", "application/problem+json", "\"a\"")).await.is_ok());
}

#[tokio::test]
async fn decode_error_keeps_the_response() {
    for body in ["7", "{", "", "\u{feff}\"a\""] {
        let error = called(json(body)).await.unwrap_err();
        assert!(matches!(&error, Error::Decode(answer, _) if answer.body == body), "{body}: {error:?}");
    }
    let error = called(json("")).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid body of a response with 200 OK: empty body, expected JSON");
    let error = called(json("7")).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid body of a response with 200 OK: expected a string, found an integer");
}

#[tokio::test]
async fn deeply_nested_json_is_a_decode_error() {
    let error = called(json(&"[".repeat(100_000))).await.unwrap_err();
    assert!(matches!(error, Error::Decode(..)), "{error:?}");
}

#[tokio::test]
async fn oversized_response_is_not_read() {
    for (length, is_read) in [(1000, true), (1001, false)] {
        let body = format!("\"{}\"", "a".repeat(length - 2));
        let chunked = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
        );
        for text in [json(&body), chunked] {
            let server = Server::start(text).await;
            let mut builder = builder(&server.url(), []);
            builder.max_response_bytes(1000);
            let result = call::<Open>(&builder.build().unwrap()).await;
            assert_eq!(result.is_ok(), is_read, "{length}");
            assert!(is_read || matches!(result, Err(Error::TooLarge)));
        }
    }
}

#[tokio::test]
async fn endless_response_is_stopped_at_the_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let flood = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.unwrap();
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        // Until the client closes the connection.
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let mut builder = builder(&base, []);
    builder.max_response_bytes(1 << 20);
    let core = builder.build().unwrap();
    assert!(matches!(call::<Open>(&core).await, Err(Error::TooLarge)));
    flood.await.unwrap();
}

#[tokio::test]
async fn unresponsive_server_causes_a_timeout() {
    // Connections wait in the backlog and are never accepted.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    let short = Duration::from_millis(20);

    let error = call::<Open>(&client(&base, [])).timeout(short).await.unwrap_err();
    assert!(matches!(error, Error::Timeout), "{error:?}");

    let mut limited = builder(&base, []);
    limited.timeout(short);
    assert!(matches!(call::<Open>(&limited.build().unwrap()).await, Err(Error::Timeout)));

    // An existing HTTP client does not have the timeout of the builder, but the call does.
    let mut ready_made = builder(&base, []);
    ready_made.timeout(short);
    ready_made.dangerous_http_client(reqwest::Client::new());
    assert!(matches!(call::<Open>(&ready_made.build().unwrap()).await, Err(Error::Timeout)));
}

#[tokio::test]
async fn head_of_a_response_has_a_time_limit_of_its_own() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut limited = builder(&format!("http://{}", silent.local_addr().unwrap()), []);
    limited.response_timeout(Duration::from_millis(20));
    assert!(matches!(call::<Open>(&limited.build().unwrap()).await, Err(Error::Timeout)));
}

#[test]
fn time_limit_of_connecting_cannot_be_set_for_an_existing_client() {
    let mut limited = builder("https://api.example", []);
    limited.connect_timeout(Duration::from_secs(1));
    limited.dangerous_http_client(reqwest::Client::new());
    assert!(matches!(limited.build(), Err(BuildError::ReadyMade("a time limit of connecting"))));
}

#[tokio::test]
async fn errors_have_the_wait_that_the_server_asks_for() {
    let rows = [
        ("429 Too Many Requests", "Retry-After: 7\r\n", true, Some(Duration::from_secs(7))),
        ("404 Not Found", "Retry-After: 7\r\n", false, Some(Duration::from_secs(7))),
        ("503 Unavailable", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", false, Some(Duration::ZERO)),
        ("429 Too Many Requests", "Retry-After: soon\r\n", true, None),
        ("429 Too Many Requests", "Retry-After: -1\r\n", true, None),
        ("429 Too Many Requests", "", true, None),
    ];
    for (status, header, is_limited, expected) in rows {
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{header}");
        let error = called(format!("{head}Content-Length: 4\r\n\r\n\"no\"")).await.unwrap_err();
        assert_eq!((error.is_rate_limited(), error.retry_after()), (is_limited, expected), "{status} {header}");
    }
    assert_eq!(called("").await.unwrap_err().retry_after(), None);
}

#[tokio::test]
async fn failed_connection_is_a_transport_error() {
    let error = called("").await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(error.to_string(), "the connection failed");
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\"cut";
    assert!(matches!(called(cut).await, Err(Error::Transport(_))));
}
