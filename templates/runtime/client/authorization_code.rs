//! The authorization code flow (RFC 6749, section 4.1), always with PKCE (RFC 7636) and with the issuer of the redirect
//! checked (RFC 9207): a person consents in the browser, and the client gets tokens.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::session::Session;
use super::token_endpoint::{ClientAuthentication, TokenEndpoint, TokenError, private_url};

/// The two endpoints of an authorization server and the client that sends people there.
#[derive(Clone)]
pub struct AuthorizationCode {
    authorization_url: String,
    endpoint: TokenEndpoint,
    redirect_uri: String,
    refresh_url: Option<String>,
    issuer: Option<Issuer>,
}

#[derive(Clone)]
struct Issuer {
    url: String,
    /// Whether it says that each redirect names it (`authorization_response_iss_parameter_supported`).
    is_always_named: bool,
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(…)")
    }
}

impl AuthorizationCode {
    /// The client with this id, to which the browser comes back at the redirect URI that is registered for it.
    pub fn new(authorization_url: &str, token_url: &str, id: &str, redirect_uri: &str) -> Self {
        let endpoint = TokenEndpoint {
            url: token_url.to_owned(),
            id: id.to_owned(),
            secret: None,
            authentication: ClientAuthentication::Basic,
        };
        let (authorization_url, redirect_uri) = (authorization_url.to_owned(), redirect_uri.to_owned());
        Self { authorization_url, endpoint, redirect_uri, refresh_url: None, issuer: None }
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

    /// The issuer that a redirect must name, where it names one.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(Issuer { url: issuer.to_owned(), is_always_named: false });
        self
    }

    /// The issuer that every redirect must name, since its metadata say that it does (RFC 9207, section 2.4).
    #[must_use]
    pub(super) fn named_issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(Issuer { url: issuer.to_owned(), is_always_named: true });
        self
    }

    /// Begins: open [`Consent::url`] in the browser, and give the URL that it comes back to to [`Consent::finish`].
    ///
    /// # Errors
    ///
    /// If the authorization URL is neither https nor http to this machine, or the system has no random numbers.
    pub fn begin(&self, scopes: &[&str]) -> Result<Consent, TokenError> {
        let (state, verifier) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret().as_bytes()));
        let mut url = private_url(&self.authorization_url)?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("response_type", "code").append_pair("client_id", &self.endpoint.id);
            query.append_pair("redirect_uri", &self.redirect_uri).append_pair("state", state.expose_secret());
            query.append_pair("code_challenge", &challenge).append_pair("code_challenge_method", "S256");
            if !scopes.is_empty() {
                query.append_pair("scope", &scopes.join(" "));
            }
        }
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Ok(Consent { flow: self.clone(), url: url.into(), state, verifier, scopes })
    }
}

/// A consent that was begun; it can be finished once.
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
    /// Where the browser must go.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes the URL that the browser came back to, and trades its code for tokens.
    ///
    /// # Errors
    ///
    /// If the URL does not belong to this consent, the person refused, or the authorization server did.
    pub async fn finish(self, redirected: &str) -> Result<Session, TokenError> {
        let code = self.code(redirected)?;
        let parameters = [
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", &self.flow.redirect_uri),
            ("code_verifier", self.verifier.expose_secret()),
        ];
        // A person may let the client in to less than it asked for.
        let grant = self.flow.endpoint.ask(&parameters, &[]).await?;
        Ok(Session::new(self.flow.endpoint.at(self.flow.refresh_url), grant, self.scopes))
    }

    fn code(&self, redirected: &str) -> Result<SecretString, TokenError> {
        let wrong = TokenError::Redirect;
        let url = Url::parse(redirected).map_err(|_| wrong("is no URL"))?;
        let own = Url::parse(&self.flow.redirect_uri).map_err(|_| wrong("URI of the client is no URL"))?;
        let is_own = url.scheme() == own.scheme()
            && (url.host_str(), url.port()) == (own.host_str(), own.port())
            && url.path() == own.path();
        if !is_own {
            return Err(wrong("went to another place than the redirect URI"));
        }
        let one = |name: &str| -> Result<Option<String>, TokenError> {
            let mut values = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
            match (values.next(), values.next()) {
                (first, None) => Ok(first),
                (_, Some(_)) => Err(wrong("names a parameter twice")),
            }
        };
        // The state first: what has not ours says nothing about our consent.
        if one("state")?.as_deref() != Some(self.state.expose_secret()) {
            return Err(wrong("does not carry the state of this consent"));
        }
        if let Some(issuer) = &self.flow.issuer {
            match one("iss")? {
                Some(named) if named != issuer.url => return Err(wrong("names another issuer")),
                None if issuer.is_always_named => return Err(wrong("names no issuer")),
                Some(_) | None => {}
            }
        }
        if let Some(error) = one("error")? {
            return Err(if error == "access_denied" {
                TokenError::Refused("access_denied")
            } else {
                wrong("carries an error")
            });
        }
        match one("code")? {
            Some(code) if !code.is_empty() => Ok(code.into()),
            _ => Err(wrong("carries no code")),
        }
    }
}

/// 256 random bits as text.
fn random() -> Result<SecretString, TokenError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| TokenError::Redirect("cannot be guarded: the system has no random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}
