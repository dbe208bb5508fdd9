//! Forwards requests: credentials and bodies pass as they are, bodies as streams.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::unfold;
use keystub_client_runtime as client;
use keystub_server_runtime as rt;

use client::core::Core;
use client::error::{Error, NoError};
use client::reqwest::{Body as SentBody, Request as Forwarded, Response as Upstream, Url};
use rt::axum::body::{Body, HttpBody};
use rt::axum::extract::Request;
use rt::axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use rt::axum::http::request::Parts;
use rt::axum::http::{HeaderMap, Method, StatusCode};
use rt::axum::response::Response;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

use super::super::problem::problem;
use super::copy::{BodyCopy, Budget};
use super::exchange::{Exchange, Outcome, Received};
use super::fields;
use crate::document::framing;
use crate::live::causes::with_causes;

/// Forwards requests to one server.
#[derive(Debug)]
pub(super) struct Forwarder {
    /// The connections to the server.
    pub core: Core,
    /// The URL of the server.
    pub base: Url,
    /// How long the server may take for the head of a response, and for the next part of a body.
    pub timeout: Duration,
    /// What the copies of bodies may have.
    pub budget: Budget,
    /// Where exchanges are checked.
    pub exchanges: Exchanges,
}

/// Where exchanges are checked.
#[derive(Debug, Clone)]
pub(super) struct Exchanges {
    /// The exchanges that wait for their checks.
    pub waiting: Sender<Exchange>,
    /// How many exchanges are not checked because too many wait.
    pub skipped: Arc<AtomicU64>,
}

/// A request whose response is not complete.
struct Pending {
    head: Parts,
    sent: Arc<Mutex<BodyCopy>>,
    exchanges: Exchanges,
}

impl Pending {
    /// Hands the exchange over. If too many wait for their checks, this one is not checked.
    fn finish(self, outcome: Outcome) {
        let sent = lock(&self.sent).whole();
        if self.exchanges.waiting.try_send(Exchange { head: self.head, sent, outcome }).is_err() {
            self.exchanges.skipped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn lock(copy: &Mutex<BodyCopy>) -> MutexGuard<'_, BodyCopy> {
    copy.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Forwarder {
    /// Forwards a request, and returns the response before its body is read.
    pub async fn forward(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let sent = Arc::new(Mutex::new(BodyCopy::new(&self.budget, length(&head.headers))));
        let forwarded = self.request(&head, body, &sent);
        let pending = Pending { head, sent, exchanges: self.exchanges.clone() };
        let response = match forwarded {
            Ok(forwarded) => self.core.forward(forwarded).await.map_err(|error| self.unavailable(&error)),
            Err(reason) => Err((StatusCode::BAD_REQUEST, reason.to_owned())),
        };
        match response {
            Ok(response) => self.passing(pending, response),
            Err((status, reason)) => {
                let response = problem(status, reason.as_str());
                pending.finish(Outcome::None { status, reason });
                response
            }
        }
    }

    /// The request for the server.
    fn request(&self, head: &Parts, body: Body, copy: &Arc<Mutex<BodyCopy>>) -> Result<Forwarded, &'static str> {
        if fields::is_loop(&head.headers) {
            return Err("the request was forwarded by `keystub mock --proxy` before: the server is the proxy itself");
        }
        let mut url = self.base.clone();
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), head.uri.path());
        url.set_path(&path);
        url.set_query(head.uri.query());
        // URLs have no `.` and `..` in their path: the request would be another one.
        if url.path().matches('/').count() != path.matches('/').count() {
            return Err("a path with `.` or `..` cannot be forwarded");
        }
        let mut request = Forwarded::new(head.method.clone(), url);
        *request.headers_mut() = fields::of_request(&head.headers);
        if body.is_end_stream() {
            lock(copy).end();
        } else {
            *request.body_mut() = Some(stream(body, Arc::clone(copy)));
        }
        Ok(request)
    }

    /// Why the real server did not respond, and the status for the caller.
    fn unavailable(&self, error: &Error<NoError>) -> (StatusCode, String) {
        let is_late = match error {
            Error::Timeout => true,
            Error::Transport(error) => error.is_timeout(),
            _ => false,
        };
        match is_late {
            true => (StatusCode::GATEWAY_TIMEOUT, format!("the server did not respond within {:?}", self.timeout)),
            false => (StatusCode::BAD_GATEWAY, format!("the server did not respond: {}", with_causes(error))),
        }
    }

    /// The response for the caller. When its body has passed, the exchange is complete.
    fn passing(&self, pending: Pending, upstream: Upstream) -> Response {
        let (status, headers) = (upstream.status(), upstream.headers().clone());
        let has_no_body = pending.head.method == Method::HEAD
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
            || upstream.content_length() == Some(0);
        let copy = BodyCopy::new(&self.budget, length(&headers));
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        *response.headers_mut() = fields::of_response(&headers);
        let mut watch = Watch { pending: Some((pending, status, headers)), copy, failure: None };
        if has_no_body {
            watch.copy.end();
        } else {
            let limit = (!is_event_stream(&watch)).then_some(self.timeout);
            *response.body_mut() = Body::from_stream(unfold((upstream, watch), move |state| next(state, limit)));
        }
        response
    }
}

/// The next part of the body of a response.
async fn next(
    (mut upstream, mut watch): (Upstream, Watch),
    limit: Option<Duration>,
) -> Option<(Result<rt::bytes::Bytes, std::io::Error>, (Upstream, Watch))> {
    let chunk = match limit {
        Some(limit) => timeout(limit, upstream.chunk()).await,
        None => Ok(upstream.chunk().await),
    };
    let failure = match chunk {
        Ok(Ok(Some(chunk))) => {
            watch.copy.push(&chunk);
            return Some((Ok(chunk), (upstream, watch)));
        }
        Ok(Ok(None)) => {
            watch.copy.end();
            return None;
        }
        _ if watch.failure.is_some() => return None,
        Ok(Err(error)) => format!("the body ended early: {}", with_causes(&error.without_url())),
        Err(_) => "the body stopped: its next part did not arrive in time".to_owned(),
    };
    let error = std::io::Error::other(failure.clone());
    watch.failure = Some(failure);
    Some((Err(error), (upstream, watch)))
}

/// What is known of a response while its body passes. When it is dropped, the exchange is complete.
struct Watch {
    pending: Option<(Pending, StatusCode, HeaderMap)>,
    copy: BodyCopy,
    failure: Option<String>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let Some((pending, status, headers)) = self.pending.take() else { return };
        let body = match (self.failure.take(), self.copy.whole()) {
            (Some(failure), _) => Received::Broken(failure),
            (None, Some(body)) => Received::Whole(body),
            (None, None) if self.copy.is_too_long() => Received::Unknown("the body is too long to be checked"),
            (None, None) => Received::Unknown("the caller did not read the whole body"),
        };
        pending.finish(Outcome::Response { status, headers, body });
    }
}

/// The body of a request. It is copied while the server reads it.
fn stream(body: Body, copy: Arc<Mutex<BodyCopy>>) -> SentBody {
    SentBody::wrap_stream(unfold((body.into_data_stream(), copy), |(mut body, copy)| async move {
        match body.next().await {
            Some(Ok(chunk)) => {
                lock(&copy).push(&chunk);
                Some((Ok(chunk), (body, copy)))
            }
            Some(Err(error)) => Some((Err(error), (body, copy))),
            None => {
                lock(&copy).end();
                None
            }
        }
    }))
}

/// The length of the body that a head announces.
fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Whether parts of the body may come at any time: server-sent events, and lines of JSON.
fn is_event_stream(watch: &Watch) -> bool {
    let headers = watch.pending.as_ref().map(|(_, _, headers)| headers);
    let media_type = headers.and_then(|headers| headers.get(CONTENT_TYPE)).and_then(|field| field.to_str().ok());
    media_type.is_some_and(|media_type| framing(media_type).is_some())
}
