//! Verifies access tokens that are bound to a key of the caller (DPoP, RFC 9449): the caller proves with each request that it
//! holds the key, so a stolen token is of no use.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::request::Parts;
use jsonwebtoken::Algorithm;

use super::auth::{Granted, Reject};
use super::auth_challenge::{Challenge, ChallengeError};
use super::credentials::{Bearer, HttpCredentials};
use super::dpop_hash::hash;
use super::dpop_nonces::Nonces;
use super::dpop_proof::Proof;
use super::dpop_proofs::{ProofStore, RecentProofs};
use super::dpop_url::PublicUrl;
use super::introspection::Introspection;
use super::jwt::{Claims, JwtVerifier};
use super::jwt_keys::KeyError;

/// The header of a proof.
const HEADER: &str = "dpop";

/// The conditions that the proof of a request must meet.
#[derive(Clone)]
pub struct DpopPolicy {
    url: PublicUrl,
    algorithms: Vec<Algorithm>,
    window: Duration,
    nonces: Option<Nonces>,
    proofs: Arc<dyn ProofStore>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

impl fmt::Debug for DpopPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopPolicy")
            .field("url", &self.url)
            .field("algorithms", &self.algorithms)
            .field("window", &self.window)
            .field("has_nonces", &self.nonces.is_some())
            .finish_non_exhaustive()
    }
}

impl DpopPolicy {
    /// Accepts proofs for the API with this URL, signed with ES256 or EdDSA, that were made at most 60 seconds ago. Each is
    /// accepted once.
    ///
    /// The URL is the one that callers use, before any proxy changes it, with the path that is not part of the operations:
    /// `https://api.example.com/v1`.
    ///
    /// # Errors
    ///
    /// If the URL is neither https nor http to loopback, or has a query, a fragment or user information.
    pub fn new(public_url: &str) -> Result<Self, KeyError> {
        Ok(Self {
            url: PublicUrl::new(public_url)?,
            algorithms: vec![Algorithm::ES256, Algorithm::EdDSA],
            window: Duration::from_secs(60),
            nonces: None,
            proofs: Arc::new(RecentProofs::default()),
            clock: Arc::new(SystemTime::now),
        })
    }

    /// Accepts proofs with these algorithms. If they are not the default, return [`DpopVerifier::challenge`] from
    /// `Authenticator::challenge`, so that callers without a token learn them.
    ///
    /// # Errors
    ///
    /// If the list is empty or has a symmetric algorithm (RFC 9449, section 4.2).
    pub fn algorithms(mut self, algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        let is_symmetric = |own: &Algorithm| matches!(own, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512);
        if algorithms.is_empty() || algorithms.iter().any(is_symmetric) {
            return Err(KeyError::new("proofs need asymmetric algorithms"));
        }
        self.algorithms = algorithms.to_vec();
        Ok(self)
    }

    /// The largest accepted difference between the time of a proof and the local clock, in either direction. Default: 60
    /// seconds.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Requires a nonce of this server in each proof (RFC 9449, section 9), so that proofs cannot be made in advance. A nonce
    /// is accepted for at least `lifetime` and at most twice as long. Servers of one API share the secret.
    ///
    /// # Errors
    ///
    /// If the secret is shorter than 32 bytes.
    pub fn nonces(mut self, secret: &[u8], lifetime: Duration) -> Result<Self, KeyError> {
        self.nonces = Some(Nonces::new(secret, lifetime)?);
        Ok(self)
    }

    /// Remembers accepted proofs in this store. Default: in memory.
    #[must_use]
    pub fn proofs(mut self, proofs: impl ProofStore) -> Self {
        self.proofs = Arc::new(proofs);
        self
    }

    /// Sets the clock. That of [`RecentProofs`] is separate.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// For an authorization server: verifies the proof of a token request and returns the thumbprint of its key (RFC 7638),
    /// which the issued token must have as `cnf.jkt` (RFC 9449, sections 5 and 6.1). The URL of the policy is that of the
    /// server, and the error code of the response is `invalid_dpop_proof` or `use_dpop_nonce`.
    ///
    /// # Errors
    ///
    /// [`Reject::Challenge`] with that code if there is no valid proof, [`Reject::Unavailable`] if the store cannot be reached.
    pub async fn verify_token_request(&self, request: &Parts) -> Result<String, Reject> {
        let proof = self.proof(None, request, (self.clock)())?;
        self.claim(&proof).await?;
        Ok(proof.thumbprint)
    }

    /// The proof of a request with this token, after all checks of section 4.3 except whether it was used before.
    fn proof(&self, token: Option<&str>, request: &Parts, now: SystemTime) -> Result<Proof, Reject> {
        let mut fields = request.headers.get_all(HEADER).iter();
        let text = match (fields.next(), fields.next()) {
            (Some(field), None) => field.to_str().map_err(|_| self.refused("malformed proof"))?,
            (None, _) => return Err(self.refused("missing proof")),
            (Some(_), Some(_)) => return Err(self.refused("more than one proof")),
        };
        let proof = Proof::read(text, &self.algorithms).map_err(|reason| self.refused(reason))?;
        if proof.method != request.method.as_str() {
            return Err(self.refused("`htm` of the proof"));
        }
        if !self.url.is_of(&proof.url, request.uri.path()) {
            return Err(self.refused("`htu` of the proof"));
        }
        if let Some(token) = token {
            let own = proof.token_hash.as_deref().ok_or_else(|| self.refused("claim missing in the proof"))?;
            if own != hash(token) {
                return Err(self.refused("`ath` of the proof"));
            }
        }
        if let Some(nonces) = &self.nonces
            && !proof.nonce.as_deref().is_some_and(|nonce| nonces.accepts(nonce, now))
        {
            return Err(self.nonce_demanded(&nonces.current(now)));
        }
        if (proof.issued - seconds(now)).abs() > self.window.as_secs_f64() {
            return Err(self.refused("`iat` of the proof"));
        }
        Ok(proof)
    }

    /// Accepts the proof, unless it was accepted before.
    async fn claim(&self, proof: &Proof) -> Result<(), Reject> {
        // Of this key only: another caller may have the same id.
        let id = hash(&format!("{}.{}", proof.thumbprint, proof.id));
        // Not before the proof is too old, and the times in requests are whole seconds.
        let until = Duration::try_from_secs_f64(proof.issued).ok();
        let until = until.and_then(|issued| UNIX_EPOCH.checked_add(issued + self.window + Duration::from_secs(1)));
        let until = until.ok_or_else(|| self.refused("`iat` of the proof"))?;
        if self.proofs.claim(&id, until).await? { Ok(()) } else { Err(self.refused("proof used before")) }
    }

    fn challenge(&self) -> Result<Challenge, ChallengeError> {
        let names: Vec<String> = self.algorithms.iter().map(|algorithm| format!("{algorithm:?}")).collect();
        Challenge::new().quoted("algs", &names.join(" "))
    }

    fn refused(&self, reason: &'static str) -> Reject {
        let challenge = self.challenge().and_then(|own| own.quoted("error", "invalid_dpop_proof"));
        challenge.and_then(|own| own.quoted("error_description", reason)).map_or_else(Reject::from, Reject::Challenge)
    }

    fn nonce_demanded(&self, nonce: &str) -> Reject {
        let challenge = self.challenge().and_then(|own| own.quoted("error", "use_dpop_nonce"));
        challenge.and_then(|own| own.dpop_nonce(nonce)).map_or_else(Reject::from, Reject::Challenge)
    }
}

/// What verifies the tokens themselves.
#[derive(Debug, Clone)]
enum Tokens {
    Jwt(JwtVerifier),
    Introspection(Introspection),
}

/// Verifies access tokens that are bound to a key, with the proof of each request. Tokens that are not bound are rejected.
///
/// Clones share the proofs that were accepted. Two schemes that a request can use together need two policies, because a proof
/// is accepted once.
#[derive(Debug, Clone)]
pub struct DpopVerifier {
    tokens: Tokens,
    policy: DpopPolicy,
}

impl DpopVerifier {
    /// Tokens that are JWTs, with `cnf` (RFC 9449, section 6.1).
    pub fn jwt(tokens: JwtVerifier, policy: DpopPolicy) -> Self {
        Self { tokens: Tokens::Jwt(tokens.bound_tokens()), policy }
    }

    /// Opaque tokens, whose introspection responses have `cnf` (RFC 9449, section 6.2).
    pub fn introspection(tokens: Introspection, policy: DpopPolicy) -> Self {
        Self { tokens: Tokens::Introspection(tokens.bound_tokens()), policy }
    }

    /// The algorithms of the policy, for `Authenticator::challenge`.
    pub fn challenge(&self) -> Challenge {
        self.policy.challenge().unwrap_or_default()
    }

    /// Verifies the token of a request and the proof that its sender holds the key.
    ///
    /// # Errors
    ///
    /// [`Reject::Challenge`] with `invalid_dpop_proof` or `use_dpop_nonce` if the proof is not valid; else the errors of
    /// the verifier of the tokens, and [`Reject::Invalid`] if the token is bound to no key or to another one.
    pub async fn verify(&self, token: HttpCredentials<'_>) -> Result<Granted<Claims>, Reject> {
        let HttpCredentials { value, request } = token;
        let proof = self.policy.proof(Some(value), request, (self.policy.clock)())?;
        let bearer = Bearer { token: value };
        let granted = match &self.tokens {
            Tokens::Jwt(tokens) => tokens.verify(bearer).await?,
            Tokens::Introspection(tokens) => tokens.verify(bearer).await?,
        };
        check_binding(&granted.principal, &proof.thumbprint).map_err(Reject::Invalid)?;
        // The last check, so that only holders of tokens take room in the store.
        self.policy.claim(&proof).await?;
        Ok(granted)
    }
}

/// Checks that the token is bound to this key and to no other one (RFC 9449, section 6).
fn check_binding(claims: &Claims, thumbprint: &str) -> Result<(), &'static str> {
    let Some(confirmation) = claims.all.get("cnf").and_then(serde_json::Value::as_object) else {
        return Err("not bound to a key");
    };
    match confirmation.get("jkt").and_then(serde_json::Value::as_str) {
        None => Err("not bound to a key"),
        // A certificate (RFC 8705), which is not verified here.
        Some(_) if confirmation.len() > 1 => Err("bound to several keys"),
        Some(own) if own == thumbprint => Ok(()),
        Some(_) => Err("bound to another key"),
    }
}

fn seconds(now: SystemTime) -> f64 {
    now.duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}
