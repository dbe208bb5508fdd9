//! Requests to the token endpoint of an authorization server (RFC 6749, section 3.2): POST over https, without
//! redirects, with limits on time and size.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use super::core::is_loopback;
use super::credential::Possession;
use super::json::{DecodeError, parse};
use super::parameter_write::encoded;
use super::transport::{Connections, Transport};

/// The maximum size of a response in bytes.
const MAX_LENGTH: usize = 64 << 10;

/// The type of access tokens (RFC 8693, section 3).
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The type of access tokens that are JWTs, which some servers name instead.
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// Why a token could not be obtained. The error contains no secret, and of the response only a registered error code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenError {
    /// The URL is invalid, or neither https nor http to loopback.
    Url,
    /// The server could not be reached or did not respond.
    Unreachable,
    /// The response does not conform to RFC 6749, section 5.
    Response(&'static str),
    /// The authorization server rejected the request with this code of RFC 6749, section 5.2 (or RFC 8628, section
    /// 3.5; RFC 8693, section 2.2.2).
    Refused(&'static str),
    /// The token does not have these requested scopes.
    Scopes(Vec<String>),
    /// An added parameter of this name is one that the flow sets, or occurs twice.
    Parameter(String),
    /// The client cannot prove that it holds the key to which its tokens are bound (RFC 9449).
    Proof,
    /// The redirect does not belong to the started consent.
    Redirect(&'static str),
    /// The task that requested the token was cancelled with its runtime.
    Stopped,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("the URL of the authorization server is neither https nor http to loopback"),
            Self::Unreachable => f.write_str("the authorization server did not respond"),
            Self::Response(why) => write!(f, "the response of the authorization server {why}"),
            Self::Refused(code) => write!(f, "the authorization server rejected the request: {code}"),
            Self::Scopes(missing) => {
                write!(f, "the authorization server did not grant the scopes {}", missing.join(" "))
            }
            Self::Parameter(name) => {
                write!(f, "the parameter `{name}` cannot be added: the flow sets it, or it is empty or occurs twice")
            }
            Self::Proof => f.write_str("the proof for the token request could not be made"),
            Self::Redirect(why) => write!(f, "the redirect {why}"),
            Self::Stopped => f.write_str("the task that requested the token was cancelled"),
        }
    }
}

impl std::error::Error for TokenError {}

impl From<DecodeError> for TokenError {
    fn from(_: DecodeError) -> Self {
        Self::Response("does not conform to RFC 6749")
    }
}

/// How a client authenticates to the token endpoint (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: in the `Authorization` header.
    Basic,
    /// `client_secret_post`: in the body.
    Post,
}

/// A granted token.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) access: SecretString,
    pub(super) refresh: Option<SecretString>,
    /// The lifetime; `None` if the response does not have it.
    pub(super) expires_in: Option<Duration>,
    /// The granted scopes, if the response lists them.
    pub(super) scopes: Option<Vec<String>>,
}

/// A token endpoint and the client that uses it.
#[derive(Clone)]
pub(super) struct TokenEndpoint {
    pub(super) url: String,
    pub(super) id: String,
    pub(super) secret: Option<SecretString>,
    pub(super) authentication: ClientAuthentication,
    /// The settings of its connections; `None`: those of the client that needs a token.
    pub(super) transport: Option<Transport>,
    /// The key to which the tokens are bound.
    pub(super) possession: Option<Arc<dyn Possession>>,
}

impl TokenEndpoint {
    pub(super) fn new(url: &str, id: &str, secret: Option<SecretString>) -> Self {
        let (url, id) = (url.to_owned(), id.to_owned());
        Self { url, id, secret, authentication: ClientAuthentication::Basic, transport: None, possession: None }
    }

    /// The same endpoint, over these connections unless it has its own settings.
    pub(super) fn over(&self, transport: &Transport) -> Self {
        let transport = self.transport.as_ref().unwrap_or(transport).clone();
        Self { transport: Some(transport), ..self.clone() }
    }

    /// The same client at a different URL of the server, if there is one.
    pub(super) fn at(self, url: Option<String>) -> Self {
        Self { url: url.unwrap_or(self.url), ..self }
    }

    /// Requests a token with these parameters. An error if the token does not have all of `scopes`.
    pub(super) async fn ask(&self, parameters: &[(&str, &str)], scopes: &[String]) -> Result<Grant, TokenError> {
        self.granted(&self.grant(parameters).await?, scopes)
    }

    /// As [`Self::granted`], for a token exchange: another kind of token could be issued, which must not be sent to the API
    /// (RFC 8693, section 2.2.1).
    pub(super) fn exchanged(&self, bytes: &[u8], scopes: &[String]) -> Result<Grant, TokenError> {
        let tree = parse(bytes).map_err(|_| TokenError::Response("is not JSON"))?;
        let issued: String = tree.object()?.required("issued_token_type")?;
        if issued != ACCESS_TOKEN && issued != JWT {
            return Err(TokenError::Response("has a token that is not an access token"));
        }
        self.granted(bytes, scopes)
    }

    /// The token of a successful response, of the type that the client can use. An error if it does not have all of `scopes`.
    pub(super) fn granted(&self, bytes: &[u8], scopes: &[String]) -> Result<Grant, TokenError> {
        let kind = if self.possession.is_some() { TokenKind::Bound } else { TokenKind::Bearer };
        granted(bytes, scopes, kind)
    }

    /// Posts a token request, with a proof if the tokens are bound to a key. It is sent again once if the server requires a
    /// nonce in the proof (RFC 9449, section 8). Returns the body of the successful response.
    pub(super) async fn grant(&self, parameters: &[(&str, &str)]) -> Result<Vec<u8>, TokenError> {
        let Some(key) = &self.possession else { return self.post(&self.url, parameters).await };
        let mut is_repeated = false;
        loop {
            let mut request = self.request(&self.url, parameters)?;
            let url = request.url().clone();
            key.prove(&mut request, None).map_err(|_| TokenError::Proof)?;
            let Answer { status, headers, bytes } = answer(request, self.transport.as_ref()).await?;
            let has_nonce = key.keep_nonce(&url, &headers);
            if status == StatusCode::OK {
                return Ok(bytes);
            }
            let refusal = refusal(&bytes);
            if is_repeated || !has_nonce || refusal != TokenError::Refused("use_dpop_nonce") {
                return Err(refusal);
            }
            is_repeated = true;
        }
    }

    /// Posts these parameters and the client's authentication to an endpoint of the server.
    pub(super) async fn post(&self, url: &str, parameters: &[(&str, &str)]) -> Result<Vec<u8>, TokenError> {
        let request = self.request(url, parameters)?;
        let Answer { status, bytes, .. } = answer(request, self.transport.as_ref()).await?;
        if status == StatusCode::OK { Ok(bytes) } else { Err(refusal(&bytes)) }
    }

    fn request(&self, url: &str, parameters: &[(&str, &str)]) -> Result<reqwest::Request, TokenError> {
        let mut body: Vec<String> = parameters.iter().map(|(name, value)| pair(name, value)).collect();
        let mut login = None;
        match (&self.secret, self.authentication) {
            (Some(secret), ClientAuthentication::Basic) => {
                // Both are form-encoded first (RFC 6749, section 2.3.1); otherwise a colon in the id would change where
                // the secret begins.
                let text = format!("{}:{}", encoded(&self.id), encoded(secret.expose_secret()));
                login = Some(format!("Basic {}", STANDARD.encode(text)));
            }
            (Some(secret), ClientAuthentication::Post) => {
                body.extend([pair("client_id", &self.id), pair("client_secret", secret.expose_secret())]);
            }
            (None, _) => body.push(pair("client_id", &self.id)),
        }
        request(url, login, body.join("&"))
    }
}

fn pair(name: &str, value: &str) -> String {
    format!("{name}={}", encoded(value))
}

/// A relative URL, resolved against the base URL of the API (OpenAPI 3.0.3, section 4.6; RFC 3986, section 5), to which a
/// slash is appended if its path does not end with one. Empty if the base URL is invalid: a request to it fails with
/// [`TokenError::Url`].
pub fn resolved(base_url: &str, relative: &str) -> String {
    let with_slash = |mut base: Url| {
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        base
    };
    let url = Url::parse(base_url).and_then(|base| with_slash(base).join(relative));
    url.map(String::from).unwrap_or_default()
}

/// Parses a URL to which secrets may be sent.
pub(super) fn secure_url(text: &str) -> Result<Url, TokenError> {
    let url = Url::parse(text).map_err(|_| TokenError::Url)?;
    let is_secure = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url);
    if is_secure && url.username().is_empty() && url.password().is_none() { Ok(url) } else { Err(TokenError::Url) }
}

fn request(url: &str, login: Option<String>, body: String) -> Result<reqwest::Request, TokenError> {
    let url = secure_url(url)?;
    let mut request = reqwest::Request::new(reqwest::Method::POST, url);
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    if let Some(login) = login {
        let mut value = HeaderValue::try_from(login).map_err(|_| TokenError::Url)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    *request.body_mut() = Some(body.into());
    Ok(request)
}

/// A response of an authorization server.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

/// Sends a request to the authorization server over connections with these settings, and reads the response up to the
/// limit.
pub(super) async fn answer(request: reqwest::Request, transport: Option<&Transport>) -> Result<Answer, TokenError> {
    let connections = Connections {
        timeout: Duration::from_secs(30),
        connect_timeout: Duration::from_secs(10),
        identity: None,
        // Plain http must not leave this machine, so a proxy from the environment is not used.
        is_direct: request.url().scheme() == "http",
    };
    let http = match transport {
        Some(transport) => transport.client(&connections),
        None => Transport::default().client(&connections),
    };
    let http = http.map_err(|_| TokenError::Unreachable)?;
    let mut response = http.execute(request).await.map_err(|_| TokenError::Unreachable)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| TokenError::Unreachable)? {
        if bytes.len() + chunk.len() > MAX_LENGTH {
            return Err(TokenError::Response("is larger than 64 KiB"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Answer { status: response.status(), headers: std::mem::take(response.headers_mut()), bytes })
}

/// The error of an error response (RFC 6749, section 5.2).
fn refusal(bytes: &[u8]) -> TokenError {
    let Ok(tree) = parse(bytes) else { return TokenError::Response("is not JSON") };
    let code = tree.object().and_then(|mut answer| answer.optional::<String>("error"));
    let known = code.ok().flatten().as_deref().and_then(known);
    known.map_or(TokenError::Response("has no known error code"), TokenError::Refused)
}

/// The refresh token of a successful response, whatever else it has. An empty one is not a token.
pub(super) fn refresh_token(bytes: &[u8]) -> Option<SecretString> {
    let tree = parse(bytes).ok()?;
    let token: String = tree.object().ok()?.optional("refresh_token").ok()??;
    (!token.is_empty()).then(|| token.into())
}

/// What a token must be.
#[derive(Clone, Copy)]
enum TokenKind {
    Bearer,
    /// Bound to the key of the client (RFC 9449, section 5).
    Bound,
}

/// The token of a successful response (RFC 6749, section 5.1).
fn granted(bytes: &[u8], scopes: &[String], expected: TokenKind) -> Result<Grant, TokenError> {
    let tree = parse(bytes).map_err(|_| TokenError::Response("is not JSON"))?;
    let mut answer = tree.object()?;
    let kind: String = answer.required("token_type")?;
    let (name, other) = match expected {
        TokenKind::Bearer => ("bearer", "has a token of a type other than bearer"),
        TokenKind::Bound => ("DPoP", "has a token that is not bound to the key of the client"),
    };
    if !kind.eq_ignore_ascii_case(name) {
        return Err(TokenError::Response(other));
    }
    let access: String = answer.required("access_token")?;
    if access.is_empty() {
        return Err(TokenError::Response("has an empty token"));
    }
    // If `scope` is missing or empty, the requested scopes were granted (section 5.1).
    let granted = answer.optional::<String>("scope")?.and_then(|text| listed(&text, scopes));
    if granted.iter().flatten().any(|scope| scope.contains(char::is_control)) {
        return Err(TokenError::Response("has a scope with control characters"));
    }
    if let Some(granted) = &granted {
        let missing: Vec<String> = scopes.iter().filter(|scope| !granted.contains(scope)).cloned().collect();
        if !missing.is_empty() {
            return Err(TokenError::Scopes(missing));
        }
    }
    let expires_in =
        answer.optional::<serde_json::Value>("expires_in")?.map(|seconds| lifetime(&seconds)).transpose()?;
    let refresh = answer.optional::<String>("refresh_token")?.filter(|token| !token.is_empty()).map(SecretString::from);
    Ok(Grant { access: access.into(), refresh, expires_in, scopes: granted })
}

/// The scopes in a response; `None` if it lists none, which some servers send instead of leaving `scope` out. Others
/// separate them with commas. A comma is also valid within a scope, so a requested scope is not split.
fn listed(text: &str, requested: &[String]) -> Option<Vec<String>> {
    let mut scopes = Vec::new();
    for piece in text.split_whitespace() {
        match requested.iter().any(|scope| scope == piece) {
            true => scopes.push(piece.to_owned()),
            false => scopes.extend(piece.split(',').filter(|scope| !scope.is_empty()).map(str::to_owned)),
        }
    }
    (!scopes.is_empty()).then_some(scopes)
}

/// Seconds as a number, or as a string, which some servers send. A negative lifetime means that the token has expired.
fn lifetime(seconds: &serde_json::Value) -> Result<Duration, TokenError> {
    let number = seconds.as_f64().or_else(|| seconds.as_str().and_then(|text| text.parse().ok()));
    let number = number
        .filter(|number: &f64| number.is_finite())
        .ok_or(TokenError::Response("has an `expires_in` that is not a number"))?;
    // A year is long enough in practice, and far from any overflow.
    Ok(Duration::from_secs_f64(number.clamp(0.0, 31_536_000.0)))
}

fn known(code: &str) -> Option<&'static str> {
    const CODES: [&str; 13] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "invalid_target",
        "authorization_pending",
        "slow_down",
        "access_denied",
        "expired_token",
        "invalid_dpop_proof",
        "use_dpop_nonce",
    ];
    CODES.into_iter().find(|own| *own == code)
}
