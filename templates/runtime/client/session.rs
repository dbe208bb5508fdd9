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
    scopes: Vec<String>,
}

impl Session {
    /// The tokens of a consent. Its scopes are those requested, unless the grant lists others.
    pub(super) fn new(endpoint: TokenEndpoint, grant: Grant, asked: Vec<String>) -> Self {
        Self::of(Tokens::of_consent(endpoint, grant.clone()), grant, asked)
    }

    fn of(tokens: Tokens, grant: Grant, asked: Vec<String>) -> Self {
        let scopes = grant.scopes.unwrap_or(asked);
        Self { tokens, access_token: grant.access, expires_in: grant.expires_in, scopes }
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

    /// The current refresh token: that of the grant until a renewal replaces it (RFC 6749, section 6). A clone of the session
    /// has the same one, so keep a clone of the session that is given to a client. Store the token safely;
    /// [`super::oauth::RefreshToken`] accepts it at the next start.
    pub fn refresh_token(&self) -> Option<SecretString> {
        self.tokens.refresh_token()
    }
}

impl RefreshToken {
    /// Refreshes now. The session has a new access token, and the refresh token for the next start: the authorization
    /// server may replace it each time, and reject the old one (RFC 6749, section 6). Later renewals have the settings of this
    /// flow.
    ///
    /// # Errors
    ///
    /// If the authorization server rejects the refresh token, does not respond, or its response is invalid. It may have replaced
    /// the refresh token even then: a clone of this flow has the current one.
    pub async fn session(self) -> Result<Session, TokenError> {
        let (tokens, grant, scopes) = self.refreshed().await?;
        Ok(Session::of(tokens, grant, scopes))
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
