//! One request through the router and back, in memory: the generated server and axum by hand, check by check.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, LazyLock};
use std::time::{SystemTime, UNIX_EPOCH};

use auth_matrix::app::App;
use auth_matrix::credentials::{KEYS, LOGIN};
use auth_matrix::server::auth::JwtKeys;
use auth_matrix::server::auth::Passwords;
use auth_matrix::server::auth::{JwtPolicy, JwtVerifier};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use benches::Checks;
use divan::Bencher;
use divan::counter::ItemsCount;
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, encode};
use tokio::runtime::Runtime;
use tower_service::Service;

const ISSUER: &str = "https://id.example.com";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("threads can be started"));

/// An algorithm with its keys.
struct Keys {
    algorithm: Algorithm,
    private: EncodingKey,
    public: &'static str,
}

fn keys(name: &str) -> Keys {
    macro_rules! pem {
        ($name:literal) => {
            include_str!(concat!("../tests/runtime/server/tests/keys/", $name, ".pem"))
        };
    }
    let (algorithm, private, public) = match name {
        "RS256" => (Algorithm::RS256, EncodingKey::from_rsa_pem(pem!("rsa").as_bytes()), pem!("rsa.pub")),
        _ => (Algorithm::ES256, EncodingKey::from_ec_pem(pem!("p256").as_bytes()), pem!("p256.pub")),
    };
    Keys { algorithm, private: private.expect("the file holds a key"), public }
}

impl Keys {
    fn token(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs();
        let claims = serde_json::json!({
            "iss": ISSUER, "aud": "matrix", "sub": "frank", "scope": "read", "exp": now + 86_400, "nbf": now,
        });
        encode(&Header::new(self.algorithm), &claims, &self.private).expect("the claims can be signed")
    }

    fn generated(&self) -> Router {
        let keys = JwtKeys::from_pem(self.public, self.algorithm).expect("the file holds a key");
        let verifier = JwtVerifier::new(keys, JwtPolicy::new(ISSUER, "matrix", &[self.algorithm]));
        auth_matrix::server::router(App::new(Arc::new(AtomicUsize::new(0))).with_oauth(verifier))
    }

    fn by_hand(&self) -> Router {
        let pem = self.public.as_bytes();
        let key = if self.algorithm == Algorithm::RS256 {
            DecodingKey::from_rsa_pem(pem)
        } else {
            DecodingKey::from_ec_pem(pem)
        };
        let mut validation = Validation::new(self.algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&["matrix"]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        let hash = Passwords::hash(LOGIN.1).expect("the system gives random numbers");
        let user = (LOGIN.0, hash.as_str());
        benches::router(Checks::new(key.expect("the file holds a key"), validation, (KEYS[0].2, KEYS[0].1), user))
    }
}

/// A request with a credential, and the same with a wrong one.
fn requests(check: &str) -> [(&'static str, String, String); 2] {
    let basic = |password: &str| format!("Basic {}", STANDARD.encode(format!("{}:{password}", LOGIN.0)));
    let (path, name, right) = match check {
        "open" => ("/open", "x-none", "none".to_owned()),
        "API key" => ("/header-key", "x-api-key", KEYS[0].2.to_owned()),
        "Basic" => ("/basic", "authorization", basic(LOGIN.1)),
        algorithm => ("/oauth", "authorization", format!("Bearer {}", keys(algorithm).token())),
    };
    let wrong = if check == "Basic" { basic("wrong") } else { format!("{right}x") };
    [right, wrong].map(|value| (path, name.to_owned(), value))
}

fn request((path, name, value): &(&'static str, String, String)) -> Request<Body> {
    Request::get(*path).header(name, value).body(Body::empty()).expect("the request is well formed")
}

async fn ask(router: &mut Router, request: Request<Body>) -> (u16, usize) {
    let Ok(response) = router.call(request).await;
    let status = response.status().as_u16();
    (status, response.into_body().collect().await.expect("the body is in memory").to_bytes().len())
}

fn measure(bencher: Bencher<'_, '_>, check: &str, side: fn(&Keys) -> Router) {
    let mut router = side(&keys(check));
    let [right, wrong] = requests(check);
    // A server that checks nothing would be the fastest.
    let refused = if check == "open" { 200 } else { 401 };
    for (given, expected) in [(&right, 200), (&wrong, refused)] {
        assert_eq!(RUNTIME.block_on(ask(&mut router, request(given))).0, expected, "{check}");
    }
    bencher
        .counter(ItemsCount::new(1_usize))
        .with_inputs(|| request(&right))
        .bench_local_values(|request| RUNTIME.block_on(ask(&mut router, request)));
}

const CHECKS: [&str; 5] = ["open", "API key", "ES256", "RS256", "Basic"];

#[divan::bench(args = CHECKS)]
fn generated(bencher: Bencher<'_, '_>, check: &str) {
    measure(bencher, check, Keys::generated);
}

#[divan::bench(args = CHECKS)]
fn by_hand(bencher: Bencher<'_, '_>, check: &str) {
    measure(bencher, check, Keys::by_hand);
}

fn main() {
    divan::main();
}
