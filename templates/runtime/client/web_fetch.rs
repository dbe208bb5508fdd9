//! HTTP requests in WebAssembly: `fetch`, set up so that a request has the credentials of the client and no others, and that
//! nothing follows a redirect.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use js_sys::{Array, Reflect, Uint8Array};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, StatusCode};
use tokio::sync::{mpsc, oneshot};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, AbortSignal, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, ResponseType,
};

use super::error::{Failure, RequestError};
use super::web_platform::{either, global, timer};

/// Sends requests.
#[derive(Debug, Clone)]
pub struct Client {
    timeout: Duration,
}

/// A response whose body may still be on its way.
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

enum Body {
    Read(Option<Bytes>),
    /// Each piece, and `None` at the end: a body that ends without it is incomplete.
    Open(mpsc::Receiver<Result<Option<Bytes>, HttpError>>),
}

/// An error of `fetch`: the response is missing or incomplete.
#[derive(Debug)]
pub struct HttpError(Kind);

#[derive(Debug)]
enum Kind {
    Timeout,
    Network,
    Incomplete,
    Redirect,
    Unsupported,
    Forbidden(HeaderName),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Messages of JavaScript are left out: they may contain the URL, and a URL may contain an API key.
        match &self.0 {
            Kind::Timeout => f.write_str("the time limit has passed"),
            Kind::Network => f.write_str(
                "no response: the server cannot be reached, or does not allow calls from this origin (CORS)",
            ),
            Kind::Incomplete => f.write_str("the connection ended within the body of the response"),
            Kind::Redirect => f.write_str("the server redirects the request, which is not followed"),
            Kind::Unsupported => f.write_str("`fetch` cannot send this request"),
            Kind::Forbidden(name) => write!(f, "the header `{name}`: {FORBIDDEN}"),
        }
    }
}

const FORBIDDEN: &str = "a browser does not let programs send it; nothing was sent";

impl std::error::Error for HttpError {}

impl HttpError {
    /// Whether the time limit has passed.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0, Kind::Timeout)
    }

    /// Whether there was no response. JavaScript does not say at which step the request failed.
    pub fn is_connect(&self) -> bool {
        matches!(self.0, Kind::Network)
    }

    /// The error itself: it has no URL.
    #[must_use]
    pub fn without_url(self) -> Self {
        self
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        match error.0 {
            Kind::Forbidden(name) => RequestError::Header { name: name.to_string(), reason: FORBIDDEN }.into(),
            _ => Self::Transport(error),
        }
    }
}

impl Client {
    pub(super) fn new(timeout: Duration) -> Self {
        Self { timeout }
    }

    /// Sends a request. If the returned future or the response is dropped, the request ends.
    ///
    /// # Errors
    ///
    /// If the platform cannot send the whole request, if no response arrives, or if it is a redirect, whose target a browser hides.
    pub async fn execute(&self, request: Request) -> Result<Response, HttpError> {
        let limit = request.timeout().copied().unwrap_or(self.timeout);
        let (sender, head) = oneshot::channel();
        // Values of JavaScript stay in this task, so that calls can be used where a future must be `Send`.
        spawn_local(run(request, limit, sender));
        head.await.unwrap_or(Err(HttpError(Kind::Network)))
    }
}

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The header fields. A browser shows those of another origin only if the server exposes them (CORS).
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The header fields.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The next piece of the body; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the connection fails, or the time limit has passed.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        let piece = match &mut self.body {
            Body::Read(bytes) => return Ok(bytes.take()),
            Body::Open(pieces) => pieces.recv().await.unwrap_or(Err(HttpError(Kind::Incomplete)))?,
        };
        if piece.is_none() {
            self.body = Body::Read(None);
        }
        Ok(piece)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

impl<B: Into<Bytes>> From<http::Response<B>> for Response {
    fn from(response: http::Response<B>) -> Self {
        let (head, body) = response.into_parts();
        Self { status: head.status, headers: head.headers, body: Body::Read(Some(body.into())) }
    }
}

/// Ends a request and the body of its response when it is dropped.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request, and then the body of its response, until the time limit or until nobody waits for it.
async fn run(request: Request, limit: Duration, mut head: oneshot::Sender<Result<Response, HttpError>>) {
    let Ok(abort) = AbortController::new().map(Abort) else { return };
    let mut time = Box::pin(timer(limit));
    let signal = abort.0.signal();
    let opened = match either(either(open(&request, &signal), time.as_mut()), head.closed()).await {
        Ok(Ok(opened)) => opened,
        Ok(Err(())) => Err(HttpError(Kind::Timeout)),
        Err(()) => return,
    };
    let (mut response, reader) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            // Nobody waits if this fails.
            let _ = head.send(Err(error));
            return;
        }
    };
    let (pieces, body) = mpsc::channel(1);
    if reader.is_some() {
        response.body = Body::Open(body);
    }
    let is_awaited = head.send(Ok(response)).is_ok();
    let Some(reader) = reader.filter(|_| is_awaited) else { return };
    let end = match either(either(read(&reader, &pieces), time), pieces.closed()).await {
        Ok(Ok(end)) => end,
        Ok(Err(())) => Err(HttpError(Kind::Timeout)),
        Err(()) => return,
    };
    drop(abort);
    let _ = pieces.send(end.map(|()| None)).await;
}

/// Sends a request and waits for the head of its response.
async fn open(
    request: &Request,
    signal: &AbortSignal,
) -> Result<(Response, Option<ReadableStreamDefaultReader>), HttpError> {
    let request = prepare(request, signal)?;
    let promise = global("fetch", &request, &JsValue::UNDEFINED).map_err(|_| HttpError(Kind::Unsupported))?;
    let response = JsFuture::from(js_sys::Promise::resolve(&promise)).await.map_err(|_| HttpError(Kind::Network))?;
    let response: web_sys::Response = response.unchecked_into();
    // In a browser, a redirect has neither a status nor a target that a program can read.
    if response.type_() == ResponseType::Opaqueredirect {
        return Err(HttpError(Kind::Redirect));
    }
    let status = StatusCode::from_u16(response.status()).map_err(|_| HttpError(Kind::Network))?;
    let reader = response.body().map(|body| body.get_reader().unchecked_into());
    let headers = received(&response.headers());
    Ok((Response { status, headers, body: Body::Read(None) }, reader))
}

/// The request of JavaScript. Cookies and other credentials of the browser are not sent, nor is a response stored that belongs
/// to other credentials.
fn prepare(request: &Request, signal: &AbortSignal) -> Result<web_sys::Request, HttpError> {
    let unsupported = |_| HttpError(Kind::Unsupported);
    let init = RequestInit::new();
    init.set_method(request.method().as_str());
    init.set_redirect(RequestRedirect::Manual);
    init.set_credentials(RequestCredentials::Omit);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(signal));
    let body = request.body().and_then(reqwest::Body::as_bytes).filter(|body| !body.is_empty());
    if let Some(body) = body {
        init.set_body(&Uint8Array::from(body));
    }
    let headers = Headers::new().map_err(unsupported)?;
    // `fetch` adds the length itself.
    let named = || request.headers().iter().filter(|(name, _)| **name != CONTENT_LENGTH);
    for (name, value) in named() {
        // A byte is a character of Latin-1.
        let text: String = value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
        headers.append(name.as_str(), &text).map_err(unsupported)?;
    }
    init.set_headers(&headers);
    let prepared = web_sys::Request::new_with_str_and_init(request.url().as_str(), &init).map_err(unsupported)?;
    // A browser leaves out forbidden headers, such as `Cookie`, without an error. A credential must not be lost.
    match named().find(|(name, _)| !prepared.headers().has(name.as_str()).unwrap_or(false)) {
        Some((name, _)) => Err(HttpError(Kind::Forbidden(name.clone()))),
        None => Ok(prepared),
    }
}

fn received(headers: &Headers) -> HeaderMap {
    let mut map = HeaderMap::new();
    for entry in Array::from(headers).iter() {
        let part = |at: u32| Reflect::get_u32(&entry, at).ok().and_then(|part| part.as_string()).unwrap_or_default();
        let bytes: Vec<u8> = part(1).chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')).collect();
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(part(0)), HeaderValue::from_bytes(&bytes)) {
            map.append(name, value);
        }
    }
    map
}

/// Passes on the pieces of a body.
async fn read(
    reader: &ReadableStreamDefaultReader,
    pieces: &mpsc::Sender<Result<Option<Bytes>, HttpError>>,
) -> Result<(), HttpError> {
    let incomplete = |_| HttpError(Kind::Incomplete);
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(incomplete)?;
        let member = |name: &str| Reflect::get(&step, &JsValue::from_str(name)).map_err(incomplete);
        if member("done")?.is_truthy() {
            return Ok(());
        }
        let piece: Uint8Array = member("value")?.dyn_into().map_err(incomplete)?;
        if pieces.send(Ok(Some(piece.to_vec().into()))).await.is_err() {
            return Ok(());
        }
    }
}
