//! Proofs that the sender of a request has the key to which its token is bound (DPoP, RFC 9449). Servers accept each proof
//! once, so a request gets a new one whenever it is sent.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use keystub_client_runtime as rt;
use rt::credential::Possession;
use rt::dpop::DpopKey;
use rt::dynamic::RawResponse;
use rt::reqwest::Request;
use rt::reqwest::header::{AUTHORIZATION, HeaderName, WWW_AUTHENTICATE};
use rt::secrecy::SecretString;
use serde_json::Value;

/// The header of a proof.
pub(super) const PROOF: HeaderName = HeaderName::from_static("dpop");

/// The keys of all accounts.
#[derive(Debug, Default)]
pub(super) struct Proofs(Vec<DpopKey>);

impl Proofs {
    pub fn new(keys: Vec<DpopKey>) -> Self {
        Self(keys)
    }

    /// The key of the proof that a request has, if it is that of an account.
    pub fn key(&self, request: &Request) -> Option<&DpopKey> {
        let thumbprint = thumbprint(request.headers().get(PROOF)?.to_str().ok()?)?;
        self.0.iter().find(|key| key.thumbprint() == thumbprint)
    }

    /// Replaces the proof of a request, if it has one of an account: for its present method, URL and token.
    pub fn renew(&self, request: &mut Request) {
        if let Some(key) = self.key(request).cloned() {
            let token = token(request);
            // It fails only if the system has no random numbers; the request then has the proof that it had.
            let _ = key.prove(request, token.as_ref());
        }
    }

    /// Keeps the nonce of a response for the next proofs. Returns whether the server requires a proof with it.
    pub fn requires_nonce(&self, request: &Request, response: &RawResponse) -> bool {
        let Some(key) = self.key(request) else { return false };
        let has_nonce = key.keep_nonce(request.url(), &response.headers);
        let challenges = response.headers.get_all(WWW_AUTHENTICATE);
        let is_required = challenges.iter().any(|own| own.to_str().is_ok_and(|own| own.contains("use_dpop_nonce")));
        has_nonce && is_required && response.status.as_u16() == 401
    }
}

/// The token in `Authorization`, whatever its scheme is.
pub(super) fn token(request: &Request) -> Option<SecretString> {
    let (_, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(token.into())
}

/// The thumbprint of the key in a proof of ES256 (RFC 7638).
fn thumbprint(proof: &str) -> Option<String> {
    let header: Value = serde_json::from_slice(&BASE64.decode(proof.split('.').next()?).ok()?).ok()?;
    let text = |name: &str| header.get("jwk")?.get(name)?.as_str();
    let (x, y) = (text("x")?, text("y")?);
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    Some(BASE64.encode(digest(&SHA256, members.as_bytes())))
}
