//! Tokens that are bound to a key (DPoP, RFC 9449): proofs in token requests and calls, nonces, and keys.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use runtime_client::api::*;
use runtime_client::runtime::auth_error::AuthReason;
use runtime_client::runtime::authorization_code::AuthorizationCode;
use runtime_client::runtime::call::Call;
use runtime_client::runtime::credential::{Credential, Provider, Token};
use runtime_client::runtime::device_code::DeviceCode;
use runtime_client::runtime::dpop::DpopKey;
use runtime_client::runtime::error::Error;
use runtime_client::runtime::oauth::{ClientCredentials, RefreshToken};
use runtime_client::runtime::retry::Retries;
use runtime_client::runtime::token_endpoint::TokenError;
use runtime_client::server::{Server, answer, json};
use secrecy::ExposeSecret;
use serde_json::Value;
use sha2::{Digest, Sha256};

const P256: &str = include_str!("../../../server/tests/keys/p256.pem");

/// The credential of the scheme for bound tokens.
fn bound(token: impl Into<Token>) -> [(usize, Credential); 1] {
    [(DPOP, token.into().into())]
}

/// The values of a header field of a request.
fn fields(request: &str, name: &str) -> Vec<String> {
    let head = request.split("\r\n\r\n").next().unwrap();
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).collect()
}

/// A proof whose signature is valid.
#[derive(Debug)]
struct Proof {
    thumbprint: String,
    claims: Value,
}

/// The only proof of a request, verified by another implementation.
fn proof(request: &str) -> Proof {
    let fields = fields(request, "dpop");
    let [text] = fields.as_slice() else { panic!("not one proof: {request}") };
    let (message, signature) = text.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    let part = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let (header, claims) = (part(header), part(claims));
    assert_eq!((&header["typ"], &header["alg"]), (&"dpop+jwt".into(), &"ES256".into()));
    let jwk = header["jwk"].as_object().unwrap();
    assert_eq!(jwk.keys().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(), ["crv", "kty", "x", "y"]);
    let key: Jwk = serde_json::from_value(header["jwk"].clone()).unwrap();
    let key = DecodingKey::from_jwk(&key).unwrap();
    assert!(jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::ES256).unwrap());
    let (x, y) = (jwk["x"].as_str().unwrap(), jwk["y"].as_str().unwrap());
    let thumbprint = hash(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
    Proof { thumbprint, claims }
}

fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

/// Asserts that the proof is for this method and URL, made now with this key, and for no more than this.
fn assert_proof(proof: &Proof, key: &DpopKey, method: &str, url: &str, token: Option<&str>) {
    let Proof { thumbprint, claims } = proof;
    assert_eq!(thumbprint, key.thumbprint());
    assert_eq!((&claims["htm"], &claims["htu"]), (&method.into(), &url.into()));
    assert_eq!(claims.get("ath").and_then(Value::as_str).map(str::to_owned), token.map(hash));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(claims["iat"].as_u64().unwrap().abs_diff(now) < 60);
    assert!(claims["jti"].as_str().unwrap().len() >= 22);
}

fn ids(server: &Server) -> BTreeSet<String> {
    server.requests().iter().map(|request| proof(request).claims["jti"].as_str().unwrap().to_owned()).collect()
}

/// An API that responds with these texts in order, then with success.
async fn api_of(answers: Vec<String>) -> Server {
    let count = AtomicUsize::new(0);
    let next = move |_: &str| answers.get(count.fetch_add(1, Ordering::SeqCst)).cloned();
    Server::start_with(move |request| next(request).unwrap_or_else(|| json("\"yes\""))).await
}

fn nonce_demanded(nonce: &str) -> String {
    let challenge = r#"WWW-Authenticate: DPoP algs="ES256", error="use_dpop_nonce", error_description="x""#;
    answer("401 Unauthorized", &format!("{challenge}\r\nDPoP-Nonce: {nonce}\r\n"), "")
}

/// A token endpoint that responds with this type of token.
async fn endpoint(token_type: &'static str) -> Server {
    let count = AtomicUsize::new(0);
    Server::start_with(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        json(&format!(r#"{{"access_token":"token-{number}","token_type":"{token_type}","refresh_token":"next"}}"#))
    })
    .await
}

#[tokio::test]
async fn each_call_has_a_fresh_proof_for_its_request_and_token() {
    let (key, api) = (DpopKey::generate().unwrap(), api_of(Vec::new()).await);
    let core = client(&api.url(), bound(key.token("right")));
    for _ in 0..3 {
        Call::<Bound>::new(&core).set(LIMIT, &5).await.unwrap();
    }
    for request in api.requests() {
        assert!(request.starts_with("GET /bound?limit=5 "), "{request}");
        assert_eq!(fields(&request, "authorization"), ["DPoP right"]);
        assert_proof(&proof(&request), &key, "GET", &format!("{}/bound", api.url()), Some("right"));
        assert_eq!(proof(&request).claims.get("nonce"), None);
    }
    assert_eq!(ids(&api).len(), 3);
}

#[tokio::test]
async fn bound_token_is_never_sent_as_bearer_token_or_without_proof() {
    let (key, api) = (DpopKey::generate().unwrap(), api_of(Vec::new()).await);
    // The document says that the scheme has bearer tokens.
    call::<Bearer>(&client(&api.url(), [(TOKEN, key.token("right").into())])).await.unwrap();
    assert_eq!(fields(&api.request(), "authorization"), ["DPoP right"]);
    assert_proof(&proof(&api.request()), &key, "POST", &format!("{}/bearer", api.url()), Some("right"));
    for token in [Token::from("right"), Token::provider(|| std::future::ready(Ok("right".into())))] {
        let error = call::<Bound>(&client(&api.url(), bound(token))).await.unwrap_err();
        let Error::Auth(error) = error else { panic!("{error:?}") };
        assert!(matches!(error.reason, AuthReason::Malformed("dpop", what) if what.contains("DpopKey")), "{error}");
    }
    let error = call::<Bound>(&client(&api.url(), bound(key.token("a b")))).await.unwrap_err();
    assert!(matches!(error, Error::Auth(_)), "{error:?}");
    assert_eq!(api.requests().len(), 1);
}

#[tokio::test]
async fn token_requests_have_a_proof_without_token() {
    let key = DpopKey::generate().unwrap();
    let (endpoint, api) = (endpoint("dpop").await, api_of(Vec::new()).await);
    let flow = ClientCredentials::new(&format!("{}/token?a=b", endpoint.url()), "id", "secret").dpop(&key);
    call::<Bound>(&client(&api.url(), bound(flow))).await.unwrap();
    assert_proof(&proof(&endpoint.request()), &key, "POST", &format!("{}/token", endpoint.url()), None);
    assert_eq!(fields(&api.request(), "authorization"), ["DPoP token-1"]);
    assert_proof(&proof(&api.request()), &key, "GET", &format!("{}/bound", api.url()), Some("token-1"));
    let flow = RefreshToken::new(&endpoint.url(), "id", None, "refresh").dpop(&key);
    let session = flow.session().await.unwrap();
    assert_eq!(session.refresh_token().unwrap().expose_secret(), "next");
    assert_proof(&proof(&endpoint.requests()[1]), &key, "POST", &format!("{}/", endpoint.url()), None);
    call::<Bound>(&client(&api.url(), bound(session))).await.unwrap();
    assert_eq!(fields(&api.requests()[1], "authorization"), ["DPoP token-2"]);
    assert_eq!(ids(&endpoint).len(), 2);
}

#[tokio::test]
async fn token_of_the_other_type_is_rejected() {
    let key = DpopKey::generate().unwrap();
    for (token_type, is_bound) in [("Bearer", true), ("N_A", true), ("", true), ("DPoP", false)] {
        let (endpoint, api) = (endpoint(token_type).await, api_of(Vec::new()).await);
        let flow = ClientCredentials::new(&endpoint.url(), "id", "secret");
        let flow = if is_bound { flow.dpop(&key) } else { flow };
        let error = call::<Bound>(&client(&api.url(), bound(flow))).await.unwrap_err();
        let Error::Auth(error) = error else { panic!("{error:?}") };
        let AuthReason::Failed("dpop", error) = error.reason else { panic!("{error}") };
        assert!(matches!(error.downcast_ref(), Some(TokenError::Response(_))), "{error}");
        assert_eq!(api.requests().len(), 0);
    }
}

#[tokio::test]
async fn nonce_of_the_token_endpoint_is_used_once_it_is_demanded() {
    let demanded =
        |nonce: &str| answer("400 Bad Request", &format!("DPoP-Nonce: {nonce}\r\n"), r#"{"error":"use_dpop_nonce"}"#);
    let granted = json(r#"{"access_token":"right","token_type":"DPoP"}"#);
    let key = DpopKey::generate().unwrap();
    let (endpoint, api) = (api_of(vec![demanded("first"), granted.clone()]).await, api_of(Vec::new()).await);
    let flow = ClientCredentials::new(&endpoint.url(), "id", "secret").dpop(&key);
    call::<Bound>(&client(&api.url(), bound(flow))).await.unwrap();
    let nonces: Vec<Value> = endpoint.requests().iter().map(|request| proof(request).claims["nonce"].clone()).collect();
    assert_eq!(nonces, [Value::Null, "first".into()]);
    // It is for the origin of the endpoint only.
    assert_eq!(proof(&api.request()).claims.get("nonce"), None);
    assert_eq!(ids(&endpoint).len(), 2);

    // A server that demands another one each time, or that gives none, does not cause more requests.
    for (answers, requests) in [
        (vec![demanded("first"), demanded("second"), granted.clone()], 2),
        (vec![answer("400 Bad Request", "", r#"{"error":"use_dpop_nonce"}"#), granted.clone()], 1),
        (vec![answer("400 Bad Request", "DPoP-Nonce: x\r\n", r#"{"error":"invalid_dpop_proof"}"#), granted], 1),
    ] {
        let endpoint = api_of(answers).await;
        let flow = ClientCredentials::new(&endpoint.url(), "id", "secret").dpop(&key);
        let error = call::<Bound>(&client(&api.url(), bound(flow))).await.unwrap_err();
        assert!(matches!(error, Error::Auth(_)), "{error:?}");
        assert_eq!(endpoint.requests().len(), requests);
    }
}

#[tokio::test]
async fn nonce_of_the_api_is_used_once_it_is_demanded_and_then_kept() {
    let key = DpopKey::generate().unwrap();
    let with_next = answer("200 OK", "Content-Type: application/json\r\nDPoP-Nonce: second\r\n", "\"yes\"");
    let api = api_of(vec![nonce_demanded("first"), with_next]).await;
    let endpoint = endpoint("DPoP").await;
    let flow = ClientCredentials::new(&endpoint.url(), "id", "secret").dpop(&key);
    let core = client(&api.url(), bound(flow));
    for _ in 0..2 {
        call::<Bound>(&core).await.unwrap();
    }
    let nonces: Vec<Value> = api.requests().iter().map(|request| proof(request).claims["nonce"].clone()).collect();
    assert_eq!(nonces, [Value::Null, "first".into(), "second".into()]);
    assert_eq!(ids(&api).len(), 3);
    // The token was not rejected, so it is not renewed.
    assert_eq!(endpoint.requests().len(), 1);
    // Another API has not given one, and clones of the key know them.
    let other = api_of(Vec::new()).await;
    call::<Bound>(&client(&other.url(), bound(key.token("right")))).await.unwrap();
    assert_eq!(proof(&other.request()).claims.get("nonce"), None);
    call::<Bound>(&client(&api.url(), bound(key.clone().token("right")))).await.unwrap();
    assert_eq!(proof(&api.requests()[3]).claims["nonce"], "second");
}

#[tokio::test]
async fn call_is_repeated_once_for_a_nonce_and_not_for_other_responses() {
    let without_nonce = answer("401 Unauthorized", "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\n", "");
    let other_error =
        answer("401 Unauthorized", "WWW-Authenticate: DPoP error=\"invalid_token\"\r\nDPoP-Nonce: x\r\n", "");
    let forbidden = nonce_demanded("first").replace("401 Unauthorized", "403 Forbidden");
    let long = nonce_demanded(&"n".repeat(2000));
    for (answers, requests) in [
        (vec![nonce_demanded("first"), nonce_demanded("second"), json("\"yes\"")], 2),
        (vec![without_nonce, json("\"yes\"")], 1),
        (vec![other_error, json("\"yes\"")], 1),
        (vec![forbidden, json("\"yes\"")], 1),
        (vec![long, json("\"yes\"")], 1),
    ] {
        let api = api_of(answers).await;
        let key = DpopKey::generate().unwrap();
        let error = call::<Bound>(&client(&api.url(), bound(key.token("right")))).await.unwrap_err();
        assert!(!matches!(error, Error::Auth(_)), "{error:?}");
        assert_eq!(api.requests().len(), requests);
    }
}

#[tokio::test]
async fn each_attempt_and_each_renewed_token_has_its_own_proof() {
    let unavailable = answer("503 Service Unavailable", "", "");
    let rejected = answer("401 Unauthorized", "WWW-Authenticate: DPoP error=\"invalid_token\"\r\n", "");
    let api = api_of(vec![unavailable, nonce_demanded("first"), rejected]).await;
    let (endpoint, key) = (endpoint("DPoP").await, DpopKey::generate().unwrap());
    let flow = ClientCredentials::new(&endpoint.url(), "id", "secret").dpop(&key);
    let mut builder = builder(&api.url(), bound(flow));
    builder.retries(Retries::new(1).wait(Arc::new(|_| Box::pin(async {}))));
    call::<Bound>(&builder.build().unwrap()).await.unwrap();
    let requests = api.requests();
    let tokens: Vec<String> = requests.iter().flat_map(|request| fields(request, "authorization")).collect();
    assert_eq!(tokens, ["DPoP token-1", "DPoP token-1", "DPoP token-1", "DPoP token-2"]);
    let url = format!("{}/bound", api.url());
    for (request, token) in requests.iter().zip(["token-1", "token-1", "token-1", "token-2"]) {
        assert_proof(&proof(request), &key, "GET", &url, Some(token));
    }
    assert_eq!(ids(&api).len(), 4);
}

#[tokio::test]
async fn consent_names_the_key_and_its_code_is_exchanged_with_a_proof() {
    let (key, endpoint) = (DpopKey::generate().unwrap(), endpoint("DPoP").await);
    let flow = AuthorizationCode::new("https://id.example/auth", &endpoint.url(), "id", "http://127.0.0.1:1/back");
    let consent = flow.clone().dpop(&key).begin(&[]).unwrap();
    let url = reqwest::Url::parse(consent.url()).unwrap();
    let parameter = |name: &str| url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned());
    assert_eq!(parameter("dpop_jkt").as_deref(), Some(key.thumbprint()));
    let back = format!("http://127.0.0.1:1/back?code=c&state={}", parameter("state").unwrap());
    consent.finish(&back).await.unwrap();
    assert_proof(&proof(&endpoint.request()), &key, "POST", &format!("{}/", endpoint.url()), None);
    assert!(!flow.begin(&[]).unwrap().url().contains("dpop_jkt"));
    assert!(flow.dpop(&key).parameter("dpop_jkt", "other").begin(&[]).is_err());
}

#[tokio::test]
async fn device_flow_has_a_proof_in_the_token_request_only() {
    let key = DpopKey::generate().unwrap();
    let endpoint = Server::start_with(|request| {
        json(match request.starts_with("POST /device ") {
            true => r#"{"device_code":"d","user_code":"u","verification_uri":"https://id.example","expires_in":60}"#,
            false => r#"{"access_token":"right","token_type":"DPoP"}"#,
        })
    })
    .await;
    let flow = DeviceCode::new(&format!("{}/device", endpoint.url()), &format!("{}/token", endpoint.url()), "id");
    let flow = flow.dpop(&key).wait(Arc::new(|_| Box::pin(async {})));
    flow.begin(&[]).await.unwrap().finish().await.unwrap();
    let requests = endpoint.requests();
    assert!(fields(&requests[0], "dpop").is_empty());
    assert_proof(&proof(&requests[1]), &key, "POST", &format!("{}/token", endpoint.url()), None);
}

#[test]
fn key_is_kept_as_pem_and_other_texts_are_rejected_without_showing_them() {
    let key = DpopKey::generate().unwrap();
    let pem = key.to_pkcs8_pem().unwrap();
    let again = DpopKey::from_pkcs8_pem(pem.expose_secret()).unwrap();
    assert_eq!(again.thumbprint(), key.thumbprint());
    assert_ne!(DpopKey::generate().unwrap().thumbprint(), key.thumbprint());
    assert_eq!(format!("{key:?}"), "DpopKey(…)");
    // As another program wrote it, also with other line ends and a comment before it.
    let thumbprint = DpopKey::from_pkcs8_pem(P256).unwrap().thumbprint().to_owned();
    let other_form = format!("the key\r\n{}", P256.replace('\n', "\r\n"));
    assert_eq!(DpopKey::from_pkcs8_pem(&other_form).unwrap().thumbprint(), thumbprint);
    let cut = P256.replacen("MIG", "", 1);
    let rows = [
        "",
        "secret",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nä\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        cut.as_str(),
        include_str!("../../../server/tests/keys/p384.pem"),
        include_str!("../../../server/tests/keys/rsa.pem"),
        include_str!("../../../server/tests/keys/ed.pem"),
        include_str!("../../../server/tests/keys/p256.pub.pem"),
    ];
    for text in rows {
        let error = DpopKey::from_pkcs8_pem(text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("MIG"), "{error:?}");
    }
}

/// Tokens of the application's own provider can be bound too.
#[tokio::test]
async fn provider_of_the_application_is_asked_and_told_of_rejections() {
    #[derive(Clone, Default)]
    struct Numbered(Arc<AtomicUsize>);
    impl Provider for Numbered {
        fn secret<'p>(
            &'p self,
            _: &'p [&'p str],
        ) -> runtime_client::runtime::credential::BoxFuture<
            'p,
            Result<secrecy::SecretString, runtime_client::runtime::credential::BoxError>,
        > {
            let token = format!("own-{}", self.0.load(Ordering::SeqCst));
            Box::pin(std::future::ready(Ok(token.into())))
        }

        fn refused(&self, _: &secrecy::SecretString) -> bool {
            self.0.fetch_add(1, Ordering::SeqCst);
            true
        }
    }
    let api = api_of(vec![answer("401 Unauthorized", "", "")]).await;
    let key = DpopKey::generate().unwrap();
    call::<Bound>(&client(&api.url(), bound(key.provider(Numbered::default())))).await.unwrap();
    let requests = api.requests();
    let url = format!("{}/bound", api.url());
    for (request, token) in requests.iter().zip(["own-0", "own-1"]) {
        assert_eq!(fields(request, "authorization"), [format!("DPoP {token}")]);
        assert_proof(&proof(request), &key, "GET", &url, Some(token));
    }
    assert_eq!(requests.len(), 2);
}
