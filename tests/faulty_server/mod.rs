//! A server of shop.yaml. The first segment of a path names the fault that it has for the request, or is `none`.

pub mod items;
pub mod notes;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::serve::ListenerExt;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Value, json};

pub const SECRET: &[u8] = b"a secret of the shop, with more than 32 bytes";

/// A valid token of this user with these scopes.
pub fn token(user: &str, scope: &str) -> String {
    let claims = json!({
        "sub": user, "scope": scope, "aud": "shop", "iss": "https://issuer.example", "exp": 4_000_000_000_u64,
    });
    encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

/// Starts the server and returns its origin. It ends with the process.
pub fn start() -> String {
    serve(axum::Router::new().fallback(|request: Request| async move { respond(&request) }))
}

pub fn serve(router: axum::Router) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            // Else a response in two packets waits for an acknowledgement that is delayed.
            let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
            axum::serve(listener, router).await.unwrap();
        });
    });
    origin
}

struct Call<'r> {
    fault: &'r str,
    path: &'r str,
    query: &'r str,
    headers: &'r HeaderMap,
}

enum Refusal {
    Unauthorized,
    Forbidden,
}

fn respond(request: &Request) -> Response<Body> {
    let whole = request.uri().path().trim_start_matches('/');
    let (fault, path) = whole.split_once('/').unwrap_or((whole, ""));
    let call = Call { fault, path, query: request.uri().query().unwrap_or_default(), headers: request.headers() };
    if fault == "open-head" && request.method() == Method::HEAD {
        return text(StatusCode::OK, "");
    }
    if fault == "override" && request.headers().contains_key("x-http-method-override") {
        return items("alice");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "");
        response.headers_mut().insert("allow", "GET".parse().unwrap());
        return response;
    }
    route(&call)
}

fn route(call: &Call<'_>) -> Response<Body> {
    let is_spelled_open = match call.fault {
        "open-slash" => call.path.ends_with('/'),
        "open-case" => call.path.chars().any(|c| c.is_ascii_uppercase()),
        "open-encoded" => call.path.contains('%') || call.path.starts_with('/'),
        _ => false,
    };
    if is_spelled_open {
        return items("alice");
    }
    match call.path {
        "items" => list(call),
        "admin" => match call.bearer().and_then(|claims| call.scope(&claims, "admin")) {
            Ok(()) => text(StatusCode::OK, "secrets"),
            Err(refusal) => call.refused(&refusal),
        },
        "news" => match (call.key(), call.headers.contains_key("x-key")) {
            _ if call.fault == "guarded-news" && !call.headers.contains_key("x-key") => {
                call.refused(&Refusal::Unauthorized)
            }
            (Err(refusal), true) if call.fault != "wrong-is-anonymous" => call.refused(&refusal),
            _ => text(StatusCode::OK, "news"),
        },
        "health" if call.fault == "guarded-health" => call.refused(&Refusal::Unauthorized),
        "health" => text(StatusCode::OK, "well"),
        path => match path.strip_prefix("items/") {
            Some(id) => item(call, id),
            None => text(StatusCode::NOT_FOUND, ""),
        },
    }
}

fn list(call: &Call<'_>) -> Response<Body> {
    let of = |name: &str| call.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let is_valid = of("color").is_some_and(|color| matches!(color, "red" | "blue"))
        && of("limit").is_none_or(|limit| limit.parse().is_ok_and(|limit: i64| (1..=50).contains(&limit)));
    if call.fault == "values-first" && !is_valid {
        return text(StatusCode::BAD_REQUEST, "");
    }
    let claims = match call.bearer() {
        Ok(claims) => claims,
        Err(_) if call.fault == "ignores-tokens" => json!({ "sub": "alice" }),
        Err(refusal) => return call.refused(&refusal),
    };
    match (is_valid, call.fault) {
        (false, "accepts-invalid") | (true, _) => {}
        (false, "crashes") => {
            return text(StatusCode::INTERNAL_SERVER_ERROR, "Traceback (most recent call last)\n  File");
        }
        (false, _) => return text(StatusCode::BAD_REQUEST, ""),
    }
    match call.fault {
        "undocumented-status" => json_response(StatusCode::NON_AUTHORITATIVE_INFORMATION, &json!([])),
        "undocumented-type" => text(StatusCode::OK, "[]"),
        "wrong-body" => json_response(StatusCode::OK, &json!([{ "id": "a-1", "color": "green" }])),
        "shared-list" => items("alice"),
        "public-cache" => {
            let mut response = items("alice");
            response.headers_mut().insert("cache-control", "public, max-age=60".parse().unwrap());
            response
        }
        "any-origin" => {
            let mut response = items("alice");
            let origin = call.headers.get("origin").cloned();
            response.headers_mut().extend(origin.map(|origin| (ACCESS_CONTROL_ALLOW_ORIGIN, origin)));
            response.headers_mut().insert("access-control-allow-credentials", "true".parse().unwrap());
            response
        }
        "cookie" => {
            let mut response = items("alice");
            response.headers_mut().insert("set-cookie", "session=1; Path=/".parse().unwrap());
            response
        }
        _ => items(claims["sub"].as_str().unwrap_or_default()),
    }
}

fn item(call: &Call<'_>, id: &str) -> Response<Body> {
    let user = match (call.bearer(), call.key()) {
        (Ok(claims), Ok(_)) => claims["sub"].as_str().unwrap_or_default().to_owned(),
        (Ok(_), Err(_)) if call.fault == "half-and" => "alice".to_owned(),
        (Err(refusal), _) | (_, Err(refusal)) => return call.refused(&refusal),
    };
    let owner = match id {
        "a-1" => "alice",
        "b-1" => "bob",
        _ => return text(StatusCode::NOT_FOUND, ""),
    };
    if owner != user && call.fault != "bola" {
        return text(StatusCode::NOT_FOUND, "");
    }
    json_response(StatusCode::OK, &json!({ "id": id, "color": "red" }))
}

fn items(user: &str) -> Response<Body> {
    let id = if user == "bob" { "b-1" } else { "a-1" };
    json_response(StatusCode::OK, &json!([{ "id": id, "color": "red" }]))
}

impl Call<'_> {
    fn key(&self) -> Result<(), Refusal> {
        let mut keys: Vec<&[u8]> = self.headers.get_all("x-key").iter().map(|key| key.as_bytes()).collect();
        if self.fault == "key-in-query"
            && let Some(key) = self.query.split("x-key=").nth(1)
        {
            keys.push(key.as_bytes());
        }
        let is_valid = |key: &[u8]| matches!(key, b"key-alice" | b"key-bob");
        match keys.as_slice() {
            [key] if is_valid(key) || self.fault == "any-key" => Ok(()),
            [first, _] if self.fault == "first-of-two" && is_valid(first) => Ok(()),
            _ => Err(Refusal::Unauthorized),
        }
    }

    /// The claims of the token.
    fn bearer(&self) -> Result<Value, Refusal> {
        let fields: Vec<&str> =
            self.headers.get_all("authorization").iter().filter_map(|field| field.to_str().ok()).collect();
        let [field] = fields.as_slice() else { return Err(Refusal::Unauthorized) };
        let (word, token) = field.split_once(' ').ok_or(Refusal::Unauthorized)?;
        let is_bearer = match self.fault {
            "case-of-bearer" => word == "Bearer",
            "any-word" => true,
            _ => word.eq_ignore_ascii_case("bearer"),
        };
        if !is_bearer {
            return Err(Refusal::Unauthorized);
        }
        self.claims(token).ok_or(Refusal::Unauthorized)
    }

    fn claims(&self, token: &str) -> Option<Value> {
        let part = |index| {
            let bytes = BASE64.decode(token.split('.').nth(index)?).ok()?;
            serde_json::from_slice::<Value>(&bytes).ok()
        };
        let is_none = part(0).and_then(|header| Some(header["alg"].as_str()?.eq_ignore_ascii_case("none")))?;
        let is_unsigned = token.ends_with('.');
        match self.fault {
            "alg-none" if is_none => return part(1),
            "no-signature" if is_unsigned && !is_none => return part(1),
            "any-signature" if !is_unsigned => return part(1),
            "empty-secret" => {
                let mut validation = Validation::new(Algorithm::HS256);
                validation.validate_aud = false;
                let key = DecodingKey::from_secret(b"");
                if let Ok(data) = decode::<Value>(token, &key, &validation) {
                    return Some(data.claims);
                }
            }
            _ => {}
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_nbf = self.fault != "not-yet";
        validation.validate_exp = self.fault != "expired";
        match self.fault {
            "other-audience" => validation.validate_aud = false,
            _ => validation.set_audience(&["shop"]),
        }
        if self.fault != "other-issuer" {
            validation.set_issuer(&["https://issuer.example"]);
        }
        decode::<Value>(token, &DecodingKey::from_secret(SECRET), &validation).ok().map(|data| data.claims)
    }

    fn scope(&self, claims: &Value, scope: &str) -> Result<(), Refusal> {
        let has = claims["scope"].as_str().is_some_and(|scopes| scopes.split(' ').any(|own| own == scope));
        if has || self.fault == "ignores-scopes" { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    fn refused(&self, refusal: &Refusal) -> Response<Body> {
        match refusal {
            Refusal::Forbidden => text(StatusCode::FORBIDDEN, ""),
            Refusal::Unauthorized => {
                let mut response = text(StatusCode::UNAUTHORIZED, "");
                if self.fault != "no-challenge" {
                    response.headers_mut().insert("www-authenticate", "Bearer realm=\"shop\"".parse().unwrap());
                }
                response
            }
        }
    }
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    Response::builder().status(status).header("content-type", "text/plain").body(Body::from(text)).unwrap()
}

fn json_response(status: StatusCode, value: &Value) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(value.to_string().into())
        .unwrap()
}
