//! A list of accepted client certificates with their owners, by SHA-256. The list is checked in addition to the
//! certificate authority: a verified certificate that is not listed is rejected.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::auth::{Granted, Reject};
use super::credentials::PeerCertificate;

impl PeerCertificate<'_> {
    /// The SHA-256 of the certificate.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.der).into()
    }

    /// The SHA-256 as it is written in certificate-bound tokens: `x5t#S256` (RFC 8705, section 3.1).
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.sha256())
    }
}

/// Certificates with their owners. An owner may have several certificates, so they can be rotated without downtime.
#[derive(Clone, Default)]
pub struct Certificates(BTreeMap<[u8; 32], Owner>);

#[derive(Clone)]
struct Owner {
    name: String,
    scopes: Vec<String>,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificates({})", self.0.len())
    }
}

impl Certificates {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a certificate in DER.
    ///
    /// # Errors
    ///
    /// If the list already has the certificate.
    pub fn with_certificate(self, owner: &str, der: &[u8], scopes: &[&str]) -> Result<Self, String> {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.with(PeerCertificate { der }.sha256(), Owner { name: owner.to_owned(), scopes })
    }

    /// Reads a list. Each line has the owner, the SHA-256 of the certificate in hex (with or without colons), and the
    /// scopes, separated by spaces. The output of `openssl x509 -fingerprint -sha256` is accepted as printed. Empty lines and lines that begin with `#` are ignored.
    ///
    /// # Errors
    ///
    /// If a line has a different format, a certificate is listed twice, or the list has no certificate.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let mut found = Self::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let mut words = line.split_whitespace();
            let (name, hash) = (words.next(), fingerprint(&mut words));
            let (Some(name), Some(hash)) = (name, hash) else {
                return Err(format!("line {}: expected `owner sha256-in-hex scope scope`", at + 1));
            };
            let owner = Owner { name: name.to_owned(), scopes: words.map(str::to_owned).collect() };
            found = found.with(hash, owner).map_err(|error| format!("line {}: {error}", at + 1))?;
        }
        if found.0.is_empty() { Err("the list has no certificate".to_owned()) } else { Ok(found) }
    }

    /// Finds the owner of a certificate. A certificate is not a secret, so this need not take constant time.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] if the certificate is not listed.
    pub fn verify(&self, certificate: PeerCertificate<'_>) -> Result<Granted<String>, Reject> {
        match self.0.get(&certificate.sha256()) {
            Some(owner) => Ok(Granted::new(owner.name.clone()).scopes(owner.scopes.clone())),
            None => Err(Reject::Invalid("unknown certificate")),
        }
    }

    /// Adds an entry. A certificate cannot have two owners.
    fn with(mut self, hash: [u8; 32], owner: Owner) -> Result<Self, String> {
        match self.0.insert(hash, owner) {
            None => Ok(self),
            Some(other) => Err(format!("duplicate certificate, already listed for `{}`", other.name)),
        }
    }
}

/// The SHA-256 alone, or after the words `sha256 Fingerprint=` of openssl.
fn fingerprint<'w>(words: &mut impl Iterator<Item = &'w str>) -> Option<[u8; 32]> {
    let first = words.next()?;
    if !first.eq_ignore_ascii_case("sha256") {
        return from_hex(first);
    }
    from_hex(words.next()?.strip_prefix("Fingerprint=")?)
}

/// Accepts colons between the bytes, which `openssl x509 -fingerprint` writes.
fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<char> = match text.len() {
        64 => text.chars().collect(),
        95 if text.split(':').all(|byte| byte.len() == 2) => text.chars().filter(|digit| *digit != ':').collect(),
        _ => return None,
    };
    let values: Option<Vec<u32>> = digits.iter().map(|digit| digit.to_digit(16)).collect();
    let values = values?;
    let bytes: Vec<u8> =
        values.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | *digit as u8)).collect();
    bytes.try_into().ok()
}
