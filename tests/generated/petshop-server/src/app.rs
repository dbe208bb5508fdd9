//! The application and how it verifies credentials. keystub wrote this file once; it is yours to edit.

use std::fmt;

use jsonwebtoken::Algorithm;

use crate::generated::auth::{
    ApiKey, ApiKeys, Basic, Bearer, Claims, JwtKeys, JwtPolicy, JwtVerifier, KeySource, Passwords,
    RemoteKeys,
};
use crate::generated::{Authenticator, Granted, Reject};

/// The state of the application.
pub struct App {
    pub bearer_auth: JwtVerifier,
    pub oauth: JwtVerifier,
    pub shop_key: ApiKeys,
    pub login: Passwords,
}

impl App {
    /// Reads the configuration from the environment.
    ///
    /// # Errors
    ///
    /// If a setting that a security scheme needs is missing or invalid. There are no default keys.
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            bearer_auth: jwt("BEARER_AUTH")?,
            oauth: jwt("OAUTH")?,
            shop_key: from_file("SHOP_KEY_KEYS_FILE", ApiKeys::from_text)?,
            login: from_file("LOGIN_USERS_FILE", Passwords::from_text)?,
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

/// An invalid configuration.
#[derive(Debug)]
pub enum ConfigError {
    /// This environment variable is not set.
    Missing(String),
    /// This environment variable, or the file that it names, is invalid.
    Invalid(String, String),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(variable) => write!(f, "the environment variable {variable} is not set"),
            Self::Invalid(variable, reason) => write!(f, "{variable}: {reason}"),
        }
    }
}

impl std::error::Error for ConfigError {}

fn setting(variable: &str) -> Result<String, ConfigError> {
    let value = std::env::var(variable).ok();
    let value = value.filter(|value| !value.is_empty());
    value.ok_or_else(|| ConfigError::Missing(variable.to_owned()))
}

/// Reads the file that an environment variable names.
fn from_file<T, E: fmt::Display>(
    variable: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, ConfigError> {
    let invalid = |reason: String| ConfigError::Invalid(variable.to_owned(), reason);
    let path = setting(variable)?;
    let text = std::fs::read_to_string(path).map_err(|error| invalid(error.to_string()))?;
    parse(&text).map_err(|error| invalid(error.to_string()))
}

/// Verifies access tokens of the issuer `…_ISSUER` for `…_AUDIENCE`. The keys come from `…_JWKS_FILE` or `…_JWKS_URL`, else
/// from the metadata of the issuer.
fn jwt(scheme: &str) -> Result<JwtVerifier, ConfigError> {
    let issuer = setting(&format!("{scheme}_ISSUER"))?;
    let audience = setting(&format!("{scheme}_AUDIENCE"))?;
    let file = format!("{scheme}_JWKS_FILE");
    let url = format!("{scheme}_JWKS_URL");
    let is_set = |variable: &str| std::env::var_os(variable).is_some();
    let keys = match (is_set(&file), is_set(&url)) {
        (true, true) => {
            let reason = format!("{url} is set too; set one of them");
            return Err(ConfigError::Invalid(file, reason));
        }
        (true, false) => Ok(KeySource::Fixed(from_file(&file, JwtKeys::from_jwks)?)),
        (false, true) => RemoteKeys::jwks(&setting(&url)?).map(KeySource::Remote),
        (false, false) => RemoteKeys::discovery(&issuer).map(KeySource::Remote),
    };
    let keys = keys.map_err(|error| {
        ConfigError::Invalid(format!("the keys of {scheme}"), error.to_string())
    })?;
    let algorithms = [
        Algorithm::RS256,
        Algorithm::PS256,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::EdDSA,
    ];
    let policy = JwtPolicy::new(issuer, audience, &algorithms);
    Ok(JwtVerifier::new(keys, policy))
}
