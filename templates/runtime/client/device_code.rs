//! The device authorization grant (RFC 8628): the user grants access on another device, for clients without a browser.

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::flow_settings::{consent_settings, endpoint_settings};
use super::json::parse;
use super::retry::{Wait, wait};
use super::session::Session;
use super::token_endpoint::{ClientAuthentication, TokenEndpoint, TokenError};

/// The polling interval if the authorization server does not specify one (section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// The device authorization and token endpoints, and the client.
#[derive(Clone)]
pub struct DeviceCode {
    device_url: String,
    endpoint: TokenEndpoint,
    refresh_url: Option<String>,
    wait: Wait,
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceCode(…)")
    }
}

endpoint_settings!(DeviceCode, endpoint);
consent_settings!(DeviceCode);

impl DeviceCode {
    /// A public client with this id.
    pub fn new(device_url: &str, token_url: &str, id: &str) -> Self {
        let endpoint = TokenEndpoint::new(token_url, id, None);
        Self { device_url: device_url.to_owned(), endpoint, refresh_url: None, wait: wait() }
    }

    /// Sets how to wait between polls.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Starts the flow: show [`Pairing::user_code`] and [`Pairing::verification_uri`] to the user, then await
    /// [`Pairing::finish`].
    ///
    /// # Errors
    ///
    /// If the authorization server rejects the request or its response does not conform to section 3.2.
    pub async fn begin(&self, scopes: &[&str]) -> Result<Pairing, TokenError> {
        let scope = scopes.join(" ");
        // Section 3.1 requires the id in the body, even if the client also authenticates with a secret.
        let mut parameters = Vec::new();
        if self.endpoint.secret.is_some() && self.endpoint.authentication == ClientAuthentication::Basic {
            parameters.push(("client_id", self.endpoint.id.as_str()));
        }
        if !scope.is_empty() {
            parameters.push(("scope", &scope));
        }
        let bytes = self.endpoint.post(&self.device_url, &parameters).await?;
        let tree = parse(&bytes).map_err(|_| TokenError::Response("is not JSON"))?;
        let mut answer = tree.object()?;
        let seconds = |seconds: u64| Duration::from_secs(seconds.min(86_400));
        Ok(Pairing {
            flow: self.clone(),
            device_code: answer.required::<String>("device_code")?.into(),
            user_code: user_code(answer.required("user_code")?)?,
            verification_uri: page(answer.required("verification_uri")?)?,
            verification_uri_complete: answer.optional("verification_uri_complete")?.map(page).transpose()?,
            expires_in: seconds(answer.required("expires_in")?),
            interval: answer.optional("interval")?.map_or(INTERVAL, seconds).max(Duration::from_secs(1)),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        })
    }
}

/// Checks that a user can read and type the code. Control characters could also control a terminal.
fn user_code(code: String) -> Result<String, TokenError> {
    let is_valid = !code.trim().is_empty() && !code.chars().any(is_invisible);
    if is_valid { Ok(code) } else { Err(TokenError::Response("has a user code with invisible characters")) }
}

/// Checks the URL of a page that the user or a program opens.
fn page(text: String) -> Result<String, TokenError> {
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    let is_valid = url.is_some_and(|url| url.username().is_empty() && url.password().is_none());
    // The URL parser silently removes some of these characters.
    let is_plain = !text.chars().any(|c| is_invisible(c) || c.is_whitespace());
    if is_valid && is_plain { Ok(text) } else { Err(TokenError::Response("has an invalid verification URL")) }
}

/// Control characters, and characters that change the order or the appearance of the surrounding text.
fn is_invisible(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || is_format || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
}

/// A started consent.
pub struct Pairing {
    flow: DeviceCode,
    device_code: SecretString,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: Duration,
    interval: Duration,
    scopes: Vec<String>,
}

impl fmt::Debug for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pairing(…)")
    }
}

impl Pairing {
    /// The code that the user enters.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The page on which the user enters the code.
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// The page with the code in its URL, for a QR code, if the authorization server provides it.
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_deref()
    }

    /// The time until the code expires.
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }

    /// Polls the token endpoint until the user has consented, as often as the authorization server allows (section
    /// 3.5).
    ///
    /// # Errors
    ///
    /// If the user denies access, the code expires, or the response of the authorization server is invalid.
    pub async fn finish(self) -> Result<Session, TokenError> {
        let parameters = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", self.device_code.expose_secret()),
        ];
        let (mut waited, mut interval) = (Duration::ZERO, self.interval);
        loop {
            waited += interval;
            if waited > self.expires_in {
                return Err(TokenError::Refused("expired_token"));
            }
            (self.flow.wait)(interval).await;
            match self.flow.endpoint.ask(&parameters, &[]).await {
                Ok(grant) => {
                    let endpoint = self.flow.endpoint.at(self.flow.refresh_url);
                    return Ok(Session::new(endpoint, grant, self.scopes));
                }
                Err(TokenError::Refused("authorization_pending")) => {}
                Err(TokenError::Refused("slow_down")) => interval += INTERVAL,
                // The connection failed: back off exponentially (section 3.5).
                Err(TokenError::Unreachable) => interval *= 2,
                Err(error) => return Err(error),
            }
        }
    }
}
