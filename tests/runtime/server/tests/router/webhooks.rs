//! Deliveries of webhooks: signatures, times, and ids that are handled once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use runtime_server::runtime::body::BodyLimit;
use runtime_server::runtime::call::Call;
use runtime_server::runtime::operation::{Access, Operation, Segment};
use runtime_server::runtime::webhook_deliveries::{RecentDeliveries, RejectDelivery};
use runtime_server::runtime::webhook_receiver::{
    Delivery, Receipt, StandardWebhooks, WebhookVerifier, repeated, verified,
};
use runtime_server::runtime::webhook_signature::SigningSecret;

use super::app::operation;

/// The example of Standard Webhooks.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIME: u64 = 1_614_265_330;
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

static HOOK: Operation = operation("hook", "POST", &[Segment::Text("/hook")], Access::Open);

fn secret(text: &str) -> SigningSecret {
    text.parse().unwrap()
}

/// A clock that tests set, in seconds since 1970.
#[derive(Clone)]
struct Clock(Arc<AtomicU64>);

impl Clock {
    fn at(time: u64) -> Self {
        Self(Arc::new(AtomicU64::new(time)))
    }

    fn read(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let time = Arc::clone(&self.0);
        move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::SeqCst))
    }
}

fn receiver(clock: &Clock, most: usize) -> StandardWebhooks {
    let store = RecentDeliveries::new(most).clock(clock.read());
    StandardWebhooks::new(secret(SECRET)).clock(clock.read()).store(store)
}

fn signed(id: &str, time: u64, body: &str) -> Vec<(&'static str, String)> {
    let signature = secret(SECRET).sign(id, time, body.as_bytes());
    vec![("webhook-id", id.to_owned()), ("webhook-timestamp", time.to_string()), ("webhook-signature", signature)]
}

/// The call if it is verified, `None` if it is repeated, or the status of its refusal.
async fn deliver(
    verifier: &impl WebhookVerifier,
    headers: &[(&str, String)],
    body: &str,
) -> Result<Option<(Call, Receipt)>, StatusCode> {
    let request = Request::post("/hook").extension(BodyLimit(64)).header("Content-Type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    let (parts, body) = request.body(Body::from(body.to_owned())).unwrap().into_parts();
    let call = Call::new(&HOOK, parts, body, Vec::new());
    verified(verifier, call).await.map_err(|failure| failure.into_response().status())
}

fn response(status: StatusCode) -> Response {
    status.into_response()
}

#[test]
fn signature_is_that_of_the_specification() {
    for text in [SECRET, SECRET.trim_start_matches("whsec_")] {
        assert_eq!(secret(text).sign(ID, TIME, BODY.as_bytes()), SIGNATURE);
    }
    assert!(secret(SECRET).verifies(ID, TIME, BODY.as_bytes(), SIGNATURE));
    assert!(secret(SECRET).verifies(ID, TIME, BODY.as_bytes(), SIGNATURE.trim_end_matches('=')));
    assert!(!secret(OTHER).verifies(ID, TIME, BODY.as_bytes(), SIGNATURE));
}

#[test]
fn secrets_have_24_to_64_bytes_and_are_not_shown() {
    let long = format!("whsec_{}", "QUFB".repeat(22));
    for text in ["", "whsec_", "whsec_QUFB", "whsec_not base64", "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &long] {
        let error = text.parse::<SigningSecret>().unwrap_err().to_string();
        assert!(error.starts_with("invalid signing secret: expected "), "{error}");
    }
    let verifier = StandardWebhooks::from_text(&format!("# old\n{SECRET}\n\n {OTHER}\n")).unwrap();
    assert_eq!(format!("{verifier:?} {:?}", secret(SECRET)), "StandardWebhooks(2 secrets) SigningSecret(…)");
    assert_eq!(StandardWebhooks::from_text("# none\n").unwrap_err(), "there is no signing secret");
    let error = StandardWebhooks::from_text(&format!("{SECRET}\ncanary\n")).unwrap_err();
    assert_eq!(error, "line 2: invalid signing secret: expected `whsec_` and base64");
}

#[tokio::test]
async fn delivery_that_is_not_genuine_is_refused() {
    let verifier = receiver(&Clock::at(TIME), 10);
    let right = signed(ID, TIME, BODY);
    let with = |name: &str, value: &str| {
        let mut headers = right.clone();
        headers.iter_mut().filter(|(own, _)| *own == name).for_each(|(_, own)| value.clone_into(own));
        headers
    };
    let wrong = secret(OTHER).sign(ID, TIME, BODY.as_bytes());
    let unsigned_parts = secret(SECRET).sign("msg", TIME, BODY.as_bytes());
    // The first bytes of the right one.
    let part = &SIGNATURE[..23];
    for value in [wrong.as_str(), "", "v1,", "v1,AAAA", part, &unsigned_parts, SIGNATURE.trim_start_matches("v1,")] {
        let headers = with("webhook-signature", value);
        assert_eq!(deliver(&verifier, &headers, BODY).await.unwrap_err(), 403, "{value}");
    }
    // The right bytes under the name of another scheme.
    let other_scheme = SIGNATURE.replace("v1,", "v1a,");
    assert_eq!(deliver(&verifier, &with("webhook-signature", &other_scheme), BODY).await.unwrap_err(), 403);
    let many = vec!["v1,AAAA"; 32].join(" ") + " " + SIGNATURE;
    assert_eq!(deliver(&verifier, &with("webhook-signature", &many), BODY).await.unwrap_err(), 403);
    for id in ["msg_other", "", "a.b", &"x".repeat(257)] {
        let resigned = signed(id, TIME, BODY);
        let headers = if id == "msg_other" { with("webhook-id", id) } else { resigned };
        assert_eq!(deliver(&verifier, &headers, BODY).await.unwrap_err(), 403, "{id}");
    }
    for time in ["1614265331", "01614265330", "+1614265330", "1614265330.0", "", "now", "9999999999999999999999"] {
        assert_eq!(deliver(&verifier, &with("webhook-timestamp", time), BODY).await.unwrap_err(), 403, "{time}");
    }
    assert_eq!(deliver(&verifier, &right, r#"{"test": 2432232315}"#).await.unwrap_err(), 403);
    for missing in 0..3 {
        let mut headers = right.clone();
        let removed = headers.remove(missing);
        assert_eq!(deliver(&verifier, &headers, BODY).await.unwrap_err(), 403, "without {}", removed.0);
        let mut headers = right.clone();
        headers.push(removed);
        assert_eq!(deliver(&verifier, &headers, BODY).await.unwrap_err(), 403, "twice {}", headers[missing].0);
    }
    // None of these used up the id.
    assert!(matches!(deliver(&verifier, &right, BODY).await, Ok(Some(_))));
}

#[tokio::test]
async fn id_cannot_take_over_a_part_of_the_body() {
    let verifier = receiver(&Clock::at(TIME), 10);
    // The same signed bytes, split differently.
    let signature = secret(SECRET).sign("msg", TIME, b"1614265330.{}");
    assert_eq!(signature, secret(SECRET).sign(&format!("msg.{TIME}"), TIME, b"{}"));
    let moved = [
        ("webhook-id", format!("msg.{TIME}")),
        ("webhook-timestamp", TIME.to_string()),
        ("webhook-signature", signature),
    ];
    assert_eq!(deliver(&verifier, &moved, "{}").await.unwrap_err(), 403);
}

#[tokio::test]
async fn one_of_several_secrets_and_signatures_suffices() {
    let clock = Clock::at(TIME);
    let both = receiver(&clock, 10).or_secret(secret(OTHER));
    for (id, text) in [("a", SECRET), ("b", OTHER)] {
        let mut headers = signed(id, TIME, BODY);
        headers[2].1 = secret(text).sign(id, TIME, BODY.as_bytes());
        assert!(matches!(deliver(&both, &headers, BODY).await, Ok(Some(_))), "{id}");
    }
    let mut headers = signed("c", TIME, BODY);
    headers[2].1 = format!("v1a,AAAA v2,x {} v1,AAAA", headers[2].1);
    assert!(matches!(deliver(&both, &headers, BODY).await, Ok(Some(_))));
}

#[tokio::test]
async fn old_and_future_deliveries_are_refused() {
    let clock = Clock::at(TIME);
    let verifier = receiver(&clock, 100);
    for (sent, is_accepted) in [(-301, false), (-300, true), (0, true), (300, true), (301, false)] {
        let time = TIME.checked_add_signed(sent).unwrap();
        let found = deliver(&verifier, &signed(&format!("msg{sent}"), time, BODY), BODY).await;
        assert_eq!(found.is_ok(), is_accepted, "{sent}");
    }
    let strict = receiver(&clock, 100).tolerance(Duration::from_secs(10));
    assert_eq!(deliver(&strict, &signed(ID, TIME - 11, BODY), BODY).await.unwrap_err(), 403);
    assert!(deliver(&strict, &signed(ID, TIME - 10, BODY), BODY).await.is_ok());
}

#[tokio::test]
async fn handled_delivery_is_not_handled_again() {
    let clock = Clock::at(TIME);
    let verifier = receiver(&clock, 10);
    let headers = signed(ID, TIME, BODY);
    let (_, receipt) = deliver(&verifier, &headers, BODY).await.unwrap().unwrap();
    assert_eq!(deliver(&verifier, &headers, BODY).await.unwrap_err(), 503, "while it is handled");
    receipt.finish(response(StatusCode::NO_CONTENT)).await;
    clock.0.fetch_add(300, Ordering::SeqCst);
    assert!(matches!(deliver(&verifier, &headers, BODY).await, Ok(None)), "as long as it would be accepted");
    assert_eq!(repeated(202).status(), 202);
    // A retry of the sender has a new time.
    let again = signed(ID, TIME + 300, BODY);
    assert!(matches!(deliver(&verifier, &again, BODY).await, Ok(None)));
    clock.0.fetch_add(1, Ordering::SeqCst);
    assert_eq!(deliver(&verifier, &headers, BODY).await.unwrap_err(), 403, "later it is too old");
}

#[tokio::test]
async fn failed_delivery_can_be_sent_again() {
    let verifier = receiver(&Clock::at(TIME), 10);
    let headers = signed(ID, TIME, BODY);
    let (_, receipt) = deliver(&verifier, &headers, BODY).await.unwrap().unwrap();
    receipt.finish(response(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let (_, receipt) = deliver(&verifier, &headers, BODY).await.unwrap().unwrap();
    // The connection is closed before the response is ready.
    drop(receipt);
    assert!(matches!(deliver(&verifier, &headers, BODY).await, Ok(Some(_))));
}

#[tokio::test]
async fn ids_are_forgotten_when_they_may_be_and_not_before() {
    let clock = Clock::at(TIME);
    let verifier = receiver(&clock, 2).remembered(Duration::from_secs(1000));
    for id in ["a", "b"] {
        let (_, receipt) = deliver(&verifier, &signed(id, TIME, BODY), BODY).await.unwrap().unwrap();
        receipt.finish(response(StatusCode::OK)).await;
    }
    assert_eq!(deliver(&verifier, &signed("c", TIME, BODY), BODY).await.unwrap_err(), 503, "the store is full");
    clock.0.fetch_add(1000, Ordering::SeqCst);
    let now = TIME + 1000;
    assert!(matches!(deliver(&verifier, &signed("a", now, BODY), BODY).await, Ok(None)), "remembered");
    clock.0.fetch_add(1, Ordering::SeqCst);
    assert!(matches!(deliver(&verifier, &signed("c", now, BODY), BODY).await, Ok(Some(_))), "there is room again");
    assert!(matches!(deliver(&verifier, &signed("a", now, BODY), BODY).await, Ok(Some(_))), "forgotten");
}

#[tokio::test]
async fn oversized_delivery_is_refused_before_it_is_verified() {
    let verifier = receiver(&Clock::at(TIME), 10);
    let body = "x".repeat(65);
    assert_eq!(deliver(&verifier, &signed(ID, TIME, &body), &body).await.unwrap_err(), 413);
    let body = "x".repeat(64);
    assert!(deliver(&verifier, &signed(ID, TIME, &body), &body).await.is_ok());
}

#[tokio::test]
async fn verified_call_still_has_its_body() {
    let verifier = receiver(&Clock::at(TIME), 10);
    let (call, _) = deliver(&verifier, &signed(ID, TIME, BODY), BODY).await.unwrap().unwrap();
    let (_, body) = call.read().unwrap();
    let found: std::collections::BTreeMap<String, i64> = body.json().await.unwrap();
    assert_eq!(found["test"], 2_432_232_314);
}

/// Compares a header with the body. It knows no ids.
struct Echo;

impl WebhookVerifier for Echo {
    async fn verify(&self, delivery: &Delivery<'_>) -> Result<Receipt, RejectDelivery> {
        assert_eq!(
            (delivery.operation_id(), delivery.method().as_str(), delivery.uri().path()),
            ("hook", "POST", "/hook")
        );
        assert_eq!(delivery.headers()["content-type"], "application/json");
        match delivery.header("x-echo") {
            Some("later") => Err(RejectDelivery::Unavailable),
            Some(echo) if echo.as_bytes() == delivery.body() => Ok(Receipt::each_time()),
            Some(_) | None => Err(RejectDelivery::Invalid("no echo")),
        }
    }
}

#[tokio::test]
async fn verifier_of_the_user_decides() {
    for (echo, expected) in [("{}", Ok(())), ("[]", Err(403)), ("later", Err(503))] {
        for _ in 0..2 {
            let found = deliver(&Echo, &[("x-echo", echo.to_owned())], "{}").await;
            assert_eq!(found.map(drop).map_err(|status| status.as_u16()), expected, "{echo}");
        }
    }
}
