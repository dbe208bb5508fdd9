//! The decision: what the verifiers said of each scheme against what the operation asks for.

use std::future::Future;
use std::time::Duration;

use axum::http::StatusCode;

use super::auth_challenge::Challenge;
use super::challenge::challenges;
use super::operation::{Access, Operation, Scheme, SchemeUse};

/// How long a verifier may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A credential that was found good.
#[derive(Debug, Clone)]
pub struct Granted<P> {
    /// Who presented it.
    pub principal: P,
    /// The scopes that were granted; the generated code compares them with the document.
    pub scopes: Vec<String>,
}

impl<P> Granted<P> {
    /// A principal without scopes.
    pub fn new(principal: P) -> Self {
        Self { principal, scopes: Vec::new() }
    }

    /// The same with scopes.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }
}

/// A credential that was not found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reject {
    /// It is wrong; the words are told to the caller and must be fixed ones (`expired`).
    Invalid(&'static str),
    /// Nobody can tell now: a key server is down, say.
    Unavailable,
    /// As [`Self::Unavailable`], for this time: the `Retry-After` of the response.
    UnavailableFor(Duration),
    /// It is invalid, and the 401 carries this challenge: a new nonce of Digest (RFC 7616), a step-up (RFC 9470).
    Challenge(Challenge),
}

/// What is known of one scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The request presents nothing.
    Absent,
    /// What it presents has not the form of the scheme, or stands twice.
    Malformed,
    /// Its verifier refused it.
    Invalid(&'static str),
    /// Its verifier could not tell.
    Unavailable,
    /// Its verifier granted it with these scopes.
    Granted(Vec<String>),
    /// Its verifier refused it with a challenge of its own.
    Challenged(Challenge),
}

/// What the verifiers said, scheme by scheme.
#[derive(Debug)]
pub struct Evidence {
    operation: &'static Operation,
    schemes: &'static [Scheme],
    outcomes: Vec<(usize, Outcome)>,
    /// The longest time for which a verifier is unavailable.
    retry_after: Option<Duration>,
}

/// The alternative that was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The one with this index.
    Alternative(usize),
    /// None, and nothing was presented where the document lets that pass.
    Anonymous,
}

impl Decision {
    /// The entry of `map` for the alternative; `None` for an anonymous caller.
    ///
    /// # Errors
    ///
    /// When the map has no such entry, which no generated code brings about.
    pub fn among(self, map: &[usize]) -> Result<Option<usize>, Denial> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Alternative(index) => map.get(index).copied().map(Some).ok_or_else(Denial::broken),
        }
    }
}

/// Why a call is refused before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// 400, 401, 403, 500 or 503.
    pub status: StatusCode,
    /// The values of `WWW-Authenticate`.
    pub challenges: Vec<String>,
    /// When a 503 may be tried again, if a verifier knows.
    pub retry_after: Option<Duration>,
}

impl Denial {
    /// The credentials are good and the application says no.
    pub fn forbidden() -> Self {
        Self { status: StatusCode::FORBIDDEN, challenges: Vec::new(), retry_after: None }
    }

    /// What cannot be: a principal that was granted is not there. The call is refused.
    pub fn broken() -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, challenges: Vec::new(), retry_after: None }
    }
}

impl Evidence {
    /// Evidence on these schemes.
    pub fn new(operation: &'static Operation, schemes: &'static [Scheme], outcomes: Vec<(usize, Outcome)>) -> Self {
        Self { operation, schemes, outcomes, retry_after: None }
    }

    /// Keeps what a verifier said, and hands on the principal.
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

    /// Waits for a verifier, keeps what it says, and hands on the principal. One that takes longer than [`PATIENCE`] could
    /// not tell.
    pub async fn verify<P>(
        &mut self,
        scheme: usize,
        verdict: impl Future<Output = Result<Granted<P>, Reject>>,
    ) -> Option<P> {
        let verdict = tokio::time::timeout(PATIENCE, verdict).await;
        self.record(scheme, verdict.unwrap_or(Err(Reject::Unavailable)))
    }

    /// The first alternative in document order whose members were all granted with its own scopes.
    ///
    /// # Errors
    ///
    /// When there is none: 503 where something presented could not be judged, 400 where it is malformed, 403 where only
    /// scopes lack, else 401.
    pub fn decide(&self) -> Result<Decision, Denial> {
        self.decide_with(|_| Challenge::new())
    }

    /// The same, with the parameters for the challenge of a scheme by its name, if its verifier gave none. They are asked
    /// for a 401 only.
    ///
    /// # Errors
    ///
    /// Those of [`Self::decide`].
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
        })
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
        let covers = |member: &SchemeUse| {
            self.granted(member)
                .is_some_and(|granted| member.scopes.iter().all(|scope| granted.iter().any(|own| own == scope)))
        };
        !alternative.is_empty() && alternative.iter().all(covers)
    }
}
