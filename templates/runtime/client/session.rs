//! The result of a user's consent, in the browser or on another device.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use super::credential::Token;
use super::oauth::{RefreshToken, Tokens};
use super::token_endpoint::{Grant, TokenEndpoint, TokenError};

/// Tokens that a user consented to. Use it as the credential of the scheme.
#[derive(Clone)]
pub struct Session {
    tokens: Tokens,
    access_token: SecretString,
    expires_in: Option<Duration>,
    refresh_token: Option<SecretString>,
    scopes: Vec<String>,
}

impl Session {
    /// The tokens of a grant. Its scopes are those requested, unless the grant lists others.
    pub(super) fn new(endpoint: TokenEndpoint, grant: Grant, asked: Vec<String>) -> Self {
        let (refresh_token, scopes) = (grant.refresh.clone(), grant.scopes.clone().unwrap_or(asked));
        let (access_token, expires_in) = (grant.access.clone(), grant.expires_in);
        Self { tokens: Tokens::of_consent(endpoint, grant), access_token, expires_in, refresh_token, scopes }
    }

    /// The access token of the grant. The session may have renewed it since.
    pub fn access_token(&self) -> &SecretString {
        &self.access_token
    }

    /// The lifetime of the access token, from the time of the grant, if the authorization server reported it.
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// The granted scopes, which may be fewer than requested.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The refresh token of the grant. Store it safely; [`super::oauth::RefreshToken`] accepts it at the next start.
    pub fn refresh_token(&self) -> Option<&SecretString> {
        self.refresh_token.as_ref()
    }
}

impl RefreshToken {
    /// Refreshes now. The session has a new access token, and the refresh token for the next start: the authorization
    /// server may replace it each time, and reject the old one (RFC 6749, section 6).
    ///
    /// # Errors
    ///
    /// If the authorization server rejects the refresh token or does not respond.
    pub async fn session(self) -> Result<Session, TokenError> {
        let (endpoint, grant, scopes) = self.refreshed().await?;
        Ok(Session::new(endpoint, grant, scopes))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}

impl From<Session> for Token {
    fn from(session: Session) -> Self {
        Self::provider(session.tokens)
    }
}
