//! Tokens that are bound to a key of the client (DPoP, RFC 9449). Proofs are verified by the runtime of generated servers.

use keystub_server_runtime as rt;

use keystub_client_runtime::dpop::DpopKey;
use rt::auth::{Outcome, Reject};
use rt::auth_challenge::Challenge;
use rt::axum::http::StatusCode;
use rt::axum::http::request::Parts;
use rt::challenge::challenges;
use rt::dpop::DpopPolicy;

use super::form::OAuthError;

/// The algorithms of proofs, which are those that [`DpopPolicy`] accepts by default.
pub(super) const ALGORITHMS: [&str; 2] = ["ES256", "EdDSA"];

const SCHEME: rt::Scheme = rt::Scheme { name: "dpop", kind: rt::SchemeKind::Http("DPoP") };

/// What an issuer needs in order to bind tokens.
#[derive(Debug)]
pub(in crate::live::mock) struct BindingParts {
    /// For proofs of token requests.
    policy: DpopPolicy,
    /// The key of the tokens that the mock prints.
    pub key: DpopKey,
}

impl BindingParts {
    /// The parts of a mock at this origin.
    ///
    /// # Errors
    ///
    /// If proofs for this origin cannot be verified.
    pub fn new(origin: &str) -> Result<Self, String> {
        let key = DpopKey::generate().map_err(|error| error.to_string())?;
        Ok(Self { policy: policy(origin)?, key })
    }

    /// The thumbprint of the key of a token request, if it has a proof.
    pub(super) async fn thumbprint(&self, request: &Parts) -> Result<Option<String>, OAuthError> {
        if !request.headers.contains_key("dpop") {
            return Ok(None);
        }
        self.policy.verify_token_request(request).await.map(Some).map_err(|reject| {
            let description = match &reject {
                Reject::Challenge(challenge) => proof_error(challenge),
                Reject::Unavailable | Reject::UnavailableFor(_) | Reject::Invalid(_) => {
                    "the proof cannot be verified".to_owned()
                }
            };
            OAuthError::new("invalid_dpop_proof", description)
        })
    }
}

/// The conditions of proofs for this origin.
///
/// # Errors
///
/// If it is not on this machine: proofs over unprotected connections are of no use.
pub(in crate::live::mock) fn policy(origin: &str) -> Result<DpopPolicy, String> {
    DpopPolicy::new(origin).map_err(|_| {
        format!(
            "proofs of keys (`dpop`) need an address of this machine, and {origin} is not one; use `--listen 127.0.0.1:PORT`"
        )
    })
}

/// Why a proof is refused: the description in its challenge.
pub(in crate::live::mock) fn proof_error(challenge: &Challenge) -> String {
    let outcome = Outcome::Challenged(challenge.clone());
    let uses = [rt::SchemeUse::new(0, &[])];
    let texts = challenges(StatusCode::UNAUTHORIZED, &[&uses], &[SCHEME], |_| (&outcome, challenge.clone()));
    let description = texts.first().and_then(|text| text.split_once(r#"error_description=""#));
    let description = description.and_then(|(_, rest)| rest.split_once('"')).map(|(description, _)| description);
    format!("invalid proof of the key: {}", description.unwrap_or("see WWW-Authenticate"))
}
