//! The client certificate for mutual TLS.

use std::fmt;

use super::credential::{Credential, Secret};
use super::platform;

/// A client certificate with its private key.
#[derive(Clone)]
pub struct Identity(platform::Identity);

/// The PEM text does not contain a certificate and its private key.
#[derive(Debug)]
pub struct IdentityError(());

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the PEM text does not contain a certificate and its private key")
    }
}

impl std::error::Error for IdentityError {}

impl Identity {
    /// Reads a certificate and its private key from PEM text.
    ///
    /// # Errors
    ///
    /// If either is missing or invalid.
    pub fn from_pem(pem: &[u8]) -> Result<Self, IdentityError> {
        platform::Identity::from_pem(pem).map(Self).map_err(|_| IdentityError(()))
    }
}

impl From<Identity> for Credential {
    fn from(identity: Identity) -> Self {
        Self(Secret::Identity(identity.0))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}
