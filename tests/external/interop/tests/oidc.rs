//! A certified OpenID provider: the generated client gets its tokens from it, and the generated server uses its keys.

mod provider;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use auth_matrix::app::App;
use auth_matrix::client::Client;
use auth_matrix::client::Error;
use auth_matrix::client::auth::AuthorizationCode;
use auth_matrix::client::auth::ClientCredentials;
use auth_matrix::client::auth::Token;
use auth_matrix::client::auth::discover;
use auth_matrix::server;
use auth_matrix::server::Reject;
use auth_matrix::server::auth::Bearer;
use auth_matrix::server::auth::Introspection;
use auth_matrix::server::auth::{JwtPolicy, JwtVerifier};
use auth_matrix::server::auth::{RemoteKeys, Timing};
use jsonwebtoken::Algorithm;
use provider::{Provider, SECRET, browse};
use secrecy::ExposeSecret;

/// The matrix server with this provider as issuer of the scheme `oauth`.
struct Api {
    base: String,
    keys: RemoteKeys,
    served: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Api {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Api {
    async fn start(issuer: &str) -> Self {
        let timing = Timing { interval: Duration::ZERO, ..Timing::default() };
        let keys = RemoteKeys::discovery(issuer).unwrap().timing(timing, Arc::new(Instant::now));
        let verifier =
            JwtVerifier::new(keys.clone(), JwtPolicy::new(issuer, "matrix", &[Algorithm::ES256]).access_tokens());
        let served = Arc::new(AtomicUsize::new(0));
        let router = server::router(App::new(Arc::clone(&served)).with_oauth(verifier));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, keys, served, task }
    }

    fn client(&self, token: impl Into<Token>) -> Client {
        Client::builder().base_url(&self.base).oauth(token).build().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn client_credentials_of_a_real_provider_are_verified() {
    let provider = Provider::start("0", &["first"]).await;
    let api = Api::start(&provider.issuer).await;
    let token_url = provider.url("/token");
    let client = api.client(ClientCredentials::new(&token_url, "backend", SECRET));
    for _ in 0..3 {
        assert_eq!(client.with_oauth().await.unwrap().principal, "oauth:backend");
    }
    assert_eq!(api.served.load(Ordering::SeqCst), 3);
    // If the token does not have the required scope, the server responds with 403.
    let short = api.client(ClientCredentials::new(&token_url, "backend", SECRET).scopes(&["write"]));
    assert!(matches!(short.with_oauth().await, Err(Error::Unexpected(answer)) if answer.status == 403));
    for (id, secret) in [("backend", "wrong"), ("nobody", SECRET), ("backend", "s3cr")] {
        let wrong = api.client(ClientCredentials::new(&token_url, id, secret));
        assert!(matches!(wrong.with_oauth().await, Err(Error::Auth(_))), "{id}");
    }
    let unknown = api.client(ClientCredentials::new(&token_url, "backend", SECRET).scopes(&["admin"]));
    assert!(unknown.with_oauth().await.is_err());
    assert_eq!(api.served.load(Ordering::SeqCst), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn authorization_code_session_stays_authenticated() {
    let provider = Provider::start("0", &["first"]).await;
    let api = Api::start(&provider.issuer).await;
    let redirect_uri = "http://127.0.0.1:7000/back";
    let discovered = discover(&provider.issuer).await.unwrap();
    let flow = || AuthorizationCode::new(&provider.url("/auth"), &provider.url("/token"), "app", redirect_uri);
    let scopes = ["openid", "read"];

    let consent = discovered.authorization_code("app", redirect_uri).unwrap().begin(&scopes).unwrap();
    let back = browse(consent.url(), redirect_uri).await;
    let session = consent.finish(&back).await.unwrap();
    assert_eq!(session.scopes(), ["read"], "what the token says, not what was asked for");
    let kept = session.refresh_token().expect("the provider gives refresh tokens");
    assert_eq!(api.client(session).with_oauth().await.unwrap().principal, "oauth:ann");

    // At its next start the program has only the refresh token.
    let later = api.client(discovered.refresh_token("app", None, kept));
    assert_eq!(later.with_oauth().await.unwrap().principal, "oauth:ann");

    // The code of one consent is not valid for another one, and only once.
    let (one, other) = (flow().begin(&scopes).unwrap(), flow().begin(&scopes).unwrap());
    let back = browse(one.url(), redirect_uri).await;
    assert!(other.finish(&back).await.is_err());
    let mixed = flow().issuer("https://other.example").begin(&scopes).unwrap();
    let back = browse(mixed.url(), redirect_uri).await;
    assert!(mixed.finish(&back).await.is_err());
    assert_eq!(api.served.load(Ordering::SeqCst), 2);
}

/// Fetches a token with these additional parameters of the request. It is text, so the client does not renew it.
async fn fixed_token(token_url: &str, parameters: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(token_url).basic_auth("backend", Some("s3cr%3Aet%25%2B%20%2F%26"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let body = format!("grant_type=client_credentials&scope=read{parameters}");
    let answer = request.body(body).send().await.unwrap().text().await.unwrap();
    let rest = answer.split(r#""access_token":""#).nth(1).unwrap_or_else(|| panic!("{answer}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The provider reports refresh tokens as active, with their subject and scopes, and without `token_type`.
#[tokio::test(flavor = "multi_thread")]
async fn refresh_token_of_a_real_provider_is_rejected() {
    let provider = Provider::start("0", &["first"]).await;
    let discovered = discover(&provider.issuer).await.unwrap();
    let redirect_uri = "http://127.0.0.1:7000/back";
    let consent = discovered.authorization_code("app", redirect_uri).unwrap().begin(&["openid", "read"]).unwrap();
    let back = browse(consent.url(), redirect_uri).await;
    let session = consent.finish(&back).await.unwrap();
    let refresh = session.refresh_token().expect("the provider gives refresh tokens").expose_secret().to_owned();
    let access = fixed_token(&provider.url("/token"), "&resource=urn:opaque").await;

    let url = provider.url("/token/introspection");
    let for_audience = |audience: &str| Introspection::new(&url, "api", SECRET, audience).unwrap();
    let for_any = || Introspection::without_audience_check(&url, "api", SECRET).unwrap();
    let rows = [
        ("the audience", for_audience("opaque"), Ok("backend"), Err("not an access token")),
        ("another audience", for_audience("matrix"), Err("audience"), Err("not an access token")),
        ("any audience", for_any(), Ok("backend"), Err("not an access token")),
        ("any type", for_audience("opaque").tokens_without_type(), Ok("backend"), Err("audience")),
        // Without both checks the token is accepted, which is why there are two.
        ("any audience and type", for_any().tokens_without_type(), Ok("backend"), Ok("ann")),
    ];
    for (name, introspection, of_access, of_refresh) in rows {
        for (token, expected) in [(&access, of_access), (&refresh, of_refresh)] {
            let verdict = introspection.verify(Bearer { token }).await.map(|granted| granted.principal.subject);
            assert_eq!(verdict, expected.map(str::to_owned).map_err(Reject::Invalid), "{name}");
        }
    }
    let unknown = for_audience("opaque").verify(Bearer { token: "unknown" }).await.map(drop);
    assert_eq!(unknown, Err(Reject::Invalid("not active")));
}

#[tokio::test(flavor = "multi_thread")]
async fn key_rotation_of_a_real_provider_is_followed() {
    let provider = Provider::start("0", &["first"]).await;
    let issuer = provider.issuer.clone();
    let api = Api::start(&issuer).await;
    let token_url = format!("{issuer}/token");
    let flow = || ClientCredentials::new(&token_url, "backend", SECRET);
    let first = fixed_token(&token_url, "").await;
    let old = api.client(Token::from(first.as_str()));
    old.with_oauth().await.unwrap();

    // While the provider is down, and when it returns with an additional new key, the old token is accepted.
    let running = {
        let old = old.clone();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let (mut calls, mut stopped) = (0, stopped);
            while stopped.try_recv().is_err() && calls < 100_000 {
                old.with_oauth().await.expect("no right call fails while keys change");
                calls += 1;
            }
            calls
        });
        (stop, task)
    };
    let port = provider.end().await;
    let provider = Provider::start(&port, &["second", "first"]).await;
    let new = api.client(flow());
    new.with_oauth().await.unwrap();
    running.0.send(()).unwrap();
    assert!(running.1.await.unwrap() > 0);

    // The provider withdraws the first key: its token is rejected after the next fetch, the second one is still
    // accepted.
    let port = provider.end().await;
    let _provider = Provider::start(&port, &["second"]).await;
    api.keys.require().await.unwrap();
    let refused = api.client(Token::from(first.as_str())).with_oauth().await;
    assert!(matches!(refused, Err(Error::Unexpected(answer)) if answer.status == 401), "a withdrawn key lets in");
    new.with_oauth().await.unwrap();
}
