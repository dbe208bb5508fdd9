//! Encodes the credentials of one alternative and attaches them to a request.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use secrecy::{ExposeSecret, SecretString};

use super::auth_error::AuthReason;
use super::credential::{Credential, Possession, Provider, Secret, Signer, is_cookie_octet, is_opaque, login};
use super::header_text::{self, is_token68};
use super::operation::{KeyPlace, Scheme, SchemeKind};
use super::parameter_write::encoded;
use super::platform::Response;
use super::transport::Transport;

/// The scheme of tokens that are bound to a key, and the header of the proof (RFC 9449).
const DPOP: &str = "DPoP";

/// The encoded credentials of one alternative, each with the name of its scheme.
#[derive(Default)]
pub(super) struct Attachments {
    headers: Vec<(&'static str, HeaderName, HeaderValue)>,
    query: Vec<(&'static str, &'static str, SecretString)>,
    cookies: Vec<(&'static str, &'static str, SecretString)>,
    signers: Vec<(&'static str, Arc<dyn Signer>)>,
    provided: Vec<(Arc<dyn Provider>, SecretString)>,
    /// The key to which the token is bound, with the name of its scheme.
    bound: Option<(&'static str, Arc<dyn Possession>, SecretString)>,
}

/// The credentials that a request has.
#[derive(Default)]
pub(super) struct Provided {
    /// The schemes of the alternative.
    pub(super) schemes: Vec<&'static str>,
    /// The secrets that came from providers.
    secrets: Vec<(Arc<dyn Provider>, SecretString)>,
    /// The key of the proof in the request, and the URL of the request.
    proved: Option<(Arc<dyn Possession>, reqwest::Url)>,
}

impl Provided {
    /// Keeps the nonce of a response for the next proofs. Returns whether the server requires it in a new proof for this
    /// request (RFC 9449, section 9).
    pub(super) fn requires_nonce(&self, response: &Response) -> bool {
        let Some((key, url)) = &self.proved else { return false };
        let is_required =
            |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains(r#"error="use_dpop_nonce""#));
        let has_nonce = key.keep_nonce(url, response.headers());
        let is_unauthorized = response.status() == StatusCode::UNAUTHORIZED;
        has_nonce && is_unauthorized && response.headers().get_all(WWW_AUTHENTICATE).iter().any(is_required)
    }

    /// Reports to each provider that its secret was rejected. Returns whether any of them may have a new one.
    pub(super) fn refused(&self) -> bool {
        let may_have_new: Vec<bool> = self.secrets.iter().map(|(provider, secret)| provider.refused(secret)).collect();
        may_have_new.contains(&true)
    }
}

/// Why an alternative cannot be attached.
pub(super) enum Unattached {
    /// A provider did not get the scopes. Another alternative may have others.
    Scopes(AuthReason),
    Other(AuthReason),
}

impl From<AuthReason> for Unattached {
    fn from(reason: AuthReason) -> Self {
        Self::Other(reason)
    }
}

impl From<Unattached> for AuthReason {
    fn from(unattached: Unattached) -> Self {
        match unattached {
            Unattached::Scopes(reason) | Unattached::Other(reason) => reason,
        }
    }
}

impl Attachments {
    /// Encodes the credential of this scheme, with these scopes if it is a token.
    pub(super) async fn add(
        &mut self,
        scheme: &'static Scheme,
        credential: &Credential,
        transport: &Transport,
        scopes: &[&str],
    ) -> Result<(), Unattached> {
        let malformed = |what| AuthReason::Malformed(scheme.name, what);
        let own;
        let value = match &credential.0 {
            // The HTTP client already has it.
            Secret::Identity(_) => return Ok(()),
            Secret::Signer(signer) => {
                self.signers.push((scheme.name, signer.clone()));
                return Ok(());
            }
            Secret::Login { user, password } => {
                own = SecretString::from(login(user, password).map_err(malformed)?);
                &own
            }
            Secret::Opaque(token) if matches!(scheme.kind, SchemeKind::Bearer) => {
                return Ok(self.opaque(scheme, token)?);
            }
            Secret::Value(value) | Secret::Opaque(value) => value,
            Secret::Provider(provider) => {
                let secret = provider.secret_over(transport, scopes).await;
                let secret = secret.map_err(|error| {
                    let is_about_scopes = provider.is_about_scopes(&error);
                    let reason = AuthReason::Failed(scheme.name, error);
                    if is_about_scopes { Unattached::Scopes(reason) } else { Unattached::Other(reason) }
                })?;
                self.provided.push((Arc::clone(provider), secret.clone()));
                if let Some(key) = provider.possession() {
                    return Ok(self.bind(scheme, key, &secret)?);
                }
                own = secret;
                &own
            }
        };
        if value.expose_secret().is_empty() {
            return Err(malformed("is empty").into());
        }
        Ok(self.place(scheme, value)?)
    }

    fn opaque(&mut self, scheme: &'static Scheme, token: &SecretString) -> Result<(), AuthReason> {
        let token = token.expose_secret();
        if !is_opaque(token) {
            return Err(AuthReason::Malformed(scheme.name, "is empty or contains characters other than visible ASCII"));
        }
        self.header(scheme, AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// A token that is bound to a key is never sent as a bearer token (RFC 9449, section 7.1).
    fn bind(
        &mut self,
        scheme: &'static Scheme,
        key: Arc<dyn Possession>,
        token: &SecretString,
    ) -> Result<(), AuthReason> {
        let secret = token.expose_secret();
        if !is_token68(secret) {
            return Err(AuthReason::Malformed(scheme.name, "contains characters that are not allowed in a token"));
        }
        self.header(scheme, AUTHORIZATION, &format!("{DPOP} {secret}"))?;
        self.bound = Some((scheme.name, key, token.clone()));
        Ok(())
    }

    fn place(&mut self, scheme: &'static Scheme, value: &SecretString) -> Result<(), AuthReason> {
        let secret = value.expose_secret();
        let malformed = |what| AuthReason::Malformed(scheme.name, what);
        match scheme.kind {
            SchemeKind::Basic => self.header(scheme, AUTHORIZATION, &format!("Basic {secret}")),
            SchemeKind::Bearer if !is_token68(secret) => {
                Err(malformed("contains characters that are not allowed in a bearer token; see `Token::opaque`"))
            }
            SchemeKind::Bearer => self.header(scheme, AUTHORIZATION, &format!("Bearer {secret}")),
            SchemeKind::Http(name) => self.header(scheme, AUTHORIZATION, &format!("{name} {secret}")),
            SchemeKind::ApiKey { place: KeyPlace::Header, name } => {
                let name = HeaderName::from_bytes(name.as_bytes());
                self.header(
                    scheme,
                    name.map_err(|_| malformed("cannot be sent: the name of its header is invalid"))?,
                    secret,
                )
            }
            SchemeKind::ApiKey { place: KeyPlace::Query, name } => share(&mut self.query, scheme, name, value),
            SchemeKind::ApiKey { place: KeyPlace::Cookie, .. } if !secret.bytes().all(is_cookie_octet) => {
                Err(malformed("contains characters that are not allowed in a cookie"))
            }
            SchemeKind::ApiKey { place: KeyPlace::Cookie, name } => share(&mut self.cookies, scheme, name, value),
            // Only an identity is valid for this scheme, and it was handled by the caller.
            SchemeKind::MutualTls => Err(malformed("is not a certificate")),
        }
    }

    fn header(&mut self, scheme: &'static Scheme, name: HeaderName, text: &str) -> Result<(), AuthReason> {
        let malformed = || AuthReason::Malformed(scheme.name, "contains characters that are not allowed in a header");
        header_text::check(text).map_err(|_| malformed())?;
        let mut value = HeaderValue::from_str(text).map_err(|_| malformed())?;
        value.set_sensitive(true);
        match self.headers.iter().find(|(_, other, _)| *other == name) {
            Some((_, _, other)) if *other == value => {}
            Some((other, ..)) => return Err(AuthReason::Conflict(other, scheme.name)),
            None => self.headers.push((scheme.name, name, value)),
        }
        Ok(())
    }

    /// Adds the credentials to the request, replacing parameters with the same names. The proof of a bound token is made
    /// then, and signers run last, because they sign the finished request.
    pub(super) fn attach(self, request: &mut reqwest::Request) -> Result<Provided, AuthReason> {
        let needs_proof = self.headers.iter().find(|(_, name, value)| is_dpop(name, value)).map(|(scheme, ..)| *scheme);
        for (_, name, value) in self.headers {
            request.headers_mut().insert(name, value);
        }
        if !self.query.is_empty() {
            let query = with_keys(request.url().query().unwrap_or_default(), "&", &self.query, encoded);
            request.url_mut().set_query(Some(&query));
        }
        if let Some((scheme, ..)) = self.cookies.first() {
            let own = request.headers().get(COOKIE).map(HeaderValue::as_bytes).unwrap_or_default();
            let own = String::from_utf8_lossy(own);
            let value = HeaderValue::from_str(&with_keys(&own, "; ", &self.cookies, str::to_owned));
            let value = value.map_err(|_| AuthReason::Malformed(scheme, "cannot be sent in a cookie"))?;
            request.headers_mut().insert(COOKIE, value);
        }
        let mut proved = None;
        if let Some((scheme, key, token)) = self.bound {
            key.prove(request, Some(&token)).map_err(|error| AuthReason::Failed(scheme, error))?;
            proved = Some((key, request.url().clone()));
        }
        for (scheme, signer) in self.signers {
            signer.sign(request).map_err(|error| AuthReason::Failed(scheme, error))?;
        }
        if let Some(scheme) = needs_proof.filter(|_| !request.headers().contains_key(DPOP)) {
            return Err(AuthReason::Malformed(scheme, "is bound to a key, which is not given; see `DpopKey`"));
        }
        Ok(Provided { schemes: Vec::new(), secrets: self.provided, proved })
    }
}

/// Whether this is a token that only the holder of a key may send, with a proof.
fn is_dpop(name: &HeaderName, value: &HeaderValue) -> bool {
    let scheme = value.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
    *name == AUTHORIZATION && scheme.eq_ignore_ascii_case(DPOP.as_bytes())
}

fn share(
    list: &mut Vec<(&'static str, &'static str, SecretString)>,
    scheme: &'static Scheme,
    name: &'static str,
    value: &SecretString,
) -> Result<(), AuthReason> {
    match list.iter().find(|(_, other, _)| *other == name) {
        Some((_, _, other)) if other.expose_secret() == value.expose_secret() => {}
        Some((other, ..)) => return Err(AuthReason::Conflict(other, scheme.name)),
        None => list.push((scheme.name, name, value.clone())),
    }
    Ok(())
}

/// Appends the keys to the pairs. Pairs with the name of a key are removed: the server would see two values, and a
/// value from the caller must not replace a credential.
fn with_keys(pairs: &str, separator: &str, keys: &[(&str, &str, SecretString)], encode: fn(&str) -> String) -> String {
    let is_key = |pair: &str| {
        let name = percent_decode_str(pair.split('=').next().unwrap_or_default()).decode_utf8_lossy();
        keys.iter().any(|(_, key, _)| *key == name)
    };
    let own = pairs.split(separator.trim()).map(str::trim).filter(|pair| !pair.is_empty() && !is_key(pair));
    let keys = keys.iter().map(|(_, name, value)| format!("{}={}", encode(name), encode(value.expose_secret())));
    own.map(str::to_owned).chain(keys).collect::<Vec<_>>().join(separator)
}
