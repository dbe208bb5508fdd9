//! A store of passwords hashed with argon2id (RFC 9106). Verification is slow by design: it runs outside the async
//! threads, with limited concurrency, and takes as long for an unknown user as for a known one.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;

use super::auth::{Granted, Reject};
use super::credentials::Basic;
use super::password_verifier::{Verifications, hash};

/// Users with their hashed passwords.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    users: Vec<User>,
    /// Selects the user whose hash is used for an unknown user name.
    dummy_hasher: RandomState,
    verifications: Verifications,
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
    /// Hashes a password with argon2id and a random salt, as PHC text.
    ///
    /// # Errors
    ///
    /// If the system cannot provide a random salt.
    pub fn hash(password: &str) -> Result<String, String> {
        hash(password)
    }

    /// Reads a list of users. Each line has the name, the argon2id hash as PHC text, and the scopes, separated by
    /// spaces. A name that is empty, contains white space, or begins with `#` or `"` is written as a JSON string. Empty
    /// lines and lines that begin with `#` are ignored.
    ///
    /// # Errors
    ///
    /// If a line has a different format, a user is listed twice, or the list has no user.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let mut users: Vec<User> = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        {
            let malformed = || format!("line {}: expected `user argon2id-hash scope scope`", at + 1);
            let (name, rest) = user_name(line).ok_or_else(malformed)?;
            let mut words = rest.split_whitespace();
            let hash = words.next().ok_or_else(malformed)?;
            if !hash.starts_with("$argon2id$") || PasswordHash::new(hash).is_err() {
                return Err(format!("line {}: not an argon2id hash", at + 1));
            }
            if users.iter().any(|user| user.name == name) {
                return Err(format!("line {}: duplicate user", at + 1));
            }
            let scopes = words.map(str::to_owned).collect();
            users.push(User { name, hash: hash.to_owned(), scopes });
        }
        if users.is_empty() {
            return Err("the list has no user".to_owned());
        }
        Ok(Self(Arc::new(Inner { users, dummy_hasher: RandomState::new(), verifications: Verifications::new() })))
    }

    /// Verifies a login and returns the user's name.
    ///
    /// # Errors
    ///
    /// [`Reject::Invalid`] if the user or the password is wrong; [`Reject::Unavailable`] if too many calls are waiting.
    pub async fn verify(&self, login: Basic<'_>) -> Result<Granted<String>, Reject> {
        let user = self.0.users.iter().find(|user| user.name == login.user);
        let hash = user.or_else(|| self.dummy_user(login.user)).ok_or(Reject::Unavailable)?.hash.clone();
        let is_valid = self.0.verifications.verify(login.password, hash).await?;
        match user {
            Some(user) if is_valid => Ok(Granted::new(user.name.clone()).scopes(user.scopes.clone())),
            _ => Err(Reject::Invalid("wrong login")),
        }
    }

    /// The cost of verifying this user's password: the parameters of the hash, as PHC text.
    pub fn cost(&self, user: &str) -> Option<String> {
        let known = self.0.users.iter().find(|known| known.name == user);
        let hash = PasswordHash::new(&known.or_else(|| self.dummy_user(user))?.hash).ok()?;
        Some(hash.params.to_string())
    }

    /// The user whose hash is verified in place of an unknown user's, always the same for one name. The hashes may have
    /// been made with different parameters, so a fixed dummy hash would reveal by its timing that the user does not
    /// exist.
    fn dummy_user(&self, name: &str) -> Option<&User> {
        let places = self.0.users.len() as u64;
        let place = self.0.dummy_hasher.hash_one(name).checked_rem(places)?;
        usize::try_from(place).ok().and_then(|place| self.0.users.get(place))
    }
}

/// The name at the start of a line and the rest of the line.
fn user_name(line: &str) -> Option<(String, &str)> {
    let line = line.trim_start();
    if !line.starts_with('"') {
        let (name, rest) = line.split_once(char::is_whitespace)?;
        return Some((name.to_owned(), rest));
    }
    let mut names = serde_json::Deserializer::from_str(line).into_iter::<String>();
    let name = names.next()?.ok()?;
    let rest = line.get(names.byte_offset()..)?;
    rest.starts_with(char::is_whitespace).then_some((name, rest))
}
