//! Verifies deliveries of webhooks before their bodies are decoded, and handles each of them once.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::auth::{Denial, VERIFIER_TIMEOUT};
use super::call::Call;
use super::problem::Failure;
use super::webhook_deliveries::{Claim, DeliveryStore, RecentDeliveries, RejectDelivery};
use super::webhook_signature::{ID, SIGNATURE, SecretError, SigningSecret, TIMESTAMP, is_id};

/// The default difference between the time of a delivery and that of the receiver.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// More signatures than any rotation of secrets needs.
const MAX_SIGNATURES: usize = 32;

/// The longest timestamp, in digits.
const MAX_DIGITS: usize = 12;

/// A request that claims to be a delivery of a webhook. Its body is not decoded yet.
#[derive(Debug)]
pub struct Delivery<'d> {
    operation: &'static str,
    parts: &'d Parts,
    body: &'d [u8],
}

impl<'d> Delivery<'d> {
    /// The `operationId` of the webhook, or the name generated from method and path.
    pub fn operation_id(&self) -> &'static str {
        self.operation
    }

    /// The method of the request.
    pub fn method(&self) -> &'d Method {
        &self.parts.method
    }

    /// The path and query of the request.
    pub fn uri(&self) -> &'d Uri {
        &self.parts.uri
    }

    /// All header fields of the request.
    pub fn headers(&self) -> &'d HeaderMap {
        &self.parts.headers
    }

    /// The bytes of the body as they were received.
    pub fn body(&self) -> &'d [u8] {
        self.body
    }

    /// The value of a header field that occurs once and is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&'d str> {
        let mut values = self.parts.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }
}

/// Verifies that a delivery comes from the sender. [`StandardWebhooks`] is one; implement it for other signatures, such as HTTP
/// Message Signatures (RFC 9421) or a scheme of the sender.
///
/// Compare signatures in constant time. A signature without a time can be replayed: use the id of the delivery with
/// [`Receipt::once`] if the signature covers it.
pub trait WebhookVerifier: Send + Sync {
    /// Verifies a delivery.
    ///
    /// # Errors
    ///
    /// If it is not genuine, or cannot be verified now. The delivery is then refused, and its body never decoded.
    fn verify(&self, delivery: &Delivery<'_>) -> impl Future<Output = Result<Receipt, RejectDelivery>> + Send;
}

impl From<RejectDelivery> for Failure {
    fn from(reject: RejectDelivery) -> Self {
        let status = match reject {
            RejectDelivery::Invalid(_) => StatusCode::FORBIDDEN,
            RejectDelivery::InProgress | RejectDelivery::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::Denied(Denial::new(status))
    }
}

/// A genuine delivery.
#[derive(Debug)]
pub struct Receipt(Kind);

#[derive(Debug)]
enum Kind {
    Unclaimed,
    Claimed(Claim),
    Repeated,
}

impl Receipt {
    /// A delivery that is handled each time it arrives. Replays are not recognized.
    pub fn each_time() -> Self {
        Self(Kind::Unclaimed)
    }

    /// A delivery with this id, which is handled once: `store` knows the ids until `until`.
    ///
    /// # Errors
    ///
    /// If a delivery with this id is being handled, or the store is not available.
    pub async fn once(store: &Arc<dyn DeliveryStore>, id: &str, until: SystemTime) -> Result<Self, RejectDelivery> {
        let claim = Claim::of(store, id, until).await?;
        Ok(Self(claim.map_or(Kind::Repeated, Kind::Claimed)))
    }

    /// Remembers that the delivery was handled if the response is a success. Otherwise the sender may send it again.
    pub async fn finish(self, response: Response) -> Response {
        match self.0 {
            Kind::Claimed(claim) if response.status().is_success() => claim.complete().await,
            Kind::Claimed(_) | Kind::Unclaimed | Kind::Repeated => {}
        }
        response
    }
}

/// Reads the body of a call up to its limit and verifies it; `None` for a repeated delivery.
///
/// # Errors
///
/// If the body is too long or the delivery is not genuine.
pub async fn verified(verifier: &impl WebhookVerifier, call: Call) -> Result<Option<(Call, Receipt)>, Failure> {
    let (call, body) = call.buffered().await?;
    let operation = call.head().operation().id;
    let delivery = Delivery { operation, parts: call.head().parts(), body: &body };
    let verdict = tokio::time::timeout(VERIFIER_TIMEOUT, verifier.verify(&delivery)).await;
    match verdict.unwrap_or(Err(RejectDelivery::Unavailable)) {
        Ok(Receipt(Kind::Repeated)) => Ok(None),
        Ok(receipt) => Ok(Some((call, receipt))),
        Err(reject) => {
            tracing::warn!(operation, ?reject, "a delivery of a webhook is refused");
            Err(reject.into())
        }
    }
}

/// The response to a delivery that was already handled: a success, so that the sender does not send it again.
pub fn repeated(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap_or(StatusCode::NO_CONTENT).into_response()
}

/// Verifies the signatures of Standard Webhooks 1.0: an HMAC-SHA256 of the id, the timestamp and the body.
#[derive(Clone)]
pub struct StandardWebhooks {
    secrets: Vec<SigningSecret>,
    tolerance: Duration,
    remembered: Duration,
    store: Arc<dyn DeliveryStore>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl fmt::Debug for StandardWebhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StandardWebhooks({} secrets)", self.secrets.len())
    }
}

impl StandardWebhooks {
    /// Accepts deliveries that are signed with this secret.
    pub fn new(secret: SigningSecret) -> Self {
        Self {
            secrets: vec![secret],
            tolerance: TOLERANCE,
            remembered: Duration::ZERO,
            store: Arc::new(RecentDeliveries::default()),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// Reads secrets, one in each line; lines that are empty or begin with `#` are ignored.
    ///
    /// # Errors
    ///
    /// If there is no secret, or a line is not one.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let lines = (1..).zip(text.lines().map(str::trim));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let secret = |(number, line): (usize, &str)| {
            SigningSecret::from_str(line).map_err(|error: SecretError| format!("line {number}: {error}"))
        };
        let mut secrets = lines.map(secret).collect::<Result<Vec<_>, _>>()?.into_iter();
        let first = secrets.next().ok_or_else(|| "there is no signing secret".to_owned())?;
        Ok(secrets.fold(Self::new(first), Self::or_secret))
    }

    /// Accepts deliveries that are signed with this secret as well, while secrets are rotated.
    #[must_use]
    pub fn or_secret(mut self, secret: SigningSecret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Sets how much the time of a delivery may differ from that of this server, before or after. Default: 5 minutes.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets how long the ids of handled deliveries are remembered at least. Default: as long as the same request would be
    /// accepted again. A sender that repeats a delivery hours later signs it again with the same id.
    #[must_use]
    pub fn remembered(mut self, time: Duration) -> Self {
        self.remembered = time;
        self
    }

    /// Sets the store of ids. By default they are in memory: use a shared store if several servers receive deliveries.
    #[must_use]
    pub fn store(mut self, store: impl DeliveryStore) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The id of a genuine delivery, and until when it is remembered.
    fn check<'d>(&self, delivery: &Delivery<'d>) -> Result<(&'d str, SystemTime), RejectDelivery> {
        let header = |name, reason| delivery.header(name).ok_or(RejectDelivery::Invalid(reason));
        let id = header(ID, "not one header `webhook-id`")?;
        let sent = header(TIMESTAMP, "not one header `webhook-timestamp`")?;
        let signatures = header(SIGNATURE, "not one header `webhook-signature`")?;
        if !is_id(id) {
            return Err(RejectDelivery::Invalid("malformed `webhook-id`"));
        }
        let timestamp = timestamp(sent).ok_or(RejectDelivery::Invalid("malformed `webhook-timestamp`"))?;
        if signatures.split(' ').count() > MAX_SIGNATURES {
            return Err(RejectDelivery::Invalid("too many signatures"));
        }
        let is_own = |secret: &SigningSecret| secret.verifies(id, timestamp, delivery.body, signatures);
        if !self.secrets.iter().any(is_own) {
            return Err(RejectDelivery::Invalid("no valid signature"));
        }
        let now = (self.clock)();
        let sent = UNIX_EPOCH + Duration::from_secs(timestamp);
        let age = now.duration_since(sent).unwrap_or_else(|early| early.duration());
        if age > self.tolerance {
            return Err(RejectDelivery::Invalid("too old or too new"));
        }
        Ok((id, (sent + self.tolerance).max(now + self.remembered)))
    }
}

impl WebhookVerifier for StandardWebhooks {
    async fn verify(&self, delivery: &Delivery<'_>) -> Result<Receipt, RejectDelivery> {
        let (id, until) = self.check(delivery)?;
        Receipt::once(&self.store, id, until).await
    }
}

/// The number in the only form in which it is signed: a leading zero or sign would be another text for the same signature.
fn timestamp(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() <= MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = is_number && (text == "0" || !text.starts_with('0'));
    is_plain.then(|| text.parse().ok()).flatten()
}
