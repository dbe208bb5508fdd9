//! The state that the calls of a client share: base URL, credentials and the HTTP client, with restrictions that
//! callers cannot lift.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{StatusCode, Url};

use super::attachments::Provided;
use super::auth::Keyring;
use super::auth_error::{AuthError, AuthReason};
use super::credential::{BoxError, BoxFuture, Credential};
use super::error::{BuildError, Failure};
use super::header_text;
use super::operation::{Operation, Scheme};
use super::platform::{Client, ClientBuilder, Response};
use super::reply::Reply;
use super::request::Draft;
use super::retry::Retries;
use super::server_url::Server;
use super::service::{End, Layer, Limits, Next, Opened, Service, Stack, boxed_layer, boxed_service};
use super::transport::{Connections, Transport};

/// The default time limit of a call.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The default time limit of connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The shared state of a client. Cheap to clone.
#[derive(Clone)]
pub struct Core(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) stack: Stack,
    pub(super) base: Url,
    pub(super) keyring: Keyring,
    /// Whether credentials may be sent to the base URL.
    is_secure: bool,
    /// The timeout of calls that set none, if the HTTP client is the user's and does not have it.
    timeout: Option<Duration>,
    max_response_bytes: usize,
    retries: Retries,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").field("base", &self.0.base.as_str()).finish_non_exhaustive()
    }
}

impl Core {
    /// Authenticates the call, sends it, and reads the response up to the size limit.
    pub(super) async fn send(&self, operation: &'static Operation, draft: Draft) -> Result<Reply, Failure> {
        self.read(self.open(operation, draft).await?).await
    }

    /// As [`Self::send`]. The future has the same type for all operations, so rustc proves once that it is `Send`.
    pub(super) fn send_boxed(
        &self,
        operation: &'static Operation,
        draft: Draft,
    ) -> BoxFuture<'_, Result<Reply, Failure>> {
        Box::pin(self.send(operation, draft))
    }

    /// Authenticates the call and sends it. The body of the response is not read yet.
    pub(super) async fn open(&self, operation: &'static Operation, mut draft: Draft) -> Result<Opened, Failure> {
        let inner = &*self.0;
        let failed = |reason| AuthError { operation: operation.id, reason };
        let keyring = inner.keyring.with(std::mem::take(&mut draft.credentials)).map_err(failed)?;
        let mut request = draft.finish(&inner.base)?;
        if request.timeout().is_none() {
            *request.timeout_mut() = inner.timeout;
        }
        let is_retried = inner.retries.apply(operation, &mut request);
        let copy = (keyring.has_providers() || is_retried).then(|| request.try_clone()).flatten();
        let (mut attempt, mut is_renewed, mut has_nonce, mut earlier) = (0, false, false, None);
        loop {
            let provided = match (inner.authenticate(&keyring, operation, &mut request).await, earlier.take()) {
                (Ok(provided), _) => provided,
                // `Error::Auth` means that nothing was sent.
                (Err(_), Some(outcome)) => return outcome,
                (Err(reason), None) => return Err(failed(reason).into()),
            };
            let resends = attempt + u32::from(is_renewed) + u32::from(has_nonce);
            let outcome = inner.stack.send(request, operation, &provided.schemes, resends).await;
            let requires_nonce = outcome.as_ref().is_ok_and(|opened| provided.requires_nonce(&opened.response));
            let is_unauthorized = outcome.as_ref().is_ok_and(|opened| opened.status() == StatusCode::UNAUTHORIZED);
            let Some(next) = copy.as_ref().and_then(reqwest::Request::try_clone) else {
                if is_unauthorized && !requires_nonce {
                    // A stream is consumed by the first attempt, so this call cannot be repeated, but the next one must
                    // not use the same token.
                    provided.refused();
                }
                return outcome;
            };
            if requires_nonce {
                // The token was not rejected. Only once: the server may reject its own nonce.
                if has_nonce {
                    return outcome;
                }
                has_nonce = true;
            // Renewed only once: the new token may be rejected as well.
            } else if is_unauthorized && !is_renewed && provided.refused() {
                is_renewed = true;
            } else if is_retried && inner.retries.again(attempt, &outcome).await {
                attempt += 1;
            } else {
                return outcome;
            }
            (request, earlier) = (next, Some(outcome));
        }
    }

    /// Reads a response up to the size limit.
    pub(super) async fn read(&self, mut opened: Opened) -> Result<Reply, Failure> {
        let (status, headers) = (opened.status(), opened.take_headers());
        let limit = self.0.max_response_bytes;
        // Most bodies arrive at once, and are not copied.
        let Some(first) = opened.chunk().await? else { return Ok(Reply { status, headers, body: Bytes::new() }) };
        if first.len() > limit {
            return Err(Failure::TooLarge);
        }
        let Some(second) = opened.chunk().await? else { return Ok(Reply { status, headers, body: first }) };
        let mut body = BytesMut::from(&*first);
        let mut next = Some(second);
        while let Some(chunk) = next {
            if body.len() + chunk.len() > limit {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
            next = opened.chunk().await?;
        }
        Ok(Reply { status, headers, body: body.freeze() })
    }
}

impl Inner {
    pub(super) async fn authenticate(
        &self,
        keyring: &Keyring,
        operation: &Operation,
        request: &mut reqwest::Request,
    ) -> Result<Provided, AuthReason> {
        let mut provided = Provided::default();
        if let Some(choice) = keyring.choose(&operation.access)? {
            // Checked before any provider is asked, since its secret could not be sent.
            if !self.is_secure {
                return Err(AuthReason::InsecureTransport);
            }
            provided = keyring.granted(&choice).await?.attach(request)?;
            provided.schemes = choice.first.iter().map(|own| keyring.schemes[own.scheme].name).collect();
            // A signer is the user's code: it must not redirect the request.
            if request.url().origin() != self.base.origin() {
                return Err(AuthReason::OtherOrigin);
            }
        }
        // A signature or a header set by the user may be as secret as an attached credential.
        request.headers_mut().values_mut().for_each(|value| value.set_sensitive(true));
        Ok(provided)
    }
}

/// Collects the credentials and settings of a client.
pub struct CoreBuilder {
    base: String,
    /// The document's server, unless another base URL is set.
    server: Option<Server>,
    /// The variables that are set.
    server_variables: Vec<(String, String)>,
    pub(super) keyring: Keyring,
    pub(super) allow_insecure_http: bool,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    response_timeout: Option<Duration>,
    max_response_bytes: usize,
    pub(super) retries: Retries,
    /// `None`: the agent of the generated crate.
    user_agent: Option<String>,
    pub(super) http: Option<Client>,
    pub(super) layers: Vec<Layer>,
    pub(super) service: Option<Service>,
    /// Whether the service sends nothing, so that it does not matter which connections it has.
    pub(super) is_test: bool,
}

impl fmt::Debug for CoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CoreBuilder(…)")
    }
}

impl CoreBuilder {
    /// A builder for these schemes and this base URL. If `base` is empty, a base URL must be set. `agent` is the
    /// default of [`Self::user_agent`].
    pub fn new(schemes: &'static [Scheme], base: &str, agent: &str) -> Self {
        let transport = Transport { user_agent: agent.to_owned(), tune: None };
        Self {
            base: base.to_owned(),
            server: None,
            server_variables: Vec::new(),
            keyring: Keyring { schemes, credentials: vec![None; schemes.len()], transport },
            allow_insecure_http: false,
            timeout: None,
            connect_timeout: None,
            response_timeout: None,
            max_response_bytes: 64 << 20,
            retries: Retries::new(0),
            user_agent: None,
            http: None,
            layers: Vec::new(),
            service: None,
            is_test: false,
        }
    }

    /// Sets the credential of the scheme with this index.
    pub fn credential(&mut self, scheme: usize, credential: Credential) {
        self.keyring.credentials[scheme] = Some(credential);
    }

    /// The schemes of the document.
    pub fn schemes(&self) -> &'static [Scheme] {
        self.keyring.schemes
    }

    /// Sets the server of the document, whose URL has variables.
    #[must_use]
    pub fn server(mut self, server: Server) -> Self {
        self.server = Some(server);
        self
    }

    /// Sets the base URL.
    pub fn base_url(&mut self, url: &str) {
        url.clone_into(&mut self.base);
        self.server = None;
    }

    /// Sets a variable of the server's URL.
    pub fn server_variable(&mut self, name: &str, value: &str) {
        self.server_variables.push((name.to_owned(), value.to_owned()));
    }

    /// Allows sending credentials over plain http.
    pub fn allow_insecure_http(&mut self) {
        self.allow_insecure_http = true;
    }

    /// Sets the time limit of each request of a call, to the last byte of its response. Default: 60 seconds.
    pub fn timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Sets the time limit of connecting, including TLS. Default: 10 seconds.
    pub fn connect_timeout(&mut self, timeout: Duration) {
        self.connect_timeout = Some(timeout);
    }

    /// Sets the time limit of each request until the head of its response. By default only [`Self::timeout`] applies.
    pub fn response_timeout(&mut self, timeout: Duration) {
        self.response_timeout = Some(timeout);
    }

    /// Sets the maximum size of a response body in bytes. Default: 64 MiB.
    pub fn max_response_bytes(&mut self, limit: usize) {
        self.max_response_bytes = limit;
    }

    /// Sets the retries of idempotent requests on transient failures. Disabled by default.
    pub fn retries(&mut self, retries: Retries) {
        self.retries = retries;
    }

    /// Sets the `User-Agent` of all requests (RFC 9110, section 10.1.5).
    pub fn user_agent(&mut self, agent: &str) {
        self.user_agent = Some(agent.to_owned());
    }

    /// Sets a function that configures the HTTP clients: that of API calls, and those of token requests. Redirects,
    /// `Referer` and verbose logging are disabled afterwards.
    pub fn configure(&mut self, tune: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) {
        self.keyring.transport.tune = Some(Arc::new(tune));
    }

    /// Sets an existing HTTP client. Its settings for redirects, proxies and certificates are used unchanged.
    pub fn dangerous_http_client(&mut self, client: Client) {
        self.http = Some(client);
    }

    /// Adds a layer below those that were added before. Each attempt of a call passes it, authenticated.
    pub fn layer<F>(&mut self, layer: impl Fn(reqwest::Request, Next) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<Response, BoxError>> + Send + 'static,
    {
        self.layers.push(boxed_layer(layer));
    }

    /// Sends requests with this service in place of the network.
    pub fn service<F>(&mut self, service: impl Fn(reqwest::Request) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<Response, BoxError>> + Send + 'static,
    {
        self.is_test = false;
        self.service = Some(boxed_service(service));
    }

    /// Builds the core.
    ///
    /// # Errors
    ///
    /// If the base URL, a server variable or the user agent is invalid, the HTTP client cannot be set up, or an existing one cannot have the settings of
    /// this builder.
    pub fn build(mut self) -> Result<Core, BuildError> {
        let base = base_url(&self.server_url()?)?;
        if let Some(agent) = &self.user_agent {
            header_text::check(agent).map_err(BuildError::UserAgent)?;
            self.keyring.transport.user_agent.clone_from(agent);
        }
        let is_secure = self.allow_insecure_http || base.scheme() == "https" || is_loopback(&base);
        let (end, timeout) = match (self.service.take(), self.http.take()) {
            (Some(_), Some(_)) => return Err(BuildError::ReadyMade("a service")),
            (Some(service), None) if self.is_test => (End::Service(service), self.timeout),
            (Some(service), None) => (End::Service(self.ready_made(service)?), self.timeout),
            (None, Some(http)) => (End::Network(self.ready_made(http)?), self.timeout),
            (None, None) => (End::Network(self.http_client(&base)?), None),
        };
        let limits = Limits { call: self.timeout.unwrap_or(TIMEOUT), response: self.response_timeout };
        let stack = Stack::new(self.layers, end, limits);
        let Self { keyring, max_response_bytes, retries, .. } = self;
        let inner = Inner { stack, base, keyring, is_secure, timeout, max_response_bytes, retries };
        Ok(Core(Arc::new(inner)))
    }

    fn server_url(&self) -> Result<String, BuildError> {
        match (&self.server, self.server_variables.first()) {
            (Some(server), _) => server.url(&self.server_variables),
            (None, None) => Ok(self.base.clone()),
            (None, Some((name, _))) => {
                Err(BuildError::ServerVariable(name.clone(), "has no effect: the base URL is set"))
            }
        }
    }

    /// Settings that an existing client or a service cannot have are an error, above all a client certificate.
    fn ready_made<T>(&self, http: T) -> Result<T, BuildError> {
        if self.connect_timeout.is_some() {
            return Err(BuildError::ReadyMade("a time limit of connecting"));
        }
        match (self.keyring.identity(), &self.keyring.transport.tune, &self.user_agent) {
            (Some(_), _, _) => Err(BuildError::ReadyMade("a client certificate")),
            (None, Some(_), _) => Err(BuildError::ReadyMade("settings made by `configure`")),
            (None, None, Some(_)) => Err(BuildError::ReadyMade("a user agent")),
            (None, None, None) => Ok(http),
        }
    }

    fn http_client(&self, base: &Url) -> Result<Client, BuildError> {
        let connections = Connections {
            timeout: self.timeout.unwrap_or(TIMEOUT),
            connect_timeout: self.connect_timeout.unwrap_or(CONNECT_TIMEOUT),
            identity: self.keyring.identity(),
            // Plain http is allowed only because it does not leave this machine, so a proxy from the environment must not
            // be used.
            is_direct: base.scheme() == "http" && is_loopback(base) && !self.allow_insecure_http,
        };
        self.keyring.transport.client(&connections).map_err(|error| BuildError::Http(error.without_url()))
    }
}

fn base_url(text: &str) -> Result<Url, BuildError> {
    if text.is_empty() {
        return Err(BuildError::BaseUrl("is not set, and the document has no server"));
    }
    let url = Url::parse(text).map_err(|_| BuildError::BaseUrl("is not an absolute URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BuildError::BaseUrl("is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BuildError::BaseUrl("must not contain user information; give credentials to the builder"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(BuildError::BaseUrl("must not have a query or a fragment"));
    }
    Ok(url)
}

/// Whether the host is loopback (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3).
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
