//! Nonces for proofs (RFC 9449, section 8). They are made from a secret and the time, so that servers with the same secret
//! accept those of each other, and none is stored.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::jwt_keys::KeyError;

/// The shortest secret in bytes.
const MIN_SECRET: usize = 32;

/// Makes and recognizes nonces.
#[derive(Clone)]
pub(super) struct Nonces {
    mac: Hmac<Sha256>,
    lifetime: u64,
}

impl Nonces {
    pub(super) fn new(secret: &[u8], lifetime: Duration) -> Result<Self, KeyError> {
        if secret.len() < MIN_SECRET {
            return Err(KeyError::new("the secret of the nonces is shorter than 32 bytes"));
        }
        let mac = Hmac::new_from_slice(secret).map_err(|_| KeyError::new("the secret of the nonces is invalid"))?;
        Ok(Self { mac, lifetime: lifetime.as_secs().max(1) })
    }

    /// The nonce for new proofs.
    pub(super) fn current(&self, now: SystemTime) -> String {
        URL_SAFE_NO_PAD.encode(self.of(self.period(now)).finalize().into_bytes())
    }

    /// Whether the nonce is that of the current period or of the one before it.
    pub(super) fn accepts(&self, nonce: &str, now: SystemTime) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(nonce) else { return false };
        let period = self.period(now);
        [period, period.saturating_sub(1)].into_iter().any(|period| self.of(period).verify_slice(&bytes).is_ok())
    }

    fn period(&self, now: SystemTime) -> u64 {
        now.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()) / self.lifetime
    }

    fn of(&self, period: u64) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(b"DPoP nonce");
        mac.update(&period.to_be_bytes());
        mac
    }
}
