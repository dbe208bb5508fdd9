//! Finds the endpoints of a provider from its issuer (OpenID Connect Discovery 1.0; RFC 8414).

use std::fmt;

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;

use super::authorization_code::AuthorizationCode;
use super::device_code::DeviceCode;
use super::json::{Object, parse};
use super::oauth::{ClientCredentials, RefreshToken};
use super::platform::ClientBuilder;
use super::token_endpoint::{Answer, TokenError, answer, secure_url};
use super::transport::Transport;

const SUFFIX: &str = "/.well-known/openid-configuration";
/// Inserted between the host and the path of an issuer (RFC 8414, section 3.1).
const INFIX: &str = "/.well-known/oauth-authorization-server";

/// The endpoints in the metadata of a provider.
#[derive(Clone)]
pub struct Discovered {
    issuer: String,
    token_url: String,
    authorization_url: Option<String>,
    device_url: Option<String>,
    /// Whether redirects have the issuer in `iss` (RFC 9207, section 3).
    redirects_name_issuer: bool,
    /// The settings with which the metadata were fetched, if they are not the default.
    transport: Option<Transport>,
}

impl fmt::Debug for Discovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Discovered({})", self.issuer)
    }
}

/// Fetches the metadata of a provider. The URL may be the issuer or the URL of its metadata.
///
/// # Errors
///
/// If the metadata cannot be fetched over https (or http to loopback), belong to a different issuer (section 4.3), or
/// have an endpoint that is neither.
pub async fn discover(url: &str) -> Result<Discovered, TokenError> {
    fetch(url, None).await
}

impl Discovered {
    /// Fetches the metadata like [`discover`], with a function that configures the HTTP client of this request and of all
    /// other requests to the provider.
    ///
    /// # Errors
    ///
    /// Same as [`discover`].
    pub async fn fetch_with(
        url: &str,
        tune: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, TokenError> {
        fetch(url, Some(Transport::tuned(tune))).await
    }
}

async fn fetch(url: &str, transport: Option<Transport>) -> Result<Discovered, TokenError> {
    let (issuer, metadata) = match url.split_once(INFIX) {
        Some((host, path)) => (format!("{host}{path}"), url.to_owned()),
        None => {
            let issuer = url.strip_suffix(SUFFIX).unwrap_or(url);
            (issuer.to_owned(), format!("{}{SUFFIX}", issuer.trim_end_matches('/')))
        }
    };
    let metadata = secure_url(&metadata)?;
    let mut request = reqwest::Request::new(Method::GET, metadata);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let Answer { status, bytes, .. } = answer(request, transport.as_ref()).await?;
    if status != StatusCode::OK {
        return Err(TokenError::Response("is not the metadata of a provider"));
    }
    let tree = parse(&bytes).map_err(|_| TokenError::Response("is not JSON"))?;
    let mut metadata = tree.object()?;
    let named: String = metadata.required("issuer")?;
    // Section 4.3: the issuer must be exactly the URL that the metadata were requested with. A metadata URL does not
    // show whether the issuer ends with a slash.
    if named != issuer && (issuer.len() == url.len() || named.strip_suffix('/') != Some(&*issuer)) {
        return Err(TokenError::Response("is the metadata of a different issuer"));
    }
    let Some(token_url) = endpoint(&mut metadata, "token_endpoint")? else {
        return Err(TokenError::Response("has no `token_endpoint`"));
    };
    let authorization_url = endpoint(&mut metadata, "authorization_endpoint")?;
    let device_url = endpoint(&mut metadata, "device_authorization_endpoint")?;
    let redirects_name_issuer = metadata.optional("authorization_response_iss_parameter_supported")?.unwrap_or(false);
    Ok(Discovered { issuer: named, token_url, authorization_url, device_url, redirects_name_issuer, transport })
}

fn endpoint(metadata: &mut Object<'_>, name: &str) -> Result<Option<String>, TokenError> {
    let url: Option<String> = metadata.optional(name)?;
    url.map(|url| secure_url(&url).map(|_| url)).transpose()
}

impl Discovered {
    /// The token endpoint (`token_endpoint`).
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// The device authorization endpoint (`device_authorization_endpoint`; RFC 8628, section 4), if the provider has one.
    pub fn device_url(&self) -> Option<&str> {
        self.device_url.as_deref()
    }

    /// The client credentials flow for this client.
    pub fn client_credentials(&self, id: &str, secret: impl Into<SecretString>) -> ClientCredentials {
        ClientCredentials::new(&self.token_url, id, secret).transport(self.transport.clone())
    }

    /// Tokens from a refresh token that the client already has.
    pub fn refresh_token(
        &self,
        id: &str,
        secret: Option<SecretString>,
        token: impl Into<SecretString>,
    ) -> RefreshToken {
        RefreshToken::new(&self.token_url, id, secret, token).transport(self.transport.clone())
    }

    /// The authorization code flow for this client. A redirect with a different issuer is rejected, and one without an
    /// issuer too if the metadata promise it (RFC 9207, section 2.4).
    ///
    /// # Errors
    ///
    /// If the provider does not have this endpoint.
    pub fn authorization_code(&self, id: &str, redirect_uri: &str) -> Result<AuthorizationCode, TokenError> {
        let Some(url) = &self.authorization_url else {
            return Err(TokenError::Response("has no `authorization_endpoint`"));
        };
        let flow = AuthorizationCode::new(url, &self.token_url, id, redirect_uri).transport(self.transport.clone());
        Ok(if self.redirects_name_issuer { flow.named_issuer(&self.issuer) } else { flow.issuer(&self.issuer) })
    }

    /// The device flow for this client.
    ///
    /// # Errors
    ///
    /// If the provider does not have this endpoint.
    pub fn device_code(&self, id: &str) -> Result<DeviceCode, TokenError> {
        match &self.device_url {
            Some(url) => Ok(DeviceCode::new(url, &self.token_url, id).transport(self.transport.clone())),
            None => Err(TokenError::Response("has no `device_authorization_endpoint`")),
        }
    }
}
