//! The application and how it checks credentials. This file was written once and is yours: keystub does not touch it again.

use crate::generated::Authenticator;
use crate::generated::runtime::api_keys::ApiKeys;
use crate::generated::runtime::auth::{Granted, Reject};
use crate::generated::runtime::credentials::{ApiKey, Basic, Bearer};
use crate::generated::runtime::jwt::{Claims, JwtPolicy, JwtVerifier};
use crate::generated::runtime::jwt_keys::JwtKeys;
use crate::generated::runtime::passwords::Passwords;
use jsonwebtoken::Algorithm;

/// The state of the application.
pub struct App {
    bearer_auth: JwtVerifier,
    oauth: JwtVerifier,
    shop_key: ApiKeys,
    login: Passwords,
}

impl App {
    /// Reads the configuration from the environment.
    ///
    /// # Errors
    ///
    /// When something that a scheme needs is missing or wrong; there are no default keys.
    pub fn from_env() -> Result<Self, String> {
        Ok(Self {
            bearer_auth: jwt("BEARER_AUTH_JWKS_FILE", "BEARER_AUTH_ISSUER", "BEARER_AUTH_AUDIENCE")?,
            oauth: jwt("OAUTH_JWKS_FILE", "OAUTH_ISSUER", "OAUTH_AUDIENCE")?,
            shop_key: ApiKeys::from_text(&file("SHOP_KEY_KEYS_FILE")?)
                .map_err(|error| format!("{}: {error}", "SHOP_KEY_KEYS_FILE"))?,
            login: Passwords::from_text(&file("LOGIN_USERS_FILE")?)
                .map_err(|error| format!("{}: {error}", "LOGIN_USERS_FILE"))?,
        })
    }
}

impl Authenticator for App {
    type BearerAuth = Claims;
    type Oauth = Claims;
    type ShopKey = String;
    type Login = String;
    async fn bearer_auth(&self, token: Bearer<'_>) -> Result<Granted<Self::BearerAuth>, Reject> {
        self.bearer_auth.verify(token)
    }
    async fn oauth(&self, token: Bearer<'_>) -> Result<Granted<Self::Oauth>, Reject> {
        self.oauth.verify(token)
    }
    async fn shop_key(&self, key: ApiKey<'_>) -> Result<Granted<Self::ShopKey>, Reject> {
        self.shop_key.verify(key)
    }
    async fn login(&self, login: Basic<'_>) -> Result<Granted<Self::Login>, Reject> {
        self.login.verify(login).await
    }
}

fn setting(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
}

/// The text of the file that a variable names.
fn file(name: &str) -> Result<String, String> {
    std::fs::read_to_string(setting(name)?).map_err(|error| format!("{name}: {error}"))
}

fn jwt(keys: &str, issuer: &str, audience: &str) -> Result<JwtVerifier, String> {
    let set = JwtKeys::from_jwks(&file(keys)?).map_err(|error| format!("{keys}: {error}"))?;
    let algorithms = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];
    Ok(JwtVerifier::new(set, JwtPolicy::new(setting(issuer)?, setting(audience)?, &algorithms)))
}
