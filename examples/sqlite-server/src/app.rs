//! The application: its state, how it verifies credentials, and who may do what.

use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;

use crate::api::auth::{ApiKey, AuthenticatedCall, Authorization, Basic, Forbidden, PasswordVerifier, TooManyRequests};
use crate::api::{Authenticator, Granted, Principals, Reject};
use crate::metrics::Metrics;
use crate::quota::Quota;
use crate::session;
use crate::store::Store;
use crate::watching::Change;

/// The state of the application.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The calls that have ended.
    pub metrics: Arc<Metrics>,
    quota: Arc<Quota>,
    /// What streams of notes wait for.
    pub changes: Arc<watch::Sender<Change>>,
    passwords: PasswordVerifier,
}

/// A person, by user name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User(pub String);

/// A person with a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The person.
    pub user: User,
    /// The hash by which the database knows the session.
    pub hash: String,
}

/// A program, by the owner of its API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program(pub String);

impl App {
    /// An application over this database, with this many calls a minute for each caller.
    ///
    /// # Errors
    ///
    /// If the system cannot provide a random salt.
    pub fn new(store: Store, calls_per_minute: u32) -> Result<Self, String> {
        let quota = Arc::new(Quota::new(calls_per_minute));
        let changes = Arc::new(watch::Sender::new(Change::Added));
        Ok(Self { store, metrics: Arc::default(), quota, changes, passwords: PasswordVerifier::new()? })
    }
}

impl Authenticator for App {
    type Login = User;
    type Session = Session;
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

    async fn session(&self, cookie: ApiKey<'_>) -> Result<Granted<Session>, Reject> {
        let hash = session::hash(cookie.key);
        match self.store.session(&hash, session::now()).await.map_err(unavailable)? {
            Some(user) => Ok(Granted::new(Session { user: User(user.name), hash }).scopes(user.scopes)),
            None => Err(Reject::Invalid("unknown session")),
        }
    }

    async fn key(&self, key: ApiKey<'_>) -> Result<Granted<Program>, Reject> {
        match self.store.key(&session::hash(key.key)).await.map_err(unavailable)? {
            Some(found) => Ok(Granted::new(Program(found.name)).scopes(found.scopes)),
            None => Err(Reject::Invalid("unknown key")),
        }
    }

    /// Called once the credentials are valid, so that nobody can use up the calls of somebody else.
    async fn limit(&self, call: &AuthenticatedCall<'_, Principals<Self>>) -> Result<(), TooManyRequests> {
        let caller = match (user(call.principals), &call.principals.key) {
            (Some(User(name)), _) => name.clone(),
            (None, Some(Program(owner))) => format!("key:{owner}"),
            // No operation can be called with other credentials.
            (None, None) => return Ok(()),
        };
        self.quota.take(&caller).map_err(|retry_after| TooManyRequests { retry_after })
    }

    /// The document says which schemes and scopes an operation needs. That only its author may change or delete a note is a
    /// rule of this application.
    async fn authorize(&self, call: Authorization<'_, Principals<Self>>) -> Result<(), Forbidden> {
        if !matches!(call.operation(), "changeNote" | "deleteNote") {
            return Ok(());
        }
        let id = call.parameter::<Uuid>("id")?;
        let User(caller) = user(call.principals).ok_or(Forbidden)?;
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

/// The person who calls, by login or by session.
fn user(principals: &Principals<App>) -> Option<&User> {
    principals.login.as_ref().or(principals.session.as_ref().map(|session| &session.user))
}

/// If the database fails, it is unknown whether the credential is valid: the response is 503, not 401.
fn unavailable(error: sqlx::Error) -> Reject {
    tracing::error!(%error, "cannot look up a credential");
    Reject::Unavailable
}
