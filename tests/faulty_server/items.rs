//! A server of items.yaml. The first segment of a path names its fault, or is `none`.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use super::{SECRET, json_response, text};

/// The key of `X-API-Key`.
pub const KEY: &str = "key-of-alice";

/// The last id and the ids of the items, by the fault.
static ITEMS: Mutex<BTreeMap<String, (u32, Vec<u32>)>> = Mutex::new(BTreeMap::new());

/// Starts the server and returns its origin. It ends with the process.
pub fn start() -> String {
    super::serve(axum::Router::new().fallback(|request: Request| async move { respond(&request) }))
}

/// The items of the server with this fault.
pub fn remaining(fault: &str) -> Vec<u32> {
    let items = ITEMS.lock().unwrap_or_else(PoisonError::into_inner);
    items.get(fault).map(|(_, ids)| ids.clone()).unwrap_or_default()
}

fn respond(request: &Request) -> Response<Body> {
    let whole = request.uri().path().trim_start_matches('/');
    let (fault, path) = whole.split_once('/').unwrap_or((whole, ""));
    let origin = request.headers().get("origin");
    if fault == "own-origin" && origin.is_some() {
        return text(StatusCode::FORBIDDEN, "");
    }
    match (request.method(), path) {
        (&Method::GET | &Method::HEAD, _) | (&Method::POST, "items") => {}
        (&Method::DELETE, _) if path.starts_with("items/") => {}
        _ => return allowing("GET, HEAD"),
    }
    let is_public = path == "health"
        || fault == "open-delete" && *request.method() == Method::DELETE
        || matches!(fault, "open-get" | "closes") && path.starts_with("items/") && *request.method() == Method::GET;
    if !is_public && !is_allowed(fault, path, request) {
        if fault == "closes" {
            // The connection is closed without a response.
            resume_unwind(Box::new(()));
        }
        let mut response = text(StatusCode::UNAUTHORIZED, "");
        let challenge = if path == "keyed" { "ApiKey" } else { "Bearer" };
        response.headers_mut().insert("www-authenticate", challenge.parse().unwrap());
        return response;
    }
    served(fault, path, request.method())
}

fn served(fault: &str, path: &str, method: &Method) -> Response<Body> {
    let mut items = ITEMS.lock().unwrap_or_else(PoisonError::into_inner);
    let (last, ids) = items.entry(fault.to_owned()).or_insert((1, vec![1]));
    let item = |id: u32| json!({ "id": id.to_string() });
    match (method, path) {
        (&Method::POST, _) => {
            *last += 1;
            ids.push(*last);
            json_response(StatusCode::CREATED, &item(*last))
        }
        (_, "items") => json_response(StatusCode::OK, &ids.iter().map(|id| item(*id)).collect::<Value>()),
        (_, "report") => {
            *last += 1;
            Response::builder().header("content-type", "text/csv").body(format!("call\n{last}\n").into()).unwrap()
        }
        (_, "health" | "keyed" | "scoped" | "optional") => text(StatusCode::NO_CONTENT, ""),
        (_, path) => {
            let id = path.strip_prefix("items/").and_then(|id| id.parse().ok()).filter(|id| ids.contains(id));
            let Some(id) = id else { return text(StatusCode::NOT_FOUND, "") };
            if *method != Method::DELETE {
                return json_response(StatusCode::OK, &item(id));
            }
            ids.retain(|other| *other != id);
            text(StatusCode::NO_CONTENT, "")
        }
    }
}

fn is_allowed(fault: &str, path: &str, request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let pair =
        |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
    let has_key = || {
        let in_query = pair("X-API-Key").filter(|_| fault == "key-in-query");
        one(request.headers(), "x-api-key").map(str::to_owned).or(in_query).is_some_and(|key| key == KEY)
    };
    if matches!(path, "keyed" | "optional") {
        return has_key();
    }
    let in_header = || {
        let (word, token) = one(request.headers(), "authorization")?.split_once(' ')?;
        word.eq_ignore_ascii_case("bearer").then(|| token.to_owned())
    };
    let in_query = || pair("access_token").filter(|_| fault == "token-in-query" && path == "report");
    let Some(claims) = in_header().or_else(in_query).and_then(|token| claims(&token)) else { return false };
    let scopes = claims["scope"].as_str().unwrap_or_default();
    path != "scoped" || scopes.split(' ').any(|scope| matches!(scope, "read" | "admin"))
}

/// The value of a field that occurs once.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next().filter(|_| all.next().is_none())?;
    first.to_str().ok()
}

fn claims(token: &str) -> Option<Value> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["shop"]);
    validation.set_issuer(&["https://issuer.example"]);
    validation.validate_nbf = true;
    decode::<Value>(token, &DecodingKey::from_secret(SECRET), &validation).ok().map(|token| token.claims)
}

fn allowing(methods: &'static str) -> Response<Body> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "");
    response.headers_mut().insert("allow", methods.parse().unwrap());
    response
}
