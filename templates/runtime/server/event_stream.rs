//! Server-sent events (WHATWG HTML, section 9.2) as responses.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt};

use super::header_text;
use super::item_body::{BoxError, Format, Source};
use super::json::{Encode, to_vec};
use super::request_parts::RequestParts;

/// The time without an event after which a comment is sent, unless another one is set.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A comment, which clients ignore.
const COMMENT: &[u8] = b":\n\n";

/// The events of a response. Each is sent when the stream has it. A comment is sent after 15 seconds without an event, so that proxies
/// keep the connection open, and a client that has gone is noticed. The stream is dropped when the client disconnects.
pub struct EventStream<T> {
    source: Source<Event<T>>,
    heartbeat: Option<Duration>,
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream(…)")
    }
}

impl<T: 'static> EventStream<T> {
    /// The events of a stream of data, of [`Event`]s, or of results with either. An error ends the response without its regular end,
    /// so that the client notices it; it is logged, and not sent.
    pub fn new<I: IntoEvent<T> + 'static>(events: impl Stream<Item = I> + Send + 'static) -> Self {
        let source = Source::Items(events.map(IntoEvent::into_event).boxed());
        Self { source, heartbeat: Some(HEARTBEAT) }
    }

    /// A body that is an event stream already, such as that of another server. It is sent as it is, without comments.
    pub fn from_body(body: Body) -> Self {
        Self { source: Source::Body(body), heartbeat: None }
    }

    /// Sets the time without an event after which a comment is sent. Default: 15 seconds; at least 10 milliseconds.
    #[must_use]
    pub fn heartbeat(mut self, every: Duration) -> Self {
        self.heartbeat = Some(every);
        self
    }

    /// Sends no comments.
    #[must_use]
    pub fn without_heartbeat(mut self) -> Self {
        self.heartbeat = None;
        self
    }

    fn response(self, status: u16, media_type: &str, encode: fn(&Event<T>) -> Result<Bytes, BoxError>) -> Response {
        let format = Format { encode, heartbeat: self.heartbeat, beat: COMMENT };
        let mut response = self.source.response(status, media_type, format);
        // A cache must not return the events that another client received, perhaps after another `Last-Event-ID`.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// A response of events whose data is JSON.
pub fn json<T: Encode + 'static>(status: u16, media_type: &str, events: EventStream<T>) -> Response {
    events.response(status, media_type, |event| {
        // JSON has no line breaks except those that are escaped.
        let data = to_vec(&event.data).map_err(|_| "a value that cannot be JSON")?;
        Ok(event.encoded(|out| field(out, "data", &data)))
    })
}

/// A response of events whose data is text.
pub fn text(status: u16, media_type: &str, events: EventStream<String>) -> Response {
    events.response(status, media_type, |event| {
        let data = event.data.replace("\r\n", "\n");
        Ok(event.encoded(|out| data.split(['\n', '\r']).for_each(|line| field(out, "data", line.as_bytes()))))
    })
}

fn field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.push(b'\n');
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<T> {
    data: T,
    name: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
}

impl<T> Event<T> {
    /// An event with this data and without a name, an id and a pause.
    pub fn new(data: T) -> Self {
        Self { data, name: None, id: None, retry: None }
    }

    /// Sets its name (`event`). Without one, the name is `message`.
    ///
    /// # Errors
    ///
    /// If the name has a line break or a NUL.
    pub fn name(mut self, name: impl Into<String>) -> Result<Self, EventError> {
        self.name = Some(checked(name.into(), "name")?);
        Ok(self)
    }

    /// Sets its id, which the client sends back as `Last-Event-ID` to continue after this event. An empty id removes that of earlier
    /// events.
    ///
    /// # Errors
    ///
    /// If the id has a line break or a NUL.
    pub fn id(mut self, id: impl Into<String>) -> Result<Self, EventError> {
        self.id = Some(checked(id.into(), "id")?);
        Ok(self)
    }

    /// Sets how long the client waits before it connects again after the events have ended.
    #[must_use]
    pub fn retry(mut self, pause: Duration) -> Self {
        self.retry = Some(pause);
        self
    }

    fn encoded(&self, data: impl FnOnce(&mut Vec<u8>)) -> Bytes {
        let mut out = Vec::with_capacity(128);
        for (key, value) in [("event", &self.name), ("id", &self.id)] {
            if let Some(value) = value {
                field(&mut out, key, value.as_bytes());
            }
        }
        if let Some(retry) = self.retry {
            field(&mut out, "retry", retry.as_millis().to_string().as_bytes());
        }
        data(&mut out);
        out.push(b'\n');
        out.into()
    }
}

/// A name or an id that would end its line, and so could add other fields or events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventError {
    part: &'static str,
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} of an event must not have line breaks or NUL", self.part)
    }
}

impl Error for EventError {}

fn checked(text: String, part: &'static str) -> Result<String, EventError> {
    if text.contains(['\n', '\r', '\0']) { Err(EventError { part }) } else { Ok(text) }
}

/// What can be an item of a stream of events: data, an [`Event`], or a result with either.
pub trait IntoEvent<T> {
    /// The event, or the error that ends the stream.
    ///
    /// # Errors
    ///
    /// If it is an error.
    fn into_event(self) -> Result<Event<T>, BoxError>;
}

impl<T> IntoEvent<T> for T {
    fn into_event(self) -> Result<Event<T>, BoxError> {
        Ok(Event::new(self))
    }
}

impl<T> IntoEvent<T> for Event<T> {
    fn into_event(self) -> Result<Self, BoxError> {
        Ok(self)
    }
}

impl<T, E: Into<BoxError>> IntoEvent<T> for Result<T, E> {
    fn into_event(self) -> Result<Event<T>, BoxError> {
        self.map(Event::new).map_err(Into::into)
    }
}

impl<T, E: Into<BoxError>> IntoEvent<T> for Result<Event<T>, E> {
    fn into_event(self) -> Result<Event<T>, BoxError> {
        self.map_err(Into::into)
    }
}

impl RequestParts<'_> {
    /// The id of the last event that the client received (`Last-Event-ID`), if it continues a stream. Anyone can send one.
    pub fn last_event_id(&self) -> Option<String> {
        let headers = self.headers();
        let id = headers.get("last-event-id")?;
        Some(header_text::decode(id.as_bytes()).into_owned()).filter(|id| !id.is_empty())
    }
}
