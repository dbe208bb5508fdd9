//! Keys that verify JSON Web Tokens, each restricted to its algorithms (RFC 8725, section 3.1).

use std::fmt;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

/// The maximum number of keys in a set.
const MAX_KEYS: usize = 64;

/// Keys that verify tokens.
#[derive(Clone, Default)]
pub struct JwtKeys(Vec<VerificationKey>);

#[derive(Clone)]
struct VerificationKey {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

impl fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JwtKeys({})", self.0.len())
    }
}

/// The key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyError(&'static str);

impl KeyError {
    pub(super) fn new(what: &'static str) -> Self {
        Self(what)
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for KeyError {}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

impl JwtKeys {
    /// Parses a key set (RFC 7517, section 5). Keys of unknown types, keys that are not for verifying signatures, and
    /// symmetric keys, which are never published, are ignored. Keys of different algorithms may share a `kid` (section
    /// 4.5); keys of one algorithm that share a `kid` are ambiguous and do not verify any token of that algorithm.
    ///
    /// # Errors
    ///
    /// If the text is not a key set, has more than 64 keys, or has no usable key.
    pub fn from_jwks(text: &str) -> Result<Self, KeyError> {
        install_provider();
        let set: KeySet = serde_json::from_str(text).map_err(|_| KeyError("the text is not a JSON Web Key Set"))?;
        if set.keys.len() > MAX_KEYS {
            return Err(KeyError("the key set has more than 64 keys"));
        }
        let keys: Vec<VerificationKey> = set.keys.into_iter().filter_map(from_jwk).collect();
        if keys.is_empty() {
            return Err(KeyError("the key set has no key that verifies signatures"));
        }
        let keys = Self(keys);
        let is_found = |id: Option<&str>, algorithm: &Algorithm| keys.find(id, *algorithm).is_some();
        if keys.0.iter().any(|key| key.algorithms.iter().any(|own| is_found(key.id.as_deref(), own))) {
            Ok(keys)
        } else {
            Err(KeyError("every key in the key set shares its `kid` and algorithm with another key"))
        }
    }

    /// A public key in PEM text, for one algorithm.
    ///
    /// # Errors
    ///
    /// If the text has no public key for the algorithm.
    pub fn from_pem(pem: &str, algorithm: Algorithm) -> Result<Self, KeyError> {
        install_provider();
        let bytes = pem.as_bytes();
        let key = match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                return Err(KeyError("an HMAC algorithm has no public key"));
            }
            Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(bytes),
            Algorithm::EdDSA => DecodingKey::from_ed_pem(bytes),
            _ => DecodingKey::from_rsa_pem(bytes),
        };
        let key = key.map_err(|_| KeyError("the text has no public key for the algorithm"))?;
        Ok(Self(vec![VerificationKey { id: None, algorithms: vec![algorithm], key }]))
    }

    /// A shared secret for one HMAC algorithm, at least as long as its hash (RFC 7518, section 3.2).
    ///
    /// # Errors
    ///
    /// If the secret is too short, or the algorithm is not an HMAC algorithm.
    pub fn from_secret(secret: &[u8], algorithm: Algorithm) -> Result<Self, KeyError> {
        install_provider();
        let least = match algorithm {
            Algorithm::HS256 => 32,
            Algorithm::HS384 => 48,
            Algorithm::HS512 => 64,
            _ => return Err(KeyError("a shared secret can only be used with an HMAC algorithm")),
        };
        if secret.len() < least {
            return Err(KeyError("the shared secret is shorter than the algorithm's hash"));
        }
        let key = DecodingKey::from_secret(secret);
        Ok(Self(vec![VerificationKey { id: None, algorithms: vec![algorithm], key }]))
    }

    /// The key for a token: the one with its `kid`, which must be known. A token without `kid` is verified with the
    /// only key of its algorithm, and a single key without an id verifies any `kid`. `None` if more than one key
    /// matches.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let fits = |key: &&VerificationKey| key.algorithms.contains(&algorithm);
        let named = |key: &&VerificationKey| match (&key.id, id) {
            (Some(own), Some(id)) => own == id,
            (None, Some(_)) => self.0.len() == 1,
            (_, None) => true,
        };
        let mut found = self.0.iter().filter(named).filter(fits);
        match (found.next(), found.next()) {
            (Some(key), None) => Some(&key.key),
            _ => None,
        }
    }
}

/// If both crypto providers are compiled in, `jsonwebtoken` panics at first use unless one is installed.
fn install_provider() {
    // An error means that a provider is already installed.
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

fn from_jwk(value: serde_json::Value) -> Option<VerificationKey> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let common = &jwk.common;
    let is_for_signatures = common.public_key_use.as_ref().is_none_or(|own| *own == PublicKeyUse::Signature);
    let may_verify = common.key_operations.as_ref().is_none_or(|list| list.contains(&KeyOperations::Verify));
    if !is_for_signatures || !may_verify {
        return None;
    }
    let mut algorithms = algorithms(&jwk.algorithm)?;
    if let Some(own) = &common.key_algorithm {
        algorithms.retain(|algorithm| same(*algorithm, *own));
    }
    if algorithms.is_empty() {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(VerificationKey { id: common.key_id.clone(), algorithms, key })
}

/// The algorithms of a key type; `None` for types that are not used in published key sets, and for RSA keys shorter
/// than 2048 bits.
pub(super) fn algorithms(parameters: &AlgorithmParameters) -> Option<Vec<Algorithm>> {
    match parameters {
        AlgorithmParameters::RSA(rsa) => {
            // Each base64url character encodes six bits.
            let bits = rsa.n.trim_start_matches('A').len() * 6;
            (bits >= 2046).then(|| {
                vec![
                    Algorithm::RS256,
                    Algorithm::RS384,
                    Algorithm::RS512,
                    Algorithm::PS256,
                    Algorithm::PS384,
                    Algorithm::PS512,
                ]
            })
        }
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => Some(vec![Algorithm::ES256]),
            EllipticCurve::P384 => Some(vec![Algorithm::ES384]),
            _ => None,
        },
        AlgorithmParameters::OctetKeyPair(pair) => match pair.curve {
            EllipticCurve::Ed25519 => Some(vec![Algorithm::EdDSA]),
            _ => None,
        },
        _ => None,
    }
}

fn same(algorithm: Algorithm, named: KeyAlgorithm) -> bool {
    format!("{algorithm:?}") == format!("{named:?}")
}
