//! Sessions of people: a random secret in a cookie, of which the database has the hash.

use std::time::Duration;

use chrono::Utc;
use sha2::{Digest, Sha256};

use crate::api::{CookieError, SetCookie};

/// The name of the cookie, as in the document. With this prefix, browsers accept it from this host over https only.
const COOKIE: &str = "__Host-session";

/// How long a session lasts.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// A new session.
pub struct NewSession {
    /// The cookie, for this browser only.
    pub cookie: String,
    /// The hash of the secret.
    pub hash: String,
    /// Its end, in seconds since 1970.
    pub expires: i64,
}

/// Makes a session with a random secret.
///
/// # Errors
///
/// If the system has no random numbers.
pub fn start() -> Result<NewSession, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    let secret = hexadecimal(&bytes);
    // `HttpOnly`, `Secure` and `SameSite=Lax` are the defaults.
    let cookie = SetCookie::new(COOKIE, &secret).max_age(LIFETIME).header_value().map_err(|error| error.to_string())?;
    let expires = now() + i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
    Ok(NewSession { cookie, hash: hash(&secret), expires })
}

/// The cookie by which a browser forgets its session.
///
/// # Errors
///
/// Never: its name is a valid one.
pub fn ended() -> Result<String, CookieError> {
    SetCookie::removed(COOKIE).header_value()
}

/// What the database has in place of a secret. A secret has high entropy, so a plain SHA-256 is enough. The timing of the
/// look-up depends on the hash only, which a caller without the secret cannot choose.
pub fn hash(secret: &str) -> String {
    hexadecimal(&Sha256::digest(secret.as_bytes()))
}

/// The time in seconds since 1970.
pub fn now() -> i64 {
    Utc::now().timestamp()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
