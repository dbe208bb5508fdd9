//! The issuer: its identity, its key, and what it remembers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::binding::BindingParts;
use super::grants::{Code, Device, Refresh};
use crate::live::mock::bounded_map::BoundedMap;
use crate::live::mock::random;
use crate::live::signing_key::SigningKey;

/// The path of the issuer.
pub(in crate::live::mock) const PATH: &str = "/.keystub/oauth";

/// The client that the issuer knows.
pub(in crate::live::mock) const CLIENT: &str = "keystub-mock";

/// The user who consents and who has a password.
pub(in crate::live::mock) const USER: &str = "mock-user";

/// The issuer.
pub(in crate::live::mock) struct Issuer {
    /// The URL of the API, the audience of access tokens.
    audience: String,
    url: String,
    key: Arc<SigningKey>,
    /// The secret of [`CLIENT`].
    pub secret: String,
    /// The password of [`USER`].
    pub password: String,
    /// The scopes of the document.
    scopes: Vec<String>,
    lifetime: Duration,
    grants: Arc<Mutex<Grants>>,
    /// How tokens are bound to keys, if a scheme has such tokens.
    binding: Option<Arc<BindingParts>>,
}

/// What the issuer remembers.
#[derive(Debug, Default)]
pub(super) struct Grants {
    pub codes: BoundedMap<Code>,
    pub refresh: BoundedMap<Refresh>,
    /// By device code.
    pub devices: BoundedMap<Device>,
    /// The `jti` of revoked tokens.
    pub revoked: BoundedMap<()>,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issuer({})", self.url)
    }
}

impl Issuer {
    /// The issuer of a mock at this origin.
    pub fn new(origin: &str, scopes: Vec<String>, lifetime: Duration, seed: u64) -> Self {
        Self {
            audience: origin.to_owned(),
            url: format!("{origin}{PATH}"),
            key: Arc::new(SigningKey::generate(random::token())),
            secret: format!("secret-{}", random::fixed(seed, "client secret")),
            password: format!("password-{}", random::fixed(seed, "password")),
            scopes,
            lifetime,
            grants: Arc::default(),
            binding: None,
        }
    }

    /// The same issuer, which binds tokens to the keys of proofs.
    ///
    /// # Errors
    ///
    /// If proofs for its URL cannot be verified.
    pub fn with_binding(mut self) -> Result<Self, String> {
        if self.binding.is_none() {
            self.binding = Some(Arc::new(BindingParts::new(&self.audience)?));
        }
        Ok(self)
    }

    /// How tokens are bound to keys, if they are.
    pub fn binding(&self) -> Option<&BindingParts> {
        self.binding.as_deref()
    }

    /// The same issuer for another version of the document, which has these scopes.
    pub fn with_scopes(&self, scopes: Vec<String>) -> Self {
        Self {
            audience: self.audience.clone(),
            url: self.url.clone(),
            key: Arc::clone(&self.key),
            secret: self.secret.clone(),
            password: self.password.clone(),
            scopes,
            lifetime: self.lifetime,
            grants: Arc::clone(&self.grants),
            binding: self.binding.clone(),
        }
    }

    /// The public keys.
    pub fn jwks(&self) -> Value {
        self.key.jwks()
    }

    /// Signs claims as a JWT of this type.
    pub(super) fn sign(&self, ty: &str, claims: &Value) -> String {
        self.key.sign(ty, claims)
    }

    /// The issuer identifier.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The audience of its access tokens.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The scopes of the document.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// How long its tokens are valid, in seconds.
    pub fn lifetime(&self) -> u64 {
        self.lifetime.as_secs()
    }

    /// The URL of an endpoint.
    pub fn endpoint(&self, name: &str) -> String {
        format!("{}/{name}", self.url)
    }

    /// What it remembers.
    pub(super) fn grants(&self) -> MutexGuard<'_, Grants> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a token with this `jti` was revoked.
    pub fn is_revoked(&self, jti: &str) -> bool {
        self.grants().revoked.get(jti).is_some()
    }
}
