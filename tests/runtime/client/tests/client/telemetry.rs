//! Spans of requests and the trace context that is sent.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use runtime_client::api::*;
use runtime_client::runtime::core::CoreBuilder;
use runtime_client::runtime::error::Error;
use runtime_client::runtime::retry::Retries;
use runtime_client::runtime::telemetry::ContextSource;
use runtime_client::runtime::trace_context::TraceContext;
use runtime_client::server::{Server, json};

use crate::spans::Spans;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn traced(url: &str, contexts: ContextSource) -> CoreBuilder {
    builder(url, all_credentials()).traced(contexts)
}

#[tokio::test]
async fn span_has_operation_and_status_and_no_value() {
    let (spans, _guard) = Spans::start();
    let server = Server::start(json("\"canary-body\"")).await;
    let core = traced(&server.url(), ContextSource::default()).build().unwrap();
    runtime_client::runtime::call::Call::<Item>::new(&core)
        .set(ID, &"canary-id".to_owned())
        .set(LIMIT, &"canary-query".to_owned())
        .await
        .unwrap();
    call::<Alternatives>(&core).await.unwrap();
    let names = ["otel.name", "otel.kind", "http.request.method", "url.template", "http.response.status_code"];
    let expected =
        ["GET /items/{id}/end client GET /items/{id}/end 200", "GET /alternatives client GET /alternatives 200"];
    assert_eq!(spans.rows(names), expected);
    let names = ["openapi.operation_id", "server.address", "error.type", "http.request.resend_count"];
    assert_eq!(spans.rows(names), ["Item 127.0.0.1 - -", "Alternatives 127.0.0.1 - -"]);
    assert!(!format!("{spans:?}").contains("canary"));
}

#[tokio::test]
async fn each_attempt_has_a_span_with_its_error() {
    let (spans, _guard) = Spans::start();
    let mut builder = traced("https://api.example", ContextSource::default());
    builder.retries(Retries::new(1).wait(Arc::new(|_| Box::pin(async {}))));
    builder.service(|_| async { Ok(http::Response::builder().status(503).body("").unwrap().into()) });
    assert!(matches!(call::<Open>(&builder.build().unwrap()).await, Err(Error::Unexpected(_))));
    let names = ["http.response.status_code", "error.type", "otel.status_code", "http.request.resend_count"];
    assert_eq!(spans.rows(names), ["503 503 ERROR -", "503 503 ERROR 1"]);
}

#[tokio::test]
async fn failed_requests_have_an_error_type_without_the_error() {
    let rows = [("service", "_OTHER"), ("origin", "authentication"), ("time", "timeout"), ("head", "timeout")];
    for (kind, expected) in rows {
        let (spans, _guard) = Spans::start();
        let mut builder = traced("https://api.example", ContextSource::default());
        match kind {
            "head" => builder.response_timeout(Duration::from_millis(1)),
            _ => builder.timeout(Duration::from_millis(1)),
        }
        builder.layer(move |mut request, next| async move {
            if kind == "origin" {
                request.url_mut().set_host(Some("evil.example"))?;
            }
            next.send(request).await
        });
        let is_quiet = matches!(kind, "time" | "head");
        builder.service(move |_| async move { if is_quiet { pending().await } else { Err("canary".into()) } });
        assert!(call::<Open>(&builder.build().unwrap()).await.is_err(), "{kind}");
        assert_eq!(spans.rows(["error.type", "otel.status_code"]), [format!("{expected} ERROR")], "{kind}");
        assert!(!format!("{spans:?}").contains("canary"));
    }
    let (spans, _guard) = Spans::start();
    let mut builder = traced("https://api.example", ContextSource::default());
    builder.service(|_| pending());
    let core = builder.build().unwrap();
    let mut dropped = call::<Open>(&core).into_future();
    assert!(poll_fn(|context| Poll::Ready(Pin::new(&mut dropped).poll(context).is_pending())).await);
    drop(dropped);
    assert_eq!(spans.rows(["error.type"]), ["cancelled"]);
    let (spans, _guard) = Spans::start();
    let refused = traced("http://127.0.0.1:1", ContextSource::default()).build().unwrap();
    assert!(matches!(call::<Open>(&refused).await, Err(Error::Transport(_))));
    assert_eq!(spans.rows(["error.type"]), ["connection"]);
}

/// The fields `traceparent` and `tracestate` that a call sends.
async fn sent(source: impl Fn() -> Option<TraceContext> + Send + Sync + 'static, own: Option<&str>) -> Vec<String> {
    let server = Server::start(json("\"yes\"")).await;
    let core = traced(&server.url(), ContextSource::new(source)).build().unwrap();
    let call = call::<Item>(&core);
    own.into_iter().fold(call, |call, value| call.header("traceparent", value)).await.unwrap();
    [server.header("traceparent"), server.header("tracestate")].concat()
}

#[tokio::test]
async fn trace_context_is_sent_unless_the_call_has_one() {
    let context = || TraceContext::parse(PARENT).map(|context| context.state("vendor=1"));
    assert_eq!(sent(context, None).await, [PARENT, "vendor=1"]);
    let own = PARENT.replace("-01", "-00");
    assert_eq!(sent(context, Some(&own)).await, [own]);
    assert_eq!(sent(|| None, None).await, [""; 0]);
}

/// W3C Trace Context, sections 3.2 and 4.3.
#[test]
fn trace_contexts_are_validated() {
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let rows = [
        (format!("00-{trace}-{span}-01"), Some(true)),
        (format!("00-{trace}-{span}-02"), Some(false)),
        (format!("cc-{trace}-{span}-03"), Some(true)),
        (format!("cc-{trace}-{span}-00-what-ever"), Some(false)),
        (format!("00-{trace}-{span}-01-more"), None),
        (format!("ff-{trace}-{span}-01"), None),
        (format!("00-{}-{span}-01", trace.to_uppercase()), None),
        (format!("00-{}-{span}-01", "0".repeat(32)), None),
        (format!("00-{trace}-{}-01", "0".repeat(16)), None),
        (format!("00-{trace}-{span}"), None),
        (format!("00-{trace}-{span}-1"), None),
        (format!("00-{}-{span}-01", &trace[1..]), None),
        (format!(" 00-{trace}-{span}-01"), None),
        (format!("00-{trace}-{span}-01\u{e9}"), None),
        (String::new(), None),
    ];
    for (text, expected) in rows {
        let context = TraceContext::parse(&text);
        assert_eq!(context.as_ref().map(TraceContext::is_sampled), expected, "{text}");
        if let Some(context) = context {
            assert_eq!((context.trace_id(), context.parent_id()), (trace, span), "{text}");
            assert!(context.traceparent().starts_with("00-") && context.traceparent().len() == 55, "{text}");
        }
    }
    let context = TraceContext::parse(PARENT).unwrap();
    for state in ["", " ", "a\r\nb", "\u{e9}", &"a".repeat(513)] {
        assert_eq!(context.clone().state(state).tracestate(), None, "{state:?}");
    }
    assert_eq!(context.state("a=1,b=2").tracestate(), Some("a=1,b=2"));
}
