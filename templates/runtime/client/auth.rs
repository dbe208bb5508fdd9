//! Authenticates a call: selects the first alternative for whose schemes the client has credentials.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::attachments::{Attachments, Unattached};
use super::auth_error::AuthReason;
use super::credential::{Credential, Secret};
use super::operation::{Access, KeyPlace, Scheme, SchemeKind, SchemeUse};
use super::platform::Identity;
use super::transport::Transport;

/// The credentials of a client, by the index of their scheme.
#[derive(Clone)]
pub(super) struct Keyring {
    pub(super) schemes: &'static [Scheme],
    pub(super) credentials: Vec<Option<Credential>>,
    /// The settings with which providers send requests.
    pub(super) transport: Transport,
}

/// Whether two schemes can share one value: two bearer-like schemes, or two keys with one name.
fn is_shared(one: &SchemeKind, other: &SchemeKind) -> bool {
    let ((place, name, prefix), (other_place, other_name, other_prefix)) = (self::place(one), self::place(other));
    let is_same_name = match place {
        KeyPlace::Header => name.eq_ignore_ascii_case(other_name),
        KeyPlace::Query | KeyPlace::Cookie => name == other_name,
    };
    place == other_place && is_same_name && prefix.eq_ignore_ascii_case(other_prefix)
}

/// Where the credential of a scheme is sent, under which name, and with which prefix.
fn place<'k>(kind: &'k SchemeKind) -> (KeyPlace, &'k str, &'k str) {
    let authorization = |scheme: &'k str| (KeyPlace::Header, "authorization", scheme);
    match kind {
        SchemeKind::ApiKey { place, name } => (*place, name, ""),
        SchemeKind::Basic => authorization("basic"),
        SchemeKind::Bearer => authorization("bearer"),
        SchemeKind::Http(scheme) => authorization(scheme),
        // A header name cannot contain a space, so no other scheme has this place.
        SchemeKind::MutualTls => (KeyPlace::Header, "client certificate", ""),
    }
}

/// An alternative for which there are credentials.
pub(super) struct Choice {
    pub(super) first: &'static [SchemeUse],
    /// The later alternatives.
    later: &'static [&'static [SchemeUse]],
}

/// The schemes of an alternative, without scopes.
fn schemes(alternative: &[SchemeUse]) -> BTreeSet<usize> {
    alternative.iter().map(|scheme_use| scheme_use.scheme).collect()
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
                return Ok(Some(Choice { first: alternative, later: &any_of[at + 1..] }));
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
        // They differ in their scopes.
        let same_schemes = choice.later.iter().filter(|other| schemes(other) == schemes(choice.first));
        for alternative in same_schemes {
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
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.credentials.iter().flatten().find_map(|credential| match &credential.0 {
            Secret::Identity(identity) => Some(identity),
            Secret::Value(_) | Secret::Opaque(_) | Secret::Login { .. } | Secret::Provider(_) | Secret::Signer(_) => {
                None
            }
        })
    }
}
