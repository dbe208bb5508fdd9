//! A store of hashed API keys. A key has high entropy, so one SHA-256 is enough: nobody can try all keys, and a slow
//! hash would only slow down every request.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::auth::{Granted, Reject};
use super::credentials::ApiKey;

/// Shorter keys can be guessed.
const MIN_LENGTH: usize = 16;

/// API keys with their owners. An owner may have several keys, so keys can be rotated without downtime.
#[derive(Clone, Default)]
pub struct ApiKeys(Vec<Entry>);

#[derive(Clone)]
struct Entry {
    owner: String,
    hash: [u8; 32],
    scopes: Vec<String>,
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeys({})", self.0.len())
    }
}

impl ApiKeys {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key given in plain text: for tests, and for keys that come from a secret store.
    ///
    /// # Errors
    ///
    /// If the key is shorter than 16 characters.
    pub fn with_key(mut self, owner: &str, key: &str, scopes: &[&str]) -> Result<Self, String> {
        if key.len() < MIN_LENGTH {
            // The message does not contain the owner: if the arguments were swapped, it is the key.
            return Err(format!("key {} is shorter than {MIN_LENGTH} characters", self.0.len() + 1));
        }
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.0.push(Entry { owner: owner.to_owned(), hash: Sha256::digest(key.as_bytes()).into(), scopes });
        Ok(self)
    }

    /// Reads a list of hashed keys. Each line has the owner, the SHA-256 of the key in hex, and the scopes, separated
    /// by spaces. Empty lines and lines that begin with `#` are ignored.
    ///
    /// # Errors
    ///
    /// If a line has a different format, or the list has no key.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let mut entries = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let mut words = line.split_whitespace();
            let (owner, hash) = (words.next(), words.next().and_then(from_hex));
            let (Some(owner), Some(hash)) = (owner, hash) else {
                return Err(format!("line {}: expected `owner sha256-in-hex scope scope`", at + 1));
            };
            entries.push(Entry { owner: owner.to_owned(), hash, scopes: words.map(str::to_owned).collect() });
        }
        if entries.is_empty() { Err("the list has no key".to_owned()) } else { Ok(Self(entries)) }
    }

    /// Finds the owner of a key. Compares the key with every entry in constant time.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] if no entry has this key.
    pub fn verify(&self, key: ApiKey<'_>) -> Result<Granted<String>, Reject> {
        let hash: [u8; 32] = Sha256::digest(key.key.as_bytes()).into();
        let mut is_known = Choice::from(0);
        let mut found = 0_u64;
        for (at, entry) in self.0.iter().enumerate() {
            let is_same = entry.hash.ct_eq(&hash);
            found.conditional_assign(&(at as u64), is_same);
            is_known |= is_same;
        }
        let entry = usize::try_from(found).ok().and_then(|at| self.0.get(at));
        match entry {
            Some(entry) if bool::from(is_known) => Ok(Granted::new(entry.owner.clone()).scopes(entry.scopes.clone())),
            _ => Err(Reject::Invalid("unknown key")),
        }
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    // `from_str_radix` accepts a sign.
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}
