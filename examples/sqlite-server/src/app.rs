//! The application: its state, how it verifies credentials, and who may do what.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::watch;
use uuid::Uuid;

use crate::api::auth::{ApiKey, Authorization, Basic, Forbidden, PasswordVerifier};
use crate::api::{Authenticator, Granted, Principals, Reject};
use crate::store::Store;
use crate::watching::Change;

/// The state of the application.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// What streams of notes wait for.
    pub changes: Arc<watch::Sender<Change>>,
    passwords: PasswordVerifier,
}

/// A person, by user name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(pub String);

/// A program, by the owner of its API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program(pub String);

impl App {
    /// An application over this database.
    ///
    /// # Errors
    ///
    /// If the system cannot provide a random salt.
    pub fn new(store: Store) -> Result<Self, String> {
        let changes = Arc::new(watch::Sender::new(Change::Added));
        Ok(Self { store, changes, passwords: PasswordVerifier::new()? })
    }
}

impl Authenticator for App {
    type Login = User;
    type Key = Program;

    async fn login(&self, login: Basic<'_>) -> Result<Granted<User>, Reject> {
        let user = self.store.user(login.user).await.map_err(unavailable)?;
        let hash = user.as_ref().map(|user| user.hash.as_str());
        let is_valid = self.passwords.is_valid(login.password, hash).await?;
        match user {
            Some(user) if is_valid => Ok(Granted::new(User(user.name)).scopes(user.scopes)),
            _ => Err(Reject::Invalid("wrong login")),
        }
    }

    async fn key(&self, key: ApiKey<'_>) -> Result<Granted<Program>, Reject> {
        // A key has high entropy, so a plain SHA-256 is enough. The timing of the look-up depends on the hash only,
        // which a caller without the key cannot choose.
        let hash: String = Sha256::digest(key.key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        match self.store.key(&hash).await.map_err(unavailable)? {
            Some(found) => Ok(Granted::new(Program(found.name)).scopes(found.scopes)),
            None => Err(Reject::Invalid("unknown key")),
        }
    }

    /// The document says which schemes and scopes an operation needs. That only its author may delete a note is a rule
    /// of this application.
    async fn authorize(&self, call: Authorization<'_, Principals<Self>>) -> Result<(), Forbidden> {
        if call.operation() != "deleteNote" {
            return Ok(());
        }
        let id = call.parameter::<Uuid>("id")?;
        let User(caller) = call.principals.login.as_ref().ok_or(Forbidden)?;
        match self.store.note(&id.to_string()).await {
            Ok(Some(note)) if note.author == *caller => Ok(()),
            Ok(Some(_)) => Err(Forbidden),
            // The handler responds with 404.
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "cannot read the author of a note");
                Err(Forbidden)
            }
        }
    }
}

/// If the database fails, it is unknown whether the credential is valid: the response is 503, not 401.
fn unavailable(error: sqlx::Error) -> Reject {
    tracing::error!(%error, "cannot look up a credential");
    Reject::Unavailable
}
