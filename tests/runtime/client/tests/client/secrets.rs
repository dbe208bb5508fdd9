//! Debug output, messages and error chains contain no credential.

use std::error::Error as StdError;
use std::time::Duration;

use runtime_client::api::*;
use runtime_client::runtime::call::Endpoint;
use runtime_client::runtime::core::Core;
use runtime_client::runtime::error::Error;
use runtime_client::server::{Server, answer, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// Every way to print an error.
fn printed(error: &impl StdError) -> String {
    let mut text = format!("{error:?}\n{error:#?}\n{error}\n");
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!("{error:?}\n{error:#?}\n{error}\n");
        source = error.source();
    }
    text
}

async fn failed<E: Endpoint<Output = String, Error = String> + 'static>(core: &Core) -> Error<String> {
    let Err(error) = call::<E>(core).timeout(Duration::from_secs(5)).await else { panic!("the call did not fail") };
    let text = printed(&error);
    assert_no_canary(&text, std::any::type_name::<E>());
    assert!(!text.contains("http://") && !text.contains("https://"), "an error contains a URL: {text}");
    error
}

/// The same failure for every place of a credential.
async fn fails(core: &Core, is_expected: impl Fn(&Error<String>) -> bool) {
    let errors = [
        failed::<HeaderKey>(core).await,
        failed::<QueryKey>(core).await,
        failed::<CookieKey>(core).await,
        failed::<Basic>(core).await,
        failed::<Bearer>(core).await,
        failed::<Hawk>(core).await,
        failed::<Whole>(core).await,
        failed::<Alternatives>(core).await,
    ];
    for error in errors {
        assert!(is_expected(&error), "{error:?}");
    }
}

#[tokio::test]
async fn no_error_shows_a_credential_or_a_url() {
    let is_transport = |error: &Error<String>| matches!(error, Error::Transport(_));

    // The port was just closed, so the connection is refused.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    fails(&client(&format!("http://{gone}"), all_credentials()), is_transport).await;

    // A server without TLS.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"220 ready\r\n").await;
        }
    });
    fails(&client(&base, all_credentials()), is_transport).await;

    // A closed connection, then a response that is not HTTP.
    let server = Server::start("").await;
    fails(&client(&server.url(), all_credentials()), is_transport).await;
    let server = Server::start("SSH-2.0-OpenSSH\r\n\r\n").await;
    fails(&client(&server.url(), all_credentials()), is_transport).await;

    // A host that does not exist.
    let error = failed::<QueryKey>(&client("https://name.invalid", all_credentials())).await;
    assert!(matches!(error, Error::Transport(_) | Error::Timeout), "{error:?}");
}

#[tokio::test]
async fn response_that_echoes_the_request_is_not_shown_in_errors() {
    let echo = |status: &'static str| {
        move |request: &str| answer(status, &format!("X-Echo: {}\r\n", sent(request)), &sent(request))
    };
    for status in ["302 Found", "401 Unauthorized", "500 Internal Server Error"] {
        let server = Server::start_with(echo(status)).await;
        let is_unexpected = |error: &Error<String>| matches!(error, Error::Unexpected(_));
        fails(&client(&server.url(), all_credentials()), is_unexpected).await;
    }
    for status in ["200 OK", "404 Not Found"] {
        let server = Server::start_with(echo(status)).await;
        fails(&client(&server.url(), all_credentials()), |error| matches!(error, Error::Decode(..))).await;
    }
    let server = Server::start_with(echo("200 OK")).await;
    let mut builder = builder(&server.url(), all_credentials());
    builder.max_response_bytes(1);
    fails(&builder.build().unwrap(), |error| matches!(error, Error::TooLarge)).await;
}

/// The request on one line, as a server in debug mode might return it.
fn sent(request: &str) -> String {
    request.replace("\r\n", " ")
}

#[tokio::test]
async fn timeout_error_shows_no_credential() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let core = client(&format!("http://{}", silent.local_addr().unwrap()), all_credentials());
    let error = call::<QueryKey>(&core).timeout(Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(printed(&error), "Timeout\nTimeout\nthe call timed out\n");
}

#[tokio::test]
async fn refused_call_shows_no_credential() {
    let core = client("http://example.test", all_credentials());
    fails(&core, |error| matches!(error, Error::Auth(_))).await;

    let server = Server::start(json("\"yes\"")).await;
    let conflict = [token(TOKEN, "canary-token"), token(OAUTH, "canary-oauth")];
    failed::<TwoTokens>(&client(&server.url(), conflict)).await;
    for suffix in [" ", "\r\n", "ü"] {
        let broken = |canary: &str| format!("{canary}{suffix}");
        failed::<Bearer>(&client(&server.url(), [token(TOKEN, &broken("canary-token"))])).await;
        failed::<CookieKey>(&client(&server.url(), [key(COOKIE_KEY, &broken("canary-cookie"))])).await;
    }
    failed::<HeaderKey>(&client(&server.url(), [key(HEADER_KEY, "canary-header\n")])).await;
    failed::<Basic>(&client(&server.url(), [login("us:er", "canary-password")])).await;
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn debug_of_clients_builders_and_calls_shows_no_credential() {
    let builder = builder("https://example.test", all_credentials());
    let mut text = format!("{builder:?}");
    let core = builder.build().unwrap();
    let call = call::<Bearer>(&core).header("X-Own", "canary-header").json(&"canary-token".to_owned());
    text += &format!("{core:?} {core:#?} {call:?}");
    assert_no_canary(&text, "a debug form");
    assert!(text.contains("https://example.test"), "{text}");
}

#[tokio::test]
async fn debug_of_a_response_shows_no_headers() {
    let server = Server::start(answer("200 OK", "Set-Cookie: session=canary-cookie\r\n", "\"yes\"")).await;
    let response = call::<Open>(&client(&server.url(), [])).await.unwrap();
    assert_no_canary(&format!("{response:?}{response:#?}"), "a response");
}
