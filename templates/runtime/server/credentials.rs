//! Reads the credentials of a request: each scheme of the operation is looked up once, in the place that the document
//! declares.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::auth::{Evidence, Outcome};
use super::cross_site::{forgery, is_sent_by_browsers, report};
use super::form_read::decoded;
use super::header_text::{decode, is_token68, trim};
use super::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};
use super::parameter::Place;
use super::parameter_read::cookies;

/// A bearer token (RFC 6750).
#[derive(Clone, Copy)]
pub struct Bearer<'a> {
    /// The token.
    pub token: &'a str,
}

/// An API key.
#[derive(Clone, Copy)]
pub struct ApiKey<'a> {
    /// The key.
    pub key: &'a str,
    /// The request, for keys that are signatures over it.
    pub request: &'a Parts,
}

/// A user name and a password (RFC 7617).
#[derive(Clone, Copy)]
pub struct Basic<'a> {
    /// The user name.
    pub user: &'a str,
    /// The password.
    pub password: &'a str,
}

/// The credentials of any other scheme of the `Authorization` header.
#[derive(Clone, Copy)]
pub struct HttpCredentials<'a> {
    /// The text after the name of the scheme.
    pub value: &'a str,
    /// The request, for credentials that are signatures over it.
    pub request: &'a Parts,
}

/// The verified client certificate of the connection.
#[derive(Clone, Copy)]
pub struct PeerCertificate<'a> {
    /// The certificate in DER.
    pub der: &'a [u8],
}

/// The verified client certificate of a connection. The listener adds it to the extensions of each request. It is never
/// read from a header.
#[derive(Clone)]
pub struct VerifiedCertificate(pub Arc<[u8]>);

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

redacted!(Bearer, ApiKey, Basic, HttpCredentials, PeerCertificate);

/// The credential found in the place of one scheme.
enum Found<'r> {
    Absent,
    Malformed,
    Text(Cow<'r, str>),
    Login(String, String),
    Certificate(Arc<[u8]>),
    /// A credential that a page of another site may have made the browser send.
    Forgeable,
}

impl Found<'_> {
    fn into_owned<'o>(self) -> Found<'o> {
        match self {
            Self::Absent => Found::Absent,
            Self::Malformed => Found::Malformed,
            Self::Text(text) => Found::Text(Cow::Owned(text.into_owned())),
            Self::Login(user, password) => Found::Login(user, password),
            Self::Certificate(der) => Found::Certificate(der),
            Self::Forgeable => Found::Forgeable,
        }
    }
}

/// The credentials of a request for the schemes of its operation.
pub struct Credentials<'c> {
    operation: &'static Operation,
    schemes: &'static [Scheme],
    request: &'c Parts,
    found: Vec<(usize, Found<'c>)>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl<'c> Credentials<'c> {
    /// Looks up the credentials of each scheme that the operation uses.
    pub fn of(operation: &'static Operation, schemes: &'static [Scheme], request: &'c Parts) -> Self {
        let mut found: Vec<(usize, Found<'c>)> = Vec::new();
        for SchemeUse { scheme, .. } in uses(operation) {
            if !found.iter().any(|(other, _)| other == scheme) {
                found.push((*scheme, presented(operation, schemes, *scheme, request)));
            }
        }
        Self { operation, schemes, request, found }
    }

    /// The evidence before any verifier has run.
    pub fn evidence(&self) -> Evidence {
        let outcome = |found: &Found<'_>| match found {
            Found::Absent => Outcome::Absent,
            Found::Malformed => Outcome::Malformed,
            Found::Forgeable => Outcome::Invalid("cross-site request"),
            // Until the verifier has returned its verdict.
            Found::Text(_) | Found::Login(..) | Found::Certificate(_) => Outcome::Unavailable,
        };
        let outcomes = self.found.iter().map(|(scheme, found)| (*scheme, outcome(found))).collect();
        Evidence::new(self.operation, self.schemes, outcomes)
    }

    fn text(&self, scheme: usize) -> Option<&str> {
        self.found.iter().find_map(|(at, found)| match found {
            Found::Text(text) if *at == scheme => Some(&**text),
            _ => None,
        })
    }

    /// The bearer token of this scheme.
    pub fn bearer(&self, scheme: usize) -> Option<Bearer<'_>> {
        self.text(scheme).map(|token| Bearer { token })
    }

    /// The API key of this scheme.
    pub fn api_key(&self, scheme: usize) -> Option<ApiKey<'_>> {
        self.text(scheme).map(|key| ApiKey { key, request: self.request })
    }

    /// The login of this scheme.
    pub fn basic(&self, scheme: usize) -> Option<Basic<'_>> {
        self.found.iter().find_map(|(at, found)| match found {
            Found::Login(user, password) if *at == scheme => Some(Basic { user, password }),
            _ => None,
        })
    }

    /// The credentials of this HTTP authentication scheme.
    pub fn http(&self, scheme: usize) -> Option<HttpCredentials<'_>> {
        self.text(scheme).map(|value| HttpCredentials { value, request: self.request })
    }

    /// The certificate of the connection.
    pub fn peer_certificate(&self, scheme: usize) -> Option<PeerCertificate<'_>> {
        self.found.iter().find_map(|(at, found)| match found {
            Found::Certificate(der) if *at == scheme => Some(PeerCertificate { der }),
            _ => None,
        })
    }
}

fn uses(operation: &'static Operation) -> impl Iterator<Item = &'static SchemeUse> {
    let any_of = match &operation.access {
        Access::Guarded { any_of, .. } => *any_of,
        Access::Open => &[],
    };
    any_of.iter().copied().flatten()
}

/// The credential in the place of a scheme, unless it cannot be trusted in this request.
fn presented<'r>(operation: &'static Operation, schemes: &[Scheme], scheme: usize, request: &'r Parts) -> Found<'r> {
    let Scheme { name, kind } = &schemes[scheme];
    let found = find(kind, request);
    if matches!(found, Found::Absent) {
        return found;
    }
    if is_sent_by_browsers(kind, request)
        && let Some(reason) = forgery(request)
    {
        report(operation.id, name, reason, request);
        return Found::Forgeable;
    }
    if matches!(kind, SchemeKind::Bearer) && has_token_in_query(operation, schemes, request) {
        return Found::Malformed;
    }
    found
}

/// Whether the query also carries a bearer token (RFC 6750, section 2.3): a client must use only one method (section
/// 2). The document may declare a parameter or an API key of this name, which is not a token.
fn has_token_in_query(operation: &'static Operation, schemes: &[Scheme], request: &Parts) -> bool {
    const NAME: &str = "access_token";
    let is_key = |own: &SchemeUse| matches!(schemes[own.scheme].kind, SchemeKind::ApiKey { place: KeyPlace::Query, name } if name == NAME);
    let is_declared = operation.parameters.iter().any(|own| own.place == Place::Query && own.name == NAME);
    !is_declared && !uses(operation).any(is_key) && !matches!(query_key(request, NAME), Found::Absent)
}

fn find<'r>(kind: &SchemeKind, request: &'r Parts) -> Found<'r> {
    match kind {
        SchemeKind::ApiKey { place: KeyPlace::Header, name } => match one_header(request, name) {
            Header::Absent => Found::Absent,
            Header::Malformed => Found::Malformed,
            Header::One(Cow::Borrowed(text)) => key(trim(text)),
            Header::One(Cow::Owned(text)) => key(trim(&text).to_owned()),
        },
        SchemeKind::ApiKey { place: KeyPlace::Query, name } => query_key(request, name),
        SchemeKind::ApiKey { place: KeyPlace::Cookie, name } => cookie_key(request, name),
        SchemeKind::Basic => authorization(request, "Basic", login),
        SchemeKind::Bearer => authorization(request, "Bearer", token),
        SchemeKind::Http(scheme) => authorization(request, scheme, |value| key(value)),
        SchemeKind::MutualTls => match request.extensions.get::<VerifiedCertificate>() {
            Some(certificate) => Found::Certificate(Arc::clone(&certificate.0)),
            None => Found::Absent,
        },
    }
}

enum Header<'r> {
    Absent,
    Malformed,
    One(Cow<'r, str>),
}

/// The header of a credential may occur only once: if two readers of the request took different values, a check could
/// be bypassed.
fn one_header<'r>(request: &'r Parts, name: &str) -> Header<'r> {
    let mut values = request.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Header::Absent,
        (Some(value), None) => Header::One(decode(value.as_bytes())),
        (Some(_), Some(_)) => Header::Malformed,
    }
}

fn key<'r>(text: impl Into<Cow<'r, str>>) -> Found<'r> {
    let text = text.into();
    if text.is_empty() { Found::Malformed } else { Found::Text(text) }
}

fn query_key<'r>(request: &'r Parts, name: &str) -> Found<'r> {
    let mut found = Found::Absent;
    for pair in request.uri.query().unwrap_or_default().split('&') {
        let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
        if !decoded(raw_name).is_ok_and(|decoded| decoded == name) {
            continue;
        }
        match (&found, decoded(raw_value)) {
            (Found::Absent, Ok(value)) => found = key(value),
            _ => return Found::Malformed,
        }
    }
    found
}

fn cookie_key<'r>(request: &'r Parts, name: &str) -> Found<'r> {
    let mut found = Found::Absent;
    for pair in cookies(&request.headers) {
        let pair = trim(&pair);
        let (own, value) = pair.split_once('=').unwrap_or((pair, ""));
        if own != name {
            continue;
        }
        if !matches!(found, Found::Absent) {
            return Found::Malformed;
        }
        found = key(value.to_owned());
    }
    found
}

/// Reads the `Authorization` header if it has this scheme (RFC 9110, section 11.6.2). A header with a different scheme
/// counts as absent.
fn authorization<'r>(request: &'r Parts, scheme: &str, read: for<'t> fn(&'t str) -> Found<'t>) -> Found<'r> {
    match one_header(request, AUTHORIZATION.as_str()) {
        Header::Absent => Found::Absent,
        Header::Malformed => Found::Malformed,
        Header::One(Cow::Borrowed(text)) => of_scheme(text, scheme, read),
        Header::One(Cow::Owned(text)) => of_scheme(&text, scheme, read).into_owned(),
    }
}

fn of_scheme<'t>(text: &'t str, scheme: &str, read: for<'v> fn(&'v str) -> Found<'v>) -> Found<'t> {
    let text = trim(text);
    let (name, value) = text.split_once(' ').unwrap_or((text, ""));
    if name.eq_ignore_ascii_case(scheme) { read(value.trim_start_matches(' ')) } else { Found::Absent }
}

fn token(value: &str) -> Found<'_> {
    if is_token68(value) { Found::Text(Cow::Borrowed(value)) } else { Found::Malformed }
}

/// The syntax of RFC 7617, section 2: base64 with padding, UTF-8, user and password separated by the first colon. Either
/// may be empty, but not contain control characters.
fn login(value: &str) -> Found<'_> {
    let text = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match text.as_deref().and_then(|text| text.split_once(':')) {
        Some((user, password)) if !has_control(user) && !has_control(password) => {
            Found::Login(user.to_owned(), password.to_owned())
        }
        _ => Found::Malformed,
    }
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}
