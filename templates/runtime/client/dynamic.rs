//! Calls of operations that are known only at run time. Generated code does not use them.

use std::fmt;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{StatusCode, Url};

use super::auth_error::{AuthError, AuthReason};
use super::core::{Core, CoreBuilder};
use super::error::{Error, Failure, NoError, RequestError};
use super::header_text::decode;
use super::json::Encode;
use super::operation::{Access, Operation};
use super::pages::{NextPage, Step, Walk};
use super::platform::Response;
use super::reply::Reply;
use super::request::Draft;
use super::service::Opened;

/// A call, built by setters.
pub struct DynamicCall {
    operation: &'static Operation,
    draft: Draft,
}

impl fmt::Debug for DynamicCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicCall({})", self.operation.id)
    }
}

impl DynamicCall {
    /// A call of this operation.
    pub fn new(operation: &'static Operation) -> Self {
        Self { operation, draft: Draft::new(operation) }
    }

    /// Sets the parameter with this index.
    pub fn set(&mut self, index: usize, value: &dyn Encode) {
        self.draft.set(index, value);
    }

    /// Sets a header field.
    pub fn header(&mut self, name: &str, value: &str) {
        self.draft.header(name, value);
    }

    /// Sets the body.
    pub fn body(&mut self, media_type: &str, body: impl Into<reqwest::Body>) {
        self.draft.body(media_type, body.into());
    }

    /// Sends the call and reads the whole response.
    ///
    /// # Errors
    ///
    /// If the request is invalid, its security requirements cannot be met, or there is no response.
    pub async fn send(self, core: &Core) -> Result<RawResponse, Error<NoError>> {
        let Reply { status, headers, body } = core.send(self.operation, self.draft).await?;
        Ok(RawResponse { status, headers, body })
    }

    /// As [`Self::send`], to another URL of the same origin: the next page of a list. A token that is rejected is renewed
    /// once, if the body is not a stream.
    ///
    /// # Errors
    ///
    /// Same as [`Self::send`], and if the URL has another origin than the base URL.
    pub async fn send_at(self, core: &Core, url: Url) -> Result<RawResponse, Error<NoError>> {
        let (operation, inner) = (self.operation, &*core.0);
        let failed = |reason| Failure::from(AuthError { operation: operation.id, reason });
        let mut request = self.unauthenticated_at(core, url)?;
        let copy = request.try_clone();
        let provided = inner.authenticate(&inner.keyring, operation, &mut request).await.map_err(failed)?;
        let mut opened = inner.stack.send(request, operation, &provided.schemes, 0).await?;
        // A server that requires a nonce has not rejected the token.
        let is_repeated = provided.requires_nonce(&opened.response)
            || opened.status() == StatusCode::UNAUTHORIZED && provided.refused();
        // `Error::Auth` means that nothing was sent. Without new credentials, the response is returned.
        if is_repeated
            && let Some(mut next) = copy
            && let Ok(provided) = inner.authenticate(&inner.keyring, operation, &mut next).await
        {
            opened = inner.stack.send(next, operation, &provided.schemes, 1).await?;
        }
        let Reply { status, headers, body } = core.read(opened).await?;
        Ok(RawResponse { status, headers, body })
    }

    /// The request without credentials.
    ///
    /// # Errors
    ///
    /// If the request is invalid.
    pub fn unauthenticated(self, core: &Core) -> Result<reqwest::Request, RequestError> {
        self.draft.finish(&core.0.base)
    }

    /// The request as [`Self::send`] sends it, with the credentials of the first alternative for which there are some.
    ///
    /// # Errors
    ///
    /// If the request is invalid or its security requirements cannot be met.
    pub async fn authenticated(self, core: &Core) -> Result<reqwest::Request, Error<NoError>> {
        let failed = |reason| AuthError { operation: self.operation.id, reason };
        let mut request = self.draft.finish(&core.0.base).map_err(Failure::from)?;
        let keyring = &core.0.keyring;
        core.0.authenticate(keyring, self.operation, &mut request).await.map_err(failed).map_err(Failure::from)?;
        Ok(request)
    }

    /// The request without credentials, at another URL of the same origin.
    fn unauthenticated_at(self, core: &Core, url: Url) -> Result<reqwest::Request, Failure> {
        let mut request = self.draft.finish(&core.0.base)?;
        if url.origin() != core.0.base.origin() {
            return Err(AuthError { operation: self.operation.id, reason: AuthReason::OtherOrigin }.into());
        }
        *request.url_mut() = url;
        Ok(request)
    }
}

/// The pages of a list, requested one by one, as those of generated code.
pub struct DynamicPages<'c>(Walk<'c>);

impl fmt::Debug for DynamicPages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynamicPages(…)")
    }
}

impl<'c> DynamicPages<'c> {
    /// The pages, beginning with that of this call, which has no body.
    pub fn new(core: &'c Core, call: DynamicCall, next: NextPage) -> Self {
        Self(Walk::new(core, call.operation, next, call.draft))
    }

    /// The next page; `None` after the last one, and after a response that is not a success.
    ///
    /// # Errors
    ///
    /// Same as [`DynamicCall::send`], and if the previous response names a page that cannot be requested.
    pub async fn next(&mut self) -> Result<Option<RawResponse>, Error<NoError>> {
        let Some((reply, step)) = self.0.page().await? else { return Ok(None) };
        self.0.accept(if reply.status.is_success() { step } else { Step::default() });
        let Reply { status, headers, body } = reply;
        Ok(Some(RawResponse { status, headers, body }))
    }
}

/// The operation of requests that may be of none.
static UNDOCUMENTED: Operation =
    Operation { id: "", method: "", path: &[], query: "", parameters: &[], access: Access::Open, accept: "" };

impl Core {
    /// Sends a request as it is, once, and reads the whole response.
    ///
    /// # Errors
    ///
    /// If there is no response, it is too large, or the request is for another origin than that of the base URL.
    pub async fn execute(&self, request: reqwest::Request) -> Result<RawResponse, Error<NoError>> {
        let opened = self.forwarded(request).await?;
        let Reply { status, headers, body } = self.read(opened).await?;
        Ok(RawResponse { status, headers, body })
    }

    /// As [`Self::execute`], but returns the response before its body is read. The time limit of a client with layers or a service
    /// does not apply to the body.
    ///
    /// # Errors
    ///
    /// If there is no response, or the request is for another origin than that of the base URL.
    pub async fn forward(&self, request: reqwest::Request) -> Result<Response, Error<NoError>> {
        Ok(self.forwarded(request).await?.response)
    }

    async fn forwarded(&self, request: reqwest::Request) -> Result<Opened, Failure> {
        if request.url().origin() != self.0.base.origin() {
            return Err(AuthError { operation: "", reason: AuthReason::OtherOrigin }.into());
        }
        self.0.stack.send(request, &UNDOCUMENTED, &[], 0).await
    }
}

/// A response as it was received.
pub struct RawResponse {
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The header fields and the body may repeat what was sent.
        f.debug_struct("RawResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

impl RawResponse {
    /// The media type with its parameters.
    pub fn media_type(&self) -> Option<String> {
        self.headers.get(CONTENT_TYPE).map(|value| decode(value.as_bytes()).into_owned())
    }
}

impl CoreBuilder {
    /// The schemes of the first alternative for which all credentials are set: those that a call of the operation sends.
    /// Empty if it sends none.
    ///
    /// # Errors
    ///
    /// What is missing of each alternative.
    pub fn chosen(&self, operation: &Operation) -> Result<Vec<&'static str>, AuthReason> {
        let choice = self.keyring.choose(&operation.access)?;
        let uses = choice.map(|choice| choice.first).unwrap_or_default();
        Ok(uses.iter().map(|own| self.schemes()[own.scheme].name).collect())
    }
}
