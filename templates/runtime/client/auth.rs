//! Authentication of a call: the first alternative whose schemes all have a credential is chosen, and only its
//! credentials are attached.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::credential::{BoxError, Credential, Secret};
use super::operation::{Access, KeyPlace, Operation, Scheme, SchemeKind, SchemeUse};

/// Why a call could not be authenticated. It names schemes, never credentials.
#[derive(Debug)]
pub struct AuthError {
    /// The operation.
    pub operation: &'static str,
    /// What stood in the way.
    pub reason: AuthReason,
}

/// What stands in the way of authentication.
#[derive(Debug)]
pub enum AuthReason {
    /// No alternative has all of its credentials: for each, the schemes that lack one.
    Missing(Vec<Vec<&'static str>>),
    /// Two schemes of one alternative travel in the same place with different values.
    Conflict(&'static str, &'static str),
    /// A credential holds characters that its place cannot carry.
    Malformed(&'static str, &'static str),
    /// A provider or signer failed.
    Failed(&'static str, BoxError),
    /// The base URL is plain http to another machine.
    InsecureTransport,
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation `{}`: ", self.operation)?;
        match &self.reason {
            AuthReason::Missing(alternatives) => {
                f.write_str("no credential for ")?;
                for (at, missing) in alternatives.iter().enumerate() {
                    let separator = if at > 0 { ", or for " } else { "" };
                    write!(f, "{separator}`{}`", missing.join("` and `"))?;
                }
                Ok(())
            }
            AuthReason::Conflict(one, other) => write!(f, "the credentials of `{one}` and `{other}` travel in one place and differ"),
            AuthReason::Malformed(scheme, what) => write!(f, "the credential of `{scheme}` {what}"),
            AuthReason::Failed(scheme, _) => write!(f, "no credential could be had for `{scheme}`"),
            AuthReason::InsecureTransport => {
                f.write_str("credentials are not sent over plain http to another machine; see `allow_insecure_http`")
            }
        }
    }
}

impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            AuthReason::Failed(_, error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

/// The credentials of a client, by the index of their scheme.
pub(super) struct Keyring {
    pub(super) schemes: &'static [Scheme],
    pub(super) credentials: Vec<Option<Credential>>,
}

/// What an operation's call carries, ready to be attached.
#[derive(Default)]
pub(super) struct Attachments {
    headers: Vec<(HeaderName, HeaderValue)>,
    query: Vec<(&'static str, SecretString)>,
    cookies: Vec<(&'static str, SecretString)>,
    signers: Vec<(&'static str, std::sync::Arc<dyn super::credential::Signer>)>,
    has_identity: bool,
}

/// Where a scheme travels; two schemes of one place share one value.
fn place(kind: &SchemeKind) -> (KeyPlace, String) {
    match kind {
        SchemeKind::ApiKey { place: KeyPlace::Header, name } => (KeyPlace::Header, name.to_ascii_lowercase()),
        SchemeKind::ApiKey { place, name } => (*place, (*name).to_owned()),
        SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::Http(_) => (KeyPlace::Header, "authorization".to_owned()),
        // No place that another scheme could have: the name of a header has no space.
        SchemeKind::MutualTls => (KeyPlace::Header, "client certificate".to_owned()),
    }
}

impl Keyring {
    /// What the call of this operation carries.
    pub(super) async fn attachments(&self, operation: &'static Operation) -> Result<Attachments, AuthError> {
        let failed = |reason| AuthError { operation: operation.id, reason };
        let Some(alternative) = self.choose(&operation.access).map_err(failed)? else {
            return Ok(Attachments::default());
        };
        let mut attachments = Attachments::default();
        for scheme_use in alternative {
            if let Some(credential) = &self.credentials[scheme_use.scheme] {
                let scheme = &self.schemes[scheme_use.scheme];
                attachments.add(scheme, credential, scheme_use.scopes).await.map_err(failed)?;
            }
        }
        Ok(attachments)
    }

    /// The first alternative that can be met; `None` where nothing is to be sent.
    fn choose(&self, access: &Access) -> Result<Option<&'static [SchemeUse]>, AuthReason> {
        let Access::Guarded { any_of, or_anonymous } = access else { return Ok(None) };
        let mut missing = Vec::new();
        for alternative in *any_of {
            let lacking = self.lacking(alternative);
            if lacking.is_empty() {
                return Ok(Some(alternative));
            }
            missing.push(lacking);
        }
        if *or_anonymous { Ok(None) } else { Err(AuthReason::Missing(missing)) }
    }

    /// The schemes of an alternative that have no credential, nor share the place of one that has.
    fn lacking(&self, alternative: &[SchemeUse]) -> Vec<&'static str> {
        let has = |scheme: usize| self.credentials[scheme].is_some();
        let is_served = |scheme: usize| {
            let own = place(&self.schemes[scheme].kind);
            alternative.iter().any(|other| has(other.scheme) && place(&self.schemes[other.scheme].kind) == own)
        };
        let lacking = alternative.iter().filter(|scheme_use| !is_served(scheme_use.scheme));
        lacking.map(|scheme_use| self.schemes[scheme_use.scheme].name).collect()
    }
}

impl Attachments {
    /// Whether nothing secret is to be sent.
    pub(super) fn is_empty(&self) -> bool {
        self.headers.is_empty() && self.query.is_empty() && self.cookies.is_empty() && self.signers.is_empty() && !self.has_identity
    }

    async fn add(&mut self, scheme: &'static Scheme, credential: &Credential, scopes: &[&str]) -> Result<(), AuthReason> {
        let malformed = |what| AuthReason::Malformed(scheme.name, what);
        let value = match &credential.0 {
            Secret::Identity(_) => {
                self.has_identity = true;
                return Ok(());
            }
            Secret::Signer(signer) => {
                self.signers.push((scheme.name, signer.clone()));
                return Ok(());
            }
            Secret::Login { user, password } => SecretString::from(login(user, password).map_err(malformed)?),
            Secret::Value(value) => value.clone(),
            Secret::Provider(provider) => {
                provider.secret(scopes).await.map_err(|error| AuthReason::Failed(scheme.name, error))?
            }
        };
        if value.expose_secret().is_empty() {
            return Err(malformed("is empty"));
        }
        self.place(scheme, &value)
    }

    fn place(&mut self, scheme: &'static Scheme, value: &SecretString) -> Result<(), AuthReason> {
        let secret = value.expose_secret();
        match scheme.kind {
            SchemeKind::Basic => self.header(scheme, AUTHORIZATION, &format!("Basic {secret}")),
            SchemeKind::Bearer if !is_token68(secret) => {
                Err(AuthReason::Malformed(scheme.name, "holds characters that no bearer token has"))
            }
            SchemeKind::Bearer => self.header(scheme, AUTHORIZATION, &format!("Bearer {secret}")),
            SchemeKind::Http(name) => self.header(scheme, AUTHORIZATION, &format!("{name} {secret}")),
            SchemeKind::ApiKey { place: KeyPlace::Header, name } => {
                let name = HeaderName::from_bytes(name.as_bytes());
                let name = name.map_err(|_| AuthReason::Malformed(scheme.name, "travels in a header that cannot be"))?;
                self.header(scheme, name, secret)
            }
            SchemeKind::ApiKey { place: KeyPlace::Query, name } => share(&mut self.query, scheme, name, value),
            SchemeKind::ApiKey { place: KeyPlace::Cookie, .. } if !secret.bytes().all(is_cookie_octet) => {
                Err(AuthReason::Malformed(scheme.name, "holds characters that no cookie has"))
            }
            SchemeKind::ApiKey { place: KeyPlace::Cookie, name } => share(&mut self.cookies, scheme, name, value),
            // Only an identity fits this scheme, and it was taken above.
            SchemeKind::MutualTls => Err(AuthReason::Malformed(scheme.name, "is no certificate")),
        }
    }

    fn header(&mut self, scheme: &'static Scheme, name: HeaderName, text: &str) -> Result<(), AuthReason> {
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| AuthReason::Malformed(scheme.name, "holds characters that no header has"))?;
        value.set_sensitive(true);
        match self.headers.iter().find(|(other, _)| *other == name) {
            Some((_, other)) if *other == value => Ok(()),
            Some(_) => Err(AuthReason::Conflict(scheme.name, "another scheme of the alternative")),
            None => {
                self.headers.push((name, value));
                Ok(())
            }
        }
    }

    /// Puts everything on the request; signers last, since they see the finished request.
    pub(super) fn attach(self, operation: &'static Operation, request: &mut reqwest::Request) -> Result<(), AuthError> {
        for (name, value) in self.headers {
            request.headers_mut().insert(name, value);
        }
        for (name, value) in &self.query {
            request.url_mut().query_pairs_mut().append_pair(name, value.expose_secret());
        }
        if !self.cookies.is_empty() {
            let own = request.headers().get(COOKIE).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={}", value.expose_secret()));
            let text = own.into_iter().chain(pairs).collect::<Vec<_>>().join("; ");
            let mut value = HeaderValue::from_str(&text).map_err(|_| AuthError {
                operation: operation.id,
                reason: AuthReason::Malformed("cookie", "holds characters that no header has"),
            })?;
            value.set_sensitive(true);
            request.headers_mut().insert(COOKIE, value);
        }
        for (scheme, signer) in self.signers {
            let failed = |error| AuthError { operation: operation.id, reason: AuthReason::Failed(scheme, error) };
            signer.sign(request).map_err(failed)?;
        }
        Ok(())
    }
}

fn share(
    list: &mut Vec<(&'static str, SecretString)>,
    scheme: &'static Scheme,
    name: &'static str,
    value: &SecretString,
) -> Result<(), AuthReason> {
    match list.iter().find(|(other, _)| *other == name) {
        Some((_, other)) if other.expose_secret() == value.expose_secret() => Ok(()),
        Some(_) => Err(AuthReason::Conflict(scheme.name, "another scheme of the alternative")),
        None => {
            list.push((name, value.clone()));
            Ok(())
        }
    }
}

/// The base64 of `user:password` (RFC 7617, section 2).
fn login(user: &str, password: &SecretString) -> Result<String, &'static str> {
    let password = password.expose_secret();
    if user.contains(':') {
        return Err("has a `:` in its user name");
    }
    if user.chars().chain(password.chars()).any(char::is_control) {
        return Err("holds control characters");
    }
    Ok(STANDARD.encode(format!("{user}:{password}")))
}

/// RFC 6750, section 2.1.
fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

/// RFC 6265, section 4.1.1.
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}
