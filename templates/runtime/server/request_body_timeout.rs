//! Limits the pauses of request bodies, so that a client that stops sending does not occupy the server.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// A request whose body fails if its reader waits for the next part for longer than this time.
///
/// The body keeps its length and reports whether it is empty, as far as they are known. The checks that precede reading
/// need both: an absent body is not an empty one, and an oversized one is refused before `100 Continue` is sent.
pub fn with_timeout(request: Request, timeout: Duration) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    request.map(|body| Body::new(TimedBody { body, timeout, pause: None }))
}

/// A body with a time limit for its pauses.
struct TimedBody {
    body: Body,
    timeout: Duration,
    /// The time limit of the current pause.
    pause: Option<Pin<Box<Sleep>>>,
}

impl fmt::Debug for TimedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TimedBody(…)")
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.pause = None;
            return Poll::Ready(frame);
        }
        let timeout = this.timeout;
        let pause = this.pause.get_or_insert_with(|| Box::pin(sleep(timeout)));
        pause.as_mut().poll(cx).map(|()| Some(Err(axum::Error::new(io::Error::from(io::ErrorKind::TimedOut)))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
