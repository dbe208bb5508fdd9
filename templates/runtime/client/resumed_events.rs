//! Server-sent events of a call that is sent again when its connection ends (WHATWG HTML, section 9.2.3).

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use reqwest::header::HeaderValue;

use super::call::{Call, Endpoint};
use super::core::Core;
use super::error::{Error, NoError, RequestError, Unexpected};
use super::event_stream::{Event, Events};
use super::header_text;
use super::lines::DEFAULT_LIMIT;
use super::platform::TimerInstant;
use super::reply::Response;
use super::request::Draft;
use super::retry::{Wait, jittered, wait};

const LAST_EVENT_ID: &str = "last-event-id";

/// The maximum length of an id in bytes. Servers limit the length of their header fields.
const MAX_ID: usize = 4096;

/// The pause before another call if the server sets none with `retry`.
const PAUSE: Duration = Duration::from_secs(3);

/// The shortest pause. A server could otherwise make the client send calls without a pause by `retry: 0`.
const MIN_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause. A server could otherwise stop the client with a `retry` of a year.
const MAX_PAUSE: Duration = Duration::from_secs(10 * 60);

/// The events of a call. When they end, the call is sent again with `Last-Event-ID` and fresh credentials. Dropping this value
/// ends the request.
pub struct ResumedEvents<E> {
    core: Core,
    draft: Draft,
    events: Option<Events>,
    last_event_id: String,
    pause: Duration,
    /// The pause that is left before the next call.
    waiting: Option<Waiting>,
    /// The number of calls in sequence without an event.
    failures: u32,
    most: u32,
    limit: usize,
    wait: Wait,
    state: State,
    /// Whether the call has a body, which is consumed when it is sent.
    is_sent_once: bool,
    endpoint: PhantomData<fn() -> E>,
}

/// A pause. It is kept if the function that waits for it is dropped.
struct Waiting {
    time: Duration,
    started: Option<TimerInstant>,
}

impl Waiting {
    /// Starts the pause if it has not started, and returns what is left of it.
    fn left(&mut self, now: TimerInstant) -> Duration {
        let started = *self.started.get_or_insert(now);
        self.time.saturating_sub(now.saturating_duration_since(started))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    First,
    Repeated,
    Ended,
}

impl<E> fmt::Debug for ResumedEvents<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResumedEvents(…)")
    }
}

impl<E: Endpoint> Call<'_, E> {
    /// The events of this call, which is sent again when its connection ends. Nothing is sent before the first event is asked for.
    ///
    /// A call with a body is sent only once: if its first `next` is dropped before it returns, the stream is empty.
    pub fn resumed_events(self) -> ResumedEvents<E> {
        let Call { core, mut draft, .. } = self;
        let is_sent_once = draft.has_body();
        // Taken out of the call: the server may replace or reset it.
        let id = draft.take_header(LAST_EVENT_ID);
        ResumedEvents {
            core: core.clone(),
            draft,
            events: None,
            last_event_id: id.map(|id| header_text::decode(id.as_bytes()).into_owned()).unwrap_or_default(),
            pause: PAUSE,
            waiting: None,
            failures: 0,
            most: 10,
            limit: DEFAULT_LIMIT,
            wait: wait(),
            state: State::First,
            is_sent_once,
            endpoint: PhantomData,
        }
    }
}

impl<E: Endpoint> ResumedEvents<E> {
    /// Sets the maximum length of an event's data, and of each line, in bytes. Default: 1 MiB.
    #[must_use]
    pub fn max_event_bytes(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets how many calls in sequence may end without an event. Default: 10.
    #[must_use]
    pub fn max_failures(mut self, most: u32) -> Self {
        self.most = most;
        self
    }

    /// Sets how to wait between calls.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Continues after the event with this id, which an earlier program kept.
    #[must_use]
    pub fn after(mut self, last_event_id: &str) -> Self {
        last_event_id.clone_into(&mut self.last_event_id);
        self
    }

    /// The id of the last event, to be kept for [`Self::after`]; empty if the server sent none. An id with control characters or
    /// more than 4096 bytes is ignored.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// The next event. `None` if the server ends the events with the status 204, or too many calls in sequence ended without an
    /// event.
    ///
    /// The pause before another call is that of `retry`, 3 seconds by default, or the `Retry-After` of a response: at least 0.1
    /// seconds and at most 10 minutes. With each call in sequence that had no event, its maximum doubles, and the part above `retry`
    /// is random. A pause is kept if this function is dropped. The time limit of a stream without events is not a failure: the call is
    /// sent again.
    ///
    /// # Errors
    ///
    /// Same as [`Call::events`]. A failed connection, a time limit and the statuses 429, 502, 503 and 504 are errors only if the first
    /// call fails, or too many calls in sequence. An error ends the stream.
    pub async fn next(&mut self) -> Result<Option<Event>, Error<E::Error>> {
        while self.state != State::Ended {
            if let Some(outcome) = self.step().await.transpose() {
                if outcome.is_err() {
                    self.end();
                }
                return outcome.map(Some);
            }
        }
        Ok(None)
    }

    /// Reads an event or opens the connection. `None` means that [`Self::next`] calls this again.
    async fn step(&mut self) -> Result<Option<Event>, Error<E::Error>> {
        if let Some(waiting) = &mut self.waiting {
            (self.wait)(waiting.left(TimerInstant::now())).await;
            self.waiting = None;
        }
        let Some(events) = &mut self.events else { return self.open().await.map(|()| None) };
        let outcome = events.next().await;
        let id = events.last_event_id();
        if id.len() <= MAX_ID && id_field(id).is_ok() {
            id.clone_into(&mut self.last_event_id);
        }
        self.pause = events.retry().unwrap_or(self.pause).clamp(MIN_PAUSE, MAX_PAUSE);
        match outcome {
            Ok(Some(event)) => {
                self.failures = 0;
                Ok(Some(event))
            }
            Ok(None) => self.ended(None).map(|()| None),
            // The stream was open for the whole time limit, so that it did not fail.
            Err(Error::Timeout) if !self.is_sent_once => {
                self.failures = 0;
                self.close(self.pause);
                Ok(None)
            }
            Err(error) => self.ended(Some(widened(error))).map(|()| None),
        }
    }

    /// Sends the call and keeps its events.
    async fn open(&mut self) -> Result<(), Error<E::Error>> {
        let is_first = self.state == State::First;
        if self.is_sent_once && !is_first {
            self.end();
            return Ok(());
        }
        // Changed before sending, since this function may be dropped while it waits.
        self.state = State::Repeated;
        let mut call = Call::<E>::new(&self.core);
        call.draft = match self.is_sent_once {
            true => std::mem::replace(&mut self.draft, Draft::new(E::OPERATION)),
            false => self.draft.again(),
        };
        match id_field(&self.last_event_id) {
            Ok(id) if id.is_empty() => {}
            Ok(id) => call.draft.insert_header(LAST_EVENT_ID, id),
            Err(error) => call.draft.fail(error),
        }
        let outcome = call.events().await;
        match outcome {
            // Section 9.2.3: the status 204 tells a client to stop. It has no content, so its media type means nothing.
            Ok(Response { status, .. }) | Err(Error::MediaType(Unexpected { status, .. }))
                if status.as_u16() == 204 =>
            {
                self.end();
            }
            Ok(Response { body, .. }) => {
                self.events = Some(body.max_event_bytes(self.limit).starting_after(&self.last_event_id));
            }
            Err(error) if is_first => return Err(error),
            Err(error) => self.ended(Some(error))?,
        }
        Ok(())
    }

    /// Counts a failure and sets the pause before the next call, if there is one.
    fn ended(&mut self, error: Option<Error<E::Error>>) -> Result<(), Error<E::Error>> {
        self.failures += 1;
        let is_last = self.is_sent_once || self.failures > self.most;
        let asked = match error {
            Some(error) if is_last || !is_transient(&error) => return Err(error),
            None if is_last => {
                self.end();
                return Ok(());
            }
            Some(error) => error.retry_after().unwrap_or_default(),
            None => Duration::ZERO,
        };
        let doubled = self.pause.saturating_mul(1 << (self.failures - 1).min(16));
        self.close(asked.max(self.pause + jittered(doubled - self.pause)));
        Ok(())
    }

    /// Ends the connection and sets the pause before the next call.
    fn close(&mut self, pause: Duration) {
        self.events = None;
        self.waiting = Some(Waiting { time: pause.min(MAX_PAUSE), started: None });
    }

    fn end(&mut self) {
        self.events = None;
        self.state = State::Ended;
    }
}

/// The value of `Last-Event-ID`, which is UTF-8 (section 9.2.3). White space around it is left out, since recipients remove it.
fn id_field(id: &str) -> Result<HeaderValue, RequestError> {
    let reason = "an id of an event must not contain control characters";
    let failed = |_| RequestError::Header { name: "Last-Event-ID".to_owned(), reason };
    HeaderValue::from_bytes(header_text::trim(id).as_bytes()).map_err(failed)
}

/// Whether another call may succeed.
fn is_transient<E>(error: &Error<E>) -> bool {
    let is_status = error.status().is_some_and(|status| matches!(status.as_u16(), 429 | 502 | 503 | 504));
    is_status || matches!(error, Error::Timeout | Error::Transport(_))
}

/// The error of a stream as that of its operation.
fn widened<E>(error: Error<NoError>) -> Error<E> {
    match error {
        Error::Api { error, .. } => match error {},
        Error::Auth(error) => Error::Auth(error),
        Error::Unexpected(answer) => Error::Unexpected(answer),
        Error::MediaType(answer) => Error::MediaType(answer),
        Error::Decode(answer, error) => Error::Decode(answer, error),
        Error::Problem(answer, problem) => Error::Problem(answer, problem),
        Error::InvalidRequest(error) => Error::InvalidRequest(error),
        Error::Timeout => Error::Timeout,
        Error::Transport(error) => Error::Transport(error),
        Error::TooLarge => Error::TooLarge,
        Error::Service(error) => Error::Service(error),
    }
}
