//! A list of client certificates and whose they are, by SHA-256. It stands behind the authority: a certificate that was
//! verified and is not listed is let in nowhere.

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

    /// The same as tokens name it that are bound to a certificate: `x5t#S256` (RFC 8705, section 3.1).
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.sha256())
    }
}

/// Certificates with their owners; an owner may have several, so that they can be changed without a gap.
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
    /// A list without certificates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a certificate, as DER.
    ///
    /// # Errors
    ///
    /// When it is there already.
    pub fn with_certificate(self, owner: &str, der: &[u8], scopes: &[&str]) -> Result<Self, String> {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.with(PeerCertificate { der }.sha256(), Owner { name: owner.to_owned(), scopes })
    }

    /// Reads a list: a line each, with the owner, the SHA-256 of the certificate in hex, with colons or without, and its
    /// scopes, separated by spaces. Empty lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    ///
    /// When a line has another form, a certificate stands twice, or there is none at all.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let mut found = Self::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let mut words = line.split_whitespace();
            let (name, hash) = (words.next(), words.next().and_then(from_hex));
            let (Some(name), Some(hash)) = (name, hash) else {
                return Err(format!("line {} is not `owner sha256-in-hex scope scope`", at + 1));
            };
            let owner = Owner { name: name.to_owned(), scopes: words.map(str::to_owned).collect() };
            found = found.with(hash, owner).map_err(|error| format!("line {}: {error}", at + 1))?;
        }
        if found.0.is_empty() { Err("there is no certificate".to_owned()) } else { Ok(found) }
    }

    /// Finds the owner of a certificate. It is no secret, so that the time this takes tells nothing worth knowing.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] where nobody owns it.
    pub fn verify(&self, certificate: PeerCertificate<'_>) -> Result<Granted<String>, Reject> {
        match self.0.get(&certificate.sha256()) {
            Some(owner) => Ok(Granted::new(owner.name.clone()).scopes(owner.scopes.clone())),
            None => Err(Reject::Invalid("unknown certificate")),
        }
    }

    /// Of two owners of one certificate, only one could be meant.
    fn with(mut self, hash: [u8; 32], owner: Owner) -> Result<Self, String> {
        match self.0.insert(hash, owner) {
            None => Ok(self),
            Some(other) => Err(format!("the certificate of `{}` stands twice", other.name)),
        }
    }
}

/// `openssl x509 -fingerprint` writes colons between the bytes, other tools write none.
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
