//! The flows of OAuth 2 against a token endpoint that is right, slow, wrong and hostile.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use runtime_client::api::*;
use runtime_client::runtime::authorization_code::AuthorizationCode;
use runtime_client::runtime::credential::{Credential, Token};
use runtime_client::runtime::discovery::discover;
use runtime_client::runtime::oauth::{ClientCredentials, PasswordGrant, RefreshToken};
use runtime_client::runtime::token_cache::Clock;
use runtime_client::runtime::token_endpoint::TokenError;
use runtime_client::server::{Server, answer, json};
use sha2::{Digest, Sha256};

const SECRET: &str = "s3cr:et%+ /&";

/// A token endpoint that numbers its tokens; `more` is put into each answer.
async fn tokens(more: &'static str) -> Server {
    let count = AtomicUsize::new(0);
    Server::start_with(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        json(&format!(r#"{{"access_token":"token-{number}","token_type":"bEaReR"{more}}}"#))
    })
    .await
}

async fn api() -> Server {
    Server::start(json("\"yes\"")).await
}

fn flow(server: &Server) -> ClientCredentials {
    ClientCredentials::new(&server.url(), "my id", SECRET)
}

fn token(flow: impl Into<Token>) -> [(usize, Credential); 1] {
    [(TOKEN, flow.into().into())]
}

/// A clock that stands still until it is moved.
#[derive(Clone)]
struct Hands(Arc<Mutex<Instant>>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn clock(&self) -> Clock {
        let hands = self.clone();
        Arc::new(move || *hands.0.lock().unwrap())
    }

    fn move_on(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

#[tokio::test]
async fn the_client_names_itself_in_the_header_or_in_the_body() {
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
async fn a_token_is_asked_for_the_scopes_of_the_operation_and_kept_for_each_set() {
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
async fn the_other_flows_send_what_they_hold() {
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
async fn a_refresh_token_that_is_changed_is_the_next_one_sent() {
    let (endpoint, api) = (tokens(r#","refresh_token":"second","expires_in":20"#).await, api().await);
    let hands = Hands::new();
    let core = client(&api.url(), token(RefreshToken::new(&endpoint.url(), "id", None, "first").clock(hands.clock())));
    call::<Bearer>(&core).await.unwrap();
    hands.move_on(11);
    call::<Bearer>(&core).await.unwrap();
    let requests = endpoint.requests();
    assert!(requests[0].contains("refresh_token=first&"), "{requests:?}");
    assert!(requests[1].contains("refresh_token=second&"), "{requests:?}");
}

#[tokio::test]
async fn a_token_serves_until_shortly_before_its_end() {
    // What the answer says, and after how many seconds a token is held, and after how many not any more.
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
            hands.move_on(seconds);
            call::<Bearer>(&core).await.unwrap();
            assert_eq!(endpoint.requests().len(), expected, "{more} after {seconds} s");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_on_a_token_that_is_over_ask_for_one() {
    let (endpoint, api, hands) = (tokens(r#","expires_in":60"#).await, api().await, Hands::new());
    let core = client(&api.url(), token(flow(&endpoint).clock(hands.clock())));
    call::<Bearer>(&core).await.unwrap();
    hands.move_on(60);
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

/// On one thread all of them wait before the answer comes.
#[tokio::test]
async fn a_token_that_ends_at_once_serves_all_who_waited_for_it() {
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
        assert_eq!(endpoint.requests().len(), 2, "{more}: nobody who comes later has it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_takes_the_token_from_nobody() {
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
async fn a_failure_is_told_to_all_and_the_server_left_alone_for_a_while() {
    let (endpoint, api, hands) = (Server::start(answer("500 Oh", "", "x")).await, api().await, Hands::new());
    let core = client(&api.url(), token(flow(&endpoint).clock(hands.clock())));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let core = core.clone();
        calls.spawn(async move { call::<Bearer>(&core).await.map(drop) });
    }
    for result in calls.join_all().await {
        assert!(result.unwrap_err().to_string().contains("no credential could be had for `token`"));
    }
    assert_eq!((endpoint.requests().len(), api.connections()), (1, 0));
    hands.move_on(4);
    call::<Bearer>(&core).await.unwrap_err();
    assert_eq!(endpoint.requests().len(), 1);
    hands.move_on(2);
    call::<Bearer>(&core).await.unwrap_err();
    assert_eq!(endpoint.requests().len(), 2);
}

#[tokio::test]
async fn a_token_that_the_api_refuses_is_changed_once() {
    let endpoint = tokens("").await;
    let refusing = Server::start(answer("401 Unauthorized", "", "")).await;
    let core = client(&refusing.url(), token(flow(&endpoint)));
    call::<Bearer>(&core).await.unwrap_err();
    assert_eq!((refusing.requests().len(), endpoint.requests().len()), (2, 2));

    // The first token was withdrawn, the second is good: the caller sees nothing of it.
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

    // A fixed token is what it is: no second call.
    let fixed = client(&refusing.url(), token(Token::from("fixed")));
    call::<Bearer>(&fixed).await.unwrap_err();
    assert_eq!(refusing.requests().len(), 3);
}

#[tokio::test]
async fn no_answer_but_a_right_one_gives_a_token() {
    let elsewhere = tokens("").await;
    let location = format!("Location: {}\r\n", elsewhere.url());
    let long = format!(r#"{{"access_token":"{}","token_type":"Bearer"}}"#, "a".repeat(70_000));
    let rows = [
        (answer("200 OK", "", "<html>s3cr3t</html>"), "is no JSON"),
        (answer("302 Found", &location, ""), "is no JSON"),
        (answer("307 Temporary Redirect", &location, "{}"), "is an error without a code"),
        (json(&long), "is longer than 64 KiB"),
        (json(r#"{"access_token":"s3cr3t","token_type":"mac"}"#), "is no bearer token"),
        (json(r#"{"access_token":"","token_type":"Bearer"}"#), "an empty token"),
        (json(r#"{"access_token":"s3cr3t"}"#), "is not what RFC 6749 describes"),
        (json(r#"{"access_token":7,"token_type":"Bearer"}"#), "is not what RFC 6749 describes"),
        (
            json(r#"{"access_token":"s3cr3t","token_type":"Bearer","expires_in":"soon"}"#),
            "no lifetime that is a number",
        ),
        (json(r#"{"access_token":"s3cr3t","token_type":"Bearer","scope":"read"}"#), "left out the scopes write"),
        (
            answer("400 Bad", "", r#"{"error":"invalid_client","error_description":"s3cr3t"}"#),
            "refused: invalid_client",
        ),
        (answer("400 Bad", "", r#"{"error":"s3cr3t"}"#), "is an error without a code"),
        (answer("200 OK", "", ""), "is no JSON"),
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
async fn a_secret_goes_to_https_or_to_this_machine() {
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
        assert!(why.contains("neither https nor http to this machine"), "{url}: {why}");
    }
    assert_eq!(api.connections(), 0);
}

/// The value of a parameter of a query.
fn parameter(url: &str, name: &str) -> String {
    let url = reqwest::Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_consent_is_traded_for_a_session_that_lasts() {
    let (endpoint, api) = (tokens(r#","refresh_token":"kept","expires_in":0"#).await, api().await);
    let flow =
        AuthorizationCode::new("https://id.example/auth?tenant=1", &endpoint.url(), "id", "http://127.0.0.1:1/back");
    let consent = flow.secret(SECRET).issuer("https://id.example").begin(&["read", "write"]).unwrap();
    let url = consent.url().to_owned();
    let expected = [
        ("tenant", "1"),
        ("response_type", "code"),
        ("client_id", "id"),
        ("redirect_uri", "http://127.0.0.1:1/back"),
        ("code_challenge_method", "S256"),
        ("scope", "read write"),
    ];
    for (name, value) in expected {
        assert_eq!(parameter(&url, name), value);
    }
    let state = parameter(&url, "state");
    assert!(state.len() >= 43 && parameter(&url, "code_challenge").len() == 43);
    let back = format!("http://127.0.0.1:1/back?code=c%26d&state={state}&iss=https%3A%2F%2Fid.example");
    let session = consent.finish(&back).await.unwrap();
    assert!(session.refresh_token().is_some());
    assert_eq!(session.scopes(), ["read", "write"]);
    let body = endpoint.body();
    assert!(
        body.starts_with("grant_type=authorization_code&code=c%26d&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fback&"),
        "{body}"
    );
    let verifier = body.split("code_verifier=").nth(1).unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), parameter(&url, "code_challenge"));

    // The first token is over at once: the session renews itself.
    call::<Bearer>(&client(&api.url(), token(session))).await.unwrap();
    assert_eq!(api.header("authorization"), ["Bearer token-2"]);
    assert!(endpoint.requests()[1].contains("grant_type=refresh_token&refresh_token=kept"));
}

#[tokio::test]
async fn tokens_are_renewed_where_the_document_says() {
    let (endpoint, renewing, api) =
        (tokens(r#","refresh_token":"kept","expires_in":0"#).await, tokens("").await, api().await);
    let flow = AuthorizationCode::new("https://id.example/auth", &endpoint.url(), "id", "http://127.0.0.1:1/back");
    let consent = flow.refresh_url(&renewing.url()).begin(&[]).unwrap();
    let back = format!("http://127.0.0.1:1/back?code=c&state={}", parameter(consent.url(), "state"));
    let session = consent.finish(&back).await.unwrap();
    call::<Bearer>(&client(&api.url(), token(session))).await.unwrap();
    assert_eq!((endpoint.requests().len(), renewing.requests().len()), (1, 1));
    assert_eq!(renewing.body(), "grant_type=refresh_token&refresh_token=kept&client_id=id");
}

#[tokio::test]
async fn a_redirect_that_is_not_of_this_consent_trades_nothing() {
    let endpoint = tokens("").await;
    let rows = [
        ("http://127.0.0.1:1/back?code=c&state=wrong", "the state"),
        ("http://127.0.0.1:1/back?code=c", "the state"),
        ("http://127.0.0.1:1/back?code=c&state=STATE&state=STATE", "twice"),
        ("http://127.0.0.1:1/back?code=c&code=d&state=STATE", "twice"),
        ("http://127.0.0.1:1/back?code=c&state=STATE&iss=https://evil.example", "another issuer"),
        ("http://127.0.0.1:1/back?state=STATE", "no code"),
        ("http://127.0.0.1:1/back?code=&state=STATE", "no code"),
        ("http://127.0.0.1:1/back?error=access_denied&state=STATE", "access_denied"),
        ("http://127.0.0.1:1/back?error=%1b[31m&state=STATE", "carries an error"),
        ("http://127.0.0.1:2/back?code=c&state=STATE", "another place"),
        ("https://127.0.0.1:1/back?code=c&state=STATE", "another place"),
        ("http://evil.example:1/back?code=c&state=STATE", "another place"),
        ("http://127.0.0.1:1/back/x?code=c&state=STATE", "another place"),
        ("back?code=c&state=STATE", "no URL"),
    ];
    let mut states = std::collections::BTreeSet::new();
    for (redirected, expected) in rows {
        let flow = AuthorizationCode::new("https://id.example/auth", &endpoint.url(), "id", "http://127.0.0.1:1/back");
        let consent = flow.issuer("https://id.example").begin(&[]).unwrap();
        let state = parameter(consent.url(), "state");
        let error = consent.finish(&redirected.replace("STATE", &state)).await.map(drop).unwrap_err();
        assert!(error.to_string().contains(expected), "{redirected}: {error}");
        assert!(states.insert(state), "a state came twice");
    }
    assert_eq!(endpoint.connections(), 0);
    let insecure = AuthorizationCode::new("http://id.example/auth", &endpoint.url(), "id", "http://127.0.0.1:1/back");
    assert_eq!(insecure.begin(&[]).map(drop).unwrap_err(), TokenError::Url);
}

#[tokio::test]
async fn the_metadata_of_a_provider_must_be_its_own() {
    let endpoint = tokens("").await;
    let address = endpoint.url();
    let rows = [
        (r#"{"issuer":"SELF","token_endpoint":"ENDPOINT"}"#, ""),
        (r#"{"issuer":"SELF/","token_endpoint":"ENDPOINT"}"#, "another issuer"),
        (r#"{"issuer":"https://evil.example","token_endpoint":"ENDPOINT"}"#, "another issuer"),
        (r#"{"token_endpoint":"ENDPOINT"}"#, "is not what"),
        (r#"{"issuer":"SELF"}"#, "names no token endpoint"),
        (r#"{"issuer":"SELF","token_endpoint":"http://id.example/token"}"#, "neither https"),
        (r#"{"issuer":"SELF","token_endpoint":"ENDPOINT","authorization_endpoint":"javascript:x"}"#, "neither https"),
        ("<html>", "no JSON"),
    ];
    for (text, expected) in rows {
        let own = Arc::new(Mutex::new(String::new()));
        let (filled, target) = (Arc::clone(&own), address.clone());
        let server = Server::start_with(move |_| {
            json(&text.replace("SELF", &filled.lock().unwrap()).replace("ENDPOINT", &target))
        })
        .await;
        *own.lock().unwrap() = server.url();
        let found = discover(&server.url()).await;
        assert_eq!(server.target(), "/.well-known/openid-configuration");
        match found {
            Ok(found) => {
                assert_eq!(expected, "", "{text}");
                let api = api().await;
                let flow = found.client_credentials("id", "secret");
                call::<Bearer>(&client(&api.url(), token(flow))).await.unwrap();
                assert!(found.authorization_code("id", "http://127.0.0.1/").is_err());
            }
            Err(error) => assert!(!expected.is_empty() && error.to_string().contains(expected), "{text}: {error}"),
        }
    }
    // The document names the metadata, whose issuer may close with a slash.
    let own = Arc::new(Mutex::new(String::new()));
    let filled = Arc::clone(&own);
    let server = Server::start_with(move |_| {
        json(&format!(r#"{{"issuer":"{}/","token_endpoint":"https://id.example/token"}}"#, filled.lock().unwrap()))
    })
    .await;
    *own.lock().unwrap() = server.url();
    assert!(discover(&format!("{}/.well-known/openid-configuration", server.url())).await.is_ok());
    assert_eq!(endpoint.requests().len(), 1);
    assert_eq!(discover("http://id.example").await.map(drop).unwrap_err(), TokenError::Url);
}

#[tokio::test]
async fn a_provider_that_names_itself_in_every_redirect_is_missed_where_it_does_not() {
    let endpoint = tokens("").await;
    for (supported, is_traded) in [("true", false), ("false", true)] {
        let own = Arc::new(Mutex::new(String::new()));
        let (filled, target) = (Arc::clone(&own), endpoint.url());
        let server = Server::start_with(move |_| {
            let issuer = filled.lock().unwrap().clone();
            json(&format!(
                r#"{{"issuer":"{issuer}","token_endpoint":"{target}","authorization_endpoint":"{issuer}/auth",
                    "authorization_response_iss_parameter_supported":{supported}}}"#
            ))
        })
        .await;
        *own.lock().unwrap() = server.url();
        let flow = discover(&server.url()).await.unwrap().authorization_code("id", "http://127.0.0.1:1/back").unwrap();
        let finish = async |issuer: &str| {
            let consent = flow.begin(&[]).unwrap();
            let state = parameter(consent.url(), "state");
            consent.finish(&format!("http://127.0.0.1:1/back?code=c&state={state}{issuer}")).await.map(drop)
        };
        assert_eq!(finish("").await.is_ok(), is_traded);
        assert!(finish(&format!("&iss={}", server.url())).await.is_ok());
        assert!(finish("&iss=https://evil.example").await.is_err());
    }
}
