//! Where credentials are looked up: a duplicate or empty credential is refused, one of another scheme counts as absent.

use axum::http::Request;
use runtime_server::runtime::credentials::Credentials;
use runtime_server::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};

const SCHEMES: &[Scheme] = &[
    Scheme { name: "header", kind: SchemeKind::ApiKey { place: KeyPlace::Header, name: "x-key" } },
    Scheme { name: "query", kind: SchemeKind::ApiKey { place: KeyPlace::Query, name: "key" } },
    Scheme { name: "cookie", kind: SchemeKind::ApiKey { place: KeyPlace::Cookie, name: "key" } },
    Scheme { name: "bearer", kind: SchemeKind::Bearer },
    Scheme { name: "basic", kind: SchemeKind::Basic },
];

const fn operation(access: Access) -> Operation {
    Operation { id: "x", method: "GET", path: &[], query: "", parameters: &[], access, accept: "" }
}

static OPERATIONS: [Operation; 5] = [
    operation(Access::any_of(&[&[SchemeUse::new(0, &[])]])),
    operation(Access::any_of(&[&[SchemeUse::new(1, &[])]])),
    operation(Access::any_of(&[&[SchemeUse::new(2, &[])]])),
    operation(Access::any_of(&[&[SchemeUse::new(3, &[])]])),
    operation(Access::any_of(&[&[SchemeUse::new(4, &[])]])),
];

/// The status before any verifier has run: 503 if a credential was found, 400 if it is malformed, 401 if it is absent.
fn status(scheme: usize, uri: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let evidence = Credentials::of(&OPERATIONS[scheme], SCHEMES, &parts).evidence();
    evidence.decide().unwrap_err().status.as_u16()
}

/// The scheme, the URI, the header fields and the status of the refusal.
type Case<'c> = (usize, &'c str, &'c [(&'c str, &'c str)], u16);

#[test]
fn duplicate_or_empty_credential_is_malformed() {
    let login = ("authorization", "Basic YTpi");
    let cases: &[Case<'_>] = &[
        (0, "/", &[("x-key", "a")], 503),
        (0, "/", &[("x-key", "a"), ("x-key", "a")], 400),
        (0, "/", &[("x-key", "")], 400),
        (0, "/?key=a", &[], 401),
        (1, "/?key=a", &[], 503),
        (1, "/?key=a&key=a", &[], 400),
        (1, "/?key=a&k%65y=b", &[], 400),
        (1, "/?key=", &[], 400),
        (1, "/?KEY=a", &[], 401),
        (2, "/", &[("cookie", "key=a; other=b")], 503),
        (2, "/", &[("cookie", "key=a; key=a")], 400),
        (2, "/", &[("cookie", "key=a"), ("cookie", "key=b")], 400),
        (2, "/", &[("cookie", "key=")], 400),
        (2, "/", &[("cookie", "other=a")], 401),
        (3, "/", &[("authorization", "bearer a")], 503),
        (3, "/", &[("authorization", "Bearer a"), ("authorization", "Bearer a")], 400),
        (3, "/", &[("authorization", "Bearer ")], 400),
        (3, "/", &[login], 401),
        (4, "/", &[login], 503),
        (4, "/", &[login, login], 400),
        (4, "/", &[("authorization", "Digest YTpi")], 401),
        (4, "/", &[("authorization", "Basic YTo=")], 503),
        (4, "/", &[("authorization", "Basic YWI=")], 400),
    ];
    for (scheme, uri, headers, expected) in cases {
        assert_eq!(status(*scheme, uri, headers), *expected, "{} {uri} {headers:?}", SCHEMES[*scheme].name);
    }
}
