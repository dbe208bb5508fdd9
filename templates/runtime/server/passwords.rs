//! A store of passwords, hashed with argon2id (RFC 9106). Verifying takes time on purpose: it runs off the async threads,
//! only so many at once, and an unknown user costs as much as a known one.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::auth::{Granted, Reject};
use super::credentials::Basic;

/// A longer password is refused unread.
const LONGEST: usize = 1 << 10;

/// How many passwords are hashed at once (each takes 19 MiB), and how many calls may wait for their turn.
const AT_ONCE: usize = 2;
const MOST_WAITING: usize = 64;

/// Users with their hashed passwords.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    users: Vec<User>,
    /// Chooses the user whose hash an unknown user's password is compared with.
    nobody: RandomState,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
}

struct User {
    name: String,
    hash: String,
    scopes: Vec<String>,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passwords({})", self.0.users.len())
    }
}

impl Passwords {
    /// The argon2id hash of a password, with a salt of its own, as PHC text.
    ///
    /// # Errors
    ///
    /// When the system gives no random salt.
    pub fn hash(password: &str) -> Result<String, String> {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(|error| format!("cannot hash a password: {error}"))
    }

    /// Reads a list of users: a line each, with the name, the argon2id hash as PHC text, and the user's scopes, separated by
    /// spaces. Empty lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    ///
    /// When a line has another form, names a user again, or there is no user at all.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let mut users: Vec<User> = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let mut words = line.split_whitespace();
            let (Some(name), Some(hash)) = (words.next(), words.next()) else {
                return Err(format!("line {} is not `user argon2id-hash scope scope`", at + 1));
            };
            if !hash.starts_with("$argon2id$") || PasswordHash::new(hash).is_err() {
                return Err(format!("line {} holds no argon2id hash", at + 1));
            }
            if users.iter().any(|user| user.name == name) {
                return Err(format!("line {} names a user again", at + 1));
            }
            let scopes = words.map(str::to_owned).collect();
            users.push(User { name: name.to_owned(), hash: hash.to_owned(), scopes });
        }
        if users.is_empty() {
            return Err("there is no user".to_owned());
        }
        let nobody = RandomState::new();
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Ok(Self(Arc::new(Inner { users, nobody, turns, waiting: AtomicUsize::new(0) })))
    }

    /// Finds the user of a login.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] where user or password is wrong; [`Reject::Unavailable`] where too many calls wait already.
    pub async fn verify(&self, login: Basic<'_>) -> Result<Granted<String>, Reject> {
        if login.password.len() > LONGEST {
            return Err(Reject::Invalid("wrong login"));
        }
        let user = self.0.users.iter().find(|user| user.name == login.user);
        let hash = user.or_else(|| self.stand_in(login.user)).ok_or(Reject::Unavailable)?.hash.clone();
        let is_right = self.compare(login.password.to_owned(), hash).await?;
        match user {
            Some(user) if is_right => Ok(Granted::new(user.name.clone()).scopes(user.scopes.clone())),
            _ => Err(Reject::Invalid("wrong login")),
        }
    }

    /// What it costs to verify a login of this user: the parameters of the hash, as PHC text.
    pub fn cost(&self, user: &str) -> Option<String> {
        let known = self.0.users.iter().find(|known| known.name == user);
        let hash = PasswordHash::new(&known.or_else(|| self.stand_in(user))?.hash).ok()?;
        Some(hash.params.to_string())
    }

    /// The user whose place an unknown one takes, the same each time: hashes may have been made with other parameters than
    /// ours, and one with parameters of its own would tell by the time it takes that there is no such user.
    fn stand_in(&self, name: &str) -> Option<&User> {
        let places = self.0.users.len() as u64;
        let place = self.0.nobody.hash_one(name).checked_rem(places)?;
        usize::try_from(place).ok().and_then(|place| self.0.users.get(place))
    }

    async fn compare(&self, password: String, hash: String) -> Result<bool, Reject> {
        let waiting = Waiting::join(&self.0.waiting).ok_or(Reject::Unavailable)?;
        let turn = Arc::clone(&self.0.turns).acquire_owned().await.map_err(|_| Reject::Unavailable)?;
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let hash = PasswordHash::new(&hash);
            hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let is_right = work.await.map_err(|_| Reject::Unavailable);
        drop(waiting);
        is_right
    }
}

/// A place among those that wait, given back when the call ends, also by being dropped.
struct Waiting<'w>(&'w AtomicUsize);

impl<'w> Waiting<'w> {
    fn join(count: &'w AtomicUsize) -> Option<Self> {
        let place = Self(count);
        // On refusal `place` is dropped, which takes the count back.
        (count.fetch_add(1, Ordering::AcqRel) < MOST_WAITING).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
