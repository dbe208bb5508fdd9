//! The result of a user's consent, in the browser or on another device.

use std::fmt;

use secrecy::SecretString;

use super::credential::Token;
use super::oauth::Tokens;
use super::token_endpoint::{Grant, TokenEndpoint};

/// Tokens that a user consented to. Use it as the credential of the scheme.
#[derive(Clone)]
pub struct Session {
    tokens: Tokens,
    refresh_token: Option<SecretString>,
    scopes: Vec<String>,
}

impl Session {
    /// The tokens of a grant. Its scopes are those requested, unless the grant lists others.
    pub(super) fn new(endpoint: TokenEndpoint, grant: Grant, asked: Vec<String>) -> Self {
        let (refresh_token, scopes) = (grant.refresh.clone(), grant.scopes.clone().unwrap_or(asked));
        Self { tokens: Tokens::of_consent(endpoint, grant), refresh_token, scopes }
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
