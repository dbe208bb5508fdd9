//! Failures deny access: verifiers that reject, are unavailable, hang or panic, alone and combined with one that
//! grants.

use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use runtime_server::runtime::auth::{Decision, Denial, Evidence, Granted, Outcome, Reject};
use runtime_server::runtime::call::Call;
use runtime_server::runtime::credentials::{Bearer, Credentials};
use runtime_server::runtime::introspection::Introspection;
use runtime_server::runtime::jwks::{RemoteKeys, Timing};
use runtime_server::runtime::jwt::{JwtPolicy, JwtVerifier, KeySource};
use runtime_server::runtime::jwt_keys::JwtKeys;
use runtime_server::runtime::operation::{Access, Operation, Scheme, SchemeKind, SchemeUse, Segment};
use runtime_server::runtime::problem::Failure;
use runtime_server::runtime::reply;
use runtime_server::runtime::router::{Route, mount};
use tower_service::Service;

const SCHEMES: &[Scheme] =
    &[Scheme { name: "one", kind: SchemeKind::Bearer }, Scheme { name: "two", kind: SchemeKind::Basic }];

const fn operation(access: Access) -> Operation {
    Operation { id: "x", method: "GET", path: &[Segment::Text("/")], query: "", parameters: &[], access, accept: "" }
}

static ALONE: Operation = operation(Access::any_of(&[&[SchemeUse::new(0, &[])]]));
static BOTH: Operation = operation(Access::any_of(&[&[SchemeUse::new(0, &[]), SchemeUse::new(1, &[])]]));
static SCOPED: Operation = operation(Access::any_of(&[&[SchemeUse::new(0, &["write"])]]));
static OPTIONAL: Operation = operation(Access::Guarded { any_of: &[&[SchemeUse::new(0, &[])]], or_anonymous: true });
static NOTHING: Operation = operation(Access::any_of(&[]));
static EMPTY: Operation = operation(Access::any_of(&[&[]]));

type Verdict = Pin<Box<dyn Future<Output = Result<Granted<()>, Reject>> + Send>>;

/// A fault of a verifier, with the expected status.
type Fault = (&'static str, fn() -> Verdict, u16);

fn faults() -> Vec<Fault> {
    vec![
        ("wrong", || Box::pin(ready(Err(Reject::Invalid("wrong")))), 401),
        ("down", || Box::pin(ready(Err(Reject::Unavailable))), 503),
        ("down for a time", || Box::pin(ready(Err(Reject::UnavailableFor(Duration::from_secs(9))))), 503),
        ("never answers", || Box::pin(pending()), 503),
        ("panics at once", || Box::pin(async { panic!("secret-words") }), 500),
        (
            "panics later",
            || {
                Box::pin(async {
                    tokio::task::yield_now().await;
                    panic!("secret-words")
                })
            },
            500,
        ),
    ]
}

/// The status of an operation whose first scheme has this fault and whose second is granted.
async fn status(operation: &'static Operation, verdict: Verdict) -> StatusCode {
    let route = Route { operation, handle: |verdict, call| Box::pin(serve(verdict, call)) };
    let mut router = mount(Arc::new(Mutex::new(Some(verdict))), &[route]);
    let Ok(response) = router.call(Request::get("/").body(Body::empty()).unwrap()).await;
    response.status()
}

async fn serve(verdict: Arc<Mutex<Option<Verdict>>>, call: Call) -> Result<Response, Failure> {
    let verdict = verdict.lock().unwrap().take().unwrap();
    let mut evidence = Evidence::new(call.head().operation(), SCHEMES, vec![(0, Outcome::Unavailable)]);
    evidence.verify(0, verdict).await;
    evidence.verify(1, ready(Ok(Granted::new(())))).await;
    evidence.decide()?;
    Ok(reply::text(200, "text/plain", "in".to_owned()))
}

#[tokio::test(start_paused = true)]
async fn failing_verifier_denies_access() {
    for (fault, verdict, expected) in faults() {
        for (name, operation) in [("alone", &ALONE), ("both", &BOTH), ("scoped", &SCOPED), ("optional", &OPTIONAL)] {
            assert_eq!(status(operation, verdict()).await.as_u16(), expected, "{fault}, {name}");
        }
    }
    // The same without a fault.
    for operation in [&ALONE, &BOTH, &OPTIONAL] {
        assert_eq!(status(operation, Box::pin(ready(Ok(Granted::new(()))))).await, StatusCode::OK);
    }
    assert_eq!(status(&SCOPED, Box::pin(ready(Ok(Granted::new(()))))).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn access_without_alternatives_or_schemes_denies_everyone() {
    for (operation, expected) in [(&NOTHING, 401), (&EMPTY, 403)] {
        assert_eq!(status(operation, Box::pin(ready(Ok(Granted::new(()))))).await.as_u16(), expected);
    }
}

#[test]
fn denial_is_not_cached_and_has_retry_after() {
    let rows = [
        (401, None, None),
        (403, None, None),
        (400, None, None),
        (401, Some(Duration::from_secs(9)), None),
        (503, None, Some("5")),
        (503, Some(Duration::from_secs(18)), Some("18")),
        (503, Some(Duration::from_millis(17_001)), Some("18")),
        (503, Some(Duration::ZERO), Some("1")),
        (503, Some(Duration::MAX), Some("18446744073709551615")),
    ];
    for (status, retry_after, again) in rows {
        let denial = Denial { retry_after, ..Denial::new(StatusCode::from_u16(status).unwrap()) };
        let response = Failure::Denied(denial).into_response();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers().get("retry-after").map(|value| value.to_str().unwrap()), again, "{status}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}

/// `Retry-After` is the time until the keys may be fetched again, whichever scheme needs them.
#[tokio::test]
async fn retry_after_is_the_time_until_the_next_key_fetch() {
    let away = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let seconds = Arc::new(Mutex::new(0));
    let (begin, passed) = (Instant::now(), Arc::clone(&seconds));
    let clock = Arc::new(move || begin + Duration::from_secs(*passed.lock().unwrap()));
    let keys = RemoteKeys::jwks(&format!("http://{away}/")).unwrap().timing(Timing::default(), clock);
    for (passed, expected) in [(0, "30"), (12, "18"), (29, "1"), (30, "30")] {
        *seconds.lock().unwrap() = passed;
        let mut evidence = Evidence::new(&BOTH, SCHEMES, Vec::new());
        evidence.verify(0, by_jwt(keys.clone(), SystemTime::now)).await;
        evidence.verify(1, ready(Err::<Granted<()>, _>(Reject::UnavailableFor(Duration::ZERO)))).await;
        let response = Failure::Denied(evidence.decide().unwrap_err()).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], expected, "after {passed} s");
    }
}

#[test]
fn unverified_credential_counts_as_unavailable() {
    let evidence = Evidence::new(&ALONE, SCHEMES, vec![(0, Outcome::Unavailable)]);
    assert_eq!(evidence.decide().unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
    for operation in [&ALONE, &OPTIONAL] {
        let request = Request::get("/").header("Authorization", "Bearer x").body(()).unwrap();
        let (parts, ()) = request.into_parts();
        let denial = Credentials::of(operation, SCHEMES, &parts).evidence().decide().unwrap_err();
        assert_eq!(denial.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let evidence = Evidence::new(&ALONE, SCHEMES, Vec::new());
    assert_eq!(evidence.decide().unwrap_err().status, StatusCode::UNAUTHORIZED);
    assert!(Decision::Alternative(7).select(&[0]).is_err(), "an unknown alternative selects no principal");
}

const FAR: u64 = 4_000_000_000;

/// A token that is valid unless the clock is wrong.
fn token() -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some("p256".to_owned());
    let claims = serde_json::json!({ "iss": "https://id.example.com", "aud": "api", "sub": "ann", "exp": FAR });
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem")).unwrap()).unwrap()
}

fn by_jwt(keys: impl Into<KeySource>, clock: fn() -> SystemTime) -> Verdict {
    let policy = JwtPolicy::new("https://id.example.com", "api", &[Algorithm::ES256]).clock(clock);
    let verifier = JwtVerifier::new(keys, policy);
    Box::pin(async move { verifier.verify(Bearer { token: &token() }).await.map(|_| Granted::new(())) })
}

fn by_introspection(url: &str, clock: fn() -> (SystemTime, Instant)) -> Verdict {
    let introspection = Introspection::new(url, "api", "secret", "api").unwrap().clock(clock);
    Box::pin(async move { introspection.verify(Bearer { token: "opaque" }).await.map(|_| Granted::new(())) })
}

fn held() -> JwtKeys {
    JwtKeys::from_jwks(include_str!("keys/jwks.json")).unwrap()
}

/// Access is also denied if a clock panics or returns a time before or after all timestamps, and if a provider is down
/// or does not respond.
#[tokio::test]
async fn failing_clock_or_provider_denies_access() {
    assert_eq!(status(&ALONE, by_jwt(held(), SystemTime::now)).await, StatusCode::OK, "without a fault");
    // From here on, timeouts end immediately.
    tokio::time::pause();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = (format!("http://{}/", silent.local_addr().unwrap()), silent);
    let away = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let away = format!("http://{away}/");
    let keys = |url: &str| RemoteKeys::jwks(url).unwrap();
    let now = || (SystemTime::now(), Instant::now());
    for operation in [&ALONE, &BOTH, &OPTIONAL] {
        let rows: [(&str, Verdict, &[u16]); 9] = [
            ("the clock panics", by_jwt(held(), || panic!("secret-words")), &[500]),
            ("the clock is before 1970", by_jwt(held(), || UNIX_EPOCH - Duration::from_secs(1)), &[401]),
            ("the clock is ahead", by_jwt(held(), || UNIX_EPOCH + Duration::from_secs(2 * FAR)), &[401]),
            ("the issuer is away", by_jwt(keys(&away), SystemTime::now), &[503]),
            ("the issuer is silent", by_jwt(keys(&silent.0), SystemTime::now), &[503]),
            (
                "the clock of the keys panics",
                by_jwt(keys(&away).timing(Timing::default(), Arc::new(|| panic!("secret-words"))), SystemTime::now),
                &[500, 503],
            ),
            ("the authorization server is away", by_introspection(&away, now), &[503]),
            ("the authorization server is silent", by_introspection(&silent.0, now), &[503]),
            ("its clock panics", by_introspection(&away, || panic!("secret-words")), &[500]),
        ];
        for (fault, verdict, expected) in rows {
            let found = status(operation, verdict).await.as_u16();
            assert!(expected.contains(&found), "{fault}: {found}");
        }
    }
}
