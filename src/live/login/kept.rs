//! The tokens of logins, each in a file that only the user can access.

use std::fmt;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use keystub_client_runtime as rt;
use rt::credential::{BoxError, BoxFuture, Provider, Token};
use rt::discovery::discover;
use rt::dpop::DpopKey;
use rt::oauth::RefreshToken;
use rt::secrecy::zeroize::Zeroizing;
use rt::secrecy::{ExposeSecret, SecretString};
use rt::secrets::{SecretsError, open_private};
use rt::session::Session;
use rt::token_endpoint::TokenError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::client::Client;
use super::flow::Renewal;
use super::lock::Lock;
use crate::live::credential_source::access_error;

/// The most bytes of a file.
const MOST: u64 = 256 << 10;

/// How long before its end a token is renewed.
const MARGIN_SECONDS: u64 = 10;

/// The owner of tokens. They are sent to no other server, whatever a document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    /// The base URL of the API.
    pub server: String,
    /// The name of the scheme.
    pub scheme: String,
    /// The profile.
    pub profile: String,
}

/// A file of tokens.
#[derive(Serialize, Deserialize)]
struct Content {
    #[serde(flatten)]
    owner: Owner,
    client_id: String,
    renewal: Renewal,
    access_token: String,
    refresh_token: Option<String>,
    /// Seconds since 1970.
    expires_at: Option<u64>,
    scopes: Vec<String>,
    /// The private key to which the tokens are bound (DPoP), in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Drop for Content {
    fn drop(&mut self) {
        use rt::secrecy::zeroize::Zeroize;
        self.access_token.zeroize();
        self.refresh_token.zeroize();
        self.key.zeroize();
    }
}

/// The tokens of a login.
#[derive(Clone)]
pub(crate) struct Kept {
    owner: Owner,
    client_id: String,
    renewal: Renewal,
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_at: Option<u64>,
    scopes: Vec<String>,
    /// The key to which the tokens are bound.
    key: Option<DpopKey>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Owner {
    /// The owner of the tokens of this scheme for this server and profile.
    pub fn new(server: &str, scheme: &str, profile: &str) -> Self {
        let server = rt::reqwest::Url::parse(server).map_or_else(|_| server.to_owned(), String::from);
        let server = server.trim_end_matches('/').to_owned();
        Self { server, scheme: scheme.to_owned(), profile: profile.to_owned() }
    }

    fn path(&self, folder: &Path) -> PathBuf {
        // No part contains a line break, so two owners never have one text.
        let text = [&self.server, &self.scheme, &self.profile].map(|part| part.escape_default().to_string()).join("\n");
        let hash: String = Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        folder.join(format!("{hash}.json"))
    }
}

impl Kept {
    /// The tokens of a new session.
    pub fn new(owner: Owner, client_id: &str, renewal: Renewal, session: &Session) -> Self {
        Self {
            owner,
            client_id: client_id.to_owned(),
            renewal,
            access_token: session.access_token().clone(),
            refresh_token: session.refresh_token(),
            expires_at: session.expires_in().map(|lifetime| now().saturating_add(lifetime.as_secs())),
            scopes: session.scopes().to_vec(),
            key: None,
        }
    }

    /// The same tokens, which are bound to this key if there is one.
    #[must_use]
    pub fn with_key(self, key: Option<DpopKey>) -> Self {
        Self { key, ..self }
    }

    /// Whether the tokens are bound to a key.
    pub fn is_bound(&self) -> bool {
        self.key.is_some()
    }

    /// The tokens of this owner, if there are some.
    ///
    /// # Errors
    ///
    /// If other users can access the file, or it has another form.
    pub fn read(folder: &Path, owner: &Owner) -> Result<Option<Self>, String> {
        let path = owner.path(folder);
        let failed = |why: String| format!("{}: {why}; log in again", path.display());
        let file = match open_private(&path) {
            Err(SecretsError::File(error)) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| failed(access_error(error)))?,
        };
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(MOST).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
        // The parser's message may repeat a token.
        let content: Content = serde_json::from_slice(&bytes).map_err(|_| failed("not a file of tokens".to_owned()))?;
        if content.owner != *owner {
            return Err(failed("the tokens are for another server".to_owned()));
        }
        let key = content.key.as_deref().map(DpopKey::from_pkcs8_pem).transpose();
        Ok(Some(Self {
            key: key.map_err(|error| failed(error.to_string()))?,
            owner: content.owner.clone(),
            client_id: content.client_id.clone(),
            renewal: content.renewal.clone(),
            access_token: content.access_token.as_str().into(),
            refresh_token: content.refresh_token.as_deref().map(SecretString::from),
            expires_at: content.expires_at,
            scopes: content.scopes.clone(),
        }))
    }

    /// Writes the file. Its content is replaced at once.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let key = self.key.as_ref().map(DpopKey::to_pkcs8_pem).transpose().map_err(|error| error.to_string())?;
        let content = Content {
            key: key.map(|key| key.expose_secret().to_owned()),
            owner: self.owner.clone(),
            client_id: self.client_id.clone(),
            renewal: self.renewal.clone(),
            access_token: self.access_token.expose_secret().to_owned(),
            refresh_token: self.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
            expires_at: self.expires_at,
            scopes: self.scopes.clone(),
        };
        let bytes = serde_json::to_vec_pretty(&content).map(Zeroizing::new).map_err(|error| error.to_string())?;
        let failed = |error: std::io::Error| format!("cannot keep tokens in {}: {error}", folder.display());
        private_folder(folder).map_err(failed)?;
        // Such a file can be accessed by its owner only, from the start.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        file.persist(self.owner.path(folder)).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Removes the file; returns whether there was one.
    ///
    /// # Errors
    ///
    /// If it cannot be removed.
    pub fn remove(folder: &Path, owner: &Owner) -> Result<bool, String> {
        let path = owner.path(folder);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(format!("cannot remove {}: {error}", path.display())),
        }
    }

    /// The granted scopes.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The seconds until the access token expires, if the authorization server reported it.
    pub fn seconds_left(&self) -> Option<u64> {
        self.expires_at.map(|at| at.saturating_sub(now()))
    }

    fn is_usable(&self) -> bool {
        self.expires_at.is_none_or(|at| now().saturating_add(MARGIN_SECONDS) < at)
    }

    /// New tokens for the refresh token, which are written to the file.
    async fn renewed(&self, folder: &Path, client: Client) -> Result<Self, BoxError> {
        let Some(token) = &self.refresh_token else {
            return Err("the token has expired, and there is no refresh token; log in again".into());
        };
        let token = token.clone();
        let refresh = match &self.renewal {
            Renewal::TokenUrl(url) => RefreshToken::new(url, client.id(), client.secret_for(&[url])?, token),
            Renewal::Discovery(url) => {
                let metadata = discover(url).await?;
                let secret = client.secret_for(&[metadata.token_url()])?;
                metadata.refresh_token(client.id(), secret, token)
            }
        };
        let refresh = match &self.key {
            Some(key) => refresh.dpop(key),
            None => refresh,
        };
        let session = match refresh.clone().session().await {
            Ok(session) => session,
            Err(error) => {
                // The authorization server may have replaced the refresh token although its response is not valid.
                let next = refresh.refresh_token();
                let text = |token: &SecretString| token.expose_secret().to_owned();
                if next.as_ref().map(text) != self.refresh_token.as_ref().map(text) {
                    Self { refresh_token: next, ..self.clone() }.write(folder)?;
                }
                return Err(match error {
                    TokenError::Refused(code) => format!("the token cannot be renewed ({code}); log in again").into(),
                    other => other.into(),
                });
            }
        };
        let kept = Self::new(self.owner.clone(), &self.client_id, self.renewal.clone(), &session);
        let mut kept = kept.with_key(self.key.clone());
        if kept.scopes.is_empty() {
            kept.scopes.clone_from(&self.scopes);
        }
        kept.write(folder)?;
        Ok(kept)
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The client with this id, with its secret if it has one.
type ReadClient = Box<dyn Fn(&str) -> Result<Client, String> + Send + Sync>;

/// Reports why a token was not renewed.
type Report = Box<dyn Fn(&BoxError) + Send + Sync>;

/// Provides the access token of a login, and renews it when it ends or is rejected.
pub(crate) struct KeptTokens {
    folder: PathBuf,
    client: ReadClient,
    report: Report,
    /// Whether the API has rejected the current token.
    is_rejected: AtomicBool,
    kept: tokio::sync::Mutex<Kept>,
}

impl KeptTokens {
    /// The tokens of a login. If they are renewed, `client` reads the secret of the client with this id.
    pub fn new(
        folder: &Path,
        kept: Kept,
        client: impl Fn(&str) -> Result<Client, String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            client: Box::new(client),
            report: Box::new(|_| {}),
            is_rejected: AtomicBool::new(false),
            kept: tokio::sync::Mutex::new(kept),
        }
    }

    /// Sets a function that reports why a token that the API rejected cannot be renewed. The call returns the response of the API.
    #[must_use]
    pub fn reporting(mut self, report: impl Fn(&BoxError) + Send + Sync + 'static) -> Self {
        self.report = Box::new(report);
        self
    }

    /// The tokens as a credential. Bound tokens are sent with proofs, whatever the document says.
    pub fn into_token(mut self) -> Token {
        let key = self.kept.get_mut().key.clone();
        match key {
            Some(key) => key.provider(self),
            None => Token::provider(self),
        }
    }

    /// New tokens, those of another call if it has renewed them in the meantime.
    async fn renewed(&self, old: &Kept) -> Result<Kept, BoxError> {
        // A refresh token may be valid only once, so two calls must not use the same one.
        let _lock = Lock::acquire(&old.owner.path(&self.folder)).await?;
        let Some(kept) = Kept::read(&self.folder, &old.owner)? else {
            return Err("the token has expired, and a logout has removed the refresh token; log in again".into());
        };
        let is_other = kept.access_token.expose_secret() != old.access_token.expose_secret();
        if is_other && kept.is_usable() {
            return Ok(kept);
        }
        kept.renewed(&self.folder, (self.client)(&kept.client_id)?).await
    }
}

impl Provider for KeptTokens {
    fn secret<'p>(&'p self, scopes: &'p [&'p str]) -> BoxFuture<'p, Result<SecretString, BoxError>> {
        Box::pin(async move {
            let mut kept = self.kept.lock().await;
            let missing = scopes.iter().filter(|scope| !kept.scopes.iter().any(|own| own == *scope));
            let missing: Vec<String> = missing.map(|scope| (*scope).to_owned()).collect();
            if !missing.is_empty() {
                return Err(TokenError::Scopes(missing).into());
            }
            if !kept.is_usable() {
                let renewed = self.renewed(&kept).await;
                if let (Err(error), true) = (&renewed, self.is_rejected.load(Ordering::Relaxed)) {
                    (self.report)(error);
                }
                *kept = renewed?;
                self.is_rejected.store(false, Ordering::Relaxed);
            }
            Ok(kept.access_token.clone())
        })
    }

    fn is_about_scopes(&self, error: &BoxError) -> bool {
        matches!(error.downcast_ref(), Some(TokenError::Scopes(_)))
    }

    fn refused(&self, secret: &SecretString) -> bool {
        // Nothing else holds the lock: the call that was rejected has returned from `secret`.
        let Ok(mut kept) = self.kept.try_lock() else { return false };
        // A token that cannot be replaced is kept: the API may accept it for the next call.
        if kept.refresh_token.is_none() {
            return false;
        }
        if kept.access_token.expose_secret() == secret.expose_secret() {
            kept.expires_at = Some(0);
            self.is_rejected.store(true, Ordering::Relaxed);
        }
        true
    }
}

#[cfg(all(test, unix))]
mod tests;
