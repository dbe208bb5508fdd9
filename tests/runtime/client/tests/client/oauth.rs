//! The OAuth 2 flows against a token endpoint with valid, slow, invalid and malicious responses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runtime_client::api::*;
use runtime_client::runtime::credential::{Credential, Token};
use runtime_client::runtime::oauth::{ClientCredentials, PasswordGrant, RefreshToken};
use runtime_client::runtime::token_cache::Clock;
use runtime_client::runtime::token_endpoint::{TokenError, resolved};
use runtime_client::server::{Server, answer, json};
use secrecy::ExposeSecret;

pub(super) const SECRET: &str = "s3cr:et%+ /&";

/// A token endpoint that numbers its tokens; `more` is added to each response.
pub(super) async fn tokens(more: &'static str) -> Server {
    let count = AtomicUsize::new(0);
    Server::start_with(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        json(&format!(r#"{{"access_token":"token-{number}","token_type":"bEaReR"{more}}}"#))
    })
    .await
}

pub(super) async fn api() -> Server {
    Server::start(json("\"yes\"")).await
}

pub(super) fn flow(server: &Server) -> ClientCredentials {
    ClientCredentials::new(&server.url(), "my id", SECRET)
}

pub(super) fn token(flow: impl Into<Token>) -> [(usize, Credential); 1] {
    [(TOKEN, flow.into().into())]
}

/// A clock that advances only when told to.
#[derive(Clone)]
pub(super) struct Hands(Arc<Mutex<Instant>>);

impl Hands {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub(super) fn clock(&self) -> Clock {
        let hands = self.clone();
        Arc::new(move || *hands.0.lock().unwrap())
    }

    pub(super) fn advance(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

#[tokio::test]
async fn client_authenticates_in_the_header_or_in_the_body() {
    let (endpoint, api) = (tokens("").await, api().await);
    call::<Bearer>(&client(&api.url(), token(flow(&endpoint)))).await.unwrap();
    assert_eq!(api.header("authorization"), ["Bearer token-1"]);
    let login = STANDARD.encode("my%20id:s3cr%3Aet%25%2B%20%2F%26");
    assert_eq!(endpoint.header("authorization"), [format!("Basic {login}")]);
    assert_eq!(endpoint.header("accept"), ["application/json"]);
    assert_eq!(endpoint.body(), "grant_type=client_credentials");

    let endpoint = tokens("").await;
    call::<Bearer>(&client(&api.url(), token(flow(&endpoint).post().scopes(&["b", "a c"])))).await.unwrap();
    assert!(endpoint.header("authorization").is_empty());
    let body = "grant_type=client_credentials&scope=a%20c%20b&client_id=my%20id&client_secret=s3cr%3Aet%25%2B%20%2F%26";
    assert_eq!(endpoint.body(), body);
}

#[tokio::test]
async fn tokens_are_requested_and_cached_per_set_of_scopes() {
    let (endpoint, api) = (tokens("").await, api().await);
    let core = client(&api.url(), token(flow(&endpoint)));
    for _ in 0..2 {
        call::<Bearer>(&core).await.unwrap();
        call::<TwoTokens>(&core).await.unwrap();
    }
    let bodies: Vec<String> =
        endpoint.requests().iter().map(|text| text.split_once("\r\n\r\n").unwrap().1.to_owned()).collect();
    assert_eq!(bodies, ["grant_type=client_credentials", "grant_type=client_credentials&scope=admin%20read%20write"]);
}

#[tokio::test]
async fn parameters_are_added_to_token_requests() {
    let (endpoint, api) = (tokens("").await, api().await);
    let flow_of = |endpoint: &Server| flow(endpoint).parameter("audience", "https://a.test/?x&y");
    let resources = flow_of(&endpoint).parameter("resource", "https://a.test").parameter("resource", "https://b.test");
    call::<Bearer>(&client(&api.url(), token(resources))).await.unwrap();
    let body = "grant_type=client_credentials&audience=https%3A%2F%2Fa.test%2F%3Fx%26y\
                &resource=https%3A%2F%2Fa.test&resource=https%3A%2F%2Fb.test";
    assert_eq!(endpoint.body(), body);

    let endpoint = tokens("").await;
    let refresh = RefreshToken::new(&endpoint.url(), "public", None, "first").parameter("resource", "urn:x");
    call::<Bearer>(&client(&api.url(), token(refresh))).await.unwrap();
    assert_eq!(endpoint.body(), "grant_type=refresh_token&refresh_token=first&resource=urn%3Ax&client_id=public");
}

#[tokio::test]
async fn parameters_of_the_flow_cannot_be_added() {
    let (endpoint, api) = (tokens("").await, api().await);
    for name in
        ["grant_type", "scope", "client_id", "client_secret", "client_assertion", "refresh_token", "password", ""]
    {
        let core = client(&api.url(), token(flow(&endpoint).parameter(name, "s3cr3t")));
        let error = call::<Bearer>(&core).await.unwrap_err();
        let why = std::error::Error::source(&error).expect("a flow that failed says why").to_string();
        assert!(why.contains(&format!("the parameter `{name}` cannot be added")), "{why}");
        assert!(!why.contains("s3cr3t"), "{why}");
    }
    let twice = flow(&endpoint).parameter("tenant", "a").parameter("tenant", "b");
    call::<Bearer>(&client(&api.url(), token(twice))).await.unwrap_err();
    assert_eq!((endpoint.connections(), api.connections()), (0, 0));
}

#[tokio::test]
async fn granted_scopes_are_read_leniently() {
    let rows = [
        ("", true),
        (" ", true),
        (",", true),
        ("read,write", true),
        ("write, read", true),
        ("read write admin", true),
        ("a,b read write", true),
        ("read", false),
        ("read,admin", false),
        ("readwrite", false),
        ("READ,WRITE", false),
    ];
    for (scope, is_granted) in rows {
        let text = format!(r#"{{"access_token":"t","token_type":"Bearer","scope":"{scope}"}}"#);
        let (endpoint, api) = (Server::start(json(&text)).await, api().await);
        let flow = flow(&endpoint).scopes(&["read", "write"]);
        let outcome = call::<Bearer>(&client(&api.url(), token(flow))).await;
        assert_eq!(outcome.is_ok(), is_granted, "{scope:?}");
        assert_eq!(api.connections(), usize::from(is_granted), "{scope:?}");
    }
    // A comma is valid within a scope (RFC 6749, section 3.3).
    let (endpoint, api) = (tokens(r#","scope":"a,b c""#).await, api().await);
    call::<Bearer>(&client(&api.url(), token(flow(&endpoint).scopes(&["a,b", "c"])))).await.unwrap();
}

#[tokio::test]
async fn next_scopes_are_requested_if_the_first_are_refused() {
    let refused = answer("400 Bad", "", r#"{"error":"invalid_scope"}"#);
    let fewer = json(r#"{"access_token":"weak","token_type":"Bearer","scope":"none"}"#);
    for first in [refused.clone(), fewer] {
        let granted = "scope=read";
        let endpoint = Server::start_with(move |request| match request.contains(granted) {
            true => json(r#"{"access_token":"reader","token_type":"Bearer"}"#),
            false => first.clone(),
        })
        .await;
        let api = api().await;
        // The key belongs to a different alternative, so it is not sent.
        let credentials = token(flow(&endpoint)).into_iter().chain([key(HEADER_KEY, "k")]);
        call::<ManyScopes>(&client(&api.url(), credentials)).await.unwrap();
        assert_eq!(api.header("authorization"), ["Bearer reader"]);
        assert!(api.header("x-api-key").is_empty());
        assert_eq!(endpoint.requests().len(), 3);
    }

    // Refused altogether, or refused for another reason: the first error counts, and nothing is sent.
    let other = answer("400 Bad", "", r#"{"error":"invalid_client"}"#);
    for (reply, asked) in [(refused, 3), (other, 1)] {
        let (endpoint, api) = (Server::start(reply).await, api().await);
        call::<ManyScopes>(&client(&api.url(), token(flow(&endpoint)))).await.unwrap_err();
        assert_eq!((endpoint.requests().len(), api.connections()), (asked, 0));
    }
}

#[tokio::test]
async fn refresh_and_password_flows_send_their_grant() {
    let (endpoint, api) = (tokens(r#","refresh_token":"second""#).await, api().await);
    let hands = Hands::new();
    let flow = RefreshToken::new(&endpoint.url(), "public", None, "first").clock(hands.clock());
    let core = client(&api.url(), token(flow));
    call::<Bearer>(&core).await.unwrap();
    assert_eq!(endpoint.body(), "grant_type=refresh_token&refresh_token=first&client_id=public");
    assert!(endpoint.header("authorization").is_empty());

    let endpoint = tokens("").await;
    let flow = PasswordGrant::new(&endpoint.url(), "id", Some("secret".into()), "a&b", "c=d");
    call::<Bearer>(&client(&api.url(), token(flow))).await.unwrap();
    assert_eq!(endpoint.body(), "grant_type=password&username=a%26b&password=c%3Dd");
}

#[tokio::test]
async fn rotated_refresh_token_is_used_next() {
    let (endpoint, api) = (tokens(r#","refresh_token":"second","expires_in":20"#).await, api().await);
    let hands = Hands::new();
    let core = client(&api.url(), token(RefreshToken::new(&endpoint.url(), "id", None, "first").clock(hands.clock())));
    call::<Bearer>(&core).await.unwrap();
    hands.advance(11);
    call::<Bearer>(&core).await.unwrap();
    let requests = endpoint.requests();
    assert!(requests[0].contains("refresh_token=first&"), "{requests:?}");
    assert!(requests[1].contains("refresh_token=second&"), "{requests:?}");
}

#[tokio::test]
async fn session_of_a_refresh_token_has_the_token_for_the_next_start() {
    for (more, next) in [(r#","refresh_token":"second","expires_in":20"#, "second"), ("", "first")] {
        let (endpoint, api) = (tokens(more).await, api().await);
        let session = RefreshToken::new(&endpoint.url(), "id", None, "first").session().await.unwrap();
        assert_eq!(endpoint.body(), "grant_type=refresh_token&refresh_token=first&client_id=id");
        assert_eq!(session.refresh_token().unwrap().expose_secret(), next);
        assert_eq!(session.expires_in().map(|lifetime| lifetime.as_secs()), (next == "second").then_some(20));
        assert!(!session.access_token().expose_secret().is_empty());
        call::<Bearer>(&client(&api.url(), token(session))).await.unwrap();
        assert_eq!(endpoint.connections(), 1, "the token of the session is used");
    }
    let refused = Server::start(answer("400 Bad Request", "", r#"{"error":"invalid_grant"}"#)).await;
    let error = RefreshToken::new(&refused.url(), "id", None, "s3cr3t").session().await.unwrap_err();
    assert_eq!(error, TokenError::Refused("invalid_grant"));
}

#[tokio::test]
async fn invalid_token_response_is_rejected() {
    let elsewhere = tokens("").await;
    let location = format!("Location: {}\r\n", elsewhere.url());
    let long = format!(r#"{{"access_token":"{}","token_type":"Bearer"}}"#, "a".repeat(70_000));
    let rows = [
        (answer("200 OK", "", "<html>s3cr3t</html>"), "is not JSON"),
        (answer("302 Found", &location, ""), "is not JSON"),
        (answer("307 Temporary Redirect", &location, "{}"), "has no known error code"),
        (json(&long), "is larger than 64 KiB"),
        (json(r#"{"access_token":"s3cr3t","token_type":"mac"}"#), "has a token of a type other than bearer"),
        (json(r#"{"access_token":"","token_type":"Bearer"}"#), "an empty token"),
        (json(r#"{"access_token":"s3cr3t"}"#), "does not conform to RFC 6749"),
        (json(r#"{"access_token":7,"token_type":"Bearer"}"#), "does not conform to RFC 6749"),
        (
            json(r#"{"access_token":"s3cr3t","token_type":"Bearer","expires_in":"soon"}"#),
            "an `expires_in` that is not a number",
        ),
        (json(r#"{"access_token":"s3cr3t","token_type":"Bearer","scope":"read"}"#), "did not grant the scopes write"),
        (
            json(r#"{"access_token":"s3cr3t","token_type":"Bearer","scope":"write \u001b[2J"}"#),
            "a scope with control characters",
        ),
        (
            answer("400 Bad", "", r#"{"error":"invalid_client","error_description":"s3cr3t"}"#),
            "rejected the request: invalid_client",
        ),
        (answer("400 Bad", "", r#"{"error":"s3cr3t"}"#), "has no known error code"),
        (answer("200 OK", "", ""), "is not JSON"),
    ];
    for (text, expected) in rows {
        let (endpoint, api) = (Server::start(text).await, api().await);
        let flow = flow(&endpoint).scopes(&["read", "write"]);
        let error = call::<Bearer>(&client(&api.url(), token(flow))).await.unwrap_err();
        let mut shown = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            shown.push_str(&format!(" {inner} {inner:?}"));
            source = inner.source();
        }
        assert!(shown.contains(expected), "{expected}: {shown}");
        assert!(!shown.contains("s3cr"), "{shown}");
        assert_eq!(api.connections(), 0, "{expected}");
    }
    assert_eq!(elsewhere.connections(), 0, "a redirect was followed");
}

#[tokio::test]
async fn secrets_are_sent_only_over_https_or_to_loopback() {
    let api = api().await;
    for url in [
        "http://id.example.test/token",
        "http://localhost.example/token",
        "ftp://127.0.0.1/",
        "/token",
        "https://u:p@h/",
    ] {
        let flow = ClientCredentials::new(url, "id", SECRET);
        let error = call::<Bearer>(&client(&api.url(), token(flow))).await.unwrap_err();
        let why = std::error::Error::source(&error).expect("a flow that failed says why").to_string();
        assert!(why.contains("neither https nor http to loopback"), "{url}: {why}");
    }
    assert_eq!(api.connections(), 0);
}

#[tokio::test]
async fn relative_token_url_is_resolved_against_the_base_url() {
    for (base, relative, expected) in [
        ("https://a.test", "token", "https://a.test/token"),
        ("https://a.test/v1", "token", "https://a.test/v1/token"),
        ("https://a.test/v1", "../token", "https://a.test/token"),
        ("https://a.test/v1/", "token", "https://a.test/v1/token"),
        ("https://a.test/v1/", "/token?x=1", "https://a.test/token?x=1"),
        ("https://a.test/v1/x", "../token", "https://a.test/v1/token"),
        ("https://a.test", "//id.test/token", "https://id.test/token"),
        ("a.test", "token", ""),
        ("", "token", ""),
    ] {
        assert_eq!(resolved(base, relative), expected, "{base} {relative}");
    }
    let (endpoint, api) = (tokens("").await, api().await);
    let flow = PasswordGrant::new(&resolved(&endpoint.url(), "token"), "id", None, "ann", "secret");
    call::<Bearer>(&client(&api.url(), token(flow))).await.unwrap();
    assert_eq!(endpoint.target(), "/token");
    assert_eq!(api.header("authorization"), ["Bearer token-1"]);
    for base in ["http://id.test", "https://user:password@id.test", "id.test"] {
        let flow = PasswordGrant::new(&resolved(base, "token"), "id", None, "ann", "secret");
        assert!(call::<Bearer>(&client(&api.url(), token(flow))).await.is_err(), "{base}");
    }
}

const ACCESS_TOKEN: &str = r#","issued_token_type":"urn:ietf:params:oauth:token-type:access_token""#;

/// The parameters of the only request, decoded.
fn parameters(endpoint: &Server) -> Vec<String> {
    let decoded = |pair: &str| percent_encoding::percent_decode_str(pair).decode_utf8().unwrap().into_owned();
    endpoint.body().split('&').map(decoded).collect()
}

#[tokio::test]
async fn token_is_exchanged_for_one_of_this_api() {
    let (endpoint, api) = (tokens(ACCESS_TOKEN).await, api().await);
    let exchange = flow(&endpoint).exchanging("canary-subject");
    assert_eq!(format!("{exchange:?}"), "ClientCredentials(…)");
    let exchange = exchange.parameter("audience", "orders").scopes(&["read"]);
    let core = client(&api.url(), token(exchange));
    call::<Bearer>(&core).await.unwrap();
    call::<Bearer>(&core).await.unwrap();
    assert!(api.requests().iter().all(|request| request.contains("authorization: Bearer token-1\r\n")));
    assert_eq!(
        parameters(&endpoint),
        [
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange",
            "requested_token_type=urn:ietf:params:oauth:token-type:access_token",
            "subject_token=canary-subject",
            "subject_token_type=urn:ietf:params:oauth:token-type:access_token",
            "scope=read",
            "audience=orders",
        ]
    );
}

#[tokio::test]
async fn type_and_actor_of_an_exchange_are_sent() {
    const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
    let (endpoint, api) = (tokens(r#","issued_token_type":"urn:ietf:params:oauth:token-type:jwt""#).await, api().await);
    let exchange = flow(&endpoint).exchanging_type(JWT, "subject");
    let exchange = exchange.parameter("actor_token", "actor").parameter("actor_token_type", JWT);
    call::<Bearer>(&client(&api.url(), token(exchange))).await.unwrap();
    let sent = parameters(&endpoint);
    assert_eq!(sent[2..4], ["subject_token=subject".to_owned(), format!("subject_token_type={JWT}")]);
    assert_eq!(sent[4..], ["actor_token=actor".to_owned(), format!("actor_token_type={JWT}")]);
}

#[tokio::test]
async fn exchanged_token_of_another_type_is_not_sent_to_the_api() {
    for more in [
        "",
        r#","issued_token_type":"urn:ietf:params:oauth:token-type:refresh_token""#,
        r#","issued_token_type":"urn:ietf:params:oauth:token-type:id_token""#,
        r#","issued_token_type":7"#,
    ] {
        let (endpoint, api) = (tokens(more).await, api().await);
        let exchange = flow(&endpoint).exchanging("subject");
        assert!(call::<Bearer>(&client(&api.url(), token(exchange))).await.is_err(), "{more}");
        assert_eq!(api.connections(), 0, "{more}");
    }
    let (endpoint, api) = (tokens(ACCESS_TOKEN).await, api().await);
    let exchange = flow(&endpoint).exchanging("subject").parameter("subject_token", "other");
    assert!(call::<Bearer>(&client(&api.url(), token(exchange))).await.is_err());
    assert_eq!((endpoint.connections(), api.connections()), (0, 0));
}
