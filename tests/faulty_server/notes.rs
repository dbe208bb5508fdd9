//! A server of notes.yaml: one note that can be changed. The first segment of a path names its fault, or is `none`.
//! With the fault `new-notes`, it is a server of new/notes.yaml, which has notes with any id.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use super::{SECRET, json_response, text};

/// The largest body that is accepted.
const LARGEST: usize = 64 << 10;

/// The owner of notes that is a secret which no request has.
pub const SECRET_OWNER: &str = "sk-live-4711-of-another-service";

/// The notes by the path with the fault.
static NOTES: Mutex<BTreeMap<String, Value>> = Mutex::new(BTreeMap::new());

/// Starts the server and returns its origin. It ends with the process.
pub fn start() -> String {
    super::serve(axum::Router::new().fallback(respond))
}

/// A note that was changed, by its path with the fault.
pub fn note(path: &str) -> Option<Value> {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
}

async fn respond(request: Request) -> Response<Body> {
    let whole = request.uri().path().trim_start_matches('/').to_owned();
    let (fault, path) = whole.split_once('/').unwrap_or((&whole, ""));
    let is_new = fault == "new-notes";
    if is_new && path == "notes" && *request.method() == Method::POST {
        return json_response(StatusCode::CREATED, &json!({ "id": "n-2" }));
    }
    if path != "notes/n-1" && !(is_new && path.starts_with("notes/")) {
        return problem(fault, StatusCode::NOT_FOUND);
    }
    if !matches!(*request.method(), Method::GET | Method::PUT | Method::HEAD) {
        let mut response = problem(fault, StatusCode::METHOD_NOT_ALLOWED);
        response.headers_mut().insert("allow", "GET, PUT".parse().unwrap());
        return response;
    }
    if !is_authenticated(fault, request.headers()) {
        let mut response = problem(fault, StatusCode::UNAUTHORIZED);
        response.headers_mut().insert("www-authenticate", "Bearer".parse().unwrap());
        return response;
    }
    let owner = owner(fault, request.headers());
    if *request.method() != Method::PUT {
        let unchanged = || json!({ "text": "hello", "owner": owner });
        return json_response(StatusCode::OK, &note(&whole).unwrap_or_else(unchanged));
    }
    let is_json = request.headers().get("content-type").is_some_and(|own| own == "application/json");
    if !is_json && fault != "any-media-type" {
        return problem(fault, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let largest = if fault == "any-size" { usize::MAX } else { LARGEST };
    let Ok(body) = to_bytes(request.into_body(), largest).await else {
        return problem(fault, StatusCode::PAYLOAD_TOO_LARGE);
    };
    let mut value: Value = serde_json::from_slice(&body).unwrap_or_default();
    let is_known = value.as_object().is_some_and(|own| own.keys().all(|key| ["text", "owner"].contains(&key.as_str())));
    if !is_known || value["text"].as_str().is_none_or(|text| text.chars().count() > 100) {
        return problem(fault, StatusCode::BAD_REQUEST);
    }
    let is_writable = matches!(fault, "owner-writable" | "secret-owner" | "token-owner" | "new-notes");
    if !is_writable || value.get("owner").is_none() {
        value["owner"] = owner.into();
    }
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).insert(whole.clone(), value.clone());
    let mut response = json_response(StatusCode::OK, &value);
    if fault != "no-header" {
        response.headers_mut().insert("x-changes", "1".parse().unwrap());
    }
    response
}

/// The owner of a note, unless a request could change it.
fn owner(fault: &str, headers: &HeaderMap) -> String {
    let token = || headers.get("authorization")?.to_str().ok()?.split_once(' ').map(|(_, token)| token);
    match fault {
        "secret-owner" => SECRET_OWNER,
        "token-owner" => token().unwrap_or_default(),
        _ => "alice",
    }
    .to_owned()
}

fn is_authenticated(fault: &str, headers: &HeaderMap) -> bool {
    let fields: Vec<&str> = headers.get_all("authorization").iter().filter_map(|field| field.to_str().ok()).collect();
    let [field] = fields.as_slice() else { return false };
    let Some((word, token)) = field.split_once(' ') else { return false };
    if !word.eq_ignore_ascii_case("bearer") {
        return false;
    }
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["shop"]);
    validation.set_issuer(&["https://issuer.example"]);
    validation.validate_nbf = true;
    if fault == "key-of-token"
        && let Some(jwk) = decode_header(token).ok().and_then(|header| header.jwk)
    {
        validation.algorithms = vec![Algorithm::ES256];
        return DecodingKey::from_jwk(&jwk).is_ok_and(|key| decode::<Value>(token, &key, &validation).is_ok());
    }
    decode::<Value>(token, &DecodingKey::from_secret(SECRET), &validation).is_ok()
}

fn problem(fault: &str, status: StatusCode) -> Response<Body> {
    if fault == "bare-errors" {
        return text(status, "no");
    }
    let body =
        if fault == "other-errors" { json!({ "message": "no" }) } else { json!({ "title": status.to_string() }) };
    let mut response = json_response(status, &body);
    response.headers_mut().insert("content-type", "application/problem+json".parse().unwrap());
    response
}
