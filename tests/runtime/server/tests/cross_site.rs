//! Cross-site requests: credentials that browsers send automatically are rejected if a page of another site makes an
//! unsafe request. Other credentials and callers are not affected.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use runtime_server::runtime::auth::{Denial, Granted};
use runtime_server::runtime::credentials::{Credentials, VerifiedCertificate};
use runtime_server::runtime::cross_site::TrustedOrigins;
use runtime_server::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};

const fn key(place: KeyPlace, name: &'static str) -> SchemeKind {
    SchemeKind::ApiKey { place, name }
}

/// A kind of credential, a header with it, and whether browsers send it automatically.
type Row = (SchemeKind, &'static str, &'static str, bool);

const KINDS: &[Row] = &[
    (key(KeyPlace::Cookie, "sid"), "cookie", "sid=canary", true),
    (key(KeyPlace::Header, "Cookie"), "cookie", "canary", true),
    (key(KeyPlace::Header, "cookie"), "cookie", "canary", true),
    (SchemeKind::Basic, "authorization", "Basic dTpjYW5hcnk=", true),
    (SchemeKind::Http("Digest"), "authorization", "Digest username=\"canary\"", true),
    (SchemeKind::Http("negotiate"), "authorization", "Negotiate canary", true),
    (SchemeKind::Http("NTLM"), "authorization", "NTLM canary", true),
    (SchemeKind::MutualTls, "x-none", "", true),
    (key(KeyPlace::Header, "Authorization"), "authorization", "Basic dTpjYW5hcnk=", true),
    (key(KeyPlace::Header, "Authorization"), "authorization", "digest canary", true),
    (key(KeyPlace::Header, "Authorization"), "authorization", "canary", false),
    (key(KeyPlace::Header, "Authorization"), "authorization", "Token canary", false),
    (key(KeyPlace::Header, "X-Key"), "x-key", "Basic canary", false),
    (key(KeyPlace::Query, "key"), "x-none", "", false),
    (SchemeKind::Bearer, "authorization", "Bearer canary", false),
    (SchemeKind::Http("Hawk"), "authorization", "Hawk canary", false),
];

fn leak<T>(item: T) -> &'static T {
    Box::leak(Box::new(item))
}

fn request(method: &str, kind: &Row, more: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri("/x?key=canary").header("host", "api.example.com");
    for (name, value) in [(kind.1, kind.2)].iter().chain(more) {
        request = request.header(*name, *value);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    if kind.0 == SchemeKind::MutualTls {
        parts.extensions.insert(VerifiedCertificate(Arc::from(&b"canary"[..])));
    }
    parts.extensions.insert(TrustedOrigins(
        ["https://APP.example.com/", "https://shop.example.com:443", "null", "evil.example"]
            .map(str::to_owned)
            .to_vec(),
    ));
    parts
}

/// Whether a request is allowed if its only scheme grants every credential.
fn decided(kind: &Row, parts: &Parts) -> Result<(), Denial> {
    let schemes: &'static [Scheme] = leak([Scheme { name: "only", kind: kind.0 }]);
    const ONLY: Access = Access::any_of(&[&[SchemeUse::new(0, &[])]]);
    let operation =
        leak(Operation { id: "x", method: "POST", path: &[], query: "", parameters: &[], access: ONLY, accept: "" });
    let credentials = Credentials::of(operation, schemes, parts);
    let mut evidence = credentials.evidence();
    let is_presented = [
        credentials.bearer(0).is_some(),
        credentials.api_key(0).is_some(),
        credentials.basic(0).is_some(),
        credentials.http(0).is_some(),
        credentials.peer_certificate(0).is_some(),
    ];
    if is_presented.contains(&true) {
        evidence.record(0, Ok(Granted::new(())));
    }
    evidence.decide().map(drop)
}

/// Headers, and whether a credential from the browser is accepted with them.
const ROWS: &[(&[(&str, &str)], bool)] = &[
    // A caller that is not a browser: curl, a server.
    (&[], true),
    (&[("sec-fetch-site", "same-origin")], true),
    (&[("sec-fetch-site", "none")], true),
    (&[("sec-fetch-site", "same-site")], false),
    (&[("sec-fetch-site", "cross-site")], false),
    (&[("sec-fetch-site", "")], false),
    (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
    (&[("origin", "https://api.example.com")], true),
    (&[("origin", "https://api.example.com:443")], true),
    (&[("origin", "http://api.example.com")], true),
    (&[("origin", "https://api.example.com:8443")], false),
    (&[("origin", "https://api.example.com:80")], false),
    (&[("origin", "https://example.com")], false),
    (&[("origin", "https://evil.example")], false),
    (&[("origin", "null")], false),
    (&[("origin", "")], false),
    (&[("origin", "https://")], false),
    (&[("origin", "api.example.com")], false),
    (&[("origin", "https://api.example.com"), ("origin", "https://evil.example")], false),
    // Behind a proxy that changes `Host`, only the browser knows that the page has the same origin.
    (&[("origin", "https://public.example.com"), ("sec-fetch-site", "same-origin")], true),
    (&[("origin", "https://public.example.com")], false),
    (&[("origin", "https://api.example.com"), ("sec-fetch-site", "cross-site")], false),
    (&[("origin", "https://app.example.com"), ("sec-fetch-site", "cross-site")], true),
    (&[("origin", "https://app.example.com")], true),
    (&[("origin", "https://shop.example.com")], true),
    (&[("origin", "http://app.example.com")], false),
    (&[("origin", "https://app.example.com:8443")], false),
    (&[("origin", "https://app.example.com.evil.example")], false),
    (&[("origin", "https://app.example.com"), ("origin", "https://evil.example")], false),
];

#[test]
fn automatically_sent_credentials_are_rejected_in_cross_site_requests() {
    for kind in KINDS {
        for (more, counts) in ROWS {
            let denial = decided(kind, &request("POST", kind, more)).err();
            let expected = (kind.3 && !counts).then_some(StatusCode::UNAUTHORIZED);
            assert_eq!(denial.as_ref().map(|denial| denial.status), expected, "{kind:?} {more:?}");
            assert!(denial.is_none_or(|denial| !denial.challenges.is_empty()), "a 401 carries a challenge");
        }
    }
}

#[test]
fn cross_site_requests_with_safe_methods_are_allowed() {
    for kind in KINDS {
        for (method, is_safe) in
            [("GET", true), ("HEAD", true), ("OPTIONS", true), ("PUT", false), ("DELETE", false), ("PATCH", false)]
        {
            let more = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
            let is_in = decided(kind, &request(method, kind, &more)).is_ok();
            assert_eq!(is_in, is_safe || !kind.3, "{method} {kind:?}");
        }
    }
}

#[test]
fn default_port_is_ignored_when_comparing_hosts() {
    for (host, origin, counts) in [
        ("api.example.com:443", "https://api.example.com", true),
        ("API.example.com", "https://api.example.com", true),
        ("api.example.com:80", "http://api.example.com", true),
        ("api.example.com:80", "https://api.example.com", false),
        ("api.example.com:8443", "https://api.example.com:8443", true),
        ("api.example.com:8443", "https://api.example.com", false),
    ] {
        let mut parts = request("POST", &KINDS[0], &[("origin", origin)]);
        parts.headers.insert("host", host.parse().unwrap());
        assert_eq!(decided(&KINDS[0], &parts).is_ok(), counts, "{host} {origin}");
    }
    // In HTTP/2 the host is in the request target.
    let mut parts = request("POST", &KINDS[0], &[("origin", "https://api.example.com")]);
    parts.headers.remove("host");
    assert!(decided(&KINDS[0], &parts).is_err());
    parts.headers.insert("origin", "https://".parse().unwrap());
    assert!(decided(&KINDS[0], &parts).is_err(), "nothing is not the own host");
    parts.headers.insert("origin", "https://api.example.com".parse().unwrap());
    parts.uri = "https://api.example.com/x".parse().unwrap();
    assert!(decided(&KINDS[0], &parts).is_ok());
}
