//! Bodies with a time limit for their pauses: the limit, and the checks that precede reading.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body as RawBody;
use axum::extract::Request;
use axum::response::IntoResponse;
use futures_util::{StreamExt, stream};
use runtime_server::runtime::body::Body;
use runtime_server::runtime::call::Call;
use runtime_server::runtime::operation::{Access, Operation};
use runtime_server::runtime::problem::Failure;
use runtime_server::runtime::request_body_timeout::with_timeout;
use tokio::time::sleep;

const LIMIT: Duration = Duration::from_secs(30);

static SEND: Operation =
    Operation { id: "send", method: "POST", path: &[], query: "", parameters: &[], access: Access::Open, accept: "" };

/// The body of a request as the code of an operation receives it.
fn body(content_type: Option<&str>, raw: RawBody) -> Body {
    let request = content_type.into_iter().fold(Request::post("/"), |request, own| request.header("content-type", own));
    let (parts, raw) = with_timeout(request.body(raw).unwrap(), LIMIT).into_parts();
    Call::new(&SEND, parts, raw, Vec::new()).read().unwrap().1
}

fn status<T>(result: Result<T, Failure>) -> Result<T, u16> {
    result.map_err(|failure| failure.into_response().status().as_u16())
}

/// A body whose pieces come after these pauses in seconds.
fn dripping(pauses: &'static [u64]) -> RawBody {
    let piece = |pause: &'static u64| async move {
        sleep(Duration::from_secs(*pause)).await;
        Ok::<_, Infallible>("x")
    };
    RawBody::from_stream(stream::iter(pauses).then(piece))
}

#[tokio::test]
async fn absent_body_is_not_an_empty_one() {
    let absent = || body(None, RawBody::empty());
    assert_eq!(status(absent().optional_one_of(&["application/json", "text/plain"])), Ok(None));
    assert!(status(absent().optional_stream("image/png")).unwrap().is_none());
    assert_eq!(status(absent().stream("image/png").map(drop)), Err(400));
    assert_eq!(status(absent().text("text/plain").await), Err(400));
    // A body without a media type is not absent.
    let present = || body(None, RawBody::from("x"));
    assert_eq!(status(present().optional_one_of(&["application/json", "text/plain"])), Err(415));
    assert!(status(present().optional_stream("image/png")).unwrap().is_some());
    assert!(status(present().stream("image/png")).is_ok());
}

/// A stream is opened without reading it.
#[test]
fn announced_length_above_the_limit_is_refused_before_the_body_is_read() {
    for (length, expected) in [(2 << 20, Ok(())), ((2 << 20) + 1, Err(413))] {
        let sent = body(Some("image/png"), RawBody::from(vec![b'x'; length]));
        assert_eq!(status(sent.stream("image/png").map(drop)), expected, "{length}");
    }
}

#[tokio::test(start_paused = true)]
async fn pause_of_a_body_is_limited_and_not_its_whole_time() {
    let rows: [(&'static [u64], Result<&str, u16>); 5] = [
        (&[0], Ok("x")),
        (&[29, 29, 29, 29], Ok("xxxx")),
        (&[31], Err(400)),
        (&[0, 60], Err(400)),
        (&[1, 0, 1_000_000], Err(400)),
    ];
    for (pauses, expected) in rows {
        let found = status(body(Some("text/plain"), dripping(pauses)).text("text/plain").await);
        assert_eq!(found, expected.map(str::to_owned), "{pauses:?}");
    }
}
