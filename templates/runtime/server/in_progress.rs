//! The requests of one HTTP/2 connection that are in progress: from their head to the end of the response, except while
//! the response waits for its client.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::watch;
use tokio::time::sleep;

/// The maximum number of bytes of a response that are handed over to the HTTP library at a time.
const MAX_PIECE: usize = 16 * 1024;

/// Counts the requests of one connection.
#[derive(Debug, Clone, Default)]
pub struct InProgress(Arc<watch::Sender<Counts>>);

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    /// The requests that wait for the server and not for their clients.
    open: usize,
    cancelled: usize,
    is_closed: bool,
}

impl InProgress {
    /// Counts a request, which ends when its response ends or when this is dropped. `None` after [`Self::close`].
    pub fn begin(&self) -> Option<Request> {
        let is_open = self.0.send_if_modified(|counts| {
            counts.open += usize::from(!counts.is_closed);
            !counts.is_closed
        });
        is_open.then(|| Request { counts: Arc::clone(&self.0), is_open, has_response: false })
    }

    /// Admits no more requests.
    pub fn close(&self) {
        self.0.send_if_modified(|counts| {
            counts.is_closed = true;
            // This does not restart the time of `ended`.
            false
        });
    }

    /// Completes once no request has been in progress for this time, or once more than `limit` requests have ended before
    /// their response.
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
    is_open: bool,
    has_response: bool,
}

impl Request {
    /// The body of the response, with which the request ends.
    pub fn respond(mut self, body: Body) -> Counted {
        self.has_response = true;
        Counted { body, rest: Bytes::new(), request: self }
    }

    /// The response waits for its client from now on.
    fn pause(&mut self) {
        if std::mem::take(&mut self.is_open) {
            self.counts.send_modify(|counts| counts.open -= 1);
        }
    }

    /// The response no longer waits for its client.
    fn resume(&mut self) {
        if !std::mem::replace(&mut self.is_open, true) {
            self.counts.send_modify(|counts| counts.open += 1);
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.counts.send_modify(|counts| {
            counts.open -= usize::from(self.is_open);
            counts.cancelled += usize::from(!self.has_response);
        });
    }
}

/// The body of a response, in small pieces.
///
/// The HTTP library takes the next piece when the flow control of the client allows the first byte of it, however long it
/// is, and drops the body when it has the last one. With small pieces, little is left to send by then.
#[derive(Debug)]
pub struct Counted {
    body: Body,
    /// The rest of a frame of the body.
    rest: Bytes,
    request: Request,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.request.resume();
        if self.rest.is_empty() {
            let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(cx)?) else { return Poll::Ready(None) };
            match frame.into_data() {
                Ok(data) => self.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let length = self.rest.len().min(MAX_PIECE);
        let piece = self.rest.split_to(length);
        self.request.pause();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut sum = SizeHint::new();
        sum.set_lower(hint.lower().saturating_add(rest));
        if let Some(upper) = hint.upper() {
            sum.set_upper(upper.saturating_add(rest));
        }
        sum
    }
}
