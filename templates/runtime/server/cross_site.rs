//! Protection against cross-site request forgery: browsers add some credentials to every request for a host, whichever
//! page makes it, so these prove nothing when the page of another site asks for a change.

use axum::http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};

use super::operation::{KeyPlace, SchemeKind};

/// Fetch Metadata Request Headers (W3C), section 2.4.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The schemes of `Authorization` whose credentials a browser keeps and sends by itself: those of RFC 7617, 7616, 4559,
/// 7486, 8120, 7804, 9577 and 9729. Any other scheme is set by the code of a page, which needs the consent of the server
/// (CORS) to send it to another origin.
const SENT_BY_BROWSERS: [&str; 10] = [
    "basic",
    "concealed",
    "digest",
    "hoba",
    "mutual",
    "negotiate",
    "ntlm",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
];

/// The most characters of a header that a log line repeats.
const LONGEST: usize = 100;

/// Origins whose pages may call with credentials that browsers send by themselves, such as `https://app.example.com`: put
/// it into the extensions of requests (axum's `Extension` layer does).
///
/// A page of the API's own origin needs no entry where the browser sends `Sec-Fetch-Site` (all current ones do, over
/// https), or where `Origin` and `Host` name the same host. Behind a proxy that changes `Host`, add the origin that
/// browsers see: `https://api.example.com`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedOrigins(pub Vec<String>);

/// Whether browsers add the credential of this scheme to requests by themselves.
///
/// An API key in the header `Authorization` is the whole header, so its value decides.
pub fn is_sent_by_browsers(kind: &SchemeKind, request: &Parts) -> bool {
    match kind {
        SchemeKind::ApiKey { place: KeyPlace::Cookie, .. } | SchemeKind::Basic | SchemeKind::MutualTls => true,
        SchemeKind::ApiKey { place: KeyPlace::Header, name } => {
            name.eq_ignore_ascii_case("cookie")
                || name.eq_ignore_ascii_case("authorization") && texts(request, &AUTHORIZATION).any(is_kept)
        }
        SchemeKind::Http(scheme) => is_kept(scheme),
        SchemeKind::ApiKey { place: KeyPlace::Query, .. } | SchemeKind::Bearer => false,
    }
}

/// Whether `Authorization` begins with a scheme whose credentials browsers keep.
fn is_kept(authorization: &str) -> bool {
    let scheme = authorization.split_whitespace().next().unwrap_or_default();
    SENT_BY_BROWSERS.iter().any(|kept| scheme.eq_ignore_ascii_case(kept))
}

/// Why this request may be one that the page of another site makes in the name of its visitor; `None` if it is not.
///
/// Requests without side effects (safe methods) pass. So do requests with neither `Sec-Fetch-Site` nor `Origin`: they do
/// not come from a browser, and nobody else sends credentials without being asked to.
pub fn forgery(request: &Parts) -> Option<&'static str> {
    if matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE) {
        return None;
    }
    let mut origins = texts(request, &ORIGIN);
    if let (Some(origin), None) = (origins.next(), origins.next())
        && is_trusted(request, origin)
    {
        return None;
    }
    if texts(request, &SEC_FETCH_SITE).next().is_some() {
        let is_own = texts(request, &SEC_FETCH_SITE).all(|site| matches!(site, "same-origin" | "none"));
        return (!is_own).then_some("`Sec-Fetch-Site` is neither `same-origin` nor `none`");
    }
    let is_own = texts(request, &ORIGIN).all(|origin| is_own(request, origin));
    (!is_own).then_some("`Origin` does not name the host of the request")
}

/// Reports a refusal to the log. It repeats an `Origin` only if it is one: an API key may have that name.
pub fn report(operation: &str, scheme: &str, reason: &str, request: &Parts) {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let host = request.headers.get(HOST).map(HeaderValue::as_bytes).unwrap_or_default();
    let origin = match texts(request, &ORIGIN).next() {
        Some(origin) if origin == "null" || parts(origin).is_some() => origin,
        Some(_) => "…",
        None => "",
    };
    tracing::warn!(
        operation,
        scheme,
        reason,
        origin = ?cut(origin),
        host = ?cut(&String::from_utf8_lossy(host)),
        "refused a credential of a cross-site request; if pages of this origin may call, add it to `TrustedOrigins`"
    );
}

fn texts<'r>(request: &'r Parts, name: &HeaderName) -> impl Iterator<Item = &'r str> {
    request.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default())
}

/// Whether the origin is that of the host that was asked. The scheme is not compared: behind a proxy the server does not
/// know its own.
fn is_own(request: &Parts, origin: &str) -> bool {
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri.authority().map(|authority| authority.as_str())).unwrap_or_default();
    parts(origin).is_some_and(|(scheme, authority)| authority.eq_ignore_ascii_case(without_default_port(scheme, host)))
}

fn is_trusted(request: &Parts, origin: &str) -> bool {
    let Some((scheme, authority)) = parts(origin) else { return false };
    let is_same = |trusted: &String| {
        let trusted = parts(trusted.strip_suffix('/').unwrap_or(trusted));
        trusted.is_some_and(|(own_scheme, own_authority)| {
            own_scheme.eq_ignore_ascii_case(scheme) && own_authority.eq_ignore_ascii_case(authority)
        })
    };
    request.extensions.get::<TrustedOrigins>().is_some_and(|trusted| trusted.0.iter().any(is_same))
}

/// Scheme and authority of an origin, the authority without the default port; `None` for `null` and whatever else is not
/// an origin.
fn parts(origin: &str) -> Option<(&str, &str)> {
    let (scheme, authority) = origin.split_once("://")?;
    let authority = without_default_port(scheme, authority);
    (!scheme.is_empty() && !authority.is_empty()).then_some((scheme, authority))
}

fn without_default_port<'a>(scheme: &str, authority: &'a str) -> &'a str {
    let port = match scheme.to_ascii_lowercase().as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return authority,
    };
    authority.strip_suffix(port).unwrap_or(authority)
}
