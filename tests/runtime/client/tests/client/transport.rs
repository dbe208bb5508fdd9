//! The targets of calls: no redirects, plain http only to loopback, no proxy for loopback, no other origin.

use std::sync::{Arc, Mutex};

use reqwest::redirect::Policy;
use runtime_client::api::*;
use runtime_client::runtime::auth_error::AuthReason;
use runtime_client::runtime::authorization_code::AuthorizationCode;
use runtime_client::runtime::call::Endpoint;
use runtime_client::runtime::core::{Core, CoreBuilder};
use runtime_client::runtime::discovery::Discovered;
use runtime_client::runtime::error::{BuildError, Error};
use runtime_client::runtime::oauth::ClientCredentials;
use runtime_client::server::{Server, answer, json};

use super::oauth;

const YES: &str = "\"yes\"";

/// Calls the operation and returns the status of the redirect, which was not followed.
async fn redirected<E: Endpoint<Output = String, Error = String> + 'static>(core: &Core) -> u16 {
    match call::<E>(core).json(&"canary-body".to_owned()).await {
        Err(Error::Unexpected(unexpected)) => unexpected.status.as_u16(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let other = Server::start(json(YES)).await;
    let authority = other.address();
    let places = [
        format!("http://{authority}/"),
        format!("//{authority}/"),
        format!("http://user:word@{authority}/"),
        "/open".to_owned(),
    ];
    for status in [301, 302, 303, 307, 308] {
        for place in &places {
            let server = Server::start(answer(&format!("{status} Moved"), &format!("Location: {place}\r\n"), "")).await;
            let eager = |builder: reqwest::ClientBuilder| builder.redirect(Policy::limited(10)).referer(true);
            let mut tuned = builder(&server.url(), all_credentials());
            // `configure` cannot enable redirects either.
            tuned.configure(eager);
            for core in [client(&server.url(), all_credentials()), tuned.build().unwrap()] {
                assert_eq!(redirected::<HeaderKey>(&core).await, status);
                assert_eq!(redirected::<QueryKey>(&core).await, status);
                assert_eq!(redirected::<CookieKey>(&core).await, status);
                assert_eq!(redirected::<Basic>(&core).await, status);
                assert_eq!(redirected::<Bearer>(&core).await, status);
                assert_eq!(redirected::<Hawk>(&core).await, status);
            }
            assert_eq!(server.requests().len(), 12, "a redirect to itself was followed");
        }
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn existing_http_client_keeps_its_redirect_policy() {
    let other = Server::start(json(YES)).await;
    let server = Server::start(answer("307 Moved", &format!("Location: {}/\r\n", other.url()), "")).await;
    let mut builder = builder(&server.url(), all_credentials());
    builder.dangerous_http_client(reqwest::Client::new());
    call::<HeaderKey>(&builder.build().unwrap()).await.unwrap();
    // The behavior that the restrictions prevent.
    assert_eq!(other.header("x-api-key"), ["canary-header"]);
}

/// Resolves the host to the server, so that a connection would be noticed.
fn resolving(mut builder: CoreBuilder, host: &str, server: &Server) -> CoreBuilder {
    let (host, address) = (host.to_owned(), server.address());
    builder.configure(move |client| client.resolve(&host, address));
    builder
}

fn base(host: &str, server: &Server) -> String {
    format!("http://{host}:{}", server.address().port())
}

#[tokio::test]
async fn credentials_are_not_sent_over_plain_http_except_to_loopback() {
    for host in ["example.test", "localhost.evil.test", "127.0.0.1.evil.test", "localhost.", "evil-localhost"] {
        let server = Server::start(json(YES)).await;
        let core = resolving(builder(&base(host, &server), all_credentials()), host, &server).build().unwrap();
        let error = call::<Bearer>(&core).await.unwrap_err();
        assert!(
            matches!(&error, Error::Auth(error) if matches!(error.reason, AuthReason::InsecureTransport)),
            "{error}"
        );
        assert_eq!(server.connections(), 0, "{host}");
        // A public operation sends no credentials.
        call::<Open>(&core).await.unwrap();
        assert_no_canary(&server.request(), "the open call");
    }
    for address in ["10.0.0.1", "128.0.0.1", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "[fe80::1]"] {
        let core = client(&format!("http://{address}"), all_credentials());
        let error = call::<Basic>(&core).await.unwrap_err();
        assert!(
            matches!(&error, Error::Auth(error) if matches!(error.reason, AuthReason::InsecureTransport)),
            "{address}"
        );
    }
}

#[tokio::test]
async fn loopback_may_be_called_over_plain_http() {
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "127.1"] {
        let server = Server::start(json(YES)).await;
        let core = resolving(builder(&base(host, &server), all_credentials()), "localhost", &server).build().unwrap();
        call::<Bearer>(&core).await.unwrap();
        assert_eq!(server.header("authorization"), ["Bearer canary-token"]);
    }
    for host in ["127.200.0.1", "[::1]"] {
        // No server is needed: the rule is checked before a connection is opened.
        let error = call::<Bearer>(&client(&format!("http://{host}:9"), all_credentials())).await.unwrap_err();
        assert!(!matches!(error, Error::Auth(_)), "{host}: {error}");
    }
}

#[tokio::test]
async fn plain_http_requires_allow_insecure_http() {
    let server = Server::start(json(YES)).await;
    let mut builder = builder(&base("example.test", &server), all_credentials());
    builder.allow_insecure_http();
    call::<Bearer>(&resolving(builder, "example.test", &server).build().unwrap()).await.unwrap();
    assert_eq!(server.header("authorization"), ["Bearer canary-token"]);
}

#[test]
fn base_url_with_user_query_or_fragment_is_rejected() {
    for base in [
        "",
        "example.test",
        "/v1",
        "ftp://example.test",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "https://user@example.test",
        "https://user:word@example.test",
        "https://example.test?key=1",
        "https://example.test#a",
    ] {
        let error = builder(base, []).build().map(|_| ()).unwrap_err();
        assert!(matches!(error, BuildError::BaseUrl(_)), "{base}");
        assert!(!error.to_string().contains("word"), "{error}");
    }
}

#[tokio::test]
async fn base_path_is_prepended_to_every_path() {
    for base in ["/v1", "/v1/"] {
        let server = Server::start(json(YES)).await;
        call::<Open>(&client(&format!("{}{base}", server.url()), [])).await.unwrap();
        assert_eq!(server.target(), "/v1/open");
    }
}

#[tokio::test]
async fn no_referer_is_sent() {
    let server = Server::start(json(YES)).await;
    call::<QueryKey>(&client(&server.url(), all_credentials())).await.unwrap();
    assert_eq!(server.header("referer"), [""; 0]);
}

#[tokio::test]
async fn loopback_calls_bypass_configured_proxies() {
    let (server, proxy) = (Server::start(json(YES)).await, Server::start(json(YES)).await);
    let url = proxy.url();
    let through = move |client: reqwest::ClientBuilder| client.proxy(reqwest::Proxy::all(&url).unwrap());

    let mut plain = builder(&server.url(), all_credentials());
    plain.configure(through.clone());
    call::<Bearer>(&plain.build().unwrap()).await.unwrap();
    assert_eq!((server.connections(), proxy.connections()), (1, 0));

    // `allow_insecure_http` also allows a proxy.
    let mut insecure = builder(&server.url(), all_credentials());
    insecure.configure(through);
    insecure.allow_insecure_http();
    call::<Bearer>(&insecure.build().unwrap()).await.unwrap();
    assert_eq!((server.connections(), proxy.connections()), (1, 1));
}

#[tokio::test]
async fn loopback_calls_bypass_proxies_from_the_environment() {
    for (is_insecure, expected) in [("no", (1, 0)), ("yes", (0, 1))] {
        let (server, proxy) = (Server::start(json(YES)).await, Server::start(json(YES)).await);
        let tokens = oauth::tokens("").await;
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "transport::child_that_calls", "--ignored"]).env("IS_INSECURE", is_insecure);
        child.env("BASE", server.url()).env("TOKENS", tokens.url()).env_remove("NO_PROXY").env_remove("no_proxy");
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            child.env(name, proxy.url());
        }
        let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!((server.connections(), proxy.connections()), expected, "insecure: {is_insecure}");
        assert_eq!(tokens.connections(), 1, "secrets go to this machine by no proxy, whatever calls may");
    }
}

#[tokio::test]
#[ignore = "run by `loopback_calls_bypass_proxies_from_the_environment`, which sets its environment"]
async fn child_that_calls() {
    let flow = ClientCredentials::new(&std::env::var("TOKENS").unwrap(), "id", "secret");
    let mut builder = builder(&std::env::var("BASE").unwrap(), oauth::token(flow));
    if std::env::var("IS_INSECURE").unwrap() == "yes" {
        builder.allow_insecure_http();
    }
    call::<Bearer>(&builder.build().unwrap()).await.unwrap();
}

/// RFC 9110, section 10.1.5.
#[tokio::test]
async fn every_request_has_a_user_agent() {
    async fn agent(set: impl Fn(&mut CoreBuilder)) -> Vec<String> {
        let server = Server::start(json(YES)).await;
        let mut builder = builder(&server.url(), []);
        set(&mut builder);
        call::<Open>(&builder.build().unwrap()).await.unwrap();
        server.header("user-agent")
    }
    assert_eq!(agent(|_| {}).await, ["petshop-client/1.2.3"]);
    assert_eq!(agent(|builder| builder.user_agent("mine/1 (x)")).await, ["mine/1 (x)"]);
    // `configure` is applied last.
    let set = |builder: &mut CoreBuilder| {
        builder.user_agent("mine/1");
        builder.configure(|client| client.user_agent("tuned/1"));
    };
    assert_eq!(agent(set).await, ["tuned/1"]);

    let server = Server::start(json(YES)).await;
    call::<Open>(&client(&server.url(), [])).header("User-Agent", "call/1").await.unwrap();
    assert_eq!(server.header("user-agent"), ["call/1"]);

    let mut invalid = builder(&server.url(), []);
    invalid.user_agent("mine\r\nX: y");
    assert!(matches!(invalid.build(), Err(BuildError::UserAgent(_))));
}

fn tuned(client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    let header = |value| reqwest::header::HeaderMap::from_iter([("x-tuned".parse().unwrap(), value)]);
    let client = client.default_headers(header(reqwest::header::HeaderValue::from_static("client")));
    client.redirect(Policy::limited(10)).referer(true)
}

#[tokio::test]
async fn token_requests_use_the_settings_of_the_client() {
    let (tokens, server) = (oauth::tokens("").await, Server::start(json(YES)).await);
    let flow = || ClientCredentials::new(&tokens.url(), "id", "secret");
    let mut first = builder(&server.url(), oauth::token(flow()));
    first.configure(tuned);
    first.user_agent("mine/1");
    call::<Bearer>(&first.build().unwrap()).await.unwrap();
    // A credential of a single call.
    let mut second = builder(&server.url(), []);
    second.configure(tuned);
    let credential = oauth::token(flow()).into_iter().next().unwrap().1;
    call::<Bearer>(&second.build().unwrap()).credential(TOKEN, credential).await.unwrap();
    // A flow with its own settings.
    let mut third = builder(&server.url(), oauth::token(flow().configure(|client| client.user_agent("flow/1"))));
    third.configure(tuned);
    call::<Bearer>(&third.build().unwrap()).await.unwrap();
    // Without `configure`.
    call::<Bearer>(&client(&server.url(), oauth::token(flow()))).await.unwrap();

    let of = |request: &String| {
        let header = |name: &str| request.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("-").to_owned();
        (header("user-agent: "), header("x-tuned: "))
    };
    let seen: Vec<(String, String)> = tokens.requests().iter().map(of).collect();
    let expected =
        [("mine/1", "client"), ("petshop-client/1.2.3", "client"), ("flow/1", "-"), ("petshop-client/1.2.3", "-")];
    assert_eq!(seen, expected.map(|(agent, header)| (agent.to_owned(), header.to_owned())));
}

#[tokio::test]
async fn consents_and_metadata_can_use_settings_of_their_own() {
    let endpoint = oauth::tokens(r#","refresh_token":"kept","expires_in":0"#).await;
    let url = endpoint.url();
    let issuer = Arc::new(Mutex::new(String::new()));
    let named = Arc::clone(&issuer);
    let provider = Server::start_with(move |_| {
        let issuer = named.lock().unwrap();
        json(&format!(
            r#"{{"issuer":"{issuer}","token_endpoint":"{url}","authorization_endpoint":"https://id.example/auth"}}"#
        ))
    })
    .await;
    issuer.lock().unwrap().clone_from(&provider.url());
    let found = Discovered::fetch_with(&provider.url(), tuned).await.unwrap();
    assert_eq!(provider.header("x-tuned"), ["client"]);
    let consent = found.authorization_code("id", "http://127.0.0.1:1/back").unwrap().begin(&[]).unwrap();
    let state = consent.url().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let session = consent.finish(&format!("http://127.0.0.1:1/back?code=c&state={state}")).await.unwrap();
    let api = Server::start(json(YES)).await;
    call::<Bearer>(&client(&api.url(), oauth::token(session))).await.unwrap();
    // The first token expires immediately, so there is a second request.
    assert_eq!(endpoint.requests().len(), 2);
    assert!(endpoint.requests().iter().all(|request| request.contains("x-tuned: client\r\n")));
    let flow = AuthorizationCode::new("https://id.example/auth", &endpoint.url(), "id", "http://127.0.0.1:1/back");
    let consent = flow.configure(|client| client.user_agent("flow/1")).begin(&[]).unwrap();
    let state = consent.url().split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    consent.finish(&format!("http://127.0.0.1:1/back?code=c&state={state}")).await.unwrap();
    assert!(endpoint.requests()[2].contains("user-agent: flow/1\r\n"));
}

#[tokio::test]
async fn configured_redirects_are_not_followed_by_token_requests() {
    let other = Server::start(json(YES)).await;
    let moved = Server::start(answer("307 Moved", &format!("Location: {}/\r\n", other.url()), "")).await;
    let mut builder = builder(&other.url(), oauth::token(ClientCredentials::new(&moved.url(), "id", "secret")));
    builder.configure(tuned);
    assert!(matches!(call::<Bearer>(&builder.build().unwrap()).await, Err(Error::Auth(_))));
    assert_eq!((moved.connections(), other.connections()), (1, 0));
}

#[tokio::test]
async fn settings_that_an_existing_http_client_cannot_have_are_rejected() {
    let mut builder = builder("https://example.test", []);
    builder.configure(|client| client.user_agent("mine"));
    builder.dangerous_http_client(reqwest::Client::new());
    let error = builder.build().map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "an existing HTTP client cannot be used with settings made by `configure`");
    let mut builder = self::builder("https://example.test", []);
    builder.user_agent("mine");
    builder.dangerous_http_client(reqwest::Client::new());
    let error = builder.build().map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "an existing HTTP client cannot be used with a user agent");
}
