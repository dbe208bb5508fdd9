//! A browser sends cookies along whichever page makes it call: a key in a cookie proves nothing when another site's page
//! asked for a change (cross-site request forgery).

use axum::http::Method;
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::request::Parts;

/// Fetch Metadata Request Headers (W3C), section 2.4.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Other origins whose pages may call with cookies, such as `https://app.example.com`: put it into the extensions of
/// requests (axum's `Extension` layer does).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedOrigins(pub Vec<String>);

/// Whether a page of another site makes a call that may change something. A caller that is no browser sends neither of
/// the headers that tell, and has no cookies but its own.
pub fn is_forgeable(request: &Parts) -> bool {
    if matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE) {
        return false;
    }
    let texts = |name: &HeaderName| request.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
    if texts(&ORIGIN).any(|origin| is_trusted(request, origin)) && texts(&ORIGIN).count() == 1 {
        return false;
    }
    if texts(&SEC_FETCH_SITE).next().is_some() {
        return !texts(&SEC_FETCH_SITE).all(|site| matches!(site, "same-origin" | "none"));
    }
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok()).or_else(|| request.uri.authority().map(|host| host.as_str()));
    let is_own = |origin: &str| origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
    !texts(&ORIGIN).all(is_own)
}

fn is_trusted(request: &Parts, origin: &str) -> bool {
    request.extensions.get::<TrustedOrigins>().is_some_and(|trusted| trusted.0.iter().any(|own| own == origin))
}
