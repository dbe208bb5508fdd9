//! The proof of a DPoP request (RFC 9449, section 4.2): a JWT that the caller signs with the key to which its token is bound.
//! Here it is parsed, and its signature is verified with the key that it contains.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::dpop_hash::hash;
use super::json::{Object, parse};
use super::jwt_keys;

/// Longer proofs are rejected without being parsed.
const MAX_LENGTH: usize = 8 << 10;

/// The longest `jti`.
const MAX_ID: usize = 256;

/// Header parameters that change the meaning of a proof or the source of its key. Proofs that have one are rejected.
const REFUSED: &[&str] = &["crit", "enc", "zip", "b64", "jku", "x5u", "x5c"];

/// The members of private and symmetric keys (RFC 7518, section 6).
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

type Checked<T> = Result<T, &'static str>;

/// A proof whose signature is valid.
#[derive(Debug)]
pub(super) struct Proof {
    /// The thumbprint of its key (RFC 7638).
    pub(super) thumbprint: String,
    /// `jti`.
    pub(super) id: String,
    /// `htm`.
    pub(super) method: String,
    /// `htu`.
    pub(super) url: String,
    /// `iat`.
    pub(super) issued: f64,
    /// `ath`, which proofs of token requests do not have.
    pub(super) token_hash: Option<String>,
    /// `nonce`.
    pub(super) nonce: Option<String>,
}

impl Proof {
    /// Parses a proof that is signed with one of these algorithms, and verifies its signature.
    pub(super) fn read(text: &str, algorithms: &[Algorithm]) -> Checked<Self> {
        if text.len() > MAX_LENGTH {
            return Err("malformed proof");
        }
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("malformed proof");
        };
        let (jwk, algorithm) = header_of(&decoded(header)?, algorithms)?;
        let thumbprint = thumbprint(&jwk).ok_or("key of the proof")?;
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| "key of the proof")?;
        let message = &text[..header.len() + 1 + payload.len()];
        match jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm) {
            Ok(true) => claims_of(&decoded(payload)?, thumbprint),
            Ok(false) | Err(_) => Err("signature of the proof"),
        }
    }
}

/// The key of a proof and its algorithm.
fn header_of(bytes: &[u8], algorithms: &[Algorithm]) -> Checked<(Jwk, Algorithm)> {
    let value = parse(bytes).map_err(|_| "malformed proof")?;
    let mut header = value.node().object().map_err(|_| "malformed proof")?;
    let members = header.rest::<Value>(&[]).map_err(|_| "malformed proof")?;
    if REFUSED.iter().any(|name| members.contains_key(*name)) {
        return Err("unsupported header of the proof");
    }
    let kind: String = header.required("typ").map_err(|_| "type of the proof")?;
    // `typ` is a media type: case is ignored, and `application/` is optional (RFC 7515, section 4.1.9).
    let kind = kind.to_ascii_lowercase();
    if kind.strip_prefix("application/").unwrap_or(&kind) != "dpop+jwt" {
        return Err("type of the proof");
    }
    let name: String = header.required("alg").map_err(|_| "algorithm of the proof")?;
    let algorithm = algorithms.iter().find(|algorithm| format!("{algorithm:?}") == name);
    let algorithm = *algorithm.ok_or("algorithm of the proof")?;
    let Some(Value::Object(jwk)) = members.get("jwk") else { return Err("key of the proof") };
    Ok((public_key(jwk, algorithm)?, algorithm))
}

/// The public key of a proof, if it can be used with this algorithm.
fn public_key(members: &Map<String, Value>, algorithm: Algorithm) -> Checked<Jwk> {
    if PRIVATE.iter().any(|name| members.contains_key(*name)) {
        return Err("private key in the proof");
    }
    let jwk: Jwk = serde_json::from_value(Value::Object(members.clone())).map_err(|_| "key of the proof")?;
    let fits = jwt_keys::algorithms(&jwk.algorithm).is_some_and(|own| own.contains(&algorithm));
    if fits { Ok(jwk) } else { Err("key of the proof") }
}

fn claims_of(bytes: &[u8], thumbprint: String) -> Checked<Proof> {
    let value = parse(bytes).map_err(|_| "malformed proof")?;
    let mut claims = value.node().object().map_err(|_| "malformed proof")?;
    let id = text(&mut claims, "jti")?;
    if id.is_empty() || id.len() > MAX_ID {
        return Err("`jti` of the proof");
    }
    Ok(Proof {
        thumbprint,
        id,
        method: text(&mut claims, "htm")?,
        url: text(&mut claims, "htu")?,
        issued: claims.required("iat").map_err(|_| "claim missing in the proof")?,
        token_hash: claims.optional_not_null("ath").map_err(|_| "malformed proof")?,
        nonce: claims.optional_not_null("nonce").map_err(|_| "malformed proof")?,
    })
}

fn text(claims: &mut Object<'_>, name: &str) -> Checked<String> {
    claims.required(name).map_err(|_| "claim missing in the proof")
}

/// The SHA-256 thumbprint of a public key (RFC 7638, section 3; RFC 8037, section 2): of its required members in
/// alphabetical order. `None` if it is of an unsupported kind or malformed.
fn thumbprint(jwk: &Jwk) -> Option<String> {
    let is_plain = |text: &str| URL_SAFE_NO_PAD.decode(text).is_ok();
    let canonical = match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(key) => {
            let curve = match key.curve {
                EllipticCurve::P256 => "P-256",
                EllipticCurve::P384 => "P-384",
                _ => return None,
            };
            let (x, y) = (&key.x, &key.y);
            (is_plain(x) && is_plain(y)).then(|| format!(r#"{{"crv":"{curve}","kty":"EC","x":"{x}","y":"{y}"}}"#))
        }
        AlgorithmParameters::OctetKeyPair(key) => {
            let x = &key.x;
            is_plain(x).then(|| format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#))
        }
        AlgorithmParameters::RSA(key) => {
            let (n, e) = (&key.n, &key.e);
            (is_plain(n) && is_plain(e)).then(|| format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#))
        }
        _ => None,
    };
    canonical.map(|text| hash(&text))
}

fn decoded(part: &str) -> Checked<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| "malformed proof")
}
