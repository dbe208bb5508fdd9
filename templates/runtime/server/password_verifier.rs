//! Verifies one password against its argon2id hash (RFC 9106). Verification is slow by design: it runs outside the async
//! threads, and few verifications run at the same time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use tokio::sync::Semaphore;

use super::auth::Reject;

/// Longer passwords are rejected without being hashed.
const MAX_LENGTH: usize = 1 << 10;

/// The maximum number of concurrent verifications (each uses 19 MiB), and of calls that wait for one.
const MAX_CONCURRENT: usize = 2;
const MAX_WAITING: usize = 64;

/// Verifies passwords against hashes that the application stores, for example in a database. Cheap to clone; clones
/// share the limit of concurrent verifications.
#[derive(Clone)]
pub struct PasswordVerifier(Arc<Inner>);

struct Inner {
    /// Verified in place of the hash of an unknown user.
    dummy: String,
    verifications: Verifications,
}

impl fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordVerifier(…)")
    }
}

impl PasswordVerifier {
    /// Creates a verifier. This takes as long as hashing a password, so create one at the start of the server.
    ///
    /// # Errors
    ///
    /// If the system cannot provide a random salt.
    pub fn new() -> Result<Self, String> {
        Ok(Self(Arc::new(Inner { dummy: hash("dummy")?, verifications: Verifications::new() })))
    }

    /// Whether `hash` is an argon2id hash of the password, as PHC text. `None`, for an unknown user, takes as long as a hash with
    /// the parameters of `keystub hash-password`. Hashes with other parameters take a different time, by which a caller
    /// can tell known users from unknown ones.
    ///
    /// # Errors
    ///
    /// [`Reject::Unavailable`] if too many calls are waiting.
    pub async fn is_valid(&self, password: &str, hash: Option<&str>) -> Result<bool, Reject> {
        let hash_or_dummy = hash.unwrap_or(&self.0.dummy).to_owned();
        let is_valid = self.0.verifications.verify(password, hash_or_dummy).await?;
        Ok(is_valid && hash.is_some())
    }
}

/// Hashes a password with a random salt, as PHC text.
pub(super) fn hash(password: &str) -> Result<String, String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| format!("cannot hash a password: {error}"))
}

/// The running and the waiting verifications.
pub(super) struct Verifications {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Verifications {
    pub(super) fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(MAX_CONCURRENT)), waiting: AtomicUsize::new(0) }
    }

    /// Whether this is a hash of the password.
    pub(super) async fn verify(&self, password: &str, hash: String) -> Result<bool, Reject> {
        if password.len() > MAX_LENGTH {
            return Ok(false);
        }
        let password = password.to_owned();
        let waiting = Waiting::join(&self.waiting).ok_or(Reject::Unavailable)?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Reject::Unavailable)?;
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let hash = PasswordHash::new(&hash).ok().filter(|_| hash.starts_with("$argon2id$"));
            hash.is_some_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let is_valid = work.await.map_err(|_| Reject::Unavailable);
        drop(waiting);
        is_valid
    }
}

/// A place in the queue, released when the call ends or is dropped.
struct Waiting<'w>(&'w AtomicUsize);

impl<'w> Waiting<'w> {
    fn join(count: &'w AtomicUsize) -> Option<Self> {
        let place = Self(count);
        // If the queue is full, `place` is dropped here, which decrements the count.
        (count.fetch_add(1, Ordering::AcqRel) < MAX_WAITING).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
