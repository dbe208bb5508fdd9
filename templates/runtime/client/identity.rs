//! The client's certificate for mutual TLS.

use std::fmt;

use super::credential::{Credential, Secret};

/// A certificate with its private key.
#[derive(Clone)]
pub struct Identity(reqwest::Identity);

/// PEM text that holds no certificate with its key.
#[derive(Debug)]
pub struct IdentityError(());

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the PEM text holds no certificate with its private key")
    }
}

impl std::error::Error for IdentityError {}

impl Identity {
    /// Reads certificate and private key from PEM text.
    ///
    /// # Errors
    ///
    /// If one of the two is missing.
    pub fn from_pem(pem: &[u8]) -> Result<Self, IdentityError> {
        reqwest::Identity::from_pem(pem).map(Self).map_err(|_| IdentityError(()))
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
