//! Signatures of webhooks as in Standard Webhooks 1.0: an HMAC-SHA256 of the id, the timestamp and the body.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

/// The header fields of a delivery.
pub const ID: &str = "webhook-id";
/// When the delivery was sent, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The signatures, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// What an HMAC-SHA256 signature begins with.
const SCHEME: &str = "v1,";

/// The allowed lengths of a secret, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// The longest id.
const MAX_ID: usize = 256;

/// Secrets and signatures are written with and without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret that the sender and the receiver of webhooks share: `whsec_` and 24 to 64 bytes as base64. Each receiver has its
/// own.
#[derive(Clone)]
pub struct SigningSecret(SecretSlice<u8>);

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

/// Why a text is not a secret. It does not contain the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretError(&'static str);

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid signing secret: {}", self.0)
    }
}

impl std::error::Error for SecretError {}

impl FromStr for SigningSecret {
    type Err = SecretError;

    /// Reads `whsec_…`; the prefix may be missing.
    fn from_str(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = LENIENT.decode(encoded).map_err(|_| SecretError("expected `whsec_` and base64"))?;
        Self::from_bytes(bytes)
    }
}

impl SigningSecret {
    /// The secret with these bytes.
    ///
    /// # Errors
    ///
    /// If there are fewer than 24 or more than 64.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, SecretError> {
        let secret = Self(SecretSlice::from(bytes.into()));
        match LENGTHS.contains(&secret.0.expose_secret().len()) {
            true => Ok(secret),
            false => Err(SecretError("expected 24 to 64 bytes")),
        }
    }

    /// The signature of a delivery with this id, sent at this time in seconds since 1970: `v1,` and base64.
    pub fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let signature = self.mac(id, timestamp, body).finalize().into_bytes();
        format!("{SCHEME}{}", STANDARD.encode(signature))
    }

    /// Whether one of these signatures, separated by spaces, is that of the delivery. Each is compared in constant time.
    pub fn verifies(&self, id: &str, timestamp: u64, body: &[u8], signatures: &str) -> bool {
        let mac = self.mac(id, timestamp, body);
        let mut own = signatures.split(' ').filter_map(|signature| signature.strip_prefix(SCHEME));
        own.any(|signature| {
            let bytes = LENIENT.decode(signature).unwrap_or_default();
            mac.clone().verify_slice(&bytes).is_ok()
        })
    }

    fn mac(&self, id: &str, timestamp: u64, body: &[u8]) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret());
        let mut mac = mac.expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        mac
    }
}

/// Whether it is an id: visible ASCII without the full stop, which separates the signed parts.
pub fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}
