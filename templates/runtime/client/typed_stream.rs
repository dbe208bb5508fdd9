//! Events and lines whose items have the type that the document describes.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::call::{Call, Endpoint};
use super::error::{Error, Failure, NoError, Unexpected};
use super::event_stream::{Event, Events};
use super::item_stream::{ItemStream, Outcome, Source};
use super::json::{Decode, DecodeError, from_slice};
use super::json_sequence::Texts;
use super::lines::{DEFAULT_LIMIT, Line, Lines};
use super::reply::Response;
use super::resumed_events::ResumedEvents;
use super::retry::Wait;

/// The types of the events of an operation.
pub trait EventEndpoint: Endpoint + Sized {
    /// The events of one response.
    type Events: From<Events>;
    /// The events of a call that is sent again when its connection ends.
    type ResumedEvents: From<ResumedEvents<Self>>;
}

/// An operation whose response is JSON values, one after another.
pub trait ItemEndpoint: Endpoint {
    /// The media type of the response.
    const MEDIA_TYPE: &'static str;
    /// The type of the values.
    type Item: Decode;
}

/// Events whose data is JSON of one type.
pub struct TypedEvents<T, S = Events> {
    events: S,
    /// The data of the event that ends the stream.
    end: Option<String>,
    is_ended: bool,
    ty: PhantomData<fn() -> T>,
}

impl<T, S> fmt::Debug for TypedEvents<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedEvents(…)")
    }
}

impl<T> From<Events> for TypedEvents<T, Events> {
    fn from(events: Events) -> Self {
        Self::of(events)
    }
}

impl<T, E> From<ResumedEvents<E>> for TypedEvents<T, ResumedEvents<E>> {
    fn from(events: ResumedEvents<E>) -> Self {
        Self::of(events)
    }
}

impl<T, S> TypedEvents<T, S> {
    fn of(events: S) -> Self {
        Self { events, end: None, is_ended: false, ty: PhantomData }
    }

    /// Ends the events before the one with this data, such as `[DONE]`. It is not read as JSON, and resumed events are not resumed.
    #[must_use]
    pub fn ends_at(mut self, data: &str) -> Self {
        self.end = Some(data.to_owned());
        self
    }

    /// The events with their data as text.
    pub fn untyped(self) -> S {
        self.events
    }

    fn with(self, change: impl FnOnce(S) -> S) -> Self {
        Self { events: change(self.events), ..self }
    }
}

impl<T: Decode, S: Source<Item = Event>> TypedEvents<T, S> {
    /// The next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the data is not JSON of this type, [`Error::Decode`] with the data as the body: the next call returns the event after it.
    /// Otherwise same as for events without a type.
    pub async fn next(&mut self) -> Result<Option<Event<T>>, Error<S::Error>> {
        if self.is_ended {
            return Ok(None);
        }
        let Some(event) = self.events.read().await? else { return Ok(None) };
        if self.end.as_ref() == Some(&event.data) {
            self.is_ended = true;
            return Ok(None);
        }
        match event.json() {
            Ok(data) => Ok(Some(Event { name: event.name, data, id: event.id })),
            Err(error) => Err(undecoded(event.data.into(), error)),
        }
    }
}

impl<T: Decode + Send + 'static, S: Source<Item = Event>> TypedEvents<T, S> {
    /// The events as a stream of the crate futures-core. It goes on after [`Error::Decode`], and ends after other errors.
    pub fn into_stream(self) -> ItemStream<Self> {
        Source::into_stream(self)
    }
}

impl<T> TypedEvents<T, Events> {
    /// Sets the maximum length of an event's data, and of each line, in bytes. Default: 1 MiB.
    #[must_use]
    pub fn max_event_bytes(self, limit: usize) -> Self {
        self.with(|events| events.max_event_bytes(limit))
    }

    /// How long the server asks to wait before the next call, after the events ended (`retry`).
    pub fn retry(&self) -> Option<Duration> {
        self.events.retry()
    }

    /// The last id that the server sent with a complete event, or alone; empty if it sent none.
    pub fn last_event_id(&self) -> &str {
        self.events.last_event_id()
    }
}

impl<T, E: Endpoint> TypedEvents<T, ResumedEvents<E>> {
    /// Sets the maximum length of an event's data, and of each line, in bytes. Default: 1 MiB.
    #[must_use]
    pub fn max_event_bytes(self, limit: usize) -> Self {
        self.with(|events| events.max_event_bytes(limit))
    }

    /// Sets how many calls in sequence may end without an event. Default: 10.
    #[must_use]
    pub fn max_failures(self, most: u32) -> Self {
        self.with(|events| events.max_failures(most))
    }

    /// Sets how to wait between calls.
    #[must_use]
    pub fn wait(self, wait: Wait) -> Self {
        self.with(|events| events.wait(wait))
    }

    /// Continues after the event with this id, which an earlier program kept.
    #[must_use]
    pub fn after(self, last_event_id: &str) -> Self {
        self.with(|events| events.after(last_event_id))
    }

    /// The id of the last event, to be kept for [`Self::after`]; empty if the server sent none.
    pub fn last_event_id(&self) -> &str {
        self.events.last_event_id()
    }
}

impl<T: Decode + Send + 'static, S: Source<Item = Event>> Source for TypedEvents<T, S> {
    type Item = Event<T>;
    type Error = S::Error;

    async fn read(&mut self) -> Outcome<Self> {
        self.next().await
    }
}

/// Values of one type: JSON Lines, or a JSON text sequence.
pub struct TypedLines<T> {
    lines: Lines,
    /// The texts of a sequence, which may have several lines.
    texts: Option<Texts>,
    limit: usize,
    ty: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for TypedLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedLines(…)")
    }
}

impl<T> TypedLines<T> {
    /// Sets the maximum length of a value in bytes. Default: 1 MiB.
    #[must_use]
    pub fn max_line_bytes(mut self, limit: usize) -> Self {
        self.lines = self.lines.max_line_bytes(limit);
        self.limit = limit;
        self
    }

    /// The lines as bytes.
    pub fn untyped(self) -> Lines {
        self.lines
    }
}

impl<T: Decode> TypedLines<T> {
    /// The next value; `None` at the end.
    ///
    /// # Errors
    ///
    /// If it is not JSON of this type, [`Error::Decode`] with its text as the body: the next call returns the value after it.
    /// Otherwise same as [`Lines::next`].
    pub async fn next(&mut self) -> Result<Option<T>, Error<NoError>> {
        let Some(text) = self.text().await? else { return Ok(None) };
        from_slice(&text).map(Some).map_err(|error| undecoded(text, error))
    }

    async fn text(&mut self) -> Result<Option<Bytes>, Error<NoError>> {
        let Some(texts) = &mut self.texts else { return Ok(self.lines.next().await?.map(Line::into_bytes)) };
        if let Some(text) = texts.held() {
            return Ok(Some(text));
        }
        while let Some(line) = self.lines.next().await? {
            if let Some(text) = texts.push(&line.into_bytes()) {
                return Ok(Some(text));
            }
            if texts.len() > self.limit {
                return Err(Failure::TooLarge.into());
            }
        }
        Ok(texts.finish())
    }
}

impl<T: Decode + Send + 'static> TypedLines<T> {
    /// The values as a stream of the crate futures-core. It goes on after [`Error::Decode`], and ends after other errors.
    pub fn into_stream(self) -> ItemStream<Self> {
        Source::into_stream(self)
    }
}

impl<T: Decode + Send + 'static> Source for TypedLines<T> {
    type Item = T;
    type Error = NoError;

    async fn read(&mut self) -> Outcome<Self> {
        self.next().await
    }
}

impl<E: ItemEndpoint> Call<'_, E> {
    /// Sends the call and returns the response before its first value. The limit on the response size does not apply; the timeout of
    /// the call does, and covers all values.
    ///
    /// # Errors
    ///
    /// Same as [`Call::streamed`]. A response that has another media type is an error.
    pub async fn streamed_items(self) -> Result<Response<TypedLines<E::Item>>, Error<E::Error>> {
        let response = self.header("Accept", E::MEDIA_TYPE).opened(E::MEDIA_TYPE).await?;
        let Response { status, headers, body } = response;
        let texts = E::MEDIA_TYPE.contains("json-seq").then(Texts::default);
        let body = TypedLines { lines: body.lines(), texts, limit: DEFAULT_LIMIT, ty: PhantomData };
        Ok(Response { status, headers, body })
    }
}

/// The error of an item that has another type.
fn undecoded<E>(body: Bytes, error: DecodeError) -> Error<E> {
    Error::Decode(Unexpected { status: StatusCode::OK, headers: Box::new(HeaderMap::new()), body }, error)
}
