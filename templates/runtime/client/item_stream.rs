//! Events, lines and chunks as streams of the crate futures-core. Dropping a stream ends its request.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::call::Endpoint;
use super::credential::BoxFuture;
use super::download::Download;
use super::error::{Error, NoError, Unexpected};
use super::event_stream::{Event, Events};
use super::json::{Decode, DecodeError};
use super::lines::{Line, Lines};
use super::resumed_events::ResumedEvents;

/// What is read item by item.
pub trait Source: Send + 'static {
    /// An item.
    type Item: Send;
    /// The documented error of the operation.
    type Error: Send;

    /// The next item; `None` at the end.
    fn read(&mut self) -> impl Future<Output = Outcome<Self>> + Send;

    /// The items as a stream, which ends after an error, except after an item that has another type ([`Error::Decode`]).
    fn into_stream(self) -> ItemStream<Self>
    where
        Self: Sized,
    {
        ItemStream(State::Idle(Box::new(self)))
    }

    /// The items as a stream of JSON values of this type. An item that has another type is [`Error::Decode`], and the stream
    /// goes on.
    fn into_json_stream<T: Decode>(self) -> JsonStream<Self, T>
    where
        Self: Sized,
        Self::Item: JsonItem,
    {
        JsonStream { items: self.into_stream(), ty: PhantomData }
    }
}

/// The outcome of reading an item.
pub type Outcome<S> = Result<Option<<S as Source>::Item>, Error<<S as Source>::Error>>;

macro_rules! source {
    ($source:ty, $item:ty, $read:ident) => {
        impl Source for $source {
            type Item = $item;
            type Error = NoError;

            async fn read(&mut self) -> Outcome<Self> {
                self.$read().await
            }
        }
    };
}

source!(Events, Event, next);
source!(Lines, Line, next);
source!(Download, Bytes, chunk);

impl<E: Endpoint<Error: Send> + 'static> Source for ResumedEvents<E> {
    type Item = Event;
    type Error = E::Error;

    async fn read(&mut self) -> Outcome<Self> {
        self.next().await
    }
}

/// The items of a source as a stream.
#[must_use = "a stream does nothing unless it is polled"]
pub struct ItemStream<S: Source>(State<S>);

enum State<S: Source> {
    Idle(Box<S>),
    Reading(BoxFuture<'static, (Box<S>, Outcome<S>)>),
    Ended,
}

impl<S: Source> fmt::Debug for ItemStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemStream(…)")
    }
}

impl<S: Source> Stream for ItemStream<S> {
    type Item = Result<S::Item, Error<S::Error>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.0, State::Ended) {
                State::Idle(mut source) => {
                    self.0 = State::Reading(Box::pin(async move {
                        let outcome = source.read().await;
                        (source, outcome)
                    }));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready((source, outcome)) = reading.as_mut().poll(context) else {
                        self.0 = State::Reading(reading);
                        return Poll::Pending;
                    };
                    // The source has not ended if only one of its items could not be read.
                    if matches!(outcome, Ok(Some(_)) | Err(Error::Decode(..))) {
                        self.0 = State::Idle(source);
                    }
                    return Poll::Ready(outcome.transpose());
                }
                State::Ended => return Poll::Ready(None),
            }
        }
    }
}

/// An item that can be read as JSON.
pub trait JsonItem {
    /// The text.
    fn text(&self) -> &[u8];

    /// Reads the text.
    ///
    /// # Errors
    ///
    /// If it is not JSON of this type.
    fn decoded<T: Decode>(&self) -> Result<T, DecodeError>;
}

impl JsonItem for Event {
    fn text(&self) -> &[u8] {
        self.data.as_bytes()
    }

    fn decoded<T: Decode>(&self) -> Result<T, DecodeError> {
        self.json()
    }
}

impl JsonItem for Line {
    fn text(&self) -> &[u8] {
        self.bytes()
    }

    fn decoded<T: Decode>(&self) -> Result<T, DecodeError> {
        self.json()
    }
}

/// The items of a source as a stream of JSON values.
#[must_use = "a stream does nothing unless it is polled"]
pub struct JsonStream<S: Source, T> {
    items: ItemStream<S>,
    ty: PhantomData<fn() -> T>,
}

impl<S: Source, T> fmt::Debug for JsonStream<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonStream(…)")
    }
}

impl<S: Source<Item: JsonItem>, T: Decode> Stream for JsonStream<S, T> {
    type Item = Result<T, Error<S::Error>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let read = |item: S::Item| {
            item.decoded().map_err(|error| {
                let body = Bytes::copy_from_slice(item.text());
                let item = Unexpected { status: StatusCode::OK, headers: Box::new(HeaderMap::new()), body };
                Error::Decode(item, error)
            })
        };
        Pin::new(&mut self.items).poll_next(context).map(|item| item.map(|item| item.and_then(read)))
    }
}
