//! OpenID Connect Discovery 1.0 and RFC 8414: the endpoints of a provider, from its issuer, so that no document and no code
//! names them.

use std::fmt;

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;

use super::authorization_code::AuthorizationCode;
use super::device_code::DeviceCode;
use super::json::{Object, parse};
use super::oauth::{ClientCredentials, RefreshToken};
use super::token_endpoint::{TokenError, answer, private_url};

const SUFFIX: &str = "/.well-known/openid-configuration";
/// Stands between the host of an issuer and its path (RFC 8414, section 3.1).
const INFIX: &str = "/.well-known/oauth-authorization-server";

/// The endpoints of a provider, as it names them itself.
#[derive(Clone)]
pub struct Discovered {
    issuer: String,
    token_url: String,
    authorization_url: Option<String>,
    device_url: Option<String>,
    /// Whether redirects name the issuer (RFC 9207, section 3).
    redirects_name_issuer: bool,
}

impl fmt::Debug for Discovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Discovered({})", self.issuer)
    }
}

/// Asks the provider with this issuer, or with these metadata: the URL may be either.
///
/// # Errors
///
/// If no answer comes over https (or from this machine), or the metadata are of another issuer (section 4.3) or name
/// endpoints elsewhere than on https.
pub async fn discover(url: &str) -> Result<Discovered, TokenError> {
    let (issuer, metadata) = match url.split_once(INFIX) {
        Some((host, path)) => (format!("{host}{path}"), url.to_owned()),
        None => {
            let issuer = url.strip_suffix(SUFFIX).unwrap_or(url);
            (issuer.to_owned(), format!("{}{SUFFIX}", issuer.trim_end_matches('/')))
        }
    };
    let metadata = private_url(&metadata)?;
    let mut request = reqwest::Request::new(Method::GET, metadata);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    let (status, bytes) = answer(request).await?;
    if status != StatusCode::OK {
        return Err(TokenError::Answer("is no metadata of a provider"));
    }
    let tree = parse(&bytes).map_err(|_| TokenError::Answer("is no JSON"))?;
    let mut metadata = tree.object()?;
    let named: String = metadata.required("issuer")?;
    // Section 4.3: exactly the URL that the metadata were asked under; a closing slash is lost in a metadata URL.
    if named != issuer && (issuer.len() == url.len() || named.strip_suffix('/') != Some(&*issuer)) {
        return Err(TokenError::Answer("is the metadata of another issuer"));
    }
    let Some(token_url) = endpoint(&mut metadata, "token_endpoint")? else {
        return Err(TokenError::Answer("names no token endpoint"));
    };
    let authorization_url = endpoint(&mut metadata, "authorization_endpoint")?;
    let device_url = endpoint(&mut metadata, "device_authorization_endpoint")?;
    let redirects_name_issuer = metadata.optional("authorization_response_iss_parameter_supported")?.unwrap_or(false);
    Ok(Discovered { issuer: named, token_url, authorization_url, device_url, redirects_name_issuer })
}

fn endpoint(metadata: &mut Object<'_, '_>, name: &str) -> Result<Option<String>, TokenError> {
    let url: Option<String> = metadata.optional(name)?;
    url.map(|url| private_url(&url).map(|_| url)).transpose()
}

impl Discovered {
    /// A client that calls for itself.
    pub fn client_credentials(&self, id: &str, secret: impl Into<SecretString>) -> ClientCredentials {
        ClientCredentials::new(&self.token_url, id, secret)
    }

    /// A client that a person let in before.
    pub fn refresh_token(
        &self,
        id: &str,
        secret: Option<SecretString>,
        token: impl Into<SecretString>,
    ) -> RefreshToken {
        RefreshToken::new(&self.token_url, id, secret, token)
    }

    /// A client that a person lets in, in the browser. The redirect must name this issuer, where it names one, and it must
    /// name one where the provider says so (RFC 9207, section 2.4).
    ///
    /// # Errors
    ///
    /// If the provider has no such endpoint.
    pub fn authorization_code(&self, id: &str, redirect_uri: &str) -> Result<AuthorizationCode, TokenError> {
        let Some(url) = &self.authorization_url else {
            return Err(TokenError::Answer("names no authorization endpoint"));
        };
        let flow = AuthorizationCode::new(url, &self.token_url, id, redirect_uri);
        Ok(if self.redirects_name_issuer { flow.named_issuer(&self.issuer) } else { flow.issuer(&self.issuer) })
    }

    /// A client that a person lets in on another device.
    ///
    /// # Errors
    ///
    /// If the provider has no such endpoint.
    pub fn device_code(&self, id: &str) -> Result<DeviceCode, TokenError> {
        match &self.device_url {
            Some(url) => Ok(DeviceCode::new(url, &self.token_url, id)),
            None => Err(TokenError::Answer("names no device authorization endpoint")),
        }
    }
}
