//! Spans of calls, trace contexts, and the hooks for metrics.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use axum::response::IntoResponse;
use futures_util::FutureExt;
use runtime_server::runtime::auth::{Granted, Reject};
use runtime_server::runtime::call::Call;
use runtime_server::runtime::operation::{Operation, Segment};
use runtime_server::runtime::problem::Problem;
use runtime_server::runtime::refusal::Refusal;
use runtime_server::runtime::router::{Route, Steps, mount};
use runtime_server::runtime::telemetry::{CallEnd, CallStart, Observed};

use super::app::{BY_TOKEN, RIGHT, SCHEMES, ask, operation};
use crate::spans::Spans;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

static ONE: Operation = operation("one", "GET", &[Segment::Text("/pets/"), Segment::Parameter(0)], BY_TOKEN);
static FAIL: Operation = operation("fail", "GET", &[Segment::Text("/fail")], BY_TOKEN);
static WAIT: Operation = operation("wait", "GET", &[Segment::Text("/wait")], BY_TOKEN);

/// Notes the calls of the hooks.
#[derive(Clone, Default)]
struct App(Arc<Mutex<Vec<String>>>);

impl App {
    fn started(&self, call: &CallStart) {
        let context = call.trace_context.as_ref().map(|context| (context.trace_id(), context.tracestate()));
        self.0.lock().unwrap().push(format!("start {} {context:?}", call.operation_id));
        assert!(call.operation_id != "fail", "a hook panics");
    }

    fn ended(&self, call: &CallEnd) {
        assert!(call.duration > std::time::Duration::ZERO);
        let status = call.status.map(|status| status.as_u16());
        let line = format!("end {} {} {} {status:?}", call.operation_id, call.method, call.route);
        self.0.lock().unwrap().push(line);
        assert!(call.operation_id != "fail", "a hook panics");
    }
}

/// Serves a call as generated code does.
fn serve(operation: &'static Operation, app: Arc<App>, call: Call) -> Steps {
    let observed = Observed::start(&app, &call, App::started, App::ended);
    let render = |_: &App, refusal: Refusal| refusal.into_response();
    observed.run(
        render,
        Box::pin(async move {
            {
                let credentials = call.head().credentials(SCHEMES);
                let mut evidence = credentials.evidence();
                if let Some(token) = credentials.bearer(0) {
                    let is_right = token.token == "right";
                    evidence.record(0, if is_right { Ok(Granted::new(())) } else { Err(Reject::Invalid("wrong")) });
                }
                evidence.decide()?;
            }
            if operation.id == "wait" {
                std::future::pending::<()>().await;
            }
            let status = if operation.id == "fail" { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
            Ok(Problem::new(status).into_response())
        }),
    )
}

fn routes() -> Vec<Route<App>> {
    vec![
        Route { operation: &ONE, handle: |app, call| serve(&ONE, app, call) },
        Route { operation: &FAIL, handle: |app, call| serve(&FAIL, app, call) },
        Route { operation: &WAIT, handle: |app, call| serve(&WAIT, app, call) },
    ]
}

#[tokio::test]
async fn calls_have_spans_without_values_and_hooks_with_status() {
    let (app, (spans, _guard)) = (App::default(), Spans::start());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = mount(Arc::new(app.clone()), &routes());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let traced = format!("{RIGHT}traceparent: {PARENT}\r\ntracestate: a=1\r\ntracestate: b=2\r\n");
    let twice = format!("{RIGHT}traceparent: {PARENT}\r\ntraceparent: {PARENT}\r\n");
    let rows = [
        ("GET /pets/canary?canary=1", traced.as_str(), 200),
        ("HEAD /pets/canary", twice.as_str(), 200),
        ("GET /pets/canary", "Authorization: Bearer canary\r\ntraceparent: canary\r\n", 401),
        ("GET /fail", RIGHT, 502),
        ("GET /other", RIGHT, 404),
    ];
    for (line, head, status) in rows {
        assert_eq!(ask(address, line, head).await.0, status, "{line}");
    }
    let expected = [
        "start one Some((\"4bf92f3577b34da6a3ce929d0e0e4736\", Some(\"a=1,b=2\")))",
        "end one GET /pets/{a} Some(200)",
        "start one None",
        "end one HEAD /pets/{a} Some(200)",
        "start one None",
        "end one GET /pets/{a} Some(401)",
        "start fail None",
        "end fail GET /fail Some(502)",
    ];
    assert_eq!(*app.0.lock().unwrap(), expected);
    let names =
        ["otel.name", "http.route", "openapi.operation_id", "http.response.status_code", "error.type", "trace_id"];
    let expected = [
        "GET /pets/{a} /pets/{a} one 200 - 4bf92f3577b34da6a3ce929d0e0e4736",
        "HEAD /pets/{a} /pets/{a} one 200 - -",
        "GET /pets/{a} /pets/{a} one 401 - -",
        "GET /fail /fail fail 502 502 -",
    ];
    assert_eq!(spans.rows(names), expected);
    assert!(!format!("{spans:?}").contains("canary"), "{spans:?}");
}

#[tokio::test]
async fn call_that_is_dropped_ends_without_a_status() {
    let app = App::default();
    let mut request = axum::http::Request::get("/wait").header("host", "x").body(()).unwrap();
    request.headers_mut().insert("authorization", "Bearer right".parse().unwrap());
    let call = Call::new(&WAIT, request.into_parts().0, axum::body::Body::empty(), Vec::new());
    let mut response = serve(&WAIT, Arc::new(app.clone()), call);
    assert!((&mut response).now_or_never().is_none());
    drop(response);
    assert_eq!(*app.0.lock().unwrap(), ["start wait None", "end wait GET /wait None"]);
}
