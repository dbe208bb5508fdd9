//! What sends the requests of calls: the layers of the user, and below them the network or a service of the user. All of
//! them are below the authentication, so each attempt of a call passes them with its own credentials.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Request, StatusCode, Url};

use super::auth_error::{AuthError, AuthReason};
use super::credential::{BoxError, BoxFuture};
use super::error::Failure;
use super::operation::Operation;
use super::platform::{self, Client, HttpError, Response, TimerInstant};

/// The outcome of a request that passed layers or a service.
pub(super) type Sent = Result<Response, BoxError>;

/// Sends a request of a call.
pub(super) type Service = Arc<dyn Fn(Request, &Purpose) -> BoxFuture<'static, Sent> + Send + Sync>;

/// Does something before and after the next layer.
pub(super) type Layer = Arc<dyn Fn(Request, Next) -> BoxFuture<'static, Sent> + Send + Sync>;

/// What a request is for.
#[derive(Clone)]
pub(super) struct Purpose {
    pub(super) operation: &'static Operation,
    /// The security schemes whose credentials are sent.
    pub(super) schemes: Vec<&'static str>,
    /// The number of requests of the same call before this one.
    pub(super) resends: u32,
    /// When the request is dropped because of its time limit. `None` if the limit is too long to be reached.
    deadline: Option<TimerInstant>,
}

/// What is below a layer, and what the request is for.
#[derive(Clone)]
pub struct Next {
    stack: Arc<Inner>,
    /// The index of the next layer.
    at: usize,
    /// A URL with the origin that the request had when it was authenticated.
    origin: Url,
    purpose: Purpose,
    /// Whether the call has sent a request.
    is_sent: Arc<AtomicBool>,
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Purpose { operation, schemes, .. } = &self.purpose;
        f.debug_struct("Next").field("operation", &operation.id).field("schemes", schemes).finish_non_exhaustive()
    }
}

impl Next {
    /// The `operationId` of the operation.
    pub fn operation_id(&self) -> &'static str {
        self.purpose.operation.id
    }

    /// The path in the document, with the names of its parameters: `/pets/{petId}`.
    pub fn route(&self) -> String {
        self.purpose.operation.route()
    }

    /// The security schemes whose credentials are sent: those of one alternative. Empty if none are sent.
    pub fn schemes(&self) -> &[&'static str] {
        &self.purpose.schemes
    }

    /// The number of requests that the same call sent before this one: retries, and those with a renewed token or with a
    /// nonce of the server in its proof.
    pub fn resend_count(&self) -> u32 {
        self.purpose.resends
    }

    /// When the request is dropped because of its time limit.
    #[allow(dead_code)] // only spans use it
    pub(super) fn deadline(&self) -> Option<TimerInstant> {
        self.purpose.deadline
    }

    /// Sends the request through the layers below.
    ///
    /// # Errors
    ///
    /// If a layer below or the connection fails, or if the origin of the URL was changed.
    pub async fn send(mut self, request: Request) -> Result<Response, BoxError> {
        // Checked below each layer: credentials were attached for this origin.
        if request.url().origin() != self.origin.origin() {
            return Err(Box::new(AuthError { operation: self.operation_id(), reason: AuthReason::OtherOrigin }));
        }
        let stack = Arc::clone(&self.stack);
        if let Some(layer) = stack.layers.get(self.at) {
            self.at += 1;
            return layer(request, self).await;
        }
        self.is_sent.store(true, Ordering::Relaxed);
        match &stack.end {
            // The URL may have a credential, and layers may print errors.
            End::Network(http) => Ok(http.execute(request).await.map_err(HttpError::without_url)?),
            End::Service(service) => service(request, &self.purpose).await,
        }
    }
}

/// The layers of a client and what is below them.
pub(super) struct Stack(Arc<Inner>);

struct Inner {
    layers: Vec<Layer>,
    end: End,
    limits: Limits,
}

/// The time limits of requests.
pub(super) struct Limits {
    /// For requests that set none, with layers or a service.
    pub(super) call: Duration,
    /// For the head of a response.
    pub(super) response: Option<Duration>,
}

pub(super) enum End {
    Network(Client),
    Service(Service),
}

/// A response whose body is not read yet.
pub(super) struct Opened {
    pub(super) response: Response,
    /// When the time limit of the request ends. `None` if the HTTP client applies it to the body, or if it is too long to be
    /// reached.
    ends: Option<TimerInstant>,
}

impl Opened {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(self.response.headers_mut())
    }

    /// The next piece of the body; `None` at the end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some(ends) = self.ends else { return Ok(self.response.chunk().await?) };
        let left = ends.saturating_duration_since(TimerInstant::now());
        // A timer without time left would let through what is ready, and so a body that never ends.
        if left.is_zero() {
            return Err(Failure::Timeout);
        }
        Ok(platform::timeout(left, self.response.chunk()).await.map_err(|_| Failure::Timeout)??)
    }
}

impl Stack {
    pub(super) fn new(layers: Vec<Layer>, end: End, limits: Limits) -> Self {
        Self(Arc::new(Inner { layers, end, limits }))
    }

    /// Sends a request with the credentials of these schemes and waits for the head of its response.
    pub(super) async fn send(
        &self,
        request: Request,
        operation: &'static Operation,
        schemes: &[&'static str],
        resends: u32,
    ) -> Result<Opened, Failure> {
        if let (End::Network(http), true) = (&self.0.end, self.0.layers.is_empty()) {
            let sent = http.execute(request);
            let response = match self.0.limits.response {
                Some(limit) => platform::timeout(limit, sent).await.map_err(|_| Failure::Timeout)??,
                None => sent.await?,
            };
            return Ok(Opened { response, ends: None });
        }
        let call = request.timeout().copied().unwrap_or(self.0.limits.call);
        let limit = self.0.limits.response.map_or(call, |response| response.min(call));
        // Not later than the end of the timer, which starts after it.
        let start = TimerInstant::now();
        let (ends, deadline) = (start.checked_add(call), start.checked_add(limit));
        let purpose = Purpose { operation, schemes: schemes.to_vec(), resends, deadline };
        let is_sent = Arc::new(AtomicBool::new(resends > 0));
        let (stack, origin) = (Arc::clone(&self.0), request.url().clone());
        let next = Next { stack, at: 0, origin, purpose, is_sent: Arc::clone(&is_sent) };
        match platform::timeout(limit, next.send(request)).await {
            Ok(Ok(response)) => Ok(Opened { response, ends }),
            Ok(Err(error)) => Err(failure(error, is_sent.load(Ordering::Relaxed))),
            Err(_) => Err(Failure::Timeout),
        }
    }
}

/// The errors of the network and of authentication are those of a client without layers. `Failure::Auth` means that nothing
/// was sent.
fn failure(error: BoxError, is_sent: bool) -> Failure {
    let error = match error.downcast::<HttpError>() {
        Ok(error) => return (*error).into(),
        Err(error) => error,
    };
    match error.downcast::<AuthError>() {
        Ok(error) if is_sent => Failure::Service(error),
        Ok(error) => Failure::Auth(*error),
        Err(error) => Failure::Service(error),
    }
}

pub(super) fn boxed_layer<F>(layer: impl Fn(Request, Next) -> F + Send + Sync + 'static) -> Layer
where
    F: Future<Output = Sent> + Send + 'static,
{
    Arc::new(move |request, next| Box::pin(layer(request, next)))
}

pub(super) fn boxed_service<F>(service: impl Fn(Request) -> F + Send + Sync + 'static) -> Service
where
    F: Future<Output = Sent> + Send + 'static,
{
    Arc::new(move |request, _| Box::pin(service(request)))
}
