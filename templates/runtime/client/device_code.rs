//! The device authorization grant (RFC 8628): a person lets a client in that has no browser, on another device.

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::json::parse;
use super::retry::{Wait, wait};
use super::session::Session;
use super::token_endpoint::{ClientAuthentication, TokenEndpoint, TokenError};

/// What is waited between two questions where the authorization server names no time (section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// The device authorization endpoint, the token endpoint, and the client.
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

impl DeviceCode {
    /// The client with this id.
    pub fn new(device_url: &str, token_url: &str, id: &str) -> Self {
        let endpoint = TokenEndpoint {
            url: token_url.to_owned(),
            id: id.to_owned(),
            secret: None,
            authentication: ClientAuthentication::Basic,
        };
        Self { device_url: device_url.to_owned(), endpoint, refresh_url: None, wait: wait() }
    }

    /// The secret of a client that can keep one.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.endpoint.secret = Some(secret.into());
        self
    }

    /// Where the tokens of a consent are renewed, if that is not the token endpoint (`refreshUrl` of the document).
    #[must_use]
    pub fn refresh_url(mut self, url: &str) -> Self {
        self.refresh_url = Some(url.to_owned());
        self
    }

    /// Names the client in the body in place of the `Authorization` header (`client_secret_post`).
    #[must_use]
    pub fn post(mut self) -> Self {
        self.endpoint.authentication = ClientAuthentication::Post;
        self
    }

    /// Another way to wait.
    #[must_use]
    pub fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Begins: show [`Pairing::user_code`] and [`Pairing::verification_uri`] to the person, then [`Pairing::finish`].
    ///
    /// # Errors
    ///
    /// If the authorization server does not answer as section 3.2 says, or refuses.
    pub async fn begin(&self, scopes: &[&str]) -> Result<Pairing, TokenError> {
        let scope = scopes.join(" ");
        // Section 3.1 asks for the id in the body; a client that has a secret authenticates besides.
        let mut parameters = Vec::new();
        if self.endpoint.secret.is_some() && self.endpoint.authentication == ClientAuthentication::Basic {
            parameters.push(("client_id", self.endpoint.id.as_str()));
        }
        if !scope.is_empty() {
            parameters.push(("scope", &scope));
        }
        let bytes = self.endpoint.post(&self.device_url, &parameters).await?;
        let tree = parse(&bytes).map_err(|_| TokenError::Answer("is no JSON"))?;
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

/// A code that a person can read and type: a terminal would obey control characters.
fn user_code(code: String) -> Result<String, TokenError> {
    let is_right = !code.trim().is_empty() && !code.chars().any(is_invisible);
    if is_right { Ok(code) } else { Err(TokenError::Answer("holds a user code with characters that nobody can type")) }
}

/// The URL of a page: a person opens it, or a program does on their behalf.
fn page(text: String) -> Result<String, TokenError> {
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    let is_right = url.is_some_and(|url| url.username().is_empty() && url.password().is_none());
    // The parser drops some of these characters without a word.
    let is_plain = !text.chars().any(|c| is_invisible(c) || c.is_whitespace());
    if is_right && is_plain {
        Ok(text)
    } else {
        Err(TokenError::Answer("holds a verification URL that is not http or https"))
    }
}

/// Control characters, and those that change the order or the look of what is around them.
fn is_invisible(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_control() || is_format || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
}

/// A consent that is waited for.
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
    /// What the person types in.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// Where the person types it in.
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// The same with the code in it, for a QR code, where the authorization server gives one.
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_deref()
    }

    /// How long the person has.
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }

    /// Asks until the person has consented, as often as the authorization server allows (section 3.5).
    ///
    /// # Errors
    ///
    /// If the person refuses, the time is over, or the authorization server does not answer as it must.
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
                // The connection is at fault, not the person: twice as long each time.
                Err(TokenError::Unreachable) => interval *= 2,
                Err(error) => return Err(error),
            }
        }
    }
}
