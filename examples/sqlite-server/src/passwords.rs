//! Verifies passwords. argon2id is slow by design: it runs outside the async threads, and few verifications run at the
//! same time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The maximum number of concurrent verifications. Each uses 19 MiB.
const MAX_CONCURRENT: usize = 2;

/// The maximum length of a password, in bytes. `keystub hash-password` has the same limit.
const MAX_LENGTH: usize = 1024;

/// Verifies passwords against hashes of the database.
#[derive(Clone)]
pub struct Verifier {
    permits: Arc<Semaphore>,
    /// Verified instead of the hash of an unknown user, so that the response takes as long as for a known one. It has
    /// the parameters of `keystub hash-password`; hashes with other parameters would need a dummy hash with these.
    dummy: Arc<str>,
}

impl Verifier {
    /// Creates a verifier.
    ///
    /// # Errors
    ///
    /// If the system cannot provide a random salt.
    pub fn new() -> Result<Self, argon2::password_hash::Error> {
        let dummy = Argon2::default().hash_password(b"dummy")?.to_string().into();
        Ok(Self { permits: Arc::new(Semaphore::new(MAX_CONCURRENT)), dummy })
    }

    /// Whether the hash is that of the password. It is not if `hash` is `None`, for an unknown user.
    pub async fn is_valid(&self, password: &str, hash: Option<String>) -> bool {
        if password.len() > MAX_LENGTH {
            return false;
        }
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.to_string());
        let password = password.to_owned();
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { return false };
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let hash = PasswordHash::new(&hash);
            hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        work.await.unwrap_or(false) && is_known
    }
}
