//! The algebra of security requirements: the meaning of a scheme, the minimal alternatives of an access, and whether one
//! access is weaker than another.
//!
//! Audit, comparison of versions, overlays and filters all use this one definition. It compares what callers must have,
//! not how the document names it: the key of a scheme under `components/securitySchemes` does not matter.
//!
//! A caller is compared with the credentials that it presents. `{}` accepts a caller without any, as in servers: one whose
//! token lacks a scope is refused, although it would be accepted without the token. Only an open access accepts all callers.

use std::collections::BTreeSet;

use super::security::{Access, Carrier, KeyPlace, Requirement, Scheme, SchemeKind, Secret};

/// What a credential of a scheme is: two schemes with the same meaning accept the same credential.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meaning {
    kind: &'static str,
    secret: Secret,
    place: Option<KeyPlace>,
    /// The name of the key, or the auth-scheme; in lower case if it is case-insensitive.
    name: String,
    /// The URLs of the issuer.
    issuers: BTreeSet<String>,
}

impl Meaning {
    /// The meaning of a scheme: its kind, place, name and issuer URLs.
    pub fn of(kind: &SchemeKind) -> Self {
        let (place, name) = match kind.carrier() {
            Carrier::Key(place, name) => (Some(place), name_in(place, name)),
            Carrier::Authorization(scheme) => (None, scheme.to_ascii_lowercase()),
            Carrier::Connection => (None, String::new()),
        };
        let issuers = kind.issuer_urls().into_iter().map(|issuer| issuer.url.to_owned()).collect();
        Self { kind: kind.as_str(), secret: kind.secret(), place, name, issuers }
    }

    /// Whether it is a client certificate.
    pub fn is_certificate(&self) -> bool {
        self.secret == Secret::Certificate
    }
}

/// Names of header fields are case-insensitive (RFC 9110, section 5.1).
fn name_in(place: KeyPlace, name: &str) -> String {
    match place {
        KeyPlace::Header => name.to_ascii_lowercase(),
        KeyPlace::Query | KeyPlace::Cookie => name.to_owned(),
    }
}

/// A single requirement: a credential with this meaning, or one of its scopes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom {
    /// The meaning of the scheme.
    pub meaning: Meaning,
    /// The scope or role that the credential must have; `None` for the credential itself.
    pub scope: Option<String>,
}

/// The requirements that must be met together. The empty set requires nothing: it is `{}` next to others, and an open
/// access on its own.
pub type Alternative = BTreeSet<Atom>;

/// An access in its normal form: the alternatives of which none contains another; `{}` does not count as contained.
///
/// Two accesses accept the same callers if and only if their normal forms are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alternatives(BTreeSet<Alternative>);

/// How an access differs from an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessChange {
    /// The same callers are accepted.
    Equal,
    /// Some callers that were refused are accepted, and all others as before.
    Weaker,
    /// Some callers that were accepted are refused, and all others as before.
    Stronger,
    /// Some callers that were refused are accepted, and some that were accepted are refused.
    Moved,
}

impl Alternatives {
    /// The normal form of an access of an API with these schemes.
    pub fn new(access: &Access, schemes: &[Scheme]) -> Self {
        match access {
            Access::Open => Self::minimal([Alternative::new()]),
            Access::Guarded { any_of, or_anonymous } => {
                let anonymous = or_anonymous.then(Alternative::new);
                Self::minimal(any_of.iter().map(|requirement| alternative(requirement, schemes)).chain(anonymous))
            }
        }
    }

    fn minimal(alternatives: impl IntoIterator<Item = Alternative>) -> Self {
        let all: BTreeSet<Alternative> = alternatives.into_iter().collect();
        // `{}` accepts only callers without credentials, so it does not make the others redundant.
        let contains_another =
            |one: &Alternative| all.iter().any(|other| other != one && !other.is_empty() && other.is_subset(one));
        Self(all.iter().filter(|one| !contains_another(one)).cloned().collect())
    }

    /// The minimal alternatives in a stable order.
    pub fn iter(&self) -> impl Iterator<Item = &Alternative> {
        self.0.iter()
    }

    /// Whether a caller without credentials is accepted.
    pub fn allows_anonymous(&self) -> bool {
        self.0.iter().any(BTreeSet::is_empty)
    }

    /// Whether a caller that presents credentials which meet these single requirements is accepted.
    pub fn accepts(&self, held: &BTreeSet<Atom>) -> bool {
        let is_met = |alternative: &Alternative| match alternative.is_empty() {
            true => held.is_empty(),
            false => alternative.is_subset(held),
        };
        self.is_open() || self.0.iter().any(is_met)
    }

    /// Whether all callers are accepted, also those with an invalid credential.
    fn is_open(&self) -> bool {
        self.0.len() == 1 && self.allows_anonymous()
    }

    /// How this access differs from an earlier one.
    pub fn compared_with(&self, old: &Self) -> AccessChange {
        match (self.accepts_more_than(old), old.accepts_more_than(self)) {
            (false, false) => AccessChange::Equal,
            (true, false) => AccessChange::Weaker,
            (false, true) => AccessChange::Stronger,
            (true, true) => AccessChange::Moved,
        }
    }

    /// Whether this access is weaker than an earlier one, or has another alternative that requires only a part of what one
    /// of the earlier access required, such as nothing.
    pub fn is_weaker_than(&self, old: &Self) -> bool {
        match self.compared_with(old) {
            AccessChange::Weaker => true,
            AccessChange::Equal | AccessChange::Stronger => false,
            AccessChange::Moved => self.requires_less_than(old),
        }
    }

    fn requires_less_than(&self, old: &Self) -> bool {
        let is_part = |alternative: &Alternative| old.0.iter().any(|whole| alternative.is_subset(whole));
        self.0.iter().any(|alternative| !old.accepts(alternative) && is_part(alternative))
    }

    /// Whether some caller is accepted here and refused there: one that has just what an alternative requires, or one with
    /// an invalid credential.
    fn accepts_more_than(&self, other: &Self) -> bool {
        (self.is_open() && !other.is_open()) || self.0.iter().any(|alternative| !other.accepts(alternative))
    }
}

/// The indices of the alternatives of an access that never decide: they require all that another alternative requires.
/// `{}` does not count: it accepts only callers without credentials. Of equal alternatives the first decides.
pub fn redundant_alternatives(access: &Access, schemes: &[Scheme]) -> Vec<usize> {
    let Access::Guarded { any_of, .. } = access else { return Vec::new() };
    let all: Vec<Alternative> = any_of.iter().map(|requirement| alternative(requirement, schemes)).collect();
    let is_redundant = |&at: &usize| {
        let covers = |(other, found): (usize, &Alternative)| {
            other != at && found.is_subset(&all[at]) && (found != &all[at] || other < at)
        };
        all.iter().enumerate().any(covers)
    };
    (0..all.len()).filter(is_redundant).collect()
}

/// The credentials of a requirement, and the scopes that each must have.
fn alternative(requirement: &Requirement, schemes: &[Scheme]) -> Alternative {
    let mut atoms = Alternative::new();
    for scheme_use in requirement.iter() {
        let meaning = Meaning::of(&schemes[scheme_use.scheme.0].kind);
        let scopes = scheme_use.scopes.iter().cloned().map(Some);
        atoms.extend(scopes.chain([None]).map(|scope| Atom { meaning: meaning.clone(), scope }));
    }
    atoms
}

#[cfg(test)]
mod tests;
