//! Serves the documentation of the API: fixed texts, with header fields that keep a page from loading or running anything
//! that is not part of it.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// A text that is served as it is.
#[derive(Debug, Clone, Copy)]
pub struct ServedText {
    /// Its path.
    pub path: &'static str,
    /// `Content-Type`.
    pub media_type: &'static str,
    /// `Content-Security-Policy`.
    pub policy: &'static str,
    /// `ETag`: changes with the text.
    pub tag: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Creates a router for these texts. Methods other than GET and HEAD are refused with 405.
pub fn router(texts: &'static [ServedText]) -> Router {
    let router = Router::new().without_v07_checks();
    texts.iter().fold(router, |router, served| {
        router.route(served.path, get(async |headers: HeaderMap| response(served, &headers)))
    })
}

fn response(served: &'static ServedText, headers: &HeaderMap) -> Response {
    let mut response = match is_current(headers, served.tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => served.text.into_response(),
    };
    let fields = [
        (CONTENT_TYPE, served.media_type),
        (CONTENT_SECURITY_POLICY, served.policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        // Caches ask whether the text is current.
        (CACHE_CONTROL, "no-cache"),
        (ETAG, served.tag),
    ];
    for (name, value) in fields {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the caller has the text with this tag (RFC 9110, section 13.1.2).
fn is_current(headers: &HeaderMap, tag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}
