//! The parameters of requests to the issuer, and its errors (RFC 6749, sections 3.2 and 5.2).

use keystub_server_runtime as rt;

use rt::axum::body::Body;
use rt::axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use rt::axum::http::{HeaderValue, StatusCode};
use rt::axum::response::Response;
use rt::form_read::pairs;
use serde_json::{Value, json};

/// The parameters of a query or form. None occurs twice, and one without a value counts as absent (section 3.1).
#[derive(Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn read(text: &str) -> Result<Self, OAuthError> {
        let pairs = pairs(text).map_err(|error| OAuthError::invalid_request(error.to_string()))?;
        for (at, (name, _)) in pairs.iter().enumerate() {
            if pairs[..at].iter().any(|(other, _)| other == name) {
                return Err(OAuthError::invalid_request(format!("`{name}` occurs twice")));
            }
        }
        Ok(Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name).ok_or_else(|| OAuthError::invalid_request(format!("`{name}` is missing")))
    }
}

/// An error of an endpoint.
#[derive(Debug)]
pub(super) struct OAuthError {
    /// The code of the specification.
    pub code: &'static str,
    pub description: String,
}

impl OAuthError {
    pub fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self { code, description: description.into() }
    }

    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    pub fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new("invalid_grant", description)
    }

    pub fn response(self) -> Response {
        let is_client = self.code == "invalid_client";
        let status = if is_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        let mut response = json(status, &json!({ "error": self.code, "error_description": self.description }));
        if is_client {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"keystub mock\""));
        }
        response
    }
}

/// A JSON response that is not stored.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
