//! Published keys: fetched rarely, rotated during calls, and never accepted if the issuer fails.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use runtime_server::runtime::auth::Reject;
use runtime_server::runtime::credentials::Bearer;
use runtime_server::runtime::jwks::{RemoteKeys, Timing};
use runtime_server::runtime::jwt::{JwtPolicy, JwtVerifier};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const JWKS: &str = include_str!("keys/jwks.json");

/// The responses of the issuer.
#[derive(Clone)]
enum Answer {
    Keys(Vec<&'static str>),
    Text(String),
    Fails,
    Hangs,
    Redirects(String),
}

#[derive(Clone)]
struct Issuer {
    address: SocketAddr,
    answer: Arc<Mutex<Answer>>,
    metadata: Arc<Mutex<String>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Issuer {
    async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = Self {
            address,
            answer: Arc::new(Mutex::new(answer)),
            metadata: Arc::new(Mutex::new(String::new())),
            asked: Arc::new(Mutex::new(Vec::new())),
        };
        let router = Router::new().fallback(serve).with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        issuer
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn respond_with(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn request_count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

async fn serve(State(issuer): State<Issuer>, uri: Uri) -> Response {
    issuer.asked.lock().unwrap().push(uri.path().to_owned());
    if uri.path() == "/.well-known/openid-configuration" {
        return issuer.metadata.lock().unwrap().clone().into_response();
    }
    let answer = issuer.answer.lock().unwrap().clone();
    match answer {
        Answer::Keys(kids) => keys(&kids).into_response(),
        Answer::Text(text) => text.into_response(),
        Answer::Fails => (StatusCode::INTERNAL_SERVER_ERROR, JWKS).into_response(),
        Answer::Hangs => std::future::pending().await,
        Answer::Redirects(url) => (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
    }
}

/// A key set with these ids.
fn keys(kids: &[&str]) -> String {
    let all: Value = serde_json::from_str(JWKS).unwrap();
    let is_wanted = |key: &&Value| kids.iter().any(|kid| key["kid"] == *kid);
    json!({ "keys": all["keys"].as_array().unwrap().iter().filter(is_wanted).collect::<Vec<_>>() }).to_string()
}

fn token(issuer: &str, kid: &str) -> String {
    let (algorithm, key) = match kid {
        "ed" => (Algorithm::EdDSA, EncodingKey::from_ed_pem(include_bytes!("keys/ed.pem"))),
        _ => (Algorithm::ES256, EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem"))),
    };
    let mut header = Header::new(algorithm);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(kid.to_owned());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({ "iss": issuer, "aud": "api", "sub": "ann", "exp": now + 300 });
    jsonwebtoken::encode(&header, &claims, &key.unwrap()).unwrap()
}

/// A clock that advances only when told to.
#[derive(Clone)]
struct Hands(Arc<Mutex<Instant>>);

impl Hands {
    fn advance(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

struct Checked {
    verifier: JwtVerifier,
    hands: Hands,
    issuer: String,
}

impl Checked {
    fn by(keys: RemoteKeys, issuer: &str) -> Self {
        let hands = Hands(Arc::new(Mutex::new(Instant::now())));
        let clock = hands.clone();
        let keys = keys.timing(Timing::default(), Arc::new(move || *clock.0.lock().unwrap()));
        let policy = JwtPolicy::new(issuer, "api", &[Algorithm::ES256, Algorithm::EdDSA]);
        Self { verifier: JwtVerifier::new(keys, policy), hands, issuer: issuer.to_owned() }
    }

    fn of(issuer: &Issuer) -> Self {
        Self::by(RemoteKeys::jwks(&format!("{}/jwks", issuer.url())).unwrap(), "https://id.example.com")
    }

    async fn check(&self, kid: &str) -> Result<String, Reject> {
        let token = token(&self.issuer, kid);
        self.verifier.verify(Bearer { token: &token }).await.map(|granted| granted.principal.subject)
    }
}

const ANN: Result<&str, Reject> = Ok("ann");
const UNKNOWN: Result<&str, Reject> = Err(Reject::Invalid("unknown key"));
/// Unavailable, and the issuer was asked just now.
const UNAVAILABLE: Result<&str, Reject> = unavailable_for(30);

const fn unavailable_for(seconds: u64) -> Result<&'static str, Reject> {
    Err(Reject::UnavailableFor(Duration::from_secs(seconds)))
}

macro_rules! assert_checked {
    ($checked:expr, $kid:expr, $expected:expr) => {
        assert_eq!($checked.check($kid).await.as_deref().map_err(Clone::clone), $expected)
    };
}

#[tokio::test]
async fn keys_are_fetched_at_first_use_and_cached() {
    let issuer = Issuer::start(Answer::Keys(vec!["p256", "ed"])).await;
    let checked = Checked::of(&issuer);
    assert_eq!(issuer.request_count(), 0, "the issuer is not asked at start");
    for kid in ["p256", "ed", "p256"] {
        assert_checked!(checked, kid, ANN);
    }
    assert_eq!(issuer.request_count(), 1);
}

#[tokio::test]
async fn key_rotation_rejects_no_valid_token() {
    let issuer = Issuer::start(Answer::Keys(vec!["p256"])).await;
    let checked = Checked::of(&issuer);
    assert_checked!(checked, "p256", ANN);
    issuer.respond_with(Answer::Keys(vec!["p256", "ed"]));
    checked.hands.advance(31);
    for kid in ["p256", "ed", "p256", "ed"] {
        assert_checked!(checked, kid, ANN);
    }
    assert_eq!(issuer.request_count(), 2);
    issuer.respond_with(Answer::Keys(vec!["ed"]));
    assert_checked!(checked, "p256", ANN);
    // Keys older than the maximum age are fetched again; a call with an unknown key waits for that.
    checked.hands.advance(601);
    assert_checked!(checked, "nobody", UNKNOWN);
    assert_checked!(checked, "p256", UNKNOWN);
    assert_checked!(checked, "ed", ANN);
    assert_eq!(issuer.request_count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_key_is_rejected_after_an_idle_period() {
    let issuer = Issuer::start(Answer::Keys(vec!["p256", "ed"])).await;
    let checked = Arc::new(Checked::of(&issuer));
    assert_checked!(checked, "p256", ANN);
    issuer.respond_with(Answer::Keys(vec!["ed"]));
    checked.hands.advance(23 * 3600);
    // All calls wait for one request; none is authenticated with the cached keys.
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let checked = Arc::clone(&checked);
        all.spawn(async move { checked.check("p256").await });
    }
    for verdict in all.join_all().await {
        assert_eq!(verdict, Err(Reject::Invalid("unknown key")));
    }
    assert_checked!(checked, "ed", ANN);
    assert_eq!(issuer.request_count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_keys_cause_one_request_per_interval() {
    let issuer = Issuer::start(Answer::Keys(vec!["p256"])).await;
    let checked = Arc::new(Checked::of(&issuer));
    let flood = || async {
        let mut all = tokio::task::JoinSet::new();
        for at in 0..1000 {
            let checked = Arc::clone(&checked);
            all.spawn(async move { checked.check(&format!("kid-{at}")).await });
        }
        for verdict in all.join_all().await {
            assert_eq!(verdict, Err(Reject::Invalid("unknown key")));
        }
    };
    flood().await;
    assert_eq!(issuer.request_count(), 1);
    flood().await;
    checked.hands.advance(29);
    flood().await;
    assert_eq!(issuer.request_count(), 1);
    checked.hands.advance(1);
    flood().await;
    assert_eq!(issuer.request_count(), 2);
    assert_checked!(checked, "p256", ANN);
}

#[tokio::test]
async fn issuer_failure_is_reported_as_unavailable() {
    let elsewhere = Issuer::start(Answer::Keys(vec!["p256"])).await;
    let rows = [
        Answer::Fails,
        Answer::Hangs,
        Answer::Text(String::new()),
        Answer::Text("<html>".to_owned()),
        Answer::Text(r#"{"keys":[]}"#.to_owned()),
        Answer::Text(format!("{}{}", keys(&["p256"]), " ".repeat(300 << 10))),
        Answer::Redirects(format!("{}/jwks", elsewhere.url())),
    ];
    for answer in rows {
        let issuer = Issuer::start(answer).await;
        let checked = Checked::of(&issuer);
        assert_checked!(checked, "p256", UNAVAILABLE);
        assert_checked!(checked, "p256", UNAVAILABLE);
        checked.hands.advance(12);
        assert_checked!(checked, "p256", unavailable_for(18));
        assert_eq!(issuer.request_count(), 1, "one request per interval");
        issuer.respond_with(Answer::Keys(vec!["p256"]));
        checked.hands.advance(18);
        assert_checked!(checked, "p256", ANN);
    }
    assert_eq!(elsewhere.request_count(), 0, "a redirect was followed");
}

#[tokio::test]
async fn cached_keys_are_used_for_a_limited_time_during_outage() {
    let issuer = Issuer::start(Answer::Keys(vec!["p256"])).await;
    let checked = Checked::of(&issuer);
    assert_checked!(checked, "p256", ANN);
    issuer.respond_with(Answer::Fails);
    checked.hands.advance(24 * 3600);
    assert_checked!(checked, "p256", ANN);
    assert_checked!(checked, "nobody", UNKNOWN);
    checked.hands.advance(1);
    assert_checked!(checked, "p256", unavailable_for(29));
    assert_checked!(checked, "nobody", unavailable_for(29));
}

#[tokio::test]
async fn ambiguous_keys_do_not_invalidate_the_key_set() {
    let issuer = Issuer::start(Answer::Keys(vec!["p256", "ed"])).await;
    let checked = Checked::of(&issuer);
    assert_checked!(checked, "p256", ANN);
    let set: Value = serde_json::from_str(&keys(&["p256", "ed"])).unwrap();
    let doubled = json!({ "keys": [set["keys"][0], set["keys"][0], set["keys"][1]] });
    issuer.respond_with(Answer::Text(doubled.to_string()));
    checked.hands.advance(601);
    assert_checked!(checked, "ed", ANN);
    assert_checked!(checked, "p256", UNKNOWN);
    assert_eq!(issuer.request_count(), 2);
}

#[tokio::test]
async fn metadata_of_a_different_issuer_is_rejected() {
    let (issuer, evil) =
        (Issuer::start(Answer::Keys(vec!["p256"])).await, Issuer::start(Answer::Keys(vec!["p256"])).await);
    let url = issuer.url();
    let metadata = |named: &str, keys: &str| json!({ "issuer": named, "jwks_uri": keys }).to_string();
    let jwks = format!("{url}/jwks");
    // A connection to the unspecified address reaches this machine, but the address is not loopback.
    let plain = format!("http://0.0.0.0:{}/jwks", evil.address.port());
    let rows = [
        (metadata(&url, &jwks), ANN),
        (metadata(&format!("{url}/"), &jwks), UNAVAILABLE),
        (metadata("https://evil.example", &format!("{}/jwks", evil.url())), UNAVAILABLE),
        (metadata(&url, &plain), UNAVAILABLE),
        (metadata(&url, "http://id.example.test/jwks"), UNAVAILABLE),
        (metadata(&url, "file:///etc/passwd"), UNAVAILABLE),
        (metadata(&url, "/jwks"), UNAVAILABLE),
        (json!({ "issuer": url }).to_string(), UNAVAILABLE),
        (json!({ "jwks_uri": jwks }).to_string(), UNAVAILABLE),
        ("{}".to_owned(), UNAVAILABLE),
    ];
    for (text, expected) in rows {
        *issuer.metadata.lock().unwrap() = text.clone();
        let checked = Checked::by(RemoteKeys::discovery(&url).unwrap(), &url);
        let found = checked.check("p256").await;
        assert_eq!(found.as_deref().map_err(Clone::clone), expected, "{text}");
    }
    // `require` fails for a server that must not start without keys.
    assert!(RemoteKeys::discovery(&url).unwrap().require().await.is_err());
    assert!(RemoteKeys::jwks(&jwks).unwrap().require().await.is_ok());
    assert_eq!(evil.request_count(), 0);
}

#[test]
fn keys_are_fetched_only_over_https_or_from_loopback() {
    for url in ["http://id.example.com/jwks", "http://localhost.evil/jwks", "ftp://127.0.0.1/", "/jwks", ""] {
        assert!(RemoteKeys::jwks(url).is_err() && RemoteKeys::discovery(url).is_err(), "{url}");
    }
    for url in ["https://id.example.com", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"] {
        assert!(RemoteKeys::jwks(url).is_ok() && RemoteKeys::discovery(url).is_ok(), "{url}");
    }
}

#[tokio::test]
async fn key_urls_in_token_headers_are_not_fetched() {
    let (issuer, evil) =
        (Issuer::start(Answer::Keys(vec!["ed"])).await, Issuer::start(Answer::Keys(vec!["p256"])).await);
    let checked = Checked::of(&issuer);
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some("p256".to_owned());
    header.jku = Some(format!("{}/jwks", evil.url()));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({ "iss": "https://id.example.com", "aud": "api", "sub": "ann", "exp": now + 300 });
    let key = EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem")).unwrap();
    let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    let verdict = checked.verifier.verify(Bearer { token: &token }).await.map(drop);
    assert_eq!(verdict, Err(Reject::Invalid("unsupported header")));
    assert_eq!((issuer.request_count(), evil.request_count()), (0, 0));
}
