//! The requests of one HTTP/2 connection that are in progress, from their head to the end of the response.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::sleep;

/// Counts the requests of one connection.
#[derive(Debug, Clone)]
pub struct InProgress(Arc<watch::Sender<Counts>>);

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    open: usize,
    cancelled: usize,
    is_closed: bool,
}

impl InProgress {
    /// No request yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Counts::default())))
    }

    /// Counts a request, which ends when its response ends or when this is dropped. `None` after [`Self::close`].
    pub fn begin(&self) -> Option<Request> {
        let is_open = self.0.send_if_modified(|counts| {
            counts.open += usize::from(!counts.is_closed);
            !counts.is_closed
        });
        is_open.then(|| Request { counts: Arc::clone(&self.0), has_response: false })
    }

    /// Admits no more requests.
    pub fn close(&self) {
        self.0.send_modify(|counts| counts.is_closed = true);
    }

    /// Completes once there has been no request for this time, or once more than `limit` requests were cancelled by the
    /// client before their response.
    pub async fn ended(&self, idle: Duration, limit: usize) {
        let mut counts = self.0.subscribe();
        loop {
            let Counts { open, cancelled, .. } = *counts.borrow_and_update();
            if cancelled > limit {
                return;
            }
            tokio::select! {
                _ = counts.changed() => {}
                () = sleep(idle), if open == 0 => return,
            }
        }
    }
}

/// A request in progress.
#[derive(Debug)]
pub struct Request {
    counts: Arc<watch::Sender<Counts>>,
    has_response: bool,
}

impl Request {
    /// The body of the response, with which the request ends.
    pub fn respond(mut self, body: Body) -> Counted {
        self.has_response = true;
        Counted { body, _request: self }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.counts.send_modify(|counts| {
            counts.open -= 1;
            counts.cancelled += usize::from(!self.has_response);
        });
    }
}

/// The body of a response.
#[derive(Debug)]
pub struct Counted {
    body: Body,
    _request: Request,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
