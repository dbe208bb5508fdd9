//! The authorization code flow (RFC 6749, section 4.1), with PKCE (RFC 7636) and a check of the issuer (RFC 9207): the
//! user consents in the browser, and the client gets tokens.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::flow_settings::{consent_settings, endpoint_settings};
use super::session::Session;
use super::token_endpoint::{TokenEndpoint, TokenError, secure_url};

/// The authorization and token endpoints, and the client.
#[derive(Clone)]
pub struct AuthorizationCode {
    authorization_url: String,
    endpoint: TokenEndpoint,
    redirect_uri: String,
    refresh_url: Option<String>,
    issuer: Option<Issuer>,
    parameters: Vec<(String, String)>,
}

/// The parameters that the flow sets. A second value could disable the protection of the first.
const OWN_PARAMETERS: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "code_challenge",
    "code_challenge_method",
    "scope",
    "dpop_jkt",
];

#[derive(Clone)]
struct Issuer {
    url: String,
    /// Whether its metadata have `authorization_response_iss_parameter_supported`, so that every redirect must name it.
    is_always_named: bool,
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(…)")
    }
}

endpoint_settings!(AuthorizationCode, endpoint);
consent_settings!(AuthorizationCode);

impl AuthorizationCode {
    /// A public client with this id. After consent, the authorization server redirects the browser to `redirect_uri`.
    pub fn new(authorization_url: &str, token_url: &str, id: &str, redirect_uri: &str) -> Self {
        let endpoint = TokenEndpoint::new(token_url, id, None);
        let (authorization_url, redirect_uri) = (authorization_url.to_owned(), redirect_uri.to_owned());
        Self { authorization_url, endpoint, redirect_uri, refresh_url: None, issuer: None, parameters: Vec::new() }
    }

    /// Adds a parameter to the authorization URL, such as `prompt` (OpenID Connect) or `resource` (RFC 8707).
    #[must_use]
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the expected issuer. A redirect with a different `iss` is rejected.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(Issuer { url: issuer.to_owned(), is_always_named: false });
        self
    }

    /// Sets the expected issuer and requires `iss` in every redirect, because the issuer's metadata promise it (RFC
    /// 9207, section 2.4).
    #[must_use]
    pub(super) fn named_issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(Issuer { url: issuer.to_owned(), is_always_named: true });
        self
    }

    /// Starts the flow: open [`Consent::url`] in the browser, and pass the URL of the redirect to [`Consent::finish`].
    ///
    /// # Errors
    ///
    /// If the authorization URL is neither https nor http to loopback, an added parameter is one that the flow sets, or the system cannot provide random numbers.
    pub fn begin(&self, scopes: &[&str]) -> Result<Consent, TokenError> {
        if self.parameters.iter().any(|(name, _)| OWN_PARAMETERS.contains(&name.as_str())) {
            return Err(TokenError::Redirect("cannot be requested: an added parameter is one that the flow sets"));
        }
        let (state, verifier) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret().as_bytes()));
        let mut url = secure_url(&self.authorization_url)?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("response_type", "code").append_pair("client_id", &self.endpoint.id);
            query.append_pair("redirect_uri", &self.redirect_uri).append_pair("state", state.expose_secret());
            query.append_pair("code_challenge", &challenge).append_pair("code_challenge_method", "S256");
            if !scopes.is_empty() {
                query.append_pair("scope", &scopes.join(" "));
            }
            if let Some(key) = &self.endpoint.possession {
                // The code can then be exchanged only with a proof of this key (RFC 9449, section 10).
                query.append_pair("dpop_jkt", key.thumbprint());
            }
            query.extend_pairs(&self.parameters);
        }
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Ok(Consent { flow: self.clone(), url: url.into(), state, verifier, scopes })
    }
}

/// A started consent.
pub struct Consent {
    flow: AuthorizationCode,
    url: String,
    state: SecretString,
    verifier: SecretString,
    scopes: Vec<String>,
}

impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Consent(…)")
    }
}

impl Consent {
    /// The URL to open in the browser.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Checks the URL of the redirect, and exchanges its code for tokens.
    ///
    /// # Errors
    ///
    /// If the redirect does not belong to this consent, the user denied access, or the authorization server rejected
    /// the request.
    pub async fn finish(self, redirected: &str) -> Result<Session, TokenError> {
        let code = self.code(redirected)?;
        let parameters = [
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", &self.flow.redirect_uri),
            ("code_verifier", self.verifier.expose_secret()),
        ];
        // The user may grant fewer scopes than requested.
        let grant = self.flow.endpoint.ask(&parameters, &[]).await?;
        Ok(Session::new(self.flow.endpoint.at(self.flow.refresh_url), grant, self.scopes))
    }

    fn code(&self, redirected: &str) -> Result<SecretString, TokenError> {
        let invalid = TokenError::Redirect;
        let url = Url::parse(redirected).map_err(|_| invalid("is not a valid URL"))?;
        let own = Url::parse(&self.flow.redirect_uri).map_err(|_| invalid("URI of the client is not a valid URL"))?;
        let is_own = url.scheme() == own.scheme()
            && (url.host_str(), url.port()) == (own.host_str(), own.port())
            && url.path() == own.path();
        if !is_own {
            return Err(invalid("does not match the redirect URI"));
        }
        let one = |name: &str| -> Result<Option<String>, TokenError> {
            let mut values = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
            match (values.next(), values.next()) {
                (first, None) => Ok(first),
                (_, Some(_)) => Err(invalid("has a duplicate parameter")),
            }
        };
        // The state is checked first: a redirect without it belongs to a different consent.
        if one("state")?.as_deref() != Some(self.state.expose_secret()) {
            return Err(invalid("does not have the `state` of this consent"));
        }
        if let Some(issuer) = &self.flow.issuer {
            match one("iss")? {
                Some(named) if named != issuer.url => return Err(invalid("has an unexpected issuer in `iss`")),
                None if issuer.is_always_named => return Err(invalid("has no `iss`")),
                Some(_) | None => {}
            }
        }
        if let Some(error) = one("error")? {
            return Err(if error == "access_denied" {
                TokenError::Refused("access_denied")
            } else {
                invalid("has an `error`")
            });
        }
        match one("code")? {
            Some(code) if !code.is_empty() => Ok(code.into()),
            _ => Err(invalid("has no `code`")),
        }
    }
}

/// 256 random bits, base64url-encoded.
fn random() -> Result<SecretString, TokenError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| TokenError::Redirect("cannot be protected: the system cannot provide random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}
