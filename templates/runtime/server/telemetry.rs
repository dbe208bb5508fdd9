//! Spans of calls for the crate tracing, with the attributes of the OpenTelemetry semantic conventions for HTTP servers, and
//! hooks for metrics. No span contains a credential, a value of a parameter, a path or a body.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, Method, StatusCode};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::call::Call;
use super::operation::Operation;
use super::refusal::{Render, Served, Steps};
use super::trace_context::{TRACEPARENT, TRACESTATE, TraceContext};

/// A call that matched an operation. Nothing of it is verified yet.
#[derive(Debug)]
pub struct CallStart {
    /// The `operationId`, or the name generated from method and path.
    pub operation_id: &'static str,
    /// The span of the call.
    pub span: Span,
    /// The trace context that the client sent. Anyone can send one.
    pub trace_context: Option<TraceContext>,
}

/// A call that has ended: the head of its response is ready, or the client closed the connection before.
#[derive(Debug)]
pub struct CallEnd {
    /// The `operationId`, or the name generated from method and path.
    pub operation_id: &'static str,
    /// The path in the document, with the names of its parameters: `/pets/{petId}`.
    pub route: String,
    /// The method of the request.
    pub method: Method,
    /// The status of the response; `None` if there is none, because the client closed the connection.
    pub status: Option<StatusCode>,
    /// The time since the request matched the operation.
    pub duration: Duration,
}

/// Creates the span of a call and calls the hooks.
#[derive(Debug)]
pub struct Observed<A> {
    app: Arc<A>,
    ended: fn(&A, &CallEnd),
    span: Span,
    start: Instant,
    operation: &'static Operation,
    method: Method,
    status: Option<StatusCode>,
}

impl<A> Observed<A> {
    /// Starts the span of this call, as a child of the current one.
    pub fn start(app: &Arc<A>, call: &Call, started: fn(&A, &CallStart), ended: fn(&A, &CallEnd)) -> Self {
        let start = Instant::now();
        let (operation, parts) = (call.head().operation(), call.head().parts());
        let trace_context = trace_context(&parts.headers);
        let span = span(operation, &parts.method, trace_context.as_ref());
        let call = CallStart { operation_id: operation.id, span: span.clone(), trace_context };
        // A hook that panics must not change the response.
        let _ = catch_unwind(AssertUnwindSafe(|| started(app, &call)));
        Self { app: Arc::clone(app), ended, span, start, operation, method: parts.method.clone(), status: None }
    }

    /// The steps of the call, in the span. Failures are rendered, so that the status of their response is known.
    pub fn run(self, render: Render<A>, steps: Steps) -> Steps
    where
        A: Send + Sync + 'static,
    {
        let served = Served::new(self.operation, Arc::clone(&self.app), render, steps);
        Box::pin(async move {
            // The whole value, whose drop ends the call.
            let mut call = self;
            let response = served.instrument(call.span.clone()).await;
            call.status = Some(response.status());
            Ok(response)
        })
    }
}

impl<A> Drop for Observed<A> {
    fn drop(&mut self) {
        match self.status {
            Some(status) => {
                self.span.record("http.response.status_code", status.as_u16());
                // An error of the client is not an error of the server.
                if status.is_server_error() {
                    failed(&self.span, status.as_str());
                }
            }
            None => failed(&self.span, "cancelled"),
        }
        let call = CallEnd {
            operation_id: self.operation.id,
            route: self.operation.route(),
            method: self.method.clone(),
            status: self.status,
            duration: self.start.elapsed(),
        };
        let _ = self.span.in_scope(|| catch_unwind(AssertUnwindSafe(|| (self.ended)(&self.app, &call))));
    }
}

fn span(operation: &Operation, method: &Method, context: Option<&TraceContext>) -> Span {
    let (method, route) = (method.as_str(), operation.route());
    tracing::info_span!(
        "HTTP call",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.response.status_code = Empty,
        http.route = route,
        openapi.operation_id = operation.id,
        "error.type" = Empty,
        trace_id = context.map(TraceContext::trace_id),
        parent_id = context.map(TraceContext::parent_id),
    )
}

fn failed(span: &Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// The trace context of a request; `None` if it is missing, invalid or sent twice.
fn trace_context(headers: &HeaderMap) -> Option<TraceContext> {
    let mut parents = headers.get_all(TRACEPARENT).iter();
    let (Some(parent), None) = (parents.next(), parents.next()) else { return None };
    let context = TraceContext::parse(parent.to_str().ok()?)?;
    let states: Option<Vec<&str>> = headers.get_all(TRACESTATE).iter().map(|state| state.to_str().ok()).collect();
    Some(context.state(&states.unwrap_or_default().join(",")))
}
