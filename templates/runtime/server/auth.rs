//! The authentication decision: compares the outcomes of the verifiers with the security requirements of the operation.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode};

use super::auth_challenge::Challenge;
use super::challenge::{challenges, covers};
use super::operation::{Access, Operation, Scheme, SchemeUse};

/// The time limit of a verifier.
pub const VERIFIER_TIMEOUT: Duration = Duration::from_secs(10);

/// A verified credential.
#[derive(Debug, Clone)]
pub struct Granted<P> {
    /// The caller who presented it.
    pub principal: P,
    /// The granted scopes. The generated code compares them with the scopes that the document requires.
    pub scopes: Vec<String>,
}

impl<P> Granted<P> {
    /// A principal without scopes.
    pub fn new(principal: P) -> Self {
        Self { principal, scopes: Vec::new() }
    }

    /// Sets the granted scopes.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }
}

/// Why a verifier did not accept a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reject {
    /// The credential is invalid. The text is sent to the caller, so it must be a fixed one (`expired`).
    Invalid(&'static str),
    /// The credential cannot be checked at present, for example because a key server is down.
    Unavailable,
    /// As [`Self::Unavailable`], for this time, which is sent as `Retry-After`.
    UnavailableFor(Duration),
    /// The credential is invalid, and the 401 carries this challenge: a new nonce of Digest (RFC 7616), a step-up (RFC
    /// 9470).
    Challenge(Challenge),
}

/// The outcome of one scheme for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The request has no credential of the scheme.
    Absent,
    /// The credential does not have the syntax of the scheme, or occurs more than once.
    Malformed,
    /// The verifier rejected the credential.
    Invalid(&'static str),
    /// The verifier could not check the credential.
    Unavailable,
    /// The verifier accepted the credential and granted these scopes.
    Granted(Vec<String>),
    /// The verifier rejected the credential and set the challenge.
    Challenged(Challenge),
}

/// The outcomes of all schemes of an operation for one request.
#[derive(Debug)]
pub struct Evidence {
    operation: &'static Operation,
    schemes: &'static [Scheme],
    outcomes: Vec<(usize, Outcome)>,
    /// The longest time for which a verifier reported itself unavailable.
    retry_after: Option<Duration>,
}

/// The security requirement that the request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The alternative with this index.
    Alternative(usize),
    /// No alternative: the operation is public, or it allows anonymous calls and the request has no credentials.
    Anonymous,
}

impl Decision {
    /// Whether the alternative that was met requires this scheme. Principals of other schemes were verified as well, but may
    /// lack the scopes that the document requires of them.
    pub fn requires(self, operation: &Operation, scheme: usize) -> bool {
        match (self, &operation.access) {
            (Self::Alternative(index), Access::Guarded { any_of, .. }) => {
                any_of.get(index).is_some_and(|members| members.iter().any(|member| member.scheme == scheme))
            }
            (Self::Alternative(_), Access::Open) | (Self::Anonymous, Access::Guarded { .. } | Access::Open) => false,
        }
    }

    /// The entry of `map` for the alternative that was met; `None` for an anonymous caller.
    ///
    /// # Errors
    ///
    /// If the map has no entry for the alternative, which cannot happen in generated code.
    pub fn select(self, map: &[usize]) -> Result<Option<usize>, Denial> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Alternative(index) => map.get(index).copied().map(Some).ok_or_else(Denial::internal),
        }
    }
}

/// Why a request is refused before its parameters are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// 400, 401, 403, 429, 500 or 503.
    pub status: StatusCode,
    /// The values of `WWW-Authenticate`.
    pub challenges: Vec<String>,
    /// The value of `Retry-After` of a 429, and of a 503 if a verifier gave one.
    pub retry_after: Option<Duration>,
    /// The value of `DPoP-Nonce` of a 401, if a verifier requires a nonce in proofs (RFC 9449, section 9).
    pub dpop_nonce: Option<HeaderValue>,
}

impl Denial {
    /// A refusal with this status and nothing else.
    pub fn new(status: StatusCode) -> Self {
        Self { status, challenges: Vec::new(), retry_after: None, dpop_nonce: None }
    }

    /// 403: the credentials are valid, but the application does not allow the call.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN)
    }

    /// 429: the caller may call again after this time.
    pub fn too_many_requests(retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS) }
    }

    /// 500: a principal that was granted is missing, which is a bug. The call is refused.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl Evidence {
    /// Creates the evidence from the outcomes that are known before any verifier runs.
    pub fn new(operation: &'static Operation, schemes: &'static [Scheme], outcomes: Vec<(usize, Outcome)>) -> Self {
        Self { operation, schemes, outcomes, retry_after: None }
    }

    /// The outcome of each scheme of the operation, by its index.
    pub fn outcomes(&self) -> &[(usize, Outcome)] {
        &self.outcomes
    }

    /// Records the verdict of a verifier and returns the principal.
    pub fn record<P>(&mut self, scheme: usize, verdict: Result<Granted<P>, Reject>) -> Option<P> {
        let (outcome, principal) = match verdict {
            Ok(granted) => (Outcome::Granted(granted.scopes), Some(granted.principal)),
            Err(Reject::Invalid(reason)) => (Outcome::Invalid(reason), None),
            Err(Reject::Unavailable) => (Outcome::Unavailable, None),
            Err(Reject::UnavailableFor(duration)) => {
                self.retry_after = self.retry_after.max(Some(duration));
                (Outcome::Unavailable, None)
            }
            Err(Reject::Challenge(challenge)) => (Outcome::Challenged(challenge), None),
        };
        match self.outcomes.iter_mut().find(|(at, _)| *at == scheme) {
            Some(slot) => slot.1 = outcome,
            None => self.outcomes.push((scheme, outcome)),
        }
        principal
    }

    /// Waits for a verifier, records its verdict and returns the principal. If it takes longer than
    /// [`VERIFIER_TIMEOUT`], the outcome is [`Outcome::Unavailable`].
    pub async fn verify<P>(
        &mut self,
        scheme: usize,
        verdict: impl Future<Output = Result<Granted<P>, Reject>>,
    ) -> Option<P> {
        let mut verdict = pin!(verdict);
        // A verifier that does not wait needs no clock.
        let verdict = match poll_fn(|context| Poll::Ready(verdict.as_mut().poll(context))).await {
            Poll::Ready(verdict) => verdict,
            Poll::Pending => {
                let verdict = tokio::time::timeout(VERIFIER_TIMEOUT, verdict).await;
                verdict.unwrap_or(Err(Reject::Unavailable))
            }
        };
        self.record(scheme, verdict)
    }

    /// The first alternative, in document order, whose schemes were all granted with the scopes that it requires.
    ///
    /// # Errors
    ///
    /// If no alternative is met: 503 if a credential could not be checked, 400 if one is malformed, 403 if only scopes
    /// are missing, else 401.
    pub fn decide(&self) -> Result<Decision, Denial> {
        self.decide_with(|_| Challenge::new())
    }

    /// As [`Self::decide`], with challenge parameters by scheme name. They are used in a 401, for schemes whose
    /// verifier gave no challenge.
    ///
    /// # Errors
    ///
    /// Same as [`Self::decide`].
    pub fn decide_with(&self, challenge: impl Fn(&'static str) -> Challenge) -> Result<Decision, Denial> {
        let Access::Guarded { any_of, or_anonymous } = &self.operation.access else {
            return Ok(Decision::Anonymous);
        };
        if let Some(index) = any_of.iter().position(|alternative| self.is_met(alternative)) {
            return Ok(Decision::Alternative(index));
        }
        let has = |test: fn(&Outcome) -> bool| self.outcomes.iter().any(|(_, outcome)| test(outcome));
        if *or_anonymous && !has(|outcome| *outcome != Outcome::Absent) {
            return Ok(Decision::Anonymous);
        }
        let lacks_scopes =
            any_of.iter().any(|alternative| alternative.iter().all(|member| self.granted(member).is_some()));
        let status = if has(|outcome| *outcome == Outcome::Unavailable) {
            StatusCode::SERVICE_UNAVAILABLE
        } else if has(|outcome| *outcome == Outcome::Malformed) {
            StatusCode::BAD_REQUEST
        } else if lacks_scopes {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::UNAUTHORIZED
        };
        let found = |scheme: usize| {
            let outcome = self.outcome(scheme);
            let own = match outcome {
                _ if status != StatusCode::UNAUTHORIZED => Challenge::new(),
                Outcome::Challenged(own) => own.clone(),
                Outcome::Absent
                | Outcome::Malformed
                | Outcome::Invalid(_)
                | Outcome::Unavailable
                | Outcome::Granted(_) => challenge(self.schemes[scheme].name),
            };
            (outcome, own)
        };
        Err(Denial {
            status,
            challenges: challenges(status, any_of, self.schemes, found),
            retry_after: self.retry_after,
            dpop_nonce: self.dpop_nonce(status),
        })
    }

    /// The nonce that a verifier gave for the next proof.
    fn dpop_nonce(&self, status: StatusCode) -> Option<HeaderValue> {
        let nonce = |outcome: &Outcome| match outcome {
            Outcome::Challenged(challenge) => challenge.nonce().cloned(),
            Outcome::Absent | Outcome::Malformed | Outcome::Invalid(_) | Outcome::Unavailable | Outcome::Granted(_) => {
                None
            }
        };
        let mut nonces = self.outcomes.iter().filter_map(|(_, outcome)| nonce(outcome));
        nonces.next().filter(|_| status == StatusCode::UNAUTHORIZED)
    }

    fn outcome(&self, scheme: usize) -> &Outcome {
        self.outcomes.iter().find(|(at, _)| *at == scheme).map_or(&Outcome::Absent, |(_, outcome)| outcome)
    }

    fn granted(&self, member: &SchemeUse) -> Option<&[String]> {
        match self.outcome(member.scheme) {
            Outcome::Granted(scopes) => Some(scopes),
            Outcome::Absent
            | Outcome::Malformed
            | Outcome::Invalid(_)
            | Outcome::Unavailable
            | Outcome::Challenged(_) => None,
        }
    }

    fn is_met(&self, alternative: &[SchemeUse]) -> bool {
        let is_met = |member: &SchemeUse| self.granted(member).is_some_and(|granted| covers(granted, member));
        !alternative.is_empty() && alternative.iter().all(is_met)
    }
}
