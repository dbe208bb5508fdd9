//! A generated client calls a generated server with tokens that are bound to a key.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use axum::response::IntoResponse;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dpop::app::{App, ISSUER, KEY, SECRET};
use dpop::client::auth::{ClientCredentials, DpopKey, Token};
use dpop::client::{Client, ClientBuilder, Error};
use dpop::server::auth::DpopPolicy;
use dpop::server::router;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

/// Starts the server; its policy is changed by `tune`.
async fn api(tune: fn(DpopPolicy) -> DpopPolicy) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let public = url.clone();
    let router = router(App::new(|| tune(DpopPolicy::new(&public).unwrap())));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// A token with these claims in addition to the usual ones.
fn token_with(more: &Value) -> String {
    let expiry = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(300);
    let mut claims = json!({
        "iss": ISSUER, "aud": "api", "sub": "ann", "exp": expiry.as_secs(), "client_id": "x", "scope": "read write",
    });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn token_of(key: &DpopKey) -> String {
    token_with(&json!({ "cnf": { "jkt": key.thumbprint() } }))
}

/// An authorization server that binds tokens to the key of the proof. It names a service as actor if a token is exchanged.
async fn issuer() -> String {
    async fn grant(headers: HeaderMap, form: String) -> impl IntoResponse {
        let parameter = |name: &str| {
            let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(own, _)| *own == name).map(|(_, value)| value)
        };
        let proof = headers["dpop"].to_str().unwrap();
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(proof.split('.').next().unwrap()).unwrap()).unwrap();
        let jwk = |name: &str| header["jwk"][name].as_str().unwrap().to_owned();
        let (x, y) = (jwk("x"), jwk("y"));
        let public = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let mut claims = json!({ "cnf": { "jkt": URL_SAFE_NO_PAD.encode(Sha256::digest(public)) } });
        if parameter("subject_token") == Some("token-of-ann") {
            claims["act"] = json!({ "sub": parameter("client_id").unwrap() });
        }
        let issued = "urn:ietf:params:oauth:token-type:access_token";
        let token = token_with(&claims);
        let answer =
            json!({ "access_token": token, "token_type": "DPoP", "expires_in": 300, "issued_token_type": issued });
        ([(CONTENT_TYPE, "application/json")], answer.to_string())
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/token", post(grant))).await });
    url
}

fn builder(url: &str, token: impl Into<Token>) -> ClientBuilder {
    Client::builder().base_url(url).oauth(token)
}

/// The status of the response; the documented ones are successes.
fn status<T, E: std::fmt::Debug>(outcome: Result<T, Error<E>>) -> u16 {
    match outcome {
        Ok(_) => 200,
        Err(Error::Unexpected(response)) => response.status.as_u16(),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn tokens_of_every_scheme_are_accepted_with_fresh_proofs() {
    let (url, key) = (api(|policy| policy).await, DpopKey::generate().unwrap());
    let flow = ClientCredentials::new(&issuer().await, "service16", "secret").dpop(&key);
    let client = builder(&url, flow).bound(key.token(token_of(&key))).key(KEY).build().unwrap();
    for _ in 0..2 {
        assert_eq!(client.list_pets().limit(3).await.unwrap().body, ["ann"]);
        client.add_pet("Rex").await.unwrap();
        for name in ["Rex", "a b c?d#é", "~%2F"] {
            assert_eq!(client.get_pet(name).await.unwrap().body, format!("{name} of ann"));
        }
        client.either().await.unwrap();
        client.both().await.unwrap();
        client.any_token().await.unwrap();
        client.optional().await.unwrap();
    }
    // An unbound token is still one of the other scheme.
    let client = Client::builder().base_url(&url).token(token_with(&json!({}))).build().unwrap();
    client.any_token().await.unwrap();
    assert_eq!(status(builder(&url, key.token(token_with(&json!({})))).build().unwrap().any_token().await), 401);
}

/// A change of a request before it is sent.
type Change = fn(&mut reqwest::Request, &Mutex<Option<HeaderValue>>);

#[tokio::test]
async fn altered_and_repeated_requests_are_refused() {
    let rows: &[(&str, u16, Change)] = &[
        ("unchanged", 200, |_, _| {}),
        ("with another query", 200, |request, _| request.url_mut().set_query(Some("limit=9"))),
        ("without a proof", 401, |request, _| drop(request.headers_mut().remove("dpop"))),
        ("as bearer token", 401, |request, _| {
            let text = request.headers()[AUTHORIZATION].to_str().unwrap().replace("DPoP ", "Bearer ");
            request.headers_mut().insert(AUTHORIZATION, HeaderValue::try_from(text).unwrap());
        }),
        ("of another path", 401, |request, _| request.url_mut().set_path("/any-token")),
        ("of another method", 401, |request, _| *request.method_mut() = reqwest::Method::POST),
        ("with two proofs", 401, |request, _| {
            let proof = request.headers()["dpop"].clone();
            request.headers_mut().append("dpop", proof);
        }),
        ("with the proof of the request before", 401, |request, before| {
            let proof = before.lock().unwrap().clone().expect("there was one before");
            request.headers_mut().insert("dpop", proof);
        }),
        ("with an altered proof", 401, |request, _| {
            let text = request.headers()["dpop"].to_str().unwrap();
            let (message, signature) = text.rsplit_once('.').unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
            bytes[0] ^= 1;
            let text = format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes));
            request.headers_mut().insert("dpop", HeaderValue::try_from(text).unwrap());
        }),
    ];
    let (url, key) = (api(|policy| policy).await, DpopKey::generate().unwrap());
    for (what, expected, change) in rows {
        let before = Arc::new(Mutex::new(None));
        let is_second = Arc::new(Mutex::new(false));
        let change = *change;
        let client = builder(&url, key.token(token_of(&key))).layer(move |mut request, next| {
            if *is_second.lock().unwrap() {
                change(&mut request, &before);
            } else {
                *before.lock().unwrap() = Some(request.headers()["dpop"].clone());
                *is_second.lock().unwrap() = true;
            }
            next.send(request)
        });
        let client = client.build().unwrap();
        assert_eq!(client.list_pets().await.unwrap().body, ["ann"]);
        assert_eq!(status(client.list_pets().await), *expected, "{what}");
    }
}

#[tokio::test]
async fn stolen_token_is_of_no_use_without_its_key() {
    let (url, key) = (api(|policy| policy).await, DpopKey::generate().unwrap());
    let (stolen, thief) = (token_of(&key), DpopKey::generate().unwrap());
    assert_eq!(status(builder(&url, key.token(stolen.clone())).build().unwrap().list_pets().await), 200);
    for token in [thief.token(stolen.clone()), thief.token(token_with(&json!({})))] {
        let client = builder(&url, token).build().unwrap();
        assert_eq!(status(client.list_pets().await), 401);
    }
    // Neither as a bearer token, where the document has them.
    let client = Client::builder().base_url(&url).token(stolen.clone()).build().unwrap();
    assert_eq!(status(client.any_token().await), 401);
    let client = builder(&url, Token::from(stolen)).build().unwrap();
    assert!(matches!(client.list_pets().await, Err(Error::Auth(_))));
}

#[tokio::test]
async fn client_gets_the_nonce_of_the_server_once() {
    let url = api(|policy| policy.nonces(&[9; 32], Duration::from_secs(3600)).unwrap()).await;
    let (key, sent) = (DpopKey::generate().unwrap(), Arc::new(Mutex::new(0)));
    let count = Arc::clone(&sent);
    let client = builder(&url, key.token(token_of(&key))).layer(move |request, next| {
        *count.lock().unwrap() += 1;
        next.send(request)
    });
    let client = client.build().unwrap();
    for requests in [2, 3, 4] {
        client.add_pet("Rex").await.unwrap();
        assert_eq!(*sent.lock().unwrap(), requests);
    }
}

#[tokio::test]
async fn hook_sees_the_service_that_acts_for_the_subject() {
    let (url, issuer, key) = (api(|policy| policy).await, issuer().await, DpopKey::generate().unwrap());
    for (service, expected) in [("service16", 200), ("service77", 403)] {
        let flow = ClientCredentials::new(&issuer, service, "secret").post().exchanging("token-of-ann").dpop(&key);
        let client = builder(&url, flow).build().unwrap();
        assert_eq!(client.list_pets().await.unwrap().body, ["ann"]);
        assert_eq!(status(client.add_pet("Rex").await), expected, "{service}");
    }
    let malformed = token_with(&json!({ "cnf": { "jkt": key.thumbprint() }, "act": "service16" }));
    assert_eq!(status(builder(&url, key.token(malformed)).build().unwrap().add_pet("Rex").await), 401);
}
