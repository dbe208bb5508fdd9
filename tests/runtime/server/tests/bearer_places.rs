//! Where a bearer token may be sent (RFC 6750): in the header, but not in the query in addition.

use axum::http::Request;
use runtime_server::runtime::auth::Granted;
use runtime_server::runtime::credentials::Credentials;
use runtime_server::runtime::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};
use runtime_server::runtime::parameter::Parameter;

const SCHEMES: &[Scheme] = &[
    Scheme { name: "token", kind: SchemeKind::Bearer },
    Scheme { name: "login", kind: SchemeKind::Basic },
    Scheme { name: "urlToken", kind: SchemeKind::ApiKey { place: KeyPlace::Query, name: "access_token" } },
];

const TOKEN: &[SchemeUse] = &[SchemeUse::new(0, &[])];

const fn operation(access: Access, parameters: &'static [Parameter]) -> Operation {
    Operation { id: "x", method: "GET", path: &[], query: "", parameters, access, accept: "" }
}

/// RFC 6750, section 2: a client must not use more than one method to send its token.
#[test]
fn token_in_header_and_query_is_refused() {
    static BEARER: Operation = operation(Access::any_of(&[TOKEN]), &[]);
    static BASIC: Operation = operation(Access::any_of(&[&[SchemeUse::new(1, &[])]]), &[]);
    static DECLARED: Operation = operation(Access::any_of(&[TOKEN]), &[Parameter::query("access_token")]);
    static HEADER: Operation = operation(Access::any_of(&[TOKEN]), &[Parameter::header("access_token")]);
    static EITHER: Operation = operation(Access::any_of(&[TOKEN, &[SchemeUse::new(2, &[])]]), &[]);
    static BOTH: Operation = operation(Access::any_of(&[&[SchemeUse::new(0, &[]), SchemeUse::new(2, &[])]]), &[]);
    let token = Some("Bearer canary");
    let rows: [(&'static Operation, &str, Option<&str>, u16); 18] = [
        (&BEARER, "/x", token, 200),
        (&BEARER, "/x?access_tokens=a&Access_Token=a&x=access_token", token, 200),
        (&BEARER, "/x?access_token=canary", token, 400),
        (&BEARER, "/x?a=b&access_token=other", token, 400),
        (&BEARER, "/x?access%5Ftoken=canary", token, 400),
        (&BEARER, "/x?access_token=", token, 400),
        (&BEARER, "/x?access_token", token, 400),
        (&BEARER, "/x?access_token=a&access_token=b", token, 400),
        // A token only in the query is not a credential.
        (&BEARER, "/x?access_token=canary", None, 401),
        (&BEARER, "/x?access_token=canary", Some("Basic dTpw"), 401),
        (&HEADER, "/x?access_token=canary", token, 400),
        // A query parameter that is not a bearer token, or also something else.
        (&BASIC, "/x?access_token=canary", Some("Basic dTpw"), 200),
        (&DECLARED, "/x?access_token=canary", token, 200),
        (&BOTH, "/x?access_token=canary", token, 200),
        (&BOTH, "/x?access_token=canary", None, 401),
        (&EITHER, "/x?access_token=canary", token, 200),
        (&EITHER, "/x?access_token=canary", None, 200),
        (&EITHER, "/x?access_token=canary&access_token=canary", None, 400),
    ];
    for (operation, uri, authorization, expected) in rows {
        let mut request = Request::get(uri);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let credentials = Credentials::of(operation, SCHEMES, &parts);
        let mut evidence = credentials.evidence();
        for scheme in 0..SCHEMES.len() {
            let presented = [credentials.bearer(scheme).is_some(), credentials.basic(scheme).is_some()];
            if presented.contains(&true) {
                evidence.record(scheme, Ok(Granted::new(())));
            }
        }
        let denial = evidence.decide().err();
        let status = denial.as_ref().map_or(200, |denial| denial.status.as_u16());
        assert_eq!(status, expected, "{uri} {authorization:?}");
        if let Some(denial) = denial.filter(|denial| denial.status == 400 && authorization.is_some()) {
            assert_eq!(denial.challenges, ["Bearer realm=\"api\", error=\"invalid_request\""]);
        }
    }
}
