//! Refresh tokens: the current one can be read and is used, whatever else a response has, and settings last for all renewals.

use std::sync::atomic::{AtomicUsize, Ordering};

use runtime_client::api::*;
use runtime_client::runtime::authorization_code::AuthorizationCode;
use runtime_client::runtime::error::Error;
use runtime_client::runtime::oauth::RefreshToken;
use runtime_client::runtime::session::Session;
use runtime_client::runtime::token_endpoint::TokenError;
use runtime_client::server::{Server, answer, json};
use secrecy::{ExposeSecret, SecretString};

use super::oauth::{Hands, api, token, tokens};

/// A token endpoint that replaces the refresh token each time; `more` is added to each response.
async fn rotating(more: &'static str) -> Server {
    let count = AtomicUsize::new(0);
    Server::start_with(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        let tokens = format!(r#""access_token":"token-{number}","refresh_token":"refresh-{number}""#);
        json(&format!(r#"{{"token_type":"Bearer",{tokens}{more}}}"#))
    })
    .await
}

fn first(endpoint: &Server) -> RefreshToken {
    RefreshToken::new(&endpoint.url(), "id", None, "first")
}

fn text(token: Option<SecretString>) -> Option<String> {
    token.map(|token| token.expose_secret().to_owned())
}

/// The refresh tokens of all requests.
fn used(endpoint: &Server) -> Vec<String> {
    let used = |request: String| request.split("&refresh_token=").nth(1)?.split('&').next().map(str::to_owned);
    endpoint.requests().into_iter().filter_map(used).collect()
}

/// The session of a user who consented in the browser.
async fn consented(endpoint: &Server) -> Session {
    let flow = AuthorizationCode::new("https://id.example/auth", &endpoint.url(), "id", "http://127.0.0.1:1/back");
    let consent = flow.begin(&[]).unwrap();
    let url = reqwest::Url::parse(consent.url()).unwrap();
    let (_, state) = url.query_pairs().find(|(name, _)| name == "state").unwrap();
    consent.finish(&format!("http://127.0.0.1:1/back?code=c&state={state}")).await.unwrap()
}

#[tokio::test]
async fn current_refresh_token_is_that_of_the_last_renewal() {
    let (endpoint, api, hands) = (rotating(r#","expires_in":20"#).await, api().await, Hands::new());
    let refresh = first(&endpoint).clock(hands.clock());
    let core = client(&api.url(), token(refresh.clone()));
    assert_eq!(text(refresh.refresh_token()).as_deref(), Some("first"));
    for expected in ["refresh-1", "refresh-2"] {
        call::<Bearer>(&core).await.unwrap();
        assert_eq!(text(refresh.refresh_token()).as_deref(), Some(expected));
        hands.advance(11);
    }

    let (endpoint, hands) = (rotating(r#","expires_in":20"#).await, Hands::new());
    let session = first(&endpoint).clock(hands.clock()).session().await.unwrap();
    let core = client(&api.url(), token(session.clone()));
    for expected in ["refresh-1", "refresh-2"] {
        call::<Bearer>(&core).await.unwrap();
        assert_eq!(text(session.refresh_token()).as_deref(), Some(expected));
        hands.advance(11);
    }

    // Each token expires immediately, so each call renews it.
    let endpoint = rotating(r#","expires_in":0"#).await;
    let session = consented(&endpoint).await;
    let core = client(&api.url(), token(session.clone()));
    for expected in ["refresh-1", "refresh-2", "refresh-3"] {
        assert_eq!(text(session.refresh_token()).as_deref(), Some(expected));
        call::<Bearer>(&core).await.unwrap();
    }
    assert_eq!(used(&endpoint), ["refresh-1", "refresh-2", "refresh-3"]);
}

#[tokio::test]
async fn session_is_renewed_with_the_settings_of_its_flow() {
    let (endpoint, api, hands) = (rotating(r#","expires_in":20"#).await, api().await, Hands::new());
    let refresh = first(&endpoint).scopes(&["write", "read"]).parameter("resource", "urn:x").clock(hands.clock());
    let session = refresh.session().await.unwrap();
    assert_eq!(session.scopes(), ["read", "write"]);
    let core = client(&api.url(), token(session));
    call::<Bearer>(&core).await.unwrap();
    assert_eq!(endpoint.requests().len(), 1, "the token of the session is used");
    hands.advance(11);
    call::<Bearer>(&core).await.unwrap();
    let requests = endpoint.requests();
    assert_eq!(requests.len(), 2);
    let settings = "&scope=read%20write&resource=urn%3Ax&client_id=id";
    assert!(requests.iter().all(|request| request.ends_with(settings)), "{requests:?}");
}

#[tokio::test]
async fn session_without_refresh_token_keeps_its_token_after_a_rejection() {
    for more in ["", r#","refresh_token":"""#] {
        let endpoint = tokens(more).await;
        let is_refused = AtomicUsize::new(0);
        let api = Server::start_with(move |_| match is_refused.fetch_add(1, Ordering::SeqCst) {
            0 => answer("401 Unauthorized", "", ""),
            _ => json("\"yes\""),
        })
        .await;
        let session = consented(&endpoint).await;
        assert!(session.refresh_token().is_none());
        let core = client(&api.url(), token(session));
        let refused = call::<Bearer>(&core).await.unwrap_err();
        assert_eq!(refused.status().map(|status| status.as_u16()), Some(401), "{refused:?}");
        call::<Bearer>(&core).await.unwrap();
        assert!(api.requests().iter().all(|request| request.contains("authorization: Bearer token-1\r\n")));
        assert_eq!((api.requests().len(), endpoint.requests().len()), (2, 1));
    }
}

#[tokio::test]
async fn refresh_token_of_a_successful_response_is_kept_whatever_else_it_has() {
    // The status and the members of the response, and the refresh token of the next request.
    let rows = [
        ("200 OK", r#""token_type":"mac","refresh_token":"second""#, "second"),
        ("200 OK", r#""refresh_token":"second""#, "second"),
        ("200 OK", r#""token_type":"Bearer","scope":"write","refresh_token":"second""#, "second"),
        ("200 OK", r#""token_type":"Bearer","scope":7,"refresh_token":"second""#, "second"),
        ("200 OK", r#""token_type":"Bearer","expires_in":"soon","refresh_token":"second""#, "second"),
        ("200 OK", r#""token_type":"Bearer","expires_in":0,"refresh_token":"second""#, "second"),
        ("200 OK", r#""token_type":"Bearer","expires_in":0,"refresh_token":"""#, "first"),
        ("200 OK", r#""token_type":"Bearer","expires_in":0,"refresh_token":null"#, "first"),
        ("200 OK", r#""token_type":"Bearer","expires_in":0,"refresh_token":7"#, "first"),
        ("200 OK", r#""token_type":"Bearer","expires_in":0"#, "first"),
        ("400 Bad Request", r#""error":"invalid_scope","refresh_token":"second""#, "first"),
        ("302 Found", r#""token_type":"Bearer","refresh_token":"second""#, "first"),
    ];
    let api = api().await;
    for (status, members, expected) in rows {
        let body = format!(r#"{{"access_token":"s3cr3t",{members}}}"#);
        let (endpoint, hands) = (Server::start(answer(status, "", &body)).await, Hands::new());
        let refresh = first(&endpoint).scopes(&["read"]).clock(hands.clock());
        let core = client(&api.url(), token(refresh.clone()));
        // Most of the responses are errors.
        let _ = call::<Bearer>(&core).await;
        assert_eq!(text(refresh.refresh_token()).as_deref(), Some(expected), "{members}");
        hands.advance(6);
        let _ = call::<Bearer>(&core).await;
        assert_eq!(used(&endpoint), ["first", expected], "{members}");
    }
}

#[tokio::test]
async fn clone_has_the_new_refresh_token_if_there_is_no_session() {
    let endpoint = Server::start(json(r#"{"access_token":"t","token_type":"mac","refresh_token":"second"}"#)).await;
    let refresh = first(&endpoint);
    let error = refresh.clone().session().await.unwrap_err();
    assert!(matches!(error, TokenError::Response(_)), "{error:?}");
    assert_eq!(text(refresh.refresh_token()).as_deref(), Some("second"));
}

#[tokio::test]
async fn refresh_token_is_used_once_by_flows_that_share_it() {
    let (endpoint, api) = (rotating("").await, api().await);
    let refresh = first(&endpoint);
    let mut calls = tokio::task::JoinSet::new();
    for scope in ["a", "b", "c", "d"] {
        let core = client(&api.url(), token(refresh.clone().scopes(&[scope])));
        calls.spawn(async move { call::<Bearer>(&core).await.map(drop) });
    }
    for outcome in calls.join_all().await {
        outcome.unwrap();
    }
    assert_eq!(used(&endpoint), ["first", "refresh-1", "refresh-2", "refresh-3"]);
}

/// RFC 8707, section 2: the token for one API must not be sent to another one.
#[tokio::test]
async fn clones_with_other_settings_have_other_access_tokens() {
    let (endpoint, one, other) = (rotating("").await, api().await, api().await);
    let refresh = first(&endpoint);
    for (api, resource) in [(&one, "https://one.example"), (&other, "https://other.example")] {
        let core = client(&api.url(), token(refresh.clone().parameter("resource", resource)));
        call::<Bearer>(&core).await.unwrap();
        call::<Bearer>(&core).await.unwrap();
    }
    for (api, sent) in [(&one, "token-1"), (&other, "token-2")] {
        let requests = api.requests();
        assert_eq!(requests.len(), 2);
        let credential = format!("authorization: bearer {sent}\r\n");
        assert!(requests.iter().all(|request| request.to_lowercase().contains(&credential)), "{requests:?}");
    }
    assert_eq!(used(&endpoint), ["first", "refresh-1"]);
}

#[tokio::test]
async fn empty_refresh_token_is_not_sent() {
    let (endpoint, api) = (rotating("").await, api().await);
    let refresh = RefreshToken::new(&endpoint.url(), "id", None, "");
    assert!(refresh.refresh_token().is_none());
    assert!(matches!(call::<Bearer>(&client(&api.url(), token(refresh))).await, Err(Error::Auth(_))));
    assert_eq!((endpoint.connections(), api.connections()), (0, 0));
}
