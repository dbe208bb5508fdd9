//! Keys to which access tokens are bound (DPoP, RFC 9449). The client proves with each request that it holds the key, so a
//! stolen token is of no use.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::authorization_code::AuthorizationCode;
use super::credential::{BoxError, BoxFuture, Possession, Provider, Token};
use super::device_code::DeviceCode;
use super::dpop_hash::hash;
use super::oauth::{ClientCredentials, PasswordGrant, RefreshToken};

/// The header of a proof.
const PROOF: HeaderName = HeaderName::from_static("dpop");

/// The header of the nonce for the next proof.
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The longest nonce that is kept.
const MAX_NONCE: usize = 1024;

/// The maximum number of origins whose nonces are kept.
const MAX_ORIGINS: usize = 64;

/// A key on the curve P-256 (ES256), to which the tokens of a client are bound. Cheap to clone; clones share the nonces of
/// servers.
///
/// ```text
/// let key = DpopKey::generate()?;
/// let tokens = auth::oauth_client_credentials("id", "secret").dpop(&key);
/// ```
#[derive(Clone)]
pub struct DpopKey(Arc<Inner>);

struct Inner {
    pair: EcdsaKeyPair,
    /// The coordinates of the public key.
    x: String,
    y: String,
    thumbprint: String,
    /// The last nonce of each origin.
    nonces: Mutex<BTreeMap<String, String>>,
}

impl fmt::Debug for DpopKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DpopKey(…)")
    }
}

/// The key cannot be used. The error contains no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DpopError(&'static str);

impl fmt::Display for DpopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for DpopError {}

impl DpopKey {
    /// A new key. It is lost when the program ends, and the tokens that are bound to it with it.
    ///
    /// # Errors
    ///
    /// If the system cannot provide random numbers.
    pub fn generate() -> Result<Self, DpopError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self::of(pair.map_err(|_| DpopError("the key cannot be generated"))?)
    }

    /// The key in PEM text of the type `PRIVATE KEY` (PKCS#8), as `openssl genpkey -algorithm EC -pkeyopt
    /// ec_paramgen_curve:P-256` writes it.
    ///
    /// # Errors
    ///
    /// If the text has no such key, or one of another curve or algorithm.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, DpopError> {
        let invalid = DpopError("the text has no PKCS#8 private key in PEM");
        let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").ok_or(invalid)?;
        let (body, _) = rest.split_once("-----END PRIVATE KEY-----").ok_or(invalid)?;
        let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
        let der = Zeroizing::new(STANDARD.decode(body.as_bytes()).map_err(|_| invalid)?);
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der);
        Self::of(pair.map_err(|_| DpopError("the private key is not a key of the curve P-256"))?)
    }

    /// The key as PEM text, to be stored as safely as a refresh token that is bound to it.
    ///
    /// # Errors
    ///
    /// If the key cannot be encoded.
    pub fn to_pkcs8_pem(&self) -> Result<SecretString, DpopError> {
        let der = self.0.pair.to_pkcs8v1().map_err(|_| DpopError("the key cannot be encoded"))?;
        let body = Zeroizing::new(STANDARD.encode(der.as_ref()));
        let mut pem = Zeroizing::new("-----BEGIN PRIVATE KEY-----\n".to_owned());
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (line, next) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = next;
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        Ok(SecretString::from(pem.as_str()))
    }

    fn of(pair: EcdsaKeyPair) -> Result<Self, DpopError> {
        // An uncompressed point: 4, and two coordinates of 32 bytes (SEC 1, section 2.3.3).
        let coordinates = match pair.public_key().as_ref() {
            [4, coordinates @ ..] if coordinates.len() == 64 => coordinates.split_at(32),
            _ => return Err(DpopError("the public key has an unknown form")),
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(coordinates.0), URL_SAFE_NO_PAD.encode(coordinates.1));
        // RFC 7638, section 3: the required members in alphabetical order.
        let thumbprint = hash(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        Ok(Self(Arc::new(Inner { pair, x, y, thumbprint, nonces: Mutex::default() })))
    }

    /// The SHA-256 thumbprint of the public key (RFC 7638): `jkt` in the tokens that are bound to it.
    pub fn thumbprint(&self) -> &str {
        &self.0.thumbprint
    }

    /// An access token that is bound to this key.
    pub fn token(&self, token: impl Into<SecretString>) -> Token {
        let token = token.into();
        self.provider(move || std::future::ready(Ok::<_, BoxError>(token.clone())))
    }

    /// Access tokens of this provider, which are bound to this key.
    pub fn provider(&self, provider: impl Provider) -> Token {
        Token::provider(Bound { key: self.clone(), provider })
    }

    /// A proof for a request (RFC 9449, section 4.2).
    fn proof(&self, request: &reqwest::Request, token: Option<&SecretString>) -> Result<String, BoxError> {
        let url = request.url();
        let mut target = url.clone();
        target.set_query(None);
        target.set_fragment(None);
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let mut claims = json!({
            "jti": random()?,
            "htm": request.method().as_str(),
            "htu": target.as_str(),
            "iat": now,
        });
        if let Some(token) = token {
            claims["ath"] = json!(hash(token.expose_secret()));
        }
        if let Some(nonce) = self.nonces().get(&url.origin().ascii_serialization()) {
            claims["nonce"] = json!(nonce);
        }
        let (x, y) = (&self.0.x, &self.0.y);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = self.0.pair.sign(&SystemRandom::new(), message.as_bytes());
        let signature = signature.map_err(|_| DpopError("the proof cannot be signed"))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn nonces(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        // No code panics while it holds the lock, and each nonce is valid alone.
        self.0.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Possession for DpopKey {
    fn prove(&self, request: &mut reqwest::Request, token: Option<&SecretString>) -> Result<(), BoxError> {
        let mut proof = HeaderValue::try_from(self.proof(request, token)?)?;
        proof.set_sensitive(true);
        request.headers_mut().insert(PROOF, proof);
        Ok(())
    }

    fn keep_nonce(&self, url: &Url, headers: &HeaderMap) -> bool {
        let Some(nonce) = headers.get(NONCE).and_then(|nonce| nonce.to_str().ok()) else { return false };
        if nonce.is_empty() || nonce.len() > MAX_NONCE {
            return false;
        }
        let mut nonces = self.nonces();
        let origin = url.origin().ascii_serialization();
        // A client has one API and one authorization server; only a program with very many would lose nonces, and gets new
        // ones.
        if nonces.len() >= MAX_ORIGINS && !nonces.contains_key(&origin) {
            nonces.clear();
        }
        nonces.insert(origin, nonce.to_owned());
        true
    }

    fn thumbprint(&self) -> &str {
        &self.0.thumbprint
    }
}

/// A provider of tokens that are bound to a key.
struct Bound<P> {
    key: DpopKey,
    provider: P,
}

impl<P: Provider> Provider for Bound<P> {
    fn secret<'p>(&'p self, scopes: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        self.provider.secret(scopes)
    }

    fn is_about_scopes(&self, error: &BoxError) -> bool {
        self.provider.is_about_scopes(error)
    }

    fn refused(&self, secret: &SecretString) -> bool {
        self.provider.refused(secret)
    }

    fn possession(&self) -> Option<Arc<dyn Possession>> {
        Some(Arc::new(self.key.clone()))
    }
}

macro_rules! bound {
    ($($flow:ident),*) => {$(
        impl $flow {
            /// Binds the tokens to this key (DPoP, RFC 9449): token requests and calls have a proof that the client holds it.
            /// Tokens of the authorization server that are not bound are rejected.
            #[must_use]
            pub fn dpop(self, key: &DpopKey) -> Self {
                self.bound(Arc::new(key.clone()))
            }
        }
    )*};
}

bound!(ClientCredentials, RefreshToken, PasswordGrant, AuthorizationCode, DeviceCode);

/// 128 random bits, base64url-encoded.
fn random() -> Result<String, DpopError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| DpopError("the system cannot provide random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
