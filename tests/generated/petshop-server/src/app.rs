//! The application and its credential verifiers. keystub wrote this file once; it is yours to edit.

use crate::generated::Authenticator;
use crate::generated::auth::ApiKeys;
use crate::generated::auth::JwtKeys;
use crate::generated::auth::Passwords;
use crate::generated::auth::RemoteKeys;
use crate::generated::auth::{ApiKey, Basic, Bearer};
use crate::generated::auth::{Claims, JwtPolicy, JwtVerifier, KeySource};
use crate::generated::{Granted, Reject};
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
    /// If the configuration of a scheme is missing or invalid. There are no default keys.
    pub fn from_env() -> Result<Self, String> {
        Ok(Self {
            bearer_auth: jwt("BEARER_AUTH")?,
            oauth: jwt("OAUTH")?,
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
        self.bearer_auth.verify(token).await
    }
    async fn oauth(&self, token: Bearer<'_>) -> Result<Granted<Self::Oauth>, Reject> {
        self.oauth.verify(token).await
    }
    async fn shop_key(&self, key: ApiKey<'_>) -> Result<Granted<Self::ShopKey>, Reject> {
        self.shop_key.verify(key)
    }
    async fn login(&self, login: Basic<'_>) -> Result<Granted<Self::Login>, Reject> {
        self.login.verify(login).await
    }
}

fn setting(name: &str) -> Result<String, String> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    value.ok_or_else(|| format!("the environment variable {name} is not set"))
}

/// Reads the file whose path is in the variable `name`.
fn file(name: &str) -> Result<String, String> {
    std::fs::read_to_string(setting(name)?).map_err(|error| format!("{name}: {error}"))
}

/// Accepts access tokens of the issuer `…_ISSUER` for `…_AUDIENCE`. The keys are read from `…_JWKS_FILE` or `…_JWKS_URL`, or
/// found through the issuer's metadata.
fn jwt(scheme: &str) -> Result<JwtVerifier, String> {
    let issuer = setting(&format!("{scheme}_ISSUER"))?;
    let audience = setting(&format!("{scheme}_AUDIENCE"))?;
    let (from_file, from_url) = (format!("{scheme}_JWKS_FILE"), format!("{scheme}_JWKS_URL"));
    let keys = match (std::env::var_os(&from_file), std::env::var_os(&from_url)) {
        (Some(_), Some(_)) => {
            return Err(format!("set one of {from_file} and {from_url}, not both"));
        }
        (Some(_), None) => JwtKeys::from_jwks(&file(&from_file)?).map(KeySource::Fixed),
        (None, Some(_)) => RemoteKeys::jwks(&setting(&from_url)?).map(KeySource::Remote),
        (None, None) => RemoteKeys::discovery(&issuer).map(KeySource::Remote),
    };
    let keys = keys.map_err(|error| format!("the keys of {scheme}: {error}"))?;
    let algorithms = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];
    Ok(JwtVerifier::new(keys, JwtPolicy::new(issuer, audience, &algorithms)))
}
