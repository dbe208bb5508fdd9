//! What a careful person writes by hand: the checks of the generated server with axum alone, each in an extractor, and types with serde's derives.

pub mod pets;

use std::collections::HashMap;
use std::sync::Arc;

use argon2::password_hash::PasswordVerifier;
use argon2::{Argon2, PasswordHash};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the checks need.
#[derive(Clone)]
pub struct Checks(Arc<Held>);

struct Held {
    token_key: DecodingKey,
    validation: Validation,
    keys: HashMap<[u8; 32], String>,
    users: HashMap<String, String>,
}

impl Checks {
    /// Checks for tokens by this key and rule, for one API key and its owner, and for one user with an argon2id hash.
    pub fn new(token_key: DecodingKey, validation: Validation, key: (&str, &str), user: (&str, &str)) -> Self {
        let keys = HashMap::from([(Sha256::digest(key.0).into(), key.1.to_owned())]);
        let users = HashMap::from([(user.0.to_owned(), user.1.to_owned())]);
        Self(Arc::new(Held { token_key, validation, keys, users }))
    }
}

/// The response of every function.
#[derive(Debug, Serialize)]
pub struct Caller {
    principal: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    scope: String,
}

struct Token(String);
struct Key(String);
struct User(String);

type Refusal = StatusCode;
const REFUSED: Refusal = StatusCode::UNAUTHORIZED;

fn credentials<'h>(headers: &'h HeaderMap, scheme: &str) -> Result<&'h str, Refusal> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or(REFUSED)?;
    text.strip_prefix(scheme).and_then(|text| text.strip_prefix(' ')).ok_or(REFUSED)
}

impl FromRequestParts<Checks> for Token {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, Checks(held): &Checks) -> Result<Self, Refusal> {
        let text = credentials(&parts.headers, "Bearer")?;
        let token = decode::<Claims>(text, &held.token_key, &held.validation).map_err(|_| REFUSED)?;
        let is_covered = token.claims.scope.split(' ').any(|scope| scope == "read");
        if is_covered { Ok(Self(token.claims.sub)) } else { Err(StatusCode::FORBIDDEN) }
    }
}

impl FromRequestParts<Checks> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, Checks(held): &Checks) -> Result<Self, Refusal> {
        let key = parts.headers.get("x-api-key").ok_or(REFUSED)?;
        // Hashes are compared, so the time does not depend on the key.
        let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        held.keys.get(&hash).cloned().map(Self).ok_or(REFUSED)
    }
}

impl FromRequestParts<Checks> for User {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, Checks(held): &Checks) -> Result<Self, Refusal> {
        let text = STANDARD.decode(credentials(&parts.headers, "Basic")?).map_err(|_| REFUSED)?;
        let text = String::from_utf8(text).map_err(|_| REFUSED)?;
        let (user, password) = text.split_once(':').ok_or(REFUSED)?;
        let (user, password) = (user.to_owned(), password.to_owned());
        let hash = held.users.get(&user).ok_or(REFUSED)?.clone();
        let verified = tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| REFUSED)?;
            Argon2::default().verify_password(password.as_bytes(), &hash).map_err(|_| REFUSED)
        });
        verified.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)??;
        Ok(Self(user))
    }
}

/// The server.
pub fn router(checks: Checks) -> Router {
    Router::new()
        .route("/oauth", get(async |Token(subject): Token| Json(Caller { principal: format!("oauth:{subject}") })))
        .route("/header-key", get(async |Key(owner): Key| Json(Caller { principal: format!("headerKey:{owner}") })))
        .route("/basic", get(async |User(user): User| Json(Caller { principal: format!("login:{user}") })))
        .route("/open", get(async |State(_): State<Checks>| Json(Caller { principal: "nobody".to_owned() })))
        .with_state(checks)
}
