//! Tokens that are bound to a key (DPoP, RFC 9449): right and wrong proofs, bindings, replays and nonces.

mod bindings;
mod proofs;
mod responses;
mod token_requests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::Request;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt;
use jsonwebtoken::{Algorithm, EncodingKey};
use runtime_server::runtime::auth::Reject;
use runtime_server::runtime::auth_challenge::Challenge;
use runtime_server::runtime::credentials::HttpCredentials;
use runtime_server::runtime::dpop::{DpopPolicy, DpopVerifier};
use runtime_server::runtime::dpop_hash::hash;
use runtime_server::runtime::dpop_proofs::RecentProofs;
use runtime_server::runtime::jwt::{JwtPolicy, JwtVerifier};
use runtime_server::runtime::jwt_keys::JwtKeys;
use serde_json::{Value, json};

const NOW: u64 = 1_800_000_000;
const SECRET: &[u8] = b"the secret of the issuer of tokens";
const URL: &str = "https://api.example.com/v1";

/// The time of a test, in seconds.
#[derive(Clone)]
struct Time(Arc<AtomicU64>);

impl Time {
    fn new(seconds: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seconds)))
    }

    fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn clock(&self) -> impl Fn() -> SystemTime + Send + Sync + use<> {
        let seconds = Arc::clone(&self.0);
        move || UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::Relaxed))
    }
}

fn policy(time: &Time) -> DpopPolicy {
    DpopPolicy::new(URL).unwrap().clock(time.clock()).proofs(RecentProofs::default().clock(time.clock()))
}

/// Verifies tokens of the issuer, at a time that they do not expire at.
fn tokens() -> JwtVerifier {
    let keys = JwtKeys::from_secret(SECRET, Algorithm::HS256).unwrap();
    let policy = JwtPolicy::new("https://id.example.com", "api", &[Algorithm::HS256]);
    JwtVerifier::new(keys, policy.clock(|| UNIX_EPOCH + Duration::from_secs(NOW)))
}

fn verifier(time: &Time) -> DpopVerifier {
    DpopVerifier::jwt(tokens(), policy(time))
}

/// A key of a caller: the private key, its algorithm, and the public key.
struct Caller {
    key: EncodingKey,
    algorithm: Algorithm,
    jwk: Value,
}

impl Caller {
    fn p256() -> Self {
        let key = EncodingKey::from_ec_pem(include_bytes!("../keys/p256.pem")).unwrap();
        Self { key, algorithm: Algorithm::ES256, jwk: jwk("p256", &["kty", "crv", "x", "y"]) }
    }

    fn p384() -> Self {
        let key = EncodingKey::from_ec_pem(include_bytes!("../keys/p384.pem")).unwrap();
        Self { key, algorithm: Algorithm::ES384, jwk: jwk("p384", &["kty", "crv", "x", "y"]) }
    }

    fn ed() -> Self {
        let key = EncodingKey::from_ed_pem(include_bytes!("../keys/ed.pem")).unwrap();
        Self { key, algorithm: Algorithm::EdDSA, jwk: jwk("ed", &["kty", "crv", "x"]) }
    }

    fn rsa() -> Self {
        let key = EncodingKey::from_rsa_pem(include_bytes!("../keys/rsa.pem")).unwrap();
        Self { key, algorithm: Algorithm::PS256, jwk: jwk("rsa", &["kty", "n", "e"]) }
    }

    /// RFC 7638, section 3: serde_json sorts the members of objects, and writes no white space.
    fn thumbprint(&self) -> String {
        let sorted: std::collections::BTreeMap<String, Value> = serde_json::from_value(self.jwk.clone()).unwrap();
        hash(&serde_json::to_string(&sorted).unwrap())
    }

    fn header(&self) -> Value {
        json!({ "typ": "dpop+jwt", "alg": format!("{:?}", self.algorithm), "jwk": self.jwk })
    }

    /// A proof with exactly this header and payload.
    fn sign(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }

    fn proof(&self, claims: &Value) -> String {
        self.sign(&self.header().to_string(), &claims.to_string())
    }
}

/// The members of a public key in the key set.
fn jwk(id: &str, members: &[&str]) -> Value {
    let set: Value = serde_json::from_str(include_str!("../keys/jwks.json")).unwrap();
    let key = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == id).unwrap().clone();
    members.iter().map(|name| ((*name).to_owned(), key[name].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// A token with these claims in addition to the usual ones.
fn token_with(more: Value) -> String {
    let mut claims = json!({
        "iss": "https://id.example.com", "aud": "api", "sub": "ann", "exp": NOW + 300, "scope": "read",
    });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let header = json!({ "alg": "HS256", "typ": "at+jwt" });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(&claims));
    let key = EncodingKey::from_secret(SECRET);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// A token that is bound to the key of this caller.
fn token_of(caller: &Caller) -> String {
    token_with(json!({ "cnf": { "jkt": caller.thumbprint() } }))
}

/// The claims of a valid proof for `GET /pets` of the API.
fn claims(token: &str, id: &str) -> Value {
    json!({ "jti": id, "htm": "GET", "htu": format!("{URL}/pets"), "iat": NOW, "ath": hash(token) })
}

/// A request for `/pets` as the router of the API sees it, with these proofs.
fn request(proofs: &[&str]) -> Parts {
    request_to("GET", "/pets?limit=5", proofs)
}

fn request_to(method: &str, uri: &str, proofs: &[&str]) -> Parts {
    let mut builder = Request::builder().method(method).uri(uri);
    for proof in proofs {
        builder = builder.header("DPoP", *proof);
    }
    builder.body(()).unwrap().into_parts().0
}

/// The subject of the token, or the text of the rejection.
fn verify(verifier: &DpopVerifier, token: &str, request: &Parts) -> Result<String, String> {
    let credentials = HttpCredentials { value: token, request };
    match verifier.verify(credentials).now_or_never().expect("nothing is waited for") {
        Ok(granted) => Ok(granted.principal.subject),
        Err(Reject::Invalid(reason)) => Err(reason.to_owned()),
        Err(Reject::Unavailable | Reject::UnavailableFor(_)) => Err("unavailable".to_owned()),
        Err(Reject::Challenge(challenge)) => Err(description(&challenge)),
    }
}

/// The description of an invalid proof.
fn description(challenge: &Challenge) -> String {
    let text = format!("{challenge:?}");
    match text.split_once(r#"("error_description", "\""#) {
        Some((_, rest)) => rest.split_once('\\').unwrap().0.to_owned(),
        None if text.contains("use_dpop_nonce") => "use_dpop_nonce".to_owned(),
        None => panic!("no description: {text}"),
    }
}

fn with(mut value: Value, name: &str, changed: Value) -> Value {
    value[name] = changed;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}
