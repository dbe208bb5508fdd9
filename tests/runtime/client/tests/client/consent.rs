//! Consents in a browser and provider metadata: requests, redirects, and the origin of responses.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use runtime_client::api::*;
use runtime_client::runtime::authorization_code::AuthorizationCode;
use runtime_client::runtime::discovery::discover;
use runtime_client::runtime::token_endpoint::TokenError;
use runtime_client::server::{Server, answer, json};
use sha2::{Digest, Sha256};

use super::oauth::{SECRET, api, token, tokens};

/// The value of a query parameter.
fn parameter(url: &str, name: &str) -> String {
    let url = reqwest::Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn consent_is_exchanged_for_a_session_that_refreshes_itself() {
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

    // The first token expires immediately, so the session refreshes it.
    call::<Bearer>(&client(&api.url(), token(session))).await.unwrap();
    assert_eq!(api.header("authorization"), ["Bearer token-2"]);
    assert!(endpoint.requests()[1].contains("grant_type=refresh_token&refresh_token=kept"));
}

#[test]
fn consent_url_has_the_added_parameters() {
    let flow =
        || AuthorizationCode::new("https://id.example/auth", "https://id.example/token", "id", "http://127.0.0.1:1/b");
    let added = flow().parameter("prompt", "login consent").parameter("resource", "https://api.example/?a=1&b");
    let consent = added.begin(&[]).unwrap();
    assert_eq!(parameter(consent.url(), "prompt"), "login consent");
    assert_eq!(parameter(consent.url(), "resource"), "https://api.example/?a=1&b");
    for own in
        ["state", "code_challenge", "code_challenge_method", "redirect_uri", "response_type", "client_id", "scope"]
    {
        assert!(matches!(flow().parameter(own, "x").begin(&[]), Err(TokenError::Redirect(_))), "{own}");
    }
}

#[tokio::test]
async fn tokens_are_refreshed_at_the_refresh_url() {
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
async fn redirect_of_a_different_consent_is_rejected() {
    let endpoint = tokens("").await;
    let rows = [
        ("http://127.0.0.1:1/back?code=c&state=wrong", "does not have the `state`"),
        ("http://127.0.0.1:1/back?code=c", "does not have the `state`"),
        ("http://127.0.0.1:1/back?code=c&state=STATE&state=STATE", "duplicate parameter"),
        ("http://127.0.0.1:1/back?code=c&code=d&state=STATE", "duplicate parameter"),
        ("http://127.0.0.1:1/back?code=c&state=STATE&iss=https://evil.example", "unexpected issuer"),
        ("http://127.0.0.1:1/back?state=STATE", "no `code`"),
        ("http://127.0.0.1:1/back?code=&state=STATE", "no `code`"),
        ("http://127.0.0.1:1/back?error=access_denied&state=STATE", "access_denied"),
        ("http://127.0.0.1:1/back?error=%1b[31m&state=STATE", "has an `error`"),
        ("http://127.0.0.1:2/back?code=c&state=STATE", "does not match the redirect URI"),
        ("https://127.0.0.1:1/back?code=c&state=STATE", "does not match the redirect URI"),
        ("http://evil.example:1/back?code=c&state=STATE", "does not match the redirect URI"),
        ("http://127.0.0.1:1/back/x?code=c&state=STATE", "does not match the redirect URI"),
        ("back?code=c&state=STATE", "not a valid URL"),
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
async fn provider_metadata_of_a_different_issuer_is_rejected() {
    let endpoint = tokens("").await;
    let address = endpoint.url();
    let rows = [
        (r#"{"issuer":"SELF","token_endpoint":"ENDPOINT"}"#, ""),
        (r#"{"issuer":"SELF/","token_endpoint":"ENDPOINT"}"#, "a different issuer"),
        (r#"{"issuer":"https://evil.example","token_endpoint":"ENDPOINT"}"#, "a different issuer"),
        (r#"{"token_endpoint":"ENDPOINT"}"#, "does not conform"),
        (r#"{"issuer":"SELF"}"#, "has no `token_endpoint`"),
        (r#"{"issuer":"SELF","token_endpoint":"http://id.example/token"}"#, "neither https"),
        (r#"{"issuer":"SELF","token_endpoint":"ENDPOINT","authorization_endpoint":"javascript:x"}"#, "neither https"),
        ("<html>", "not JSON"),
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
    // The document contains the URL of the metadata, whose issuer may end with a slash.
    let own = Arc::new(Mutex::new(String::new()));
    let filled = Arc::clone(&own);
    let server = Server::start_with(move |_| {
        json(&format!(r#"{{"issuer":"{}/","token_endpoint":"https://id.example/token"}}"#, filled.lock().unwrap()))
    })
    .await;
    *own.lock().unwrap() = server.url();
    assert!(discover(&format!("{}/.well-known/openid-configuration", server.url())).await.is_ok());
    assert_eq!(endpoint.requests().len(), 1);
    // An error response is ignored, whatever it contains.
    let filled = Arc::clone(&own);
    let failing = Server::start_with(move |_| {
        let text = format!(r#"{{"issuer":"{}","token_endpoint":"https://id.example/token"}}"#, filled.lock().unwrap());
        answer("404 Not Found", "Content-Type: application/json\r\n", &text)
    })
    .await;
    *own.lock().unwrap() = failing.url();
    let why = discover(&failing.url()).await.map(drop).unwrap_err();
    assert_eq!(why, TokenError::Response("is not the metadata of a provider"));
    assert_eq!(discover("http://id.example").await.map(drop).unwrap_err(), TokenError::Url);
}

#[tokio::test]
async fn missing_iss_parameter_is_rejected_when_the_issuer_promises_it() {
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
