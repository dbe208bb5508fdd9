//! A call of an operation, built by setters and sent by `.await`.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Body;

use super::core::Core;
use super::credential::{BoxFuture, Credential};
use super::error::{Error, Failure, RequestError, Unexpected};
use super::json::Encode;
use super::operation::Operation;
use super::reply::{Expected, Reply, ReplyError, Response};
use super::request::Draft;

/// The types and data of an operation.
pub trait Endpoint {
    /// The data of the operation.
    const OPERATION: &'static Operation;
    /// The body of a successful response.
    type Output;
    /// The body of an error response.
    type Error;

    /// The documented responses with a status below 400.
    const OUTPUT: Expected<Self::Output>;
    /// The documented responses with a status of 400 or above.
    const ERROR: Expected<Self::Error> = Expected::by(Reply::undocumented);
}

/// A call that has not been sent yet.
#[must_use = "a call is sent by `.await`"]
pub struct Call<'c, E> {
    pub(super) core: &'c Core,
    pub(super) draft: Draft,
    endpoint: PhantomData<fn() -> E>,
}

impl<E> fmt::Debug for Call<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call(…)")
    }
}

impl<'c, E: Endpoint> Call<'c, E> {
    /// Creates a call without parameters or body.
    pub fn new(core: &'c Core) -> Self {
        Self { core, draft: Draft::new(E::OPERATION), endpoint: PhantomData }
    }

    /// Sets the parameter with this index.
    pub fn set(mut self, index: usize, value: &dyn Encode) -> Self {
        self.draft.set(index, value);
        self
    }

    /// Sets a JSON body.
    pub fn json(self, value: &dyn Encode) -> Self {
        self.json_as("application/json", value)
    }

    /// Sets a JSON body with this media type.
    pub fn json_as(mut self, media_type: &'static str, value: &dyn Encode) -> Self {
        self.draft.json(media_type, value);
        self
    }

    /// Sets a text body.
    pub fn text(mut self, media_type: &'static str, text: &str) -> Self {
        self.draft.fixed_body(media_type, text.to_owned().into());
        self
    }

    /// Sets a body of bytes or a stream. A call with a stream is never sent again, neither by retries nor with a
    /// renewed token, because the stream is consumed.
    pub fn bytes(mut self, media_type: &'static str, body: impl Into<Body>) -> Self {
        self.draft.fixed_body(media_type, body.into());
        self
    }

    /// Sets an encoded body; `None` if it could not be encoded, which makes the call fail.
    pub fn encoded(self, body: Option<(String, Bytes)>) -> Self {
        let body = body.ok_or(RequestError::Body);
        self.multipart(body.map(|(media_type, bytes)| (media_type, bytes.into())))
    }

    /// Sets a multipart body with its media type; an error makes the call fail. A body with a stream is never sent
    /// again, as with [`Self::bytes`].
    pub fn multipart(mut self, body: Result<(String, Body), RequestError>) -> Self {
        match body {
            Ok((media_type, body)) => self.draft.body(&media_type, body),
            Err(error) => self.draft.fail(error),
        }
        self
    }

    /// Applies a function to this call.
    pub fn with(self, set: impl FnOnce(Self) -> Self) -> Self {
        set(self)
    }

    /// Adds a header to this call.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.draft.header(name, value);
        self
    }

    /// Sets a credential that replaces the client's in this call, for the scheme with this index (a constant of the
    /// `auth` module). It must have the type that the builder takes for the scheme.
    pub fn credential(mut self, scheme: usize, credential: impl Into<Credential>) -> Self {
        self.draft.credentials.push((scheme, credential.into()));
        self
    }

    /// Sets the time limit of each request of this call, to the last byte of its response.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.draft.timeout(timeout);
        self
    }
}

impl<'c, E: Endpoint> IntoFuture for Call<'c, E> {
    type Output = Result<Response<E::Output>, Error<E::Error>>;
    type IntoFuture = Sending<'c, E>;

    fn into_future(self) -> Self::IntoFuture {
        Sending { reply: self.core.send_boxed(E::OPERATION, self.draft), endpoint: PhantomData }
    }
}

/// A call that is being sent.
#[must_use = "a call is sent by `.await`"]
pub struct Sending<'c, E> {
    reply: BoxFuture<'c, Result<Reply, Failure>>,
    endpoint: PhantomData<fn() -> E>,
}

impl<E> fmt::Debug for Sending<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending(…)")
    }
}

impl<E: Endpoint> Future for Sending<'_, E> {
    type Output = Result<Response<E::Output>, Error<E::Error>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = ready!(self.reply.as_mut().poll(context));
        Poll::Ready(reply.map_err(Error::from).and_then(finish::<E>))
    }
}

pub(super) fn finish<E: Endpoint>(reply: Reply) -> Result<Response<E::Output>, Error<E::Error>> {
    if reply.status.as_u16() < 400 {
        match E::OUTPUT.decode(&reply) {
            Ok(body) => Ok(Response { status: reply.status, headers: reply.headers, body }),
            Err(error) => Err(unexpected(reply, error)),
        }
    } else {
        match E::ERROR.decode(&reply) {
            Ok(error) => Err(Error::Api { status: reply.status, headers: Box::new(reply.headers), error }),
            Err(error) => Err(unexpected(reply, error)),
        }
    }
}

pub(super) fn unexpected<E>(reply: Reply, error: ReplyError) -> Error<E> {
    let answer = Unexpected { status: reply.status, headers: Box::new(reply.headers), body: reply.body };
    let is_refused = answer.status.is_client_error() || answer.status.is_server_error();
    if is_refused
        && !matches!(error, ReplyError::Undocumented)
        && let Some(problem) = answer.problem()
    {
        return Error::Problem(answer, Box::new(problem));
    }
    match error {
        ReplyError::Undocumented => Error::Unexpected(answer),
        ReplyError::MediaType => Error::MediaType(answer),
        ReplyError::Body(error) => Error::Decode(answer, error),
    }
}

/// Implements [`Endpoint`] for the marker type of an operation. `Output` and `Error` have a type, the function that decodes the
/// response, and the documented statuses; without statuses, the function checks them. A path of a function with statuses compiles
/// faster than a closure.
#[macro_export]
macro_rules! endpoint {
    (
        for $ty:ident = $data:expr;
        Output: $output:ty => $reads_output:expr $(, $success:literal)*;
        Error: $error:ty $(=> $reads_error:expr $(, $failure:literal)*)?;
    ) => {
        impl rt::call::Endpoint for $ty {
            const OPERATION: &'static rt::Operation = &$data;
            type Output = $output;
            type Error = $error;
            const OUTPUT: rt::reply::Expected<$output> =
                rt::reply::Expected { statuses: &[$($success),*], reads: $reads_output };
            $(
                const ERROR: rt::reply::Expected<$error> =
                    rt::reply::Expected { statuses: &[$($failure),*], reads: $reads_error };
            )?
        }
    };
}
pub use endpoint;
