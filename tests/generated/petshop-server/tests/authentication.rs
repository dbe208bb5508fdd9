//! Tests that every operation requires what the document requires. keystub wrote this file once; it is yours to edit.
//!
//! The operations come from `generated::operations`, so new operations are tested without changes here. `app` creates an
//! application that accepts only the credentials of these tests; they are in `present`. Edit both if you change the fields or
//! the verifiers of `App`. A verifier that accepts every credential makes these tests fail.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, COOKIE, HeaderName, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Request, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use tower::ServiceExt;

use petshop_server::app::App;
use petshop_server::generated::auth::{ApiKeys, JwtKeys, JwtPolicy, JwtVerifier, Passwords};
use petshop_server::generated::operations::{
    Access, KeyPlace, OPERATIONS, Operation, SCHEMES, SchemeKind, SchemeUse, Segment,
};
use petshop_server::generated::router;

/// The schemes whose verifier is not written yet and refuses every credential (503). Remove a name when you write its
/// verifier, and let `present` send a credential that the verifier accepts.
#[rustfmt::skip]
const UNWRITTEN: &[&str] = &[];

/// A credential that a request presents.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Credential {
    /// One that is accepted, with all scopes.
    Right,
    /// One that is accepted, without scopes. Only bearer tokens have these.
    WithoutScopes,
    /// One that is refused.
    Wrong,
}
use Credential::{Right, WithoutScopes, Wrong};

/// The application under test.
fn app() -> App {
    App {
        bearer_auth: tokens(),
        oauth: tokens(),
        shop_key: keys(),
        login: users(),
    }
}

fn keys() -> ApiKeys {
    let keys = ApiKeys::new();
    keys.with_key("tests", "right-key-of-the-tests", &scopes())
        .unwrap()
}

/// The user `tests` with the password `right password`, hashed at the lowest cost.
fn users() -> Passwords {
    let (salt, hash) = (
        "c2FsdCBvZiB0aGUgdGVzdA",
        "oP+d9lQM000QoHjRZT/bEDwcvXgevVyNrX0O3kbYduU",
    );
    let scopes = scopes().join(" ");
    let user = format!("tests $argon2id$v=19$m=8,t=1,p=1${salt}${hash} {scopes}");
    Passwords::from_text(&user).unwrap()
}

const SECRET: &[u8] = b"the shared secret of these tests";

fn tokens() -> JwtVerifier {
    let keys = JwtKeys::from_secret(SECRET, Algorithm::HS256).unwrap();
    let policy = JwtPolicy::new("https://issuer.example", "tests", &[Algorithm::HS256]);
    JwtVerifier::new(keys, policy)
}

fn token(credential: Credential) -> String {
    let expiry = SystemTime::now() + Duration::from_secs(300);
    let scopes = if credential == Right {
        scopes().join(" ")
    } else {
        String::new()
    };
    let claims = serde_json::json!({
        "iss": "https://issuer.example",
        "aud": "tests",
        "sub": "tests",
        "client_id": "tests",
        "exp": expiry.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs(),
        "scope": scopes,
    });
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    let secret = match credential {
        Right | WithoutScopes => SECRET,
        Wrong => b"another secret, not that of app",
    };
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap()
}

/// All scopes that operations require.
fn scopes() -> Vec<&'static str> {
    let uses = OPERATIONS
        .iter()
        .flat_map(|operation| alternatives(operation))
        .copied()
        .flatten();
    let mut scopes: Vec<&str> = uses.flat_map(|used| used.scopes.iter().copied()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Adds a credential to the place where the document expects one of this kind.
fn present(request: &mut Request<Body>, kind: SchemeKind, credential: Credential) {
    let (key, login) = match credential {
        Right | WithoutScopes => ("right-key-of-the-tests", "dGVzdHM6cmlnaHQgcGFzc3dvcmQ="),
        Wrong => ("wrong-key-of-the-tests", "dGVzdHM6d3JvbmcgcGFzc3dvcmQ="),
    };
    match kind {
        SchemeKind::ApiKey { place, name } => add(request, place, name, key),
        SchemeKind::Basic => authorize(request, "Basic", login),
        SchemeKind::Bearer => authorize(request, "Bearer", &token(credential)),
        SchemeKind::Http(scheme) => authorize(request, scheme, key),
        SchemeKind::MutualTls => {}
    }
}

fn authorize(request: &mut Request<Body>, scheme: &str, value: &str) {
    let text = format!("{scheme} {value}");
    add(request, KeyPlace::Header, AUTHORIZATION.as_str(), &text);
}

/// Adds a header, a cookie or a pair of the query.
fn add(request: &mut Request<Body>, place: KeyPlace, name: &str, text: &str) {
    let (name, text) = match place {
        KeyPlace::Header => (HeaderName::try_from(name).unwrap(), text.to_owned()),
        KeyPlace::Cookie => (COOKIE, format!("{name}={text}")),
        KeyPlace::Query => {
            let uri = request.uri().to_string();
            let separator = if uri.contains('?') { '&' } else { '?' };
            let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let uri = format!("{uri}{separator}{name}={text}");
            *request.uri_mut() = uri.parse().unwrap();
            return;
        }
    };
    let text = HeaderValue::try_from(text).unwrap();
    request.headers_mut().append(name, text);
}

/// A request without credentials. Its parameters and its body are invalid: a response of 400 would show that they were read
/// before the credentials were checked.
fn request(operation: &Operation) -> Request<Body> {
    let segments = operation.path.iter().map(|segment| match segment {
        Segment::Text(text) => *text,
        Segment::Parameter(_) => "-",
    });
    let path: String = segments.collect();
    let uri = match operation.query {
        "" => path,
        query => format!("{path}?{query}"),
    };
    let request = Request::builder().method(operation.method).uri(uri);
    let request = request.header("Content-Type", "application/json");
    request.body(Body::from("{")).unwrap()
}

fn request_with(operation: &Operation, sent: &[(SchemeKind, Credential)]) -> Request<Body> {
    let mut request = request(operation);
    for (kind, credential) in sent {
        present(&mut request, *kind, *credential);
    }
    request
}

type Alternatives = &'static [&'static [SchemeUse]];

fn alternatives(operation: &Operation) -> Alternatives {
    match operation.access {
        Access::Open => &[],
        Access::Guarded { any_of, .. } => any_of,
    }
}

fn allows_anonymous(operation: &Operation) -> bool {
    match operation.access {
        Access::Open => true,
        Access::Guarded { or_anonymous, .. } => or_anonymous,
    }
}

/// Whether the document lets these credentials in.
fn is_met(operation: &Operation, sent: &[(SchemeKind, Credential)]) -> bool {
    let is_sent = |used: &SchemeUse| {
        let own = sent
            .iter()
            .find(|(kind, _)| is_same(kind, &SCHEMES[used.scheme].kind));
        own.is_some_and(|(_, credential)| match credential {
            Right => true,
            WithoutScopes => used.scopes.is_empty(),
            Wrong => false,
        })
    };
    let mut alternatives = alternatives(operation).iter();
    alternatives.any(|alternative| alternative.iter().all(is_sent))
        || (sent.is_empty() && allows_anonymous(operation))
}

/// Whether one credential serves both. Names of header fields are compared without case.
fn is_same(one: &SchemeKind, other: &SchemeKind) -> bool {
    match (one, other) {
        (
            SchemeKind::ApiKey {
                place: KeyPlace::Header,
                name,
            },
            SchemeKind::ApiKey {
                place: KeyPlace::Header,
                name: other,
            },
        ) => name.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn is_unwritten(alternative: &[SchemeUse]) -> bool {
    let mut names = alternative.iter().map(|used| SCHEMES[used.scheme].name);
    names.any(|name| UNWRITTEN.contains(&name))
}

/// Every alternative of every operation, as the kinds of credentials that it requires together.
fn all_alternatives() -> Vec<(&'static Operation, &'static [SchemeUse], Vec<SchemeKind>)> {
    let mut all = Vec::new();
    for operation in OPERATIONS.iter().copied() {
        for alternative in alternatives(operation).iter().copied() {
            let mut kinds: Vec<SchemeKind> = Vec::new();
            for used in alternative {
                let kind = SCHEMES[used.scheme].kind;
                // Two bearer schemes share one token.
                if !kinds.iter().any(|other| is_same(other, &kind)) {
                    kinds.push(kind);
                }
            }
            all.push((operation, alternative, kinds));
        }
    }
    all
}

/// Sends requests to the application, and collects what is wrong with the responses.
struct Report {
    router: Router,
    failures: Vec<String>,
}

impl Report {
    fn new() -> Self {
        let (router, failures) = (router(app()), Vec::new());
        Self { router, failures }
    }

    /// Expects a status of this list.
    async fn expect(
        &mut self,
        operation: &Operation,
        what: &str,
        request: Request<Body>,
        expected: &[StatusCode],
    ) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let has_challenge = response.headers().contains_key(WWW_AUTHENTICATE);
        if !expected.contains(&status) {
            self.failures
                .push(format!("{}, {what}: {status}", operation.id));
        } else if status == StatusCode::UNAUTHORIZED && !has_challenge {
            self.failures
                .push(format!("{}, {what}: 401 without a challenge", operation.id));
        }
    }

    /// Expects a refusal, unless the document lets these credentials in.
    async fn refused(
        &mut self,
        operation: &Operation,
        what: &str,
        sent: &[(SchemeKind, Credential)],
    ) {
        if is_met(operation, sent) {
            return;
        }
        let mut expected = vec![StatusCode::UNAUTHORIZED];
        if alternatives(operation)
            .iter()
            .any(|alternative| is_unwritten(alternative))
        {
            expected.push(StatusCode::SERVICE_UNAVAILABLE);
        }
        let request = request_with(operation, sent);
        self.expect(operation, &format!("{what} {sent:?}"), request, &expected)
            .await;
    }

    /// Expects any response but a refusal.
    async fn admitted(&mut self, operation: &Operation, what: &str, request: Request<Body>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            self.failures
                .push(format!("{}, {what}: {status}", operation.id));
        }
    }

    fn finish(self) {
        let failures = self.failures.join("\n");
        assert!(failures.is_empty(), "\n{failures}");
    }
}

#[tokio::test]
async fn secured_operations_refuse_requests_without_credentials() {
    let mut report = Report::new();
    for operation in OPERATIONS {
        report.refused(operation, "no credential", &[]).await;
    }
    report.finish();
}

#[tokio::test]
async fn public_operations_admit_requests_without_credentials() {
    let mut report = Report::new();
    for operation in OPERATIONS {
        if allows_anonymous(operation) {
            report
                .admitted(operation, "no credential", request(operation))
                .await;
        }
    }
    report.finish();
}

/// Without this, the other tests could pass because `app` refuses everything.
#[tokio::test]
async fn right_credentials_are_admitted() {
    let mut report = Report::new();
    for (operation, alternative, kinds) in all_alternatives() {
        if !is_unwritten(alternative) {
            let sent: Vec<_> = kinds.iter().map(|kind| (*kind, Right)).collect();
            let request = request_with(operation, &sent);
            report
                .admitted(operation, &format!("{sent:?}"), request)
                .await;
        }
    }
    report.finish();
}

#[tokio::test]
async fn each_credential_of_an_alternative_is_required() {
    let mut report = Report::new();
    for (operation, _, kinds) in all_alternatives() {
        for missing in &kinds {
            let others = kinds.iter().filter(|kind| *kind != missing);
            let mut sent: Vec<_> = others.map(|kind| (*kind, Right)).collect();
            report
                .refused(operation, &format!("without {missing:?}"), &sent)
                .await;
            sent.push((*missing, Wrong));
            report.refused(operation, "wrong credential", &sent).await;
        }
    }
    report.finish();
}

#[tokio::test]
async fn tokens_need_the_scopes_of_the_operation() {
    let mut report = Report::new();
    for (operation, alternative, kinds) in all_alternatives() {
        let sent = kinds.iter().map(|kind| match kind {
            SchemeKind::Bearer => (*kind, WithoutScopes),
            _ => (*kind, Right),
        });
        let sent: Vec<_> = sent.collect();
        if !is_unwritten(alternative) && !is_met(operation, &sent) {
            let (what, request) = (format!("{sent:?}"), request_with(operation, &sent));
            report
                .expect(operation, &what, request, &[StatusCode::FORBIDDEN])
                .await;
        }
    }
    report.finish();
}

#[tokio::test]
async fn keys_count_only_in_their_place() {
    let mut report = Report::new();
    for (operation, _, kinds) in all_alternatives() {
        for (at, kind) in kinds.iter().enumerate() {
            let SchemeKind::ApiKey { place, name } = *kind else {
                continue;
            };
            for other in [KeyPlace::Header, KeyPlace::Query, KeyPlace::Cookie] {
                let is_header = HeaderName::try_from(name).is_ok();
                if other == place || (other == KeyPlace::Header && !is_header) {
                    continue;
                }
                let mut sent: Vec<_> = kinds.iter().map(|kind| (*kind, Right)).collect();
                let moved = SchemeKind::ApiKey { place: other, name };
                sent[at] = (moved, Right);
                if !allows_anonymous(operation) {
                    report.refused(operation, "wrong place", &sent).await;
                }
            }
        }
    }
    report.finish();
}

#[tokio::test]
async fn other_authentication_schemes_are_refused() {
    let mut report = Report::new();
    for operation in OPERATIONS {
        // An unknown scheme counts as no credential.
        if !allows_anonymous(operation) {
            let sent = [(SchemeKind::Http("X-Unknown-Scheme"), Right)];
            report.refused(operation, "other scheme", &sent).await;
        }
    }
    report.finish();
}

#[tokio::test]
async fn credentials_may_occur_only_once() {
    let mut report = Report::new();
    let expected = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED];
    for (operation, alternative, kinds) in all_alternatives() {
        for kind in kinds.iter().filter(|kind| **kind != SchemeKind::MutualTls) {
            let mut sent: Vec<_> = kinds.iter().map(|kind| (*kind, Right)).collect();
            sent.push((*kind, Right));
            if !is_unwritten(alternative) {
                let (what, request) = (format!("{kind:?} twice"), request_with(operation, &sent));
                report.expect(operation, &what, request, &expected).await;
            }
        }
    }
    report.finish();
}
