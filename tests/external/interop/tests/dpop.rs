//! Tokens that are bound to a key (DPoP, RFC 9449): proofs of jose against the generated server, and the generated client and
//! server with a certified OpenID provider.

mod provider;

use std::process::Command;

use dpop::app::{App, ISSUER, SECRET as TOKEN_SECRET};
use dpop::client::auth::{AuthorizationCode, ClientCredentials, DpopKey, Token};
use dpop::client::{Client, Error};
use dpop::server::auth::{DpopPolicy, DpopVerifier, Introspection, JwtPolicy, JwtVerifier, RemoteKeys};
use dpop::server::router;
use interop::script;
use jsonwebtoken::Algorithm;
use provider::{Provider, SECRET, package};
use tokio::net::TcpListener;

/// The server with this verifier of the scheme `oauth`.
struct Api {
    url: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Api {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Api {
    async fn start(with_verifier: impl FnOnce(App, DpopPolicy) -> App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let policy = || DpopPolicy::new(&url).unwrap();
        let router = router(with_verifier(App::new(policy), policy()));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, task }
    }

    fn client(&self, token: impl Into<Token>) -> Client {
        Client::builder().base_url(&self.url).oauth(token).build().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn right_proofs_of_jose_are_accepted_and_wrong_ones_rejected() {
    let api = Api::start(|app, _| app).await;
    let url = format!("{}/pets", api.url);
    let mut node = Command::new("node");
    let secret = std::str::from_utf8(TOKEN_SECRET).unwrap();
    node.arg(script("proofs.mjs")).arg(std::fs::canonicalize(package()).unwrap()).args([secret, ISSUER, &url]);
    let output = node.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let (mut right, mut wrong) = (0, 0);
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let [name, kind, token, proof] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let request = http.get(format!("{url}?limit=5")).header("Authorization", format!("DPoP {token}"));
        let response = request.header("DPoP", proof).send().await.unwrap();
        let (status, expected) = (response.status().as_u16(), if kind == "right" { 200 } else { 401 });
        let challenge = response.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(status, expected, "{name}: {challenge:?}");
        if kind == "right" {
            right += 1;
        } else {
            assert!(challenge.is_some_and(|text| text.starts_with("DPoP ") && text.contains("error=")), "{name}");
            wrong += 1;
        }
    }
    assert!(right >= 12 && wrong >= 40, "{right} right and {wrong} wrong proofs");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_real_provider_are_bound_to_the_key_of_the_client() {
    let provider = Provider::start("0", &["first"]).await;
    let jwt = Api::start(|app, policy| {
        let keys = RemoteKeys::discovery(&provider.issuer).unwrap();
        let tokens = JwtPolicy::new(&provider.issuer, "matrix", &[Algorithm::ES256]).access_tokens();
        app.with_oauth(DpopVerifier::jwt(JwtVerifier::new(keys, tokens), policy))
    })
    .await;
    let introspected = Api::start(|app, policy| {
        let tokens = Introspection::new(&provider.url("/token/introspection"), "api", SECRET, "opaque").unwrap();
        app.with_oauth(DpopVerifier::introspection(tokens, policy))
    })
    .await;
    let flow = |resource: &str| {
        ClientCredentials::new(&provider.url("/token"), "backend", SECRET).parameter("resource", resource)
    };
    for (api, resource) in [(&jwt, "urn:matrix"), (&introspected, "urn:opaque")] {
        // The provider requires a nonce in each proof.
        let key = DpopKey::generate().unwrap();
        let client = api.client(flow(resource).dpop(&key));
        for _ in 0..3 {
            assert_eq!(client.list_pets().await.unwrap().body, ["backend"], "{resource}");
        }
        // A token that is not bound is neither accepted by the client nor by the server.
        let unbound = api.client(flow(resource));
        assert!(matches!(unbound.list_pets().await, Err(Error::Auth(_))), "{resource}");
        let text = unbound_token(&provider.url("/token"), resource).await;
        let refused = api.client(key.token(text)).list_pets().await;
        assert!(matches!(refused, Err(Error::Unexpected(response)) if response.status == 401), "{resource}");
    }
}

/// A token of a request without a proof.
async fn unbound_token(token_url: &str, resource: &str) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(token_url).basic_auth("backend", Some("s3cr%3Aet%25%2B%20%2F%26"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let body = format!("grant_type=client_credentials&scope=read&resource={resource}");
    let response = request.body(body).send().await.unwrap().text().await.unwrap();
    let response: serde_json::Value = serde_json::from_str(&response).unwrap();
    assert_eq!(response["token_type"], "Bearer");
    response["access_token"].as_str().unwrap().to_owned()
}

/// The provider knows `dpop_jkt`: the code of a consent is bound to the key.
#[tokio::test(flavor = "multi_thread")]
async fn code_of_a_consent_needs_the_key_that_it_names() {
    let provider = Provider::start("0", &["first"]).await;
    let redirect_uri = "http://127.0.0.1:7000/back";
    let flow = || AuthorizationCode::new(&provider.url("/auth"), &provider.url("/token"), "app", redirect_uri);
    let (key, thief) = (DpopKey::generate().unwrap(), DpopKey::generate().unwrap());
    let consent = flow().dpop(&key).begin(&["openid", "read"]).unwrap();
    assert!(consent.url().contains(&format!("dpop_jkt={}", key.thumbprint())));
    let jwt = Api::start(|app, policy| {
        let keys = RemoteKeys::discovery(&provider.issuer).unwrap();
        let tokens = JwtPolicy::new(&provider.issuer, "matrix", &[Algorithm::ES256]).access_tokens();
        app.with_oauth(DpopVerifier::jwt(JwtVerifier::new(keys, tokens), policy))
    })
    .await;
    let back = provider::browse(consent.url(), redirect_uri).await;
    let session = consent.finish(&back).await.unwrap();
    let kept = session.refresh_token().expect("the provider gives refresh tokens");
    assert_eq!(jwt.client(session).list_pets().await.unwrap().body, ["ann"]);
    // The client has no secret, so its refresh token is bound too.
    let later = |key: &DpopKey| {
        let token = dpop::client::auth::RefreshToken::new(&provider.url("/token"), "app", None, kept.clone());
        jwt.client(token.dpop(key))
    };
    assert!(matches!(later(&thief).list_pets().await, Err(Error::Auth(_))));
    assert_eq!(later(&key).list_pets().await.unwrap().body, ["ann"]);
}
