//! Whatever fails, fails closed: verifiers that are wrong, down, too slow or panic, alone and beside one that grants.

use std::future::{Future, pending, ready};
use std::pin::Pin;

use axum::http::StatusCode;
use runtime_server::runtime::auth::{Decision, Evidence, Granted, Outcome, Reject};
use runtime_server::runtime::operation::{Access, Operation, Scheme, SchemeKind, SchemeUse};
use runtime_server::runtime::problem::Failure;
use runtime_server::runtime::{reply, router};

const SCHEMES: &[Scheme] =
    &[Scheme { name: "one", kind: SchemeKind::Bearer }, Scheme { name: "two", kind: SchemeKind::Basic }];

const fn operation(access: Access) -> Operation {
    Operation { id: "x", method: "GET", path: &[], parameters: &[], access, accept: "" }
}

static ALONE: Operation = operation(Access::any_of(&[&[SchemeUse::new(0, &[])]]));
static BOTH: Operation = operation(Access::any_of(&[&[SchemeUse::new(0, &[]), SchemeUse::new(1, &[])]]));
static SCOPED: Operation = operation(Access::any_of(&[&[SchemeUse::new(0, &["write"])]]));
static OPTIONAL: Operation = operation(Access::Guarded { any_of: &[&[SchemeUse::new(0, &[])]], or_anonymous: true });
static NOTHING: Operation = operation(Access::any_of(&[]));
static EMPTY: Operation = operation(Access::any_of(&[&[]]));

type Verdict = Pin<Box<dyn Future<Output = Result<Granted<()>, Reject>> + Send>>;

/// What is done to a verifier, with the status that follows.
type Fault = (&'static str, fn() -> Verdict, u16);

fn faults() -> Vec<Fault> {
    vec![
        ("wrong", || Box::pin(ready(Err(Reject::Invalid("wrong")))), 401),
        ("down", || Box::pin(ready(Err(Reject::Unavailable))), 503),
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
    let steps = async move {
        let mut evidence = Evidence::new(operation, SCHEMES, vec![(0, Outcome::Unavailable)]);
        evidence.verify(0, verdict).await;
        evidence.verify(1, ready(Ok(Granted::new(())))).await;
        evidence.decide()?;
        Ok::<_, Failure>(reply::text(200, "text/plain", "in".to_owned()))
    };
    router::respond(steps).await.status()
}

#[tokio::test(start_paused = true)]
async fn a_verifier_that_fails_lets_nobody_in() {
    for (fault, verdict, expected) in faults() {
        for (name, operation) in [("alone", &ALONE), ("both", &BOTH), ("scoped", &SCOPED), ("optional", &OPTIONAL)] {
            assert_eq!(status(operation, verdict()).await.as_u16(), expected, "{fault}, {name}");
        }
    }
    // The same, without a fault.
    for operation in [&ALONE, &BOTH, &OPTIONAL] {
        assert_eq!(status(operation, Box::pin(ready(Ok(Granted::new(()))))).await, StatusCode::OK);
    }
    assert_eq!(status(&SCOPED, Box::pin(ready(Ok(Granted::new(()))))).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_access_without_alternatives_or_members_is_closed() {
    for (operation, expected) in [(&NOTHING, 401), (&EMPTY, 403)] {
        assert_eq!(status(operation, Box::pin(ready(Ok(Granted::new(()))))).await.as_u16(), expected);
    }
}

#[test]
fn what_was_presented_and_not_verified_counts_as_unavailable() {
    let evidence = Evidence::new(&ALONE, SCHEMES, vec![(0, Outcome::Unavailable)]);
    assert_eq!(evidence.decide().unwrap_err().status, StatusCode::SERVICE_UNAVAILABLE);
    let evidence = Evidence::new(&ALONE, SCHEMES, Vec::new());
    assert_eq!(evidence.decide().unwrap_err().status, StatusCode::UNAUTHORIZED);
    assert!(Decision::Alternative(7).among(&[0]).is_err(), "an alternative that nobody knows picks no principal");
}
