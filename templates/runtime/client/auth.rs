//! Authenticates a call: selects the first alternative for whose schemes the client has credentials, and attaches only
//! these credentials.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::credential::{
    BoxError, Credential, Provider, Secret, Signer, is_cookie_octet, is_opaque, is_token68, login,
};
use super::header_text;
use super::operation::{Access, KeyPlace, Scheme, SchemeKind, SchemeUse};
use super::parameter_write::encoded;
use super::transport::Transport;

/// The call could not be authenticated. The error names schemes, never credentials.
#[derive(Debug)]
pub struct AuthError {
    /// The operation.
    pub operation: &'static str,
    /// The reason.
    pub reason: AuthReason,
}

/// Why a call could not be authenticated.
#[derive(Debug)]
pub enum AuthReason {
    /// The client has no alternative's credentials. For each alternative, the schemes without a credential.
    Missing(Vec<Vec<&'static str>>),
    /// Two schemes of one alternative use the same place with different values.
    Conflict(&'static str, &'static str),
    /// A credential contains characters that are not allowed in its place.
    Malformed(&'static str, &'static str),
    /// A provider or signer failed.
    Failed(&'static str, BoxError),
    /// The base URL is plain http to a host other than loopback.
    InsecureTransport,
    /// A signer changed the request's URL to a different origin than that of the base URL.
    OtherOrigin,
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
            AuthReason::Conflict(one, other) => {
                write!(f, "the schemes `{one}` and `{other}` use the same place with different credentials")
            }
            AuthReason::Malformed(scheme, what) => write!(f, "the credential of `{scheme}` {what}"),
            AuthReason::Failed(scheme, _) => write!(f, "could not get a credential for `{scheme}`"),
            AuthReason::InsecureTransport => {
                f.write_str("credentials are not sent over plain http except to loopback; see `allow_insecure_http`")
            }
            AuthReason::OtherOrigin => f.write_str("a signer changed the URL of the request to a different origin"),
        }
    }
}

impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            AuthReason::Failed(_, error) => Some(error.as_ref()),
            AuthReason::Missing(_)
            | AuthReason::Conflict(..)
            | AuthReason::Malformed(..)
            | AuthReason::InsecureTransport
            | AuthReason::OtherOrigin => None,
        }
    }
}

/// The credentials of a client, by the index of their scheme.
#[derive(Clone)]
pub(super) struct Keyring {
    pub(super) schemes: &'static [Scheme],
    pub(super) credentials: Vec<Option<Credential>>,
    /// The settings with which providers send requests.
    pub(super) transport: Transport,
}

/// The encoded credentials of one alternative, each with the name of its scheme.
#[derive(Default)]
pub(super) struct Attachments {
    headers: Vec<(&'static str, HeaderName, HeaderValue)>,
    query: Vec<(&'static str, &'static str, SecretString)>,
    cookies: Vec<(&'static str, &'static str, SecretString)>,
    signers: Vec<(&'static str, Arc<dyn Signer>)>,
    provided: Vec<(Arc<dyn Provider>, SecretString)>,
}

/// The secrets of a call that came from providers.
#[derive(Default)]
pub(super) struct Provided(Vec<(Arc<dyn Provider>, SecretString)>);

impl Provided {
    /// Reports to each provider that its secret was rejected. Returns whether any of them may have a new one.
    pub(super) fn refused(&self) -> bool {
        let may_have_new: Vec<bool> = self.0.iter().map(|(provider, secret)| provider.refused(secret)).collect();
        may_have_new.contains(&true)
    }
}

/// Whether two schemes can share one value: two bearer-like schemes, or two keys with one name.
fn is_shared(one: &SchemeKind, other: &SchemeKind) -> bool {
    place(one) == place(other)
}

/// Where the credential of a scheme is sent, under which name, and with which prefix.
fn place(kind: &SchemeKind) -> (KeyPlace, String, String) {
    let authorization = |scheme: &str| (KeyPlace::Header, "authorization".to_owned(), scheme.to_ascii_lowercase());
    match kind {
        SchemeKind::ApiKey { place: KeyPlace::Header, name } => {
            (KeyPlace::Header, name.to_ascii_lowercase(), String::new())
        }
        SchemeKind::ApiKey { place, name } => (*place, (*name).to_owned(), String::new()),
        SchemeKind::Basic => authorization("basic"),
        SchemeKind::Bearer => authorization("bearer"),
        SchemeKind::Http(scheme) => authorization(scheme),
        // A header name cannot contain a space, so no other scheme has this place.
        SchemeKind::MutualTls => (KeyPlace::Header, "client certificate".to_owned(), String::new()),
    }
}

/// An alternative for which there are credentials.
pub(super) struct Choice {
    pub(super) first: &'static [SchemeUse],
    /// The later alternatives with the same schemes. They differ in their scopes.
    others: Vec<&'static [SchemeUse]>,
}

/// The schemes of an alternative, without scopes.
fn schemes(alternative: &[SchemeUse]) -> BTreeSet<usize> {
    alternative.iter().map(|scheme_use| scheme_use.scheme).collect()
}

/// Why an alternative cannot be attached.
enum Unattached {
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

impl Keyring {
    /// The keyring for one call, in which the call's credentials replace those of the client.
    pub(super) fn with(&self, own: Vec<(usize, Credential)>) -> Result<Cow<'_, Self>, AuthReason> {
        let mut keyring = Cow::Borrowed(self);
        for (scheme, credential) in own {
            let malformed =
                |what| AuthReason::Malformed(self.schemes.get(scheme).map_or("", |scheme| scheme.name), what);
            if matches!(credential.0, Secret::Identity(_)) {
                return Err(malformed("is a certificate, which can only be set for the whole client"));
            }
            match keyring.to_mut().credentials.get_mut(scheme) {
                Some(slot) => *slot = Some(credential),
                None => return Err(malformed("is for a scheme that this API does not have")),
            }
        }
        Ok(keyring)
    }

    /// The first alternative for which there are credentials; `None` if no credentials are to be sent.
    pub(super) fn choose(&self, access: &Access) -> Result<Option<Choice>, AuthReason> {
        let Access::Guarded { any_of, or_anonymous } = access else { return Ok(None) };
        let mut missing = Vec::new();
        for (at, alternative) in any_of.iter().enumerate() {
            let lacking = self.lacking(alternative);
            if lacking.is_empty() {
                let schemes = schemes(alternative);
                let others = any_of[at + 1..].iter().filter(|other| self::schemes(other) == schemes);
                return Ok(Some(Choice { first: alternative, others: others.copied().collect() }));
            }
            missing.push(lacking);
        }
        if *or_anonymous { Ok(None) } else { Err(AuthReason::Missing(missing)) }
    }

    /// The schemes of an alternative that neither have a credential nor share one.
    fn lacking(&self, alternative: &[SchemeUse]) -> Vec<&'static str> {
        let is_served =
            |own: &SchemeUse| self.sharing(alternative, own).any(|other| self.credentials[other.scheme].is_some());
        let lacking = alternative.iter().filter(|scheme_use| !is_served(scheme_use));
        lacking.map(|scheme_use| self.schemes[scheme_use.scheme].name).collect()
    }

    /// The schemes of an alternative that share one value with this one, including itself.
    fn sharing<'k>(&'k self, alternative: &'k [SchemeUse], own: &SchemeUse) -> impl Iterator<Item = &'k SchemeUse> {
        let kind = self.schemes[own.scheme].kind;
        alternative.iter().filter(move |other| is_shared(&self.schemes[other.scheme].kind, &kind))
    }

    /// Encodes the credentials of the choice. If an authorization server refuses its scopes, those of the next
    /// alternative with the same schemes are requested. If it refuses all, the error is that of the first one.
    pub(super) async fn granted(&self, choice: &Choice) -> Result<Attachments, AuthReason> {
        let reason = match self.attachments(choice.first).await {
            Err(Unattached::Scopes(reason)) => reason,
            other => return Ok(other?),
        };
        for alternative in &choice.others {
            match self.attachments(alternative).await {
                Err(Unattached::Scopes(_)) => {}
                other => return Ok(other?),
            }
        }
        Err(reason)
    }

    /// Encodes the credentials of an alternative.
    async fn attachments(&self, alternative: &'static [SchemeUse]) -> Result<Attachments, Unattached> {
        let mut attachments = Attachments::default();
        for scheme_use in alternative {
            if let Some(credential) = &self.credentials[scheme_use.scheme] {
                // A shared value needs the scopes of all its schemes.
                let mut scopes = Vec::new();
                for scope in self.sharing(alternative, scheme_use).flat_map(|other| other.scopes) {
                    if !scopes.contains(scope) {
                        scopes.push(*scope);
                    }
                }
                attachments.add(&self.schemes[scheme_use.scheme], credential, &self.transport, &scopes).await?;
            }
        }
        Ok(attachments)
    }

    /// Whether any secret comes from a provider, so that it may change between calls.
    pub(super) fn has_providers(&self) -> bool {
        self.credentials.iter().flatten().any(|credential| matches!(credential.0, Secret::Provider(_)))
    }

    /// The client certificate for mutual TLS.
    pub(super) fn identity(&self) -> Option<&reqwest::Identity> {
        self.credentials.iter().flatten().find_map(|credential| match &credential.0 {
            Secret::Identity(identity) => Some(identity),
            Secret::Value(_) | Secret::Opaque(_) | Secret::Login { .. } | Secret::Provider(_) | Secret::Signer(_) => {
                None
            }
        })
    }
}

impl Attachments {
    async fn add(
        &mut self,
        scheme: &'static Scheme,
        credential: &Credential,
        transport: &Transport,
        scopes: &[&str],
    ) -> Result<(), Unattached> {
        let malformed = |what| AuthReason::Malformed(scheme.name, what);
        let value = match &credential.0 {
            // The HTTP client already has it.
            Secret::Identity(_) => return Ok(()),
            Secret::Signer(signer) => {
                self.signers.push((scheme.name, signer.clone()));
                return Ok(());
            }
            Secret::Login { user, password } => SecretString::from(login(user, password).map_err(malformed)?),
            Secret::Opaque(token) if matches!(scheme.kind, SchemeKind::Bearer) => {
                return Ok(self.opaque(scheme, token)?);
            }
            Secret::Value(value) | Secret::Opaque(value) => value.clone(),
            Secret::Provider(provider) => {
                let secret = provider.secret_over(transport, scopes).await;
                let secret = secret.map_err(|error| {
                    let is_about_scopes = provider.is_about_scopes(&error);
                    let reason = AuthReason::Failed(scheme.name, error);
                    if is_about_scopes { Unattached::Scopes(reason) } else { Unattached::Other(reason) }
                })?;
                self.provided.push((Arc::clone(provider), secret.clone()));
                secret
            }
        };
        if value.expose_secret().is_empty() {
            return Err(malformed("is empty").into());
        }
        Ok(self.place(scheme, &value)?)
    }

    fn opaque(&mut self, scheme: &'static Scheme, token: &SecretString) -> Result<(), AuthReason> {
        let token = token.expose_secret();
        if !is_opaque(token) {
            return Err(AuthReason::Malformed(scheme.name, "is empty or contains characters other than visible ASCII"));
        }
        self.header(scheme, AUTHORIZATION, &format!("Bearer {token}"))
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

    /// Adds the credentials to the request, replacing parameters with the same names. Signers run last, because they
    /// sign the finished request.
    pub(super) fn attach(self, request: &mut reqwest::Request) -> Result<Provided, AuthReason> {
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
        for (scheme, signer) in self.signers {
            signer.sign(request).map_err(|error| AuthReason::Failed(scheme, error))?;
        }
        Ok(Provided(self.provided))
    }
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
