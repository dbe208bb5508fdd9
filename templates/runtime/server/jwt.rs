//! Verifies JSON Web Tokens (RFC 7519) as bearer tokens, with the checks of RFC 8725: the algorithm must be in the
//! policy's list, a key is used only with its own algorithms, and expiry, issuer, audience and subject are required.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;

use super::auth::{Granted, Reject};
use super::credentials::Bearer;
use super::json::{Decode, Object, parse};
use super::jwks::RemoteKeys;
use super::jwt_keys::JwtKeys;
use super::token_kind::{self, Kind, Typing};

/// Longer tokens are rejected without being parsed.
const MAX_LENGTH: usize = 16 << 10;

/// Header parameters that change the meaning of a token or the source of its key. Tokens that have one are rejected.
const REFUSED: &[&str] = &["crit", "enc", "zip", "b64", "jku", "jwk", "x5u", "x5c"];

/// The conditions that a token must meet.
#[derive(Clone)]
pub struct JwtPolicy {
    algorithms: Vec<Algorithm>,
    issuer: String,
    audience: String,
    /// Accepted values of `typ` in lower case. An empty one accepts tokens without `typ`.
    types: Vec<String>,
    /// Claims that are required in addition to those that always are.
    required: &'static [&'static str],
    /// Whether tokens that are bound to a key are accepted.
    takes_bound: bool,
    /// Whether tokens are accepted if nothing shows that they are access tokens.
    takes_unknown_kind: bool,
    leeway: Duration,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl JwtPolicy {
    /// Accepts access tokens of this issuer for this audience, signed with one of these algorithms, with a leeway of 30
    /// seconds.
    ///
    /// A token is an access token if its `typ` is `at+jwt` (RFC 9068), or if its `typ` is `JWT` and its claims show it:
    /// it has `scope`, `scp`, `client_id` or another claim that only access tokens have, or states its kind (`typ: Bearer`
    /// of Keycloak, `token_use: access` of Amazon Cognito). `JWT` tokens with `nonce`, `at_hash`, `c_hash`, `s_hash` or
    /// `events` are refused, and so are all tokens that state another kind: issuers sign ID, refresh and logout tokens with
    /// the same keys. [`Self::access_tokens`] is stricter; [`Self::tokens_without_type`] and [`Self::possible_id_tokens`]
    /// are for other issuers.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, algorithms: &[Algorithm]) -> Self {
        Self {
            algorithms: algorithms.to_vec(),
            issuer: issuer.into(),
            audience: audience.into(),
            types: vec!["at+jwt".to_owned(), "jwt".to_owned()],
            required: &[],
            takes_bound: false,
            takes_unknown_kind: false,
            leeway: Duration::from_secs(30),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// Accepts only tokens whose `typ` is in this list (RFC 8725, section 3.11). Tokens of the type `JWT` must show
    /// that they are access tokens, as with [`Self::new`].
    #[must_use]
    pub fn types(mut self, types: &[&str]) -> Self {
        self.types = types.iter().map(|name| name.to_ascii_lowercase()).collect();
        self
    }

    /// Also accepts tokens without `typ`, as Okta issues them, if their claims show that they are access tokens.
    #[must_use]
    pub fn tokens_without_type(mut self) -> Self {
        self.types.push(String::new());
        self
    }

    /// Also accepts tokens of the type `JWT` if nothing shows that they are access tokens: for older issuers whose
    /// access tokens have neither scopes nor a client. An ID token for the same audience is then accepted too, unless
    /// it has a claim that access tokens do not have (`nonce`, `at_hash`, …) or states its kind.
    #[must_use]
    pub fn possible_id_tokens(mut self) -> Self {
        self.takes_unknown_kind = true;
        self
    }

    /// Accepts only access tokens of RFC 9068: of the type `at+jwt`, with `client_id`, `iat` and `jti`.
    #[must_use]
    pub fn access_tokens(self) -> Self {
        Self { required: &["client_id", "iat", "jti"], ..self.types(&["at+jwt"]) }
    }

    /// Also accepts tokens that are bound to a key (`cnf`, RFC 7800). By default they are rejected, because possession
    /// of the token does not prove possession of the key. An application that calls this must compare [`Claims::all`]
    /// with the client certificate (RFC 8705) or the proof (RFC 9449) itself. `DpopVerifier`, which code that is generated
    /// with `dpop` has, does the latter.
    #[must_use]
    pub fn bound_tokens(mut self) -> Self {
        self.takes_bound = true;
        self
    }

    /// The accepted difference between the issuer's clock and the local one.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl fmt::Debug for JwtPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtPolicy")
            .field("algorithms", &self.algorithms)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// The claims of a verified token.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// `sub`.
    pub subject: String,
    /// `scope` (RFC 8693, section 4.2) or `scp`.
    pub scopes: Vec<String>,
    /// All claims.
    pub all: serde_json::Map<String, serde_json::Value>,
}

impl Claims {
    /// Deserializes the claims into a type of the application.
    ///
    /// # Errors
    ///
    /// If the claims do not have this type.
    pub fn decode<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&serde_json::Value::Object(self.all.clone()))
    }
}

/// The source of a verifier's keys.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Keys that never change.
    Fixed(JwtKeys),
    /// The published keys of an issuer.
    Remote(RemoteKeys),
}

impl From<JwtKeys> for KeySource {
    fn from(keys: JwtKeys) -> Self {
        Self::Fixed(keys)
    }
}

impl From<RemoteKeys> for KeySource {
    fn from(keys: RemoteKeys) -> Self {
        Self::Remote(keys)
    }
}

/// Verifies JSON Web Tokens.
#[derive(Debug, Clone)]
pub struct JwtVerifier {
    keys: KeySource,
    policy: JwtPolicy,
}

/// The parts of a token's header that decide how it is verified.
struct TokenHeader {
    algorithm: Algorithm,
    key_id: Option<String>,
    typing: Typing,
}

type Checked<T> = Result<T, &'static str>;

impl JwtVerifier {
    /// Creates a verifier with these keys.
    pub fn new(keys: impl Into<KeySource>, policy: JwtPolicy) -> Self {
        Self { keys: keys.into(), policy }
    }

    /// Verifies a token.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] with a fixed text that names the failed check; [`Reject::UnavailableFor`] if the keys of the
    /// issuer cannot be fetched, with the time until the next attempt.
    pub async fn verify(&self, token: Bearer<'_>) -> Result<Granted<Claims>, Reject> {
        let claims = self.check(token.token).await?;
        let scopes = claims.scopes.clone();
        Ok(Granted::new(claims).scopes(scopes))
    }

    /// Also accepts tokens that are bound to a key, which the caller checks.
    #[allow(dead_code)] // for DPoP, which is optional
    #[must_use]
    pub(super) fn bound_tokens(self) -> Self {
        Self { policy: self.policy.bound_tokens(), ..self }
    }

    async fn check(&self, token: &str) -> Result<Claims, Reject> {
        if token.len() > MAX_LENGTH {
            return Err(Reject::Invalid("malformed"));
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Reject::Invalid("malformed"));
        };
        let TokenHeader { algorithm, key_id, typing } =
            decoded(header).and_then(|header| self.header(&header)).map_err(Reject::Invalid)?;
        let key = match &self.keys {
            KeySource::Fixed(keys) => {
                keys.find(key_id.as_deref(), algorithm).cloned().ok_or(Reject::Invalid("unknown key"))?
            }
            KeySource::Remote(keys) => keys.find(key_id.as_deref(), algorithm).await?,
        };
        let message = &token[..header.len() + 1 + payload.len()];
        match jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm) {
            Ok(true) => decoded(payload).and_then(|payload| self.claims(&payload, typing)).map_err(Reject::Invalid),
            Ok(false) | Err(_) => Err(Reject::Invalid("signature")),
        }
    }

    fn header(&self, bytes: &[u8]) -> Checked<TokenHeader> {
        let value = parse(bytes).map_err(|_| "malformed")?;
        let mut header = value.object().map_err(|_| "malformed")?;
        let names = header.rest::<serde_json::Value>(&[]).map_err(|_| "malformed")?;
        if REFUSED.iter().any(|name| names.contains_key(*name)) {
            return Err("unsupported header");
        }
        let name: String = header.required("alg").map_err(|_| "malformed")?;
        let algorithm = self.policy.algorithms.iter().find(|algorithm| format!("{algorithm:?}") == name);
        let algorithm = *algorithm.ok_or("algorithm")?;
        let name: Option<String> = header.optional_not_null("typ").map_err(|_| "malformed")?;
        // `typ` is a media type: case is ignored, and `application/` is optional (RFC 7515, section 4.1.9).
        let name = name.unwrap_or_default().to_ascii_lowercase();
        let name = name.strip_prefix("application/").unwrap_or(&name);
        if !self.policy.types.iter().any(|right| right == name) {
            return Err("type");
        }
        let key_id: Option<String> = header.optional_not_null("kid").map_err(|_| "malformed")?;
        let typing = if matches!(name, "" | "jwt") { Typing::Generic } else { Typing::Explicit };
        Ok(TokenHeader { algorithm, key_id, typing })
    }

    fn claims(&self, bytes: &[u8], typing: Typing) -> Checked<Claims> {
        let value = parse(bytes).map_err(|_| "malformed")?;
        let mut claims = value.object().map_err(|_| "malformed")?;
        self.time(&mut claims)?;
        let issuer: String = claims.required("iss").map_err(|_| "issuer")?;
        if issuer != self.policy.issuer {
            return Err("issuer");
        }
        let audience: serde_json::Value = claims.required("aud").map_err(|_| "audience")?;
        check_audience(Some(&audience), &self.policy.audience)?;
        let subject: String = claims.required("sub").map_err(|_| "subject")?;
        if subject.is_empty() {
            return Err("subject");
        }
        let scopes = scopes(&mut claims)?;
        let Ok(serde_json::Value::Object(all)) = serde_json::Value::decode(value.node()) else {
            return Err("malformed");
        };
        self.check_kind(&all, typing)?;
        if !token_kind::has_valid_actors(&all) {
            return Err("actor");
        }
        if self.has_required(&all) { Ok(Claims { subject, scopes, all }) } else { Err("claim missing") }
    }

    fn check_kind(&self, all: &serde_json::Map<String, serde_json::Value>, typing: Typing) -> Checked<()> {
        let kind = token_kind::of_claims(all, typing);
        if (kind == Kind::Bound || all.contains_key("cnf")) && !self.policy.takes_bound {
            return Err("bound to a key");
        }
        match kind {
            Kind::Access | Kind::Bound => Ok(()),
            Kind::Unknown if self.policy.takes_unknown_kind => Ok(()),
            Kind::Unknown | Kind::Other => Err("not an access token"),
        }
    }

    fn has_required(&self, all: &serde_json::Map<String, serde_json::Value>) -> bool {
        let is_there = |name: &&str| match all.get(*name) {
            Some(serde_json::Value::String(text)) => !text.is_empty(),
            Some(serde_json::Value::Number(_)) => *name == "iat",
            _ => false,
        };
        self.policy.required.iter().all(is_there)
    }

    fn time(&self, claims: &mut Object<'_>) -> Checked<()> {
        let now = (self.policy.clock)().duration_since(UNIX_EPOCH).map_err(|_| "clock")?.as_secs_f64();
        let leeway = self.policy.leeway.as_secs_f64();
        let expires: f64 = claims.required("exp").map_err(|_| "expiry")?;
        let begins: Option<f64> = claims.optional_not_null("nbf").map_err(|_| "not yet valid")?;
        let issued: Option<f64> = claims.optional_not_null("iat").map_err(|_| "malformed")?;
        if expires + leeway <= now {
            return Err("expired");
        }
        if begins.is_some_and(|begins| begins > now + leeway) || issued.is_some_and(|issued| issued > now + leeway) {
            return Err("not yet valid");
        }
        Ok(())
    }
}

/// Checks that `aud`, a string or a list of strings (RFC 7519, section 4.1.3), contains this audience.
pub(super) fn check_audience(found: Option<&serde_json::Value>, own: &str) -> Checked<()> {
    let is_own = match found {
        Some(serde_json::Value::String(one)) => one == own,
        Some(serde_json::Value::Array(items)) => {
            items.iter().all(serde_json::Value::is_string) && items.iter().any(|item| item.as_str() == Some(own))
        }
        _ => false,
    };
    if is_own { Ok(()) } else { Err("audience") }
}

/// Reads the scopes: `scope` is a space-separated string; `scp` is such a string or a list. Any other value is rejected
/// rather than treated as no scope.
pub(super) fn scopes(claims: &mut Object<'_>) -> Checked<Vec<String>> {
    let split = |text: &str| text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    for name in ["scope", "scp"] {
        match claims.optional_not_null::<serde_json::Value>(name).map_err(|_| "scope")? {
            None => {}
            Some(serde_json::Value::String(text)) => return Ok(split(&text)),
            Some(serde_json::Value::Array(items)) => {
                return items.into_iter().map(|item| item.as_str().map(str::to_owned).ok_or("scope")).collect();
            }
            Some(_) => return Err("scope"),
        }
    }
    Ok(Vec::new())
}

fn decoded(part: &str) -> Checked<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| "malformed")
}
