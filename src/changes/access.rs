//! Changes of who may call an operation, by the algebra of [`crate::model::access`].

use std::collections::BTreeSet;

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Pair, Version, Versions};
use crate::model::access::{AccessChange, Meaning};
use crate::model::access_text::access_text;
use crate::model::operation::Operation;
use crate::model::security::{Access, Requirement, SchemeKind};
use crate::model::url::is_clear;

static OPENED: Kind = Kind {
    id: "access-opened",
    summary: "An operation became public: `security: []`, or no security requirements",
    clients: Effect::Source,
    servers: Effect::Source,
    security: Security::Weakened,
};
static GUARDED: Kind = Kind {
    id: "access-guarded",
    summary: "A public operation requires a credential",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Strengthened,
};
static ANONYMOUS_ADDED: Kind = Kind {
    id: "anonymous-added",
    summary: "`{}` was added to the alternatives: the credential became optional",
    clients: Effect::None,
    servers: Effect::Source,
    security: Security::Weakened,
};
static ANONYMOUS_REMOVED: Kind = Kind {
    id: "anonymous-removed",
    summary: "`{}` was removed from the alternatives: the credential became required",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Strengthened,
};
static WEAKENED: Kind = Kind {
    id: "access-weakened",
    summary: "An operation accepts callers that it refused: a scheme is no longer required, or there is another alternative",
    clients: Effect::None,
    servers: Effect::Source,
    security: Security::Weakened,
};
static STRENGTHENED: Kind = Kind {
    id: "access-strengthened",
    summary: "An operation refuses callers that it accepted: it requires another scheme, or lost an alternative",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Strengthened,
};
static SCOPES_REMOVED: Kind = Kind::new(
    "scopes-removed",
    "An operation accepts tokens that it refused: a scope is no longer required",
    (Effect::None, Effect::None),
    Security::Weakened,
);
static SCOPES_ADDED: Kind = Kind::new(
    "scopes-added",
    "An operation refuses tokens that it accepted: it requires another scope",
    (Effect::Wire, Effect::None),
    Security::Strengthened,
);
static MOVED: Kind = Kind {
    id: "access-moved",
    summary: "An operation accepts callers that it refused, and refuses others that it accepted",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Moved,
};
static DOWNGRADED: Kind = Kind::new(
    "access-downgraded",
    "In place of others, an operation accepts callers without a credential or with a part of what it required, \
     credentials of a weaker kind, or tokens of an issuer without https",
    (Effect::Wire, Effect::Source),
    Security::Weakened,
);
static REORDERED: Kind = Kind {
    id: "alternatives-reordered",
    summary: "The order of the alternatives changed: clients that have several credentials send another one",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Neutral,
};
static REDUNDANT: Kind = Kind {
    id: "redundant-alternative",
    summary: "An alternative that never decides was added or removed: the same callers are accepted",
    clients: Effect::None,
    servers: Effect::Source,
    security: Security::Neutral,
};
static RENAMED: Kind = Kind {
    id: "scheme-renamed",
    summary: "A scheme has another key but the same meaning: the names of generated methods and types changed",
    clients: Effect::Source,
    servers: Effect::Source,
    security: Security::Neutral,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[
    &OPENED,
    &GUARDED,
    &ANONYMOUS_ADDED,
    &ANONYMOUS_REMOVED,
    &WEAKENED,
    &STRENGTHENED,
    &SCOPES_REMOVED,
    &SCOPES_ADDED,
    &MOVED,
    &DOWNGRADED,
    &REORDERED,
    &REDUNDANT,
    &RENAMED,
];

/// The changes of operations that both versions have.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    versions.pairs.iter().filter_map(|pair| change(versions, pair)).collect()
}

fn change(versions: &Versions<'_>, pair: &Pair<'_>) -> Option<Change> {
    let (old, new) = (named(versions.old, pair.old), named(versions.new, pair.new));
    let (before, after) = (versions.old.alternatives(pair.old), versions.aligned(pair.new));
    let kind = match after.compared_with(&before) {
        AccessChange::Equal if old == new => return None,
        AccessChange::Equal if old.iter().collect::<BTreeSet<_>>() == new.iter().collect() => &REORDERED,
        AccessChange::Equal
            if meanings(versions.old, pair.old) == meanings(versions.new, pair.new)
                && schemes(&old) != schemes(&new) =>
        {
            &RENAMED
        }
        AccessChange::Equal => &REDUNDANT,
        // Only the kind of a scheme changed, which is a change of the scheme.
        _ if old == new => return None,
        // Generated code is the same but for the scopes in its tables.
        AccessChange::Weaker if without_scopes(&old) == without_scopes(&new) => &SCOPES_REMOVED,
        AccessChange::Stronger if without_scopes(&old) == without_scopes(&new) => &SCOPES_ADDED,
        AccessChange::Weaker => weaker(&pair.new.access, &pair.old.access, [&OPENED, &ANONYMOUS_ADDED, &WEAKENED]),
        AccessChange::Stronger => {
            weaker(&pair.old.access, &pair.new.access, [&GUARDED, &ANONYMOUS_REMOVED, &STRENGTHENED])
        }
        AccessChange::Moved if after.is_weaker_than(&before) || is_downgrade(versions, pair) => &DOWNGRADED,
        AccessChange::Moved => &MOVED,
    };
    let text = |version: Version<'_>, operation: &Operation| access_text(&version.api.schemes, &operation.access);
    let message = format!("was `{}`, is `{}`", text(versions.old, pair.old), text(versions.new, pair.new));
    let places = (versions.old.security_at(pair.old), versions.new.security_at(pair.new));
    Some(Change::new(kind, message).old(places.0).new_at(places.1).of(pair.title()))
}

/// Whether the weakest alternative is of a weaker kind than before, or an issuer without https is new.
fn is_downgrade(versions: &Versions<'_>, pair: &Pair<'_>) -> bool {
    let (old, new) = (kinds(versions.old, pair.old), kinds(versions.new, pair.new));
    // An alternative is as strong as the strongest of its schemes.
    let weakest = |all: &[Vec<&SchemeKind>]| {
        all.iter().map(|kinds| kinds.iter().map(|kind| kind.strength()).max().unwrap_or(0)).min()
    };
    let has_clear = |all: &[Vec<&SchemeKind>]| {
        all.iter().flatten().flat_map(|kind| kind.issuer_urls()).any(|issuer| is_clear(issuer.url))
    };
    weakest(&new) < weakest(&old) || (has_clear(&new) && !has_clear(&old))
}

/// The kinds of the schemes of each alternative.
fn kinds<'a>(version: Version<'a>, operation: &Operation) -> Vec<Vec<&'a SchemeKind>> {
    let Access::Guarded { any_of, .. } = &operation.access else { return Vec::new() };
    let of =
        |requirement: &Requirement| requirement.iter().map(|member| &version.api.scheme(member.scheme).kind).collect();
    any_of.iter().map(of).collect()
}

/// The kind of a difference, from the weaker of the two accesses: public, with `{}` in one of them, or neither.
fn weaker(weaker: &Access, other: &Access, [public, anonymous, less]: [&'static Kind; 3]) -> &'static Kind {
    let has_anonymous = |access: &Access| matches!(access, Access::Guarded { or_anonymous: true, .. });
    match weaker {
        // It was, or still is, open to callers without a credential.
        Access::Open if has_anonymous(other) => less,
        Access::Open => public,
        Access::Guarded { .. } if has_anonymous(weaker) && !has_anonymous(other) => anonymous,
        Access::Guarded { .. } => less,
    }
}

/// The members of each alternative by the keys of schemes, in the order of the document; `{}` is empty.
type Named = Vec<BTreeSet<(String, BTreeSet<String>)>>;

fn named(version: Version<'_>, operation: &Operation) -> Named {
    let of_requirement = |requirement: &Requirement| {
        let uses = requirement.iter().map(|scheme_use| {
            (version.api.scheme(scheme_use.scheme).name.clone(), scheme_use.scopes.iter().cloned().collect())
        });
        uses.collect()
    };
    match &operation.access {
        Access::Open => Vec::new(),
        Access::Guarded { any_of, or_anonymous } => {
            any_of.iter().map(of_requirement).chain(or_anonymous.then(BTreeSet::new)).collect()
        }
    }
}

fn schemes(access: &Named) -> BTreeSet<&str> {
    access.iter().flatten().map(|(name, _)| name.as_str()).collect()
}

/// The schemes of each alternative.
fn without_scopes(access: &Named) -> Vec<BTreeSet<&str>> {
    access.iter().map(|members| members.iter().map(|(name, _)| name.as_str()).collect()).collect()
}

/// What the schemes of an operation accept.
fn meanings(version: Version<'_>, operation: &Operation) -> BTreeSet<Meaning> {
    let Access::Guarded { any_of, .. } = &operation.access else { return BTreeSet::new() };
    let uses = any_of.iter().flat_map(|requirement| requirement.iter());
    uses.map(|scheme_use| Meaning::of(&version.api.scheme(scheme_use.scheme).kind)).collect()
}
