//! JSON values that are sent one after another: JSON Lines (NDJSON) and JSON text sequences (RFC 7464).

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use futures_util::stream::{Stream, StreamExt};

use super::item_body::{BoxError, Format, Source};
use super::json::{Encode, to_vec};

/// The values of a response. Each is sent when the stream has it. The stream is dropped when the client disconnects.
pub struct JsonLines<T> {
    source: Source<T>,
    heartbeat: Option<Duration>,
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonLines(…)")
    }
}

impl<T: 'static> JsonLines<T> {
    /// The values of a stream of values or of results. An error ends the response without its regular end, so that the client notices
    /// it; it is logged, and not sent.
    pub fn new<I: IntoItem<T> + 'static>(items: impl Stream<Item = I> + Send + 'static) -> Self {
        Self { source: Source::Items(items.map(IntoItem::into_item).boxed()), heartbeat: None }
    }

    /// A body that has the media type of the response already. It is sent as it is.
    pub fn from_body(body: Body) -> Self {
        Self { source: Source::Body(body), heartbeat: None }
    }

    /// Sends an empty line after this time without a value, so that proxies keep the connection open, and a client that has gone is
    /// noticed. Off by default: some clients do not ignore empty lines. At least 10 milliseconds.
    #[must_use]
    pub fn heartbeat(mut self, every: Duration) -> Self {
        self.heartbeat = Some(every);
        self
    }
}

/// A response of values on one line each.
pub fn lines<T: Encode + 'static>(status: u16, media_type: &str, items: JsonLines<T>) -> Response {
    let encode = |item: &T| Ok(line(Vec::new(), item)?.into());
    items.source.response(status, media_type, Format { encode, heartbeat: items.heartbeat, beat: b"\n" })
}

/// A response of values after a record separator each.
pub fn sequence<T: Encode + 'static>(status: u16, media_type: &str, items: JsonLines<T>) -> Response {
    let encode = |item: &T| Ok(line(vec![RECORD_SEPARATOR], item)?.into());
    items.source.response(status, media_type, Format { encode, heartbeat: items.heartbeat, beat: b"\n" })
}

/// RFC 7464, section 2.2.
const RECORD_SEPARATOR: u8 = 0x1e;

/// JSON has no line breaks except those that are escaped.
fn line<T: Encode>(mut start: Vec<u8>, item: &T) -> Result<Vec<u8>, BoxError> {
    start.extend(to_vec(item).map_err(|_| "a value that cannot be JSON")?);
    start.push(b'\n');
    Ok(start)
}

/// What can be an item of a stream of values: a value or a result.
pub trait IntoItem<T> {
    /// The value, or the error that ends the stream.
    ///
    /// # Errors
    ///
    /// If it is an error.
    fn into_item(self) -> Result<T, BoxError>;
}

impl<T> IntoItem<T> for T {
    fn into_item(self) -> Result<T, BoxError> {
        Ok(self)
    }
}

impl<T, E: Into<BoxError>> IntoItem<T> for Result<T, E> {
    fn into_item(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }
}
