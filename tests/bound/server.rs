//! A server whose tokens are bound to keys. The first segment of a path names the fault that it has, or is `none`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::{HeaderMap, HeaderValue, Method, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use keystub_client_runtime::dpop::DpopKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::faulty_server::serve;

const SECRET: &[u8] = b"a secret of the pets, with more than 32 bytes";
const NONCE: &str = "nonce-of-the-server";

/// A valid token of this key.
pub fn token(key: &DpopKey) -> String {
    let claims = json!({
        "sub": "ann", "aud": "pets", "iss": "https://issuer.example", "exp": 4_000_000_000_u64,
        "cnf": { "jkt": key.thumbprint() },
    });
    encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

/// The ids of proofs that were accepted, by the fault.
type Used = Arc<Mutex<BTreeSet<(String, String)>>>;

/// Starts the server and returns its origin. It ends with the process.
pub fn start() -> String {
    let used = Used::default();
    serve(axum::Router::new().fallback(move |request: Request| {
        let used = Arc::clone(&used);
        async move { respond(&request, &used) }
    }))
}

fn response(status: u16, body: &str) -> Response<Body> {
    let builder = Response::builder().status(status).header("content-type", "application/json");
    builder.body(Body::from(body.to_owned())).unwrap()
}

fn respond(request: &Request, used: &Used) -> Response<Body> {
    let path = request.uri().path();
    let (fault, rest) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
    if rest != "pets" {
        return response(404, "");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused = response(405, "");
        refused.headers_mut().insert("allow", HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    let host = request.headers()[HOST].to_str().unwrap();
    let call = Call { fault, method: request.method().as_str(), host, path, headers: request.headers(), used };
    match call.check() {
        Ok(()) => response(200, r#"["Rex"]"#),
        Err(error) => {
            let mut refused = response(401, "");
            let challenge = format!(r#"DPoP algs="ES256", error="{error}""#);
            refused.headers_mut().insert("www-authenticate", challenge.try_into().unwrap());
            if fault == "nonce" {
                refused.headers_mut().insert("dpop-nonce", HeaderValue::from_static(NONCE));
            }
            refused
        }
    }
}

/// A request.
struct Call<'r> {
    fault: &'r str,
    method: &'r str,
    host: &'r str,
    path: &'r str,
    headers: &'r HeaderMap,
    used: &'r Used,
}

impl Call<'_> {
    fn check(&self) -> Result<(), &'static str> {
        let mut fields = self.headers.get_all(AUTHORIZATION).iter();
        let (Some(field), None) = (fields.next(), fields.next()) else { return Err("invalid_token") };
        let (word, token) = field.to_str().ok().and_then(|field| field.split_once(' ')).ok_or("invalid_token")?;
        let claims = claims(token).ok_or("invalid_token")?;
        if word.eq_ignore_ascii_case("bearer") && self.fault == "as-bearer" {
            return Ok(());
        }
        if !word.eq_ignore_ascii_case("dpop") {
            return Err("invalid_token");
        }
        let proofs: Vec<&str> = self.headers.get_all("dpop").iter().filter_map(|proof| proof.to_str().ok()).collect();
        match proofs.as_slice() {
            [] if self.fault == "no-proof" => Ok(()),
            [proof] => self.proof(proof, token, &claims),
            [proof, _] if self.fault == "first-of-two" => self.proof(proof, token, &claims),
            _ => Err("invalid_dpop_proof"),
        }
    }

    fn proof(&self, text: &str, token: &str, claims: &Value) -> Result<(), &'static str> {
        let (header, own) = signed(text, self.fault).ok_or("invalid_dpop_proof")?;
        let kept = |fault: &str, is_kept: bool| {
            if is_kept || self.fault == fault { Ok(()) } else { Err("invalid_dpop_proof") }
        };
        kept("any-type", header["typ"] == "dpop+jwt")?;
        kept("any-method", own["htm"] == self.method)?;
        let url: axum::http::Uri = own["htu"].as_str().and_then(|url| url.parse().ok()).ok_or("invalid_dpop_proof")?;
        kept("any-host", url.authority().is_some_and(|host| host.as_str() == self.host))?;
        kept("any-path", url.path() == self.path)?;
        kept("any-token", own["ath"] == hash(token))?;
        kept("any-key", claims["cnf"]["jkt"] == thumbprint(&header["jwk"]))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        kept("old", own["iat"].as_u64().is_some_and(|issued| now.abs_diff(issued) < 60))?;
        if self.fault == "nonce" && own["nonce"] != NONCE {
            return Err("use_dpop_nonce");
        }
        let id = (self.fault.to_owned(), own["jti"].to_string());
        kept("replay", self.used.lock().unwrap().insert(id))
    }
}

fn claims(token: &str) -> Option<Value> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["pets"]);
    validation.set_issuer(&["https://issuer.example"]);
    decode::<Value>(token, &DecodingKey::from_secret(SECRET), &validation).ok().map(|token| token.claims)
}

/// The header and the claims of a proof with a valid signature.
fn signed(text: &str, fault: &str) -> Option<(Value, Value)> {
    let mut parts = text.split('.');
    let mut part = || serde_json::from_slice::<Value>(&BASE64.decode(parts.next()?).ok()?).ok();
    let (header, claims) = (part()?, part()?);
    let (message, signature) = text.rsplit_once('.')?;
    let key = serde_json::from_value(header["jwk"].clone()).ok()?;
    let is_valid = || {
        let key = DecodingKey::from_jwk(&key).unwrap();
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::ES256).unwrap_or(false)
    };
    let is_accepted = match fault {
        "any-signature" => header["alg"] == "ES256",
        "unsigned" => header["alg"] == "none" || is_valid(),
        _ => header["alg"] == "ES256" && is_valid(),
    };
    is_accepted.then_some((header, claims))
}

fn hash(text: &str) -> String {
    BASE64.encode(Sha256::digest(text))
}

fn thumbprint(jwk: &Value) -> String {
    let text = |name: &str| jwk[name].as_str().unwrap_or_default();
    let (x, y) = (text("x"), text("y"));
    hash(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#))
}
