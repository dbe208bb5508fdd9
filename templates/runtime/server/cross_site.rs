//! Protection against cross-site request forgery. Browsers attach some credentials to every request for a host, even if
//! a page of another site makes it, so these credentials do not prove that the user intended the request.

use axum::http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};

use super::operation::{KeyPlace, SchemeKind};

/// Fetch Metadata Request Headers (W3C), section 2.4.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The schemes of `Authorization` whose credentials browsers store and send automatically: those of RFC 7617, 7616,
/// 4559, 7486, 8120, 7804, 9577 and 9729. Any other scheme is set by the script of a page, which needs the permission
/// of the server (CORS) to send it to another origin.
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

/// The maximum number of characters of a header in a log line.
const MAX_LENGTH: usize = 100;

/// Origins whose pages may make requests with credentials that browsers send automatically, for example
/// `https://app.example.com`. Add it to the extensions of requests, for example with axum's `Extension` layer.
///
/// A page of the API's own origin needs no entry if the browser sends `Sec-Fetch-Site` (all current browsers do, over
/// https), or if `Origin` and `Host` name the same host. Behind a proxy that changes `Host`, add the public origin:
/// `https://api.example.com`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedOrigins(pub Vec<String>);

/// Whether browsers attach the credential of this scheme to requests automatically.
///
/// An API key in `Authorization` is the whole header, so its value decides.
pub fn is_sent_by_browsers(kind: &SchemeKind, request: &Parts) -> bool {
    match kind {
        SchemeKind::ApiKey { place: KeyPlace::Cookie, .. } | SchemeKind::Basic | SchemeKind::MutualTls => true,
        SchemeKind::ApiKey { place: KeyPlace::Header, name } => {
            name.eq_ignore_ascii_case("cookie")
                || name.eq_ignore_ascii_case("authorization")
                    && texts(request, &AUTHORIZATION).any(is_sent_automatically)
        }
        SchemeKind::Http(scheme) => is_sent_automatically(scheme),
        SchemeKind::ApiKey { place: KeyPlace::Query, .. } | SchemeKind::Bearer => false,
    }
}

/// Whether `Authorization` begins with a scheme whose credentials browsers store.
fn is_sent_automatically(authorization: &str) -> bool {
    let scheme = authorization.split_whitespace().next().unwrap_or_default();
    SENT_BY_BROWSERS.iter().any(|kept| scheme.eq_ignore_ascii_case(kept))
}

/// Why the request may be forged by a page of another site; `None` if it is not.
///
/// Safe methods are allowed. So are requests with neither `Sec-Fetch-Site` nor `Origin`: they do not come from a
/// browser, and other clients do not attach credentials automatically.
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

/// Logs a refused credential. The value of `Origin` is logged only if it is an origin, because an API key may be in a
/// header of that name.
pub fn report(operation: &str, scheme: &str, reason: &str, request: &Parts) {
    let cut = |text: &str| text.chars().take(MAX_LENGTH).collect::<String>();
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
        "rejected the credential of a cross-site request; to allow pages of this origin, add it to `TrustedOrigins`"
    );
}

fn texts<'r>(request: &'r Parts, name: &HeaderName) -> impl Iterator<Item = &'r str> {
    request.headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default())
}

/// Whether the origin is that of the requested host. The scheme is not compared: behind a proxy the server does not
/// know the public scheme.
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

/// Scheme and authority of an origin, the authority without the default port; `None` for `null` and any other text that
/// is not an origin.
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
