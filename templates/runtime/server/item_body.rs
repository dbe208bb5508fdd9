//! Bodies that are sent item by item: each item of a stream is encoded when it arrives, and a heartbeat is sent while none does.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{BoxStream, Stream};
use tokio::time::{Instant, Sleep, sleep};
use tracing::Span;

use super::reply;

/// Why a stream ends early.
pub(super) type BoxError = Box<dyn Error + Send + Sync>;

/// The items of a body, or the body itself.
pub(super) enum Source<I> {
    Items(BoxStream<'static, Result<I, BoxError>>),
    Body(Body),
}

/// How items are written.
pub(super) struct Format<I> {
    /// The bytes of an item.
    pub(super) encode: fn(&I) -> Result<Bytes, BoxError>,
    /// After which time without an item the heartbeat is sent, if any.
    pub(super) heartbeat: Option<Duration>,
    /// The bytes of the heartbeat, which clients ignore.
    pub(super) beat: &'static [u8],
}

/// The shortest time between two heartbeats.
const MIN_HEARTBEAT: Duration = Duration::from_millis(10);

impl<I: 'static> Source<I> {
    /// The response with these items.
    pub(super) fn response(self, status: u16, media_type: &str, format: Format<I>) -> Response {
        let body = match self {
            Self::Body(body) => body,
            Self::Items(items) => Body::from_stream(Encoded::new(items, format)),
        };
        let mut response = reply::bytes(status, media_type, body);
        // nginx collects a response before it sends it on, unless the response has this field.
        response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
        response
    }
}

/// The encoded items of a stream, with heartbeats.
struct Encoded<I> {
    items: Option<BoxStream<'static, Result<I, BoxError>>>,
    format: Format<I>,
    timer: Option<(Duration, Pin<Box<Sleep>>)>,
    /// Why the body ends early, until the items before it are on their way.
    failure: Option<BoxError>,
    /// The span of the call: items are made in it.
    span: Span,
}

impl<I> Encoded<I> {
    fn new(items: BoxStream<'static, Result<I, BoxError>>, format: Format<I>) -> Self {
        let every = format.heartbeat.map(|every| every.max(MIN_HEARTBEAT));
        let timer = every.map(|every| (every, Box::pin(sleep(every))));
        Self { items: Some(items), format, timer, failure: None, span: Span::current() }
    }

    /// Waits for the next heartbeat from now on.
    fn restart(&mut self) {
        if let Some((every, timer)) = &mut self.timer {
            timer.as_mut().reset(Instant::now() + *every);
        }
    }
}

impl<I> Stream for Encoded<I> {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let span = this.span.clone();
        let _entered = span.enter();
        let Some(items) = &mut this.items else { return Poll::Ready(this.failure.take().map(Err)) };
        match items.as_mut().poll_next(context) {
            Poll::Ready(Some(item)) => match item.and_then(|item| (this.format.encode)(&item)) {
                Ok(bytes) => {
                    this.restart();
                    Poll::Ready(Some(Ok(bytes)))
                }
                Err(error) => {
                    tracing::error!("the stream of a response ends early: {error}");
                    (this.items, this.failure) = (None, Some(error));
                    // hyper closes the connection at once after an error, with items that it has not written. It writes them while
                    // nothing is ready.
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            },
            Poll::Ready(None) => {
                this.items = None;
                Poll::Ready(None)
            }
            Poll::Pending => {
                let Some((_, timer)) = &mut this.timer else { return Poll::Pending };
                ready!(timer.as_mut().poll(context));
                this.restart();
                Poll::Ready(Some(Ok(Bytes::from_static(this.format.beat))))
            }
        }
    }
}

impl<I> fmt::Debug for Source<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Items(_) => "Items(…)",
            Self::Body(_) => "Body(…)",
        })
    }
}
