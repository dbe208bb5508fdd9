//! A service for the tests of programs that use the client: nothing is sent. It responds with prepared responses and keeps
//! the calls that it received, with the security schemes that they used.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};

use super::call::Endpoint;
use super::core::CoreBuilder;
use super::credential::BoxError;
use super::json::{Decode, DecodeError, Encode, from_slice, to_vec};
use super::media::{essence, is_json};
use super::platform::Response;
use super::reply::{Expected, Reply};
use super::service::Purpose;

/// Takes the place of the API in tests. Clones share responses and calls.
#[derive(Clone, Default)]
pub struct TestDouble(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The responses that were not used yet, each with the id of its operation.
    prepared: Vec<(&'static str, Prepared)>,
    received: Vec<ReceivedCall>,
}

enum Prepared {
    Response { status: StatusCode, headers: HeaderMap, body: Bytes },
    Failure,
}

impl fmt::Debug for TestDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDouble").field("calls", &self.calls()).finish_non_exhaustive()
    }
}

impl TestDouble {
    /// A test double without responses.
    pub fn new() -> Self {
        Self::default()
    }

    /// Prepares a response to one call of this operation. Responses are used in the order in which they were prepared.
    pub fn on<E: Endpoint>(&self) -> Preparation<'_, E> {
        Preparation { double: self, endpoint: PhantomData }
    }

    /// The calls, in the order in which they were received. A call that could not be authenticated is not among them.
    pub fn calls(&self) -> Vec<ReceivedCall> {
        self.state().received.clone()
    }

    /// The operations of the prepared responses that were not used.
    pub fn unused(&self) -> Vec<&'static str> {
        self.state().prepared.iter().map(|(operation, _)| *operation).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &Request, purpose: &Purpose) -> Result<Response, BoxError> {
        let id = purpose.operation.id;
        let mut state = self.state();
        state.received.push(ReceivedCall::of(request, purpose));
        let Some(at) = state.prepared.iter().position(|(operation, _)| *operation == id) else {
            return Err(format!("no response to `{id}` is prepared").into());
        };
        match state.prepared.remove(at).1 {
            Prepared::Failure => Err("the test double closed the connection".into()),
            Prepared::Response { status, headers, body } => {
                let mut response = http::Response::new(body);
                *response.status_mut() = status;
                *response.headers_mut() = headers;
                Ok(response.into())
            }
        }
    }
}

impl CoreBuilder {
    /// The double takes the place of the API: no request of an operation is sent. Requests for tokens still are, so give
    /// the client a token in place of credentials for OAuth.
    pub fn test_double(&mut self, double: &TestDouble) {
        let double = double.clone();
        self.is_test = true;
        self.service = Some(Arc::new(move |request, purpose| {
            let outcome = double.answer(&request, purpose);
            Box::pin(async move { outcome })
        }));
    }
}

/// An operation for which a response is prepared.
#[must_use = "no response is prepared yet"]
pub struct Preparation<'d, E> {
    double: &'d TestDouble,
    endpoint: PhantomData<fn() -> E>,
}

impl<E> fmt::Debug for Preparation<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Preparation(…)")
    }
}

impl<E: Endpoint> Preparation<'_, E> {
    /// Responds with this value, and the first status of success for which the document describes it.
    ///
    /// # Panics
    ///
    /// If the document describes no such response.
    pub fn responds(self, value: &E::Output)
    where
        E::Output: Encode,
    {
        self.success(&json(value));
    }

    /// Responds without a body, and with the first status of success for which the document allows that.
    ///
    /// # Panics
    ///
    /// If the document describes no such response.
    pub fn succeeds(self) {
        self.success(&Bytes::new());
    }

    /// Responds with this status and this error.
    ///
    /// # Panics
    ///
    /// If the document does not describe this error for this status.
    pub fn fails(self, status: u16, error: &E::Error)
    where
        E::Error: Encode,
    {
        self.described([status], &json(error), &E::ERROR);
    }

    /// Responds with any status, media type and body, whether or not the document describes them. Without a body, an empty
    /// media type leaves out `Content-Type`.
    ///
    /// # Panics
    ///
    /// If the status is not between 100 and 999, or if a header cannot have the media type as its value.
    pub fn returns(self, status: u16, media_type: &str, body: impl Into<Bytes>) {
        let reply = reply(status, media_type, body.into());
        self.add(Prepared::Response { status: reply.status, headers: reply.headers, body: reply.body });
    }

    /// Fails like a connection: the call ends with [`Error::Service`](super::error::Error::Service).
    pub fn disconnects(self) {
        self.add(Prepared::Failure);
    }

    fn success(self, body: &Bytes) {
        self.described(200..300, body, &E::OUTPUT);
    }

    /// Prepares the first combination of status and media type that the operation can read.
    fn described<T>(self, statuses: impl IntoIterator<Item = u16>, body: &Bytes, expected: &Expected<T>) {
        let described =
            E::OPERATION.accept.split(',').map(str::trim).filter(|media_type| is_json(&essence(media_type)));
        let media_types: Vec<&str> = match body.is_empty() {
            true => vec![""],
            false => std::iter::once("application/json").chain(described).collect(),
        };
        let replies = statuses.into_iter().flat_map(|status| {
            media_types.iter().map(move |media_type| reply(status, media_type, body.clone())).collect::<Vec<_>>()
        });
        let found = replies.into_iter().find(|reply| expected.decode(reply).is_ok());
        let Some(Reply { status, headers, body }) = found else {
            panic!("the document describes no such response to `{}`", E::OPERATION.id)
        };
        self.add(Prepared::Response { status, headers, body });
    }

    fn add(self, prepared: Prepared) {
        self.double.state().prepared.push((E::OPERATION.id, prepared));
    }
}

fn json(value: &dyn Encode) -> Bytes {
    to_vec(value).expect("the value has a form in JSON").into()
}

fn reply(status: u16, media_type: &str, body: Bytes) -> Reply {
    let mut headers = HeaderMap::new();
    if !media_type.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(media_type).expect("a media type is a header value"));
    }
    Reply { status: StatusCode::from_u16(status).expect("a status has three digits"), headers, body }
}

/// A call that a [`TestDouble`] received.
#[derive(Clone)]
pub struct ReceivedCall {
    operation: &'static str,
    schemes: Vec<&'static str>,
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl fmt::Debug for ReceivedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The headers and the URL contain the credentials.
        let mut debug = f.debug_struct("ReceivedCall");
        debug.field("operation", &self.operation).field("schemes", &self.schemes).finish_non_exhaustive()
    }
}

impl ReceivedCall {
    fn of(request: &Request, purpose: &Purpose) -> Self {
        Self {
            operation: purpose.operation.id,
            schemes: purpose.schemes.clone(),
            method: request.method().clone(),
            url: request.url().clone(),
            headers: request.headers().clone(),
            body: request.body().and_then(|body| body.as_bytes()).map(Bytes::copy_from_slice),
        }
    }

    /// The `operationId` of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The security schemes whose credentials were sent: those of one alternative. Empty if none were sent.
    pub fn schemes(&self) -> &[&'static str] {
        &self.schemes
    }

    /// The method.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path, with that of the base URL, percent-encoded.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// The values of a query parameter.
    pub fn query(&self, name: &str) -> Vec<String> {
        self.url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
    }

    /// The value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body; `None` if there is none, or if it is a stream.
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// If it is not JSON of this type.
    pub fn json<T: Decode>(&self) -> Result<T, DecodeError> {
        from_slice(self.body.as_deref().unwrap_or_default())
    }
}
