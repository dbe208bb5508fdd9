//! A key that signs tokens: ECDSA on P-256, new for each process.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// The signing key with its public half.
pub(in crate::live) struct SigningKey {
    key: EncodingKey,
    /// `kid`.
    id: String,
    /// `x` and `y`, 32 bytes each.
    point: Vec<u8>,
}

impl SigningKey {
    /// A new key with this `kid`.
    pub fn generate(id: String) -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).expect("a key can be generated");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref()).expect("the key was just generated");
        // An uncompressed point (SEC 1, section 2.3.3): 4, x, y.
        let point = pair.public_key().as_ref()[1..].to_vec();
        Self { key: EncodingKey::from_ec_der(document.as_ref()), id, point }
    }

    /// Signs claims as a JWT of this type.
    pub fn sign(&self, ty: &str, claims: &Value) -> String {
        let header = Header { typ: Some(ty.to_owned()), kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        self.sign_with(&header, claims)
    }

    /// Signs claims with this header as a JWT.
    pub fn sign_with(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).expect("claims are JSON")
    }

    /// The public key (RFC 7517).
    pub fn jwk(&self) -> Value {
        let (x, y) = self.point.split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.id, "x": x, "y": y })
    }

    /// The key set (RFC 7517, section 5).
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk()] })
    }
}
