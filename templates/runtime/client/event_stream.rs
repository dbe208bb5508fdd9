//! Server-sent events (WHATWG HTML, section 9.2), read one by one.

use std::fmt;
use std::time::Duration;

use super::call::{Call, Endpoint};
use super::download::Download;
use super::error::{Error, Failure, NoError};
use super::json::{Decode, DecodeError, from_slice};
use super::lines::LineReader;
use super::reply::Response;

const MEDIA_TYPE: &str = "text/event-stream";

/// The events of a response.
pub struct Events {
    lines: LineReader,
    is_first_line: bool,
    /// The fields of the event that is being read. `data` has a line feed after each of its lines.
    name: String,
    data: String,
    id: String,
    /// The last id that was followed by an empty line.
    last_event_id: String,
    retry: Option<Duration>,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events(…)")
    }
}

/// An event. Its data is text, or a type of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<T = String> {
    /// Its name (`event`); `message` if the server sent none.
    pub name: String,
    /// Its data, without the last line feed.
    pub data: T,
    /// The last id that the server sent, with this event or before it; empty if it sent none. Sent as `Last-Event-ID` in
    /// another call, it asks for the events after this one.
    pub id: String,
}

impl Event {
    /// Reads the data as JSON.
    ///
    /// # Errors
    ///
    /// If it is not JSON of this type.
    pub fn json<T: Decode>(&self) -> Result<T, DecodeError> {
        from_slice(self.data.as_bytes())
    }
}

impl Events {
    fn new(source: Download) -> Self {
        let lines = LineReader::new(source, true);
        Self {
            lines,
            is_first_line: true,
            name: String::new(),
            data: String::new(),
            id: String::new(),
            last_event_id: String::new(),
            retry: None,
        }
    }

    /// The events after the one with this id.
    pub(super) fn starting_after(mut self, last_event_id: &str) -> Self {
        last_event_id.clone_into(&mut self.id);
        last_event_id.clone_into(&mut self.last_event_id);
        self
    }

    /// Sets the maximum length of an event's data, and of each line, in bytes. Default: 1 MiB.
    #[must_use]
    pub fn max_event_bytes(mut self, limit: usize) -> Self {
        self.lines.limit = limit;
        self
    }

    /// How long the server asks to wait before the next call, after the events ended (`retry`).
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// The last id that the server sent with a complete event, or alone; empty if it sent none.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// The next event; `None` at the end. An event that is not complete at the end is dropped, as the standard requires.
    ///
    /// # Errors
    ///
    /// If the connection fails, the call times out, or the event exceeds the limit.
    pub async fn next(&mut self) -> Result<Option<Event>, Error<NoError>> {
        while let Some(line) = self.lines.next().await? {
            let text = String::from_utf8_lossy(&line);
            let text = match std::mem::take(&mut self.is_first_line) {
                true => text.strip_prefix('\u{feff}').unwrap_or(&text),
                false => &text,
            };
            if !text.is_empty() {
                self.field(text)?;
            } else if let Some(event) = self.finish() {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// Reads a line. A line without a colon is a field without a value, one that begins with a colon is a comment.
    fn field(&mut self, line: &str) -> Result<(), Error<NoError>> {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => value.clone_into(&mut self.name),
            "data" if self.data.len() + value.len() > self.lines.limit => return Err(Failure::TooLarge.into()),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry);
            }
            _ => {}
        }
        Ok(())
    }

    /// The event that an empty line ends; `None` if it has no data.
    fn finish(&mut self) -> Option<Event> {
        self.last_event_id.clone_from(&self.id);
        let (mut name, mut data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        // The last of the line feeds after each line of the data.
        data.pop()?;
        if name.is_empty() {
            "message".clone_into(&mut name);
        }
        Some(Event { name, data, id: self.last_event_id.clone() })
    }
}

impl<E: Endpoint> Call<'_, E> {
    /// Sends the call with `Accept: text/event-stream` and returns the response before its first event. The limit on the
    /// response size does not apply; the timeout of the call does, and covers all events.
    ///
    /// # Errors
    ///
    /// Same as `.await`. A response that is not an event stream is an error, and so is a status other than 2xx.
    pub async fn events(self) -> Result<Response<Events>, Error<E::Error>> {
        let Response { status, headers, body } = self.header("Accept", MEDIA_TYPE).opened(MEDIA_TYPE).await?;
        Ok(Response { status, headers, body: Events::new(body) })
    }
}
