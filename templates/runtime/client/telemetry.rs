//! Spans of requests for the crate tracing, with the attributes of the OpenTelemetry semantic conventions for HTTP clients,
//! and the trace context that is sent (W3C Trace Context). No span contains a credential, a value of a parameter or a body.

use std::fmt;
use std::sync::Arc;

use reqwest::Request;
use reqwest::header::{HeaderName, HeaderValue};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::auth_error::AuthError;
use super::core::CoreBuilder;
use super::credential::BoxError;
use super::platform::{HttpError, Response, TimerInstant};
use super::service::{Next, boxed_layer};
use super::trace_context::{TRACEPARENT, TRACESTATE, TraceContext};

/// The function that returns the trace context of a request. By default no context is sent.
#[derive(Clone, Default)]
pub struct ContextSource(Option<Arc<dyn Fn() -> Option<TraceContext> + Send + Sync>>);

impl fmt::Debug for ContextSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContextSource(…)")
    }
}

impl ContextSource {
    /// Calls this function for each request, in its span.
    pub fn new(source: impl Fn() -> Option<TraceContext> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(source)))
    }

    /// Adds the context to a request that has none.
    fn add(&self, span: &Span, request: &mut Request) {
        let headers = request.headers_mut();
        let Some(source) = self.0.as_ref().filter(|_| !headers.contains_key(TRACEPARENT)) else { return };
        let Some(context) = span.in_scope(|| source()) else { return };
        headers.remove(TRACESTATE);
        let fields = [(TRACEPARENT, Some(context.traceparent())), (TRACESTATE, context.tracestate())];
        for (name, value) in fields {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

impl CoreBuilder {
    /// Gives each request a span and a trace context. A retry is another request.
    #[must_use]
    pub fn traced(mut self, contexts: ContextSource) -> Self {
        let traced = move |mut request: Request, next: Next| {
            let span = span(&request, &next);
            contexts.add(&span, &mut request);
            let ending = Ending { span: Some(span.clone()), deadline: next.deadline() };
            async move {
                let outcome = next.send(request).await;
                ending.record(&outcome);
                outcome
            }
            .instrument(span)
        };
        // The outermost layer, so that the span contains the events of the others.
        self.layers.insert(0, boxed_layer(traced));
        self
    }
}

fn span(request: &Request, next: &Next) -> Span {
    let (method, route, url) = (request.method().as_str(), next.route(), request.url());
    let resends = next.resend_count();
    tracing::info_span!(
        "HTTP request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = method,
        http.request.resend_count = (resends > 0).then_some(resends),
        http.response.status_code = Empty,
        url.template = route,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        openapi.operation_id = next.operation_id(),
        "error.type" = Empty,
    )
}

/// The end of a request. If it is dropped, it is recorded as a timeout after its deadline, else as cancelled.
struct Ending {
    span: Option<Span>,
    deadline: Option<TimerInstant>,
}

impl Ending {
    fn record(mut self, outcome: &Result<Response, BoxError>) {
        let Some(span) = self.span.take() else { return };
        match outcome {
            Ok(response) => {
                let status = response.status();
                span.record("http.response.status_code", status.as_u16());
                if status.is_client_error() || status.is_server_error() {
                    failed(&span, status.as_str());
                }
            }
            Err(error) => failed(&span, error_type(error)),
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(span) = &self.span {
            let is_late = self.deadline.is_some_and(|deadline| TimerInstant::now() >= deadline);
            failed(span, if is_late { "timeout" } else { "cancelled" });
        }
    }
}

fn failed(span: &Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// A fixed text: the error itself may show the request.
fn error_type(error: &BoxError) -> &'static str {
    match error.downcast_ref::<HttpError>() {
        Some(error) if error.is_timeout() => "timeout",
        Some(error) if error.is_connect() => "connection",
        Some(_) => "transport",
        None if error.is::<AuthError>() => "authentication",
        // The value of the conventions for errors without a type.
        None => "_OTHER",
    }
}
