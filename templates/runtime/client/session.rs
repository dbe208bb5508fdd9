//! What a person consented to, in the browser or on another device.

use std::fmt;

use secrecy::SecretString;

use super::credential::Token;
use super::oauth::Tokens;
use super::token_endpoint::{Grant, TokenEndpoint};

/// What a person consented to: a credential of the scheme.
#[derive(Clone)]
pub struct Session {
    tokens: Tokens,
    refresh_token: Option<SecretString>,
    scopes: Vec<String>,
}

impl Session {
    /// The tokens of a consent to these scopes, unless the grant names others.
    pub(super) fn new(endpoint: TokenEndpoint, grant: Grant, asked: Vec<String>) -> Self {
        let (refresh_token, scopes) = (grant.refresh.clone(), grant.scopes.clone().unwrap_or(asked));
        Self { tokens: Tokens::of_consent(endpoint, grant), refresh_token, scopes }
    }

    /// The scopes that were granted, which may be less than was asked for.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The refresh token as it was first given, to be kept where only this program reads; [`super::oauth::RefreshToken`]
    /// takes it at the next start.
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
