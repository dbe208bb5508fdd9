//! The device authorization grant (RFC 8628), and where its endpoint comes from.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use runtime_client::api::*;
use runtime_client::runtime::credential::Token;
use runtime_client::runtime::device_code::DeviceCode;
use runtime_client::runtime::discovery::discover;
use runtime_client::runtime::retry::Wait;
use runtime_client::runtime::token_endpoint::TokenError;
use runtime_client::server::{Server, answer, json};

const BEGUN: &str = r#"{"device_code":"dev-1","user_code":"WDJB-MJHT","verification_uri":"https://id.example/device",
    "verification_uri_complete":"https://id.example/device?user_code=WDJB-MJHT","expires_in":100MORE}"#;
const GRANTED: &str = r#"{"access_token":"device-token","token_type":"Bearer","refresh_token":"next","scope":"read"}"#;

/// Responds to the first request with the codes, and to each poll with the next of these texts. For a text that is not
/// JSON it closes the connection.
async fn provider(more: &'static str, polls: &'static [&'static str]) -> Server {
    let count = AtomicUsize::new(0);
    Server::start_with(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => json(&BEGUN.replace("MORE", more)),
        number => match polls[(number - 1).min(polls.len() - 1)] {
            "cut" => String::new(),
            GRANTED => json(GRANTED),
            code => answer("400 Bad Request", "", &format!(r#"{{"error":"{code}"}}"#)),
        },
    })
    .await
}

/// A wait that ends immediately and records the seconds.
fn waits() -> (Wait, Arc<Mutex<Vec<u64>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let wait: Wait = Arc::new(move |time: Duration| {
        noted.lock().unwrap().push(time.as_secs());
        Box::pin(async {})
    });
    (wait, asked)
}

#[tokio::test]
async fn device_flow_returns_a_session_after_consent() {
    let server = provider("", &["authorization_pending", "slow_down", "cut", GRANTED]).await;
    let (wait, asked) = waits();
    let pairing =
        DeviceCode::new(&server.url(), &server.url(), "tv").wait(wait).begin(&["read", "write"]).await.unwrap();
    assert_eq!(server.body(), "scope=read%20write&client_id=tv");
    assert_eq!((pairing.user_code(), pairing.verification_uri()), ("WDJB-MJHT", "https://id.example/device"));
    assert_eq!(pairing.verification_uri_complete(), Some("https://id.example/device?user_code=WDJB-MJHT"));
    assert_eq!(pairing.expires_in(), Duration::from_secs(100));
    assert!(!format!("{pairing:?}").contains("dev-1"));

    let session = pairing.finish().await.unwrap();
    assert_eq!(session.scopes(), ["read"]);
    // Five seconds by default, five more after `slow_down`, and twice as long after a failed connection.
    assert_eq!(*asked.lock().unwrap(), [5, 5, 10, 20]);
    let poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=dev-1&client_id=tv";
    assert!(server.requests()[1].ends_with(poll), "{:?}", server.requests());

    let api = Server::start(json("\"yes\"")).await;
    call::<Bearer>(&client(&api.url(), [(TOKEN, Token::from(session).into())])).await.unwrap();
    assert_eq!(api.header("authorization"), ["Bearer device-token"]);
}

#[tokio::test]
async fn client_with_a_secret_authenticates_at_both_endpoints() {
    let server = provider("", &[GRANTED]).await;
    let flow = DeviceCode::new(&server.url(), &server.url(), "tv").secret("s").wait(waits().0);
    flow.begin(&[]).await.unwrap().finish().await.unwrap();
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.contains("authorization: Basic dHY6cw==")), "{requests:?}");
    assert!(requests[0].ends_with("\r\n\r\nclient_id=tv"), "{requests:?}");
}

#[tokio::test]
async fn polling_stops_on_denial_or_expiry() {
    // Additional members of the first response, the responses to the polls, the error, and the number of polls.
    let rows: [(&str, &[&str], TokenError, usize); 6] = [
        ("", &["access_denied"], TokenError::Refused("access_denied"), 1),
        ("", &["expired_token"], TokenError::Refused("expired_token"), 1),
        ("", &["\\u001b[31m"], TokenError::Response("has no known error code"), 1),
        ("", &["authorization_pending"], TokenError::Refused("expired_token"), 20),
        (r#","interval":50"#, &["authorization_pending"], TokenError::Refused("expired_token"), 2),
        // An interval of zero is raised to one second.
        (r#","interval":0"#, &["authorization_pending"], TokenError::Refused("expired_token"), 100),
    ];
    for (more, polls, expected, count) in rows {
        let server = provider(more, polls).await;
        let flow = DeviceCode::new(&server.url(), &server.url(), "tv").wait(waits().0);
        let error = flow.begin(&[]).await.unwrap().finish().await.map(drop).unwrap_err();
        assert_eq!((error, server.requests().len() - 1), (expected, count), "{more} {polls:?}");
    }
}

/// The texts shown to the user come from the authorization server and are written to a terminal or opened in a browser.
#[tokio::test]
async fn unsafe_user_code_or_verification_url_is_rejected() {
    let code = "\"user_code\":\"WDJB-MJHT\"";
    let (uri, complete) =
        ("\"verification_uri\":\"https://id.example/device\"", "https://id.example/device?user_code=WDJB-MJHT");
    assert!([code, uri, complete].iter().all(|part| BEGUN.contains(part)));
    let bad_texts = [
        "\\u001b[2J",
        "\\u0007",
        "\\u0000",
        "\\n",
        "\\r",
        "\\t",
        "\\u007f",
        "\\u009b",
        "\\u202e",
        "\\u200b",
        "\\u2066",
        "\\ufeff",
    ];
    let bad_urls = [
        "",
        "id.example/device",
        "/device",
        "//id.example/device",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "ftp://id.example/",
        "ssh://id.example/",
        "vbscript:x",
        "https:",
        "https://",
        "https://user@id.example/",
        "https://user:password@id.example/",
        "https://id.example/a b",
        " https://id.example/",
        "-https://id.example/",
    ];
    let mut rows: Vec<(&str, String)> =
        vec![(code, "\"user_code\":\"\"".to_owned()), (code, "\"user_code\":\" \"".to_owned())];
    for text in bad_texts {
        rows.push((code, format!("\"user_code\":\"WDJB{text}-MJHT\"")));
        rows.push((uri, format!("\"verification_uri\":\"https://id.example/{text}device\"")));
        rows.push((complete, format!("{complete}{text}")));
    }
    for url in bad_urls {
        rows.push((uri, format!("\"verification_uri\":\"{url}\"")));
        rows.push((complete, url.to_owned()));
    }
    for (right, wrong) in rows {
        let server = Server::start(json(&BEGUN.replace("MORE", "").replace(right, &wrong))).await;
        let begun = DeviceCode::new(&server.url(), &server.url(), "tv").begin(&[]).await;
        let error = begun.map(drop).expect_err(&wrong);
        assert!(matches!(error, TokenError::Response(_)), "{wrong}: {error:?}");
        assert!(!format!("{error} {error:?}").contains(char::is_control), "{wrong}: {error}");
    }
    for url in ["http://192.168.0.7/device", "HTTPS://id.example:8443/device?x=%1b#y"] {
        let server =
            Server::start(json(&BEGUN.replace("MORE", "").replace("https://id.example/device\"", &format!("{url}\""))))
                .await;
        let pairing = DeviceCode::new(&server.url(), &server.url(), "tv").begin(&[]).await.unwrap();
        assert_eq!(pairing.verification_uri(), url);
    }
}

/// An error contains no text of the server except a registered code.
#[tokio::test]
async fn error_description_of_a_server_is_not_repeated() {
    for body in [
        r#"{"error":"access_denied","error_description":"\u001b[2Jcanary","error_uri":"javascript:canary"}"#,
        r#"{"error":"\u001b[2Jcanary","error_description":"canary"}"#,
        r#"{"error":["canary"],"error_description":"canary"}"#,
    ] {
        let server = Server::start(answer("400 Bad Request", "", body)).await;
        let error = DeviceCode::new(&server.url(), &server.url(), "tv").begin(&[]).await.map(drop).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary") && !shown.contains(char::is_control), "{shown}");
    }
}

#[tokio::test]
async fn device_flow_requires_https_or_loopback() {
    let flow = DeviceCode::new("http://id.example/device", "https://id.example/token", "tv");
    assert_eq!(flow.begin(&[]).await.map(drop).unwrap_err(), TokenError::Url);
    for text in ["{}", "<html>", r#"{"device_code":"d","user_code":"u","verification_uri":"v"}"#] {
        let server = Server::start(json(text)).await;
        let error = DeviceCode::new(&server.url(), &server.url(), "tv").begin(&[]).await.map(drop).unwrap_err();
        assert!(matches!(error, TokenError::Response(_)), "{text}: {error:?}");
    }
}

#[tokio::test]
async fn device_endpoint_is_read_from_authorization_server_metadata() {
    let own = Arc::new(Mutex::new(String::new()));
    let filled = Arc::clone(&own);
    let server = Server::start_with(move |_| {
        let host = filled.lock().unwrap();
        json(&format!(
            r#"{{"issuer":"{host}/tenant","token_endpoint":"{host}/t","device_authorization_endpoint":"{host}/d"}}"#
        ))
    })
    .await;
    *own.lock().unwrap() = server.url();
    let found = discover(&format!("{}/.well-known/oauth-authorization-server/tenant", server.url())).await.unwrap();
    assert_eq!(server.target(), "/.well-known/oauth-authorization-server/tenant");
    assert!(found.device_code("tv").is_ok());
    // The metadata of a different tenant on the same host are rejected.
    let other = discover(&format!("{}/.well-known/oauth-authorization-server/other", server.url())).await;
    assert_eq!(other.map(drop).unwrap_err(), TokenError::Response("is the metadata of a different issuer"));
}
