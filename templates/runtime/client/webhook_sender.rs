//! Signs webhooks and sends them to the URL of a receiver.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};

use super::call::{Call, Endpoint};
use super::core::{CoreBuilder, is_loopback};
use super::credential::BoxError;
use super::error::BuildError;
use super::public_addresses::{PublicAddresses, is_public_host};
use super::retry::random_key;
use super::service::{Next, boxed_layer};
use super::webhook_signature::{ID, SIGNATURE, SigningSecret, TIMESTAMP, is_id};

/// A delivery that is signed.
#[derive(Debug)]
pub struct Delivery<'d> {
    /// The id, which stays the same when the delivery is sent again.
    pub id: &'d str,
    /// When it is sent, in seconds since 1970. Each attempt has its own time.
    pub timestamp: u64,
    /// The method of the request.
    pub method: &'d Method,
    /// The URL of the request.
    pub url: &'d Url,
    /// The header fields of the request.
    pub headers: &'d HeaderMap,
    /// The bytes of the body as they are sent.
    pub body: &'d [u8],
}

/// Signs deliveries. [`SigningSecret`] and [`StandardSigner`] sign as in Standard Webhooks 1.0; implement it for other signatures,
/// such as HTTP Message Signatures (RFC 9421).
pub trait WebhookSigner: Send + Sync + 'static {
    /// The header fields that carry the signature. `webhook-id` is sent anyway.
    ///
    /// # Errors
    ///
    /// If the delivery cannot be signed. It is then not sent.
    fn sign(&self, delivery: &Delivery<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, BoxError>;
}

impl WebhookSigner for SigningSecret {
    fn sign(&self, delivery: &Delivery<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, BoxError> {
        signed(delivery, SigningSecret::sign(self, delivery.id, delivery.timestamp, delivery.body))
    }
}

/// Signs with several secrets, so that the receiver can exchange one for the other.
#[derive(Debug, Clone)]
pub struct StandardSigner(Vec<SigningSecret>);

impl StandardSigner {
    /// Signs with this secret.
    pub fn new(secret: SigningSecret) -> Self {
        Self(vec![secret])
    }

    /// Signs with this secret as well.
    #[must_use]
    pub fn and(mut self, secret: SigningSecret) -> Self {
        self.0.push(secret);
        self
    }
}

impl WebhookSigner for StandardSigner {
    fn sign(&self, delivery: &Delivery<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, BoxError> {
        let sign = |secret: &SigningSecret| secret.sign(delivery.id, delivery.timestamp, delivery.body);
        signed(delivery, self.0.iter().map(sign).collect::<Vec<_>>().join(" "))
    }
}

fn signed(delivery: &Delivery<'_>, signatures: String) -> Result<Vec<(HeaderName, HeaderValue)>, BoxError> {
    let signatures = HeaderValue::try_from(signatures)?;
    let timestamp = HeaderValue::from(delivery.timestamp);
    Ok(vec![(HeaderName::from_static(TIMESTAMP), timestamp), (HeaderName::from_static(SIGNATURE), signatures)])
}

/// Where deliveries are sent, and who signs them.
#[derive(Clone)]
pub struct Receiver {
    url: String,
    signer: Arc<dyn WebhookSigner>,
    allow_private: bool,
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL of a receiver may hold a secret.
        f.debug_struct("Receiver").field("allow_private", &self.allow_private).finish_non_exhaustive()
    }
}

impl Receiver {
    /// The receiver with this URL.
    pub fn new(url: &str, signer: impl WebhookSigner) -> Self {
        Self { url: url.to_owned(), signer: Arc::new(signer), allow_private: false }
    }

    /// Allows addresses that are not public.
    pub fn allow_private(&mut self) {
        self.allow_private = true;
    }
}

impl CoreBuilder {
    /// Sends all calls to the receiver, signed. Calls of every method are retried, because each has an id.
    ///
    /// # Errors
    ///
    /// If the URL is not one to which webhooks may be sent.
    pub fn delivering(mut self, receiver: Receiver) -> Result<Self, BuildError> {
        let mut url = Url::parse(&receiver.url).map_err(|_| BuildError::BaseUrl("is not an absolute URL"))?;
        url.set_fragment(None);
        let is_local = is_loopback(&url) && receiver.allow_private;
        if url.scheme() != "https" && !is_local && !self.allow_insecure_http {
            return Err(BuildError::BaseUrl("is not https"));
        }
        if !receiver.allow_private {
            if !is_public_host(&url) {
                return Err(BuildError::BaseUrl("has an address that is not public"));
            }
            // A service and an existing client resolve names themselves.
            if self.service.is_none() && self.http.is_none() {
                self.resolve_public_addresses();
            }
        }
        let mut base = url.clone();
        base.set_query(None);
        self.base_url(base.as_str());
        self.retries = self.retries.any_method();
        let signer = receiver.signer;
        let layer = move |mut request: Request, next: Next| {
            let prepared = prepare(&mut request, &url, &*signer);
            async move {
                prepared?;
                next.send(request).await
            }
        };
        // The innermost layer, so that no other one changes what is signed.
        self.layers.push(boxed_layer(layer));
        Ok(self)
    }

    fn resolve_public_addresses(&mut self) {
        let tune = self.keyring.transport.tune.take();
        self.configure(move |builder| {
            let builder = match &tune {
                Some(tune) => tune(builder),
                None => builder,
            };
            builder.dns_resolver(PublicAddresses)
        });
    }
}

/// Gives a call an id, which all its attempts have.
pub fn with_id<E: Endpoint>(call: Call<'_, E>) -> Call<'_, E> {
    let random = random_key();
    let id = format!("msg_{}", random.to_str().unwrap_or_default());
    call.header(ID, &id)
}

/// Sets the URL of the receiver as it was given, and the signature.
fn prepare(request: &mut Request, receiver: &Url, signer: &dyn WebhookSigner) -> Result<(), BoxError> {
    let added = request.url().query().map(str::to_owned);
    let queries: Vec<&str> = receiver.query().into_iter().chain(added.as_deref()).collect();
    let query = queries.join("&");
    request.url_mut().set_path(receiver.path());
    request.url_mut().set_query((!query.is_empty()).then_some(query.as_str()));
    let id = request.headers().get(ID).and_then(|id| id.to_str().ok()).filter(|id| is_id(id));
    let id = id.ok_or("`webhook-id` is not 1 to 256 visible ASCII characters without `.`")?.to_owned();
    let body = match request.body() {
        Some(body) => body.as_bytes().ok_or("a stream cannot be signed")?,
        None => &[],
    };
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let (method, url, headers) = (request.method(), request.url(), request.headers());
    let fields = signer.sign(&Delivery { id: &id, timestamp, method, url, headers, body })?;
    for (name, value) in fields {
        request.headers_mut().insert(name, value);
    }
    Ok(())
}
