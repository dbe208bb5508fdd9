//! Changes of security schemes that both versions declare under the same key.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Version, Versions};
use crate::model::operation::Operation;
use crate::model::security::{Access, Flows, IssuerUrl, KeyPlace, Scheme, SchemeKind};
use crate::model::url::{authority, is_clear, without_userinfo};

static KEY_EXPOSED: Kind = Kind {
    id: "key-exposed",
    summary: "An API key moved into the query, where logs and histories keep it",
    clients: Effect::Wire,
    servers: Effect::Wire,
    security: Security::Weakened,
};
static KEY_MOVED: Kind = Kind {
    id: "key-moved",
    summary: "An API key has another name or place",
    clients: Effect::Wire,
    servers: Effect::Wire,
    security: Security::Moved,
};
static KIND_WEAKENED: Kind = Kind {
    id: "scheme-weakened",
    summary: "A scheme became one of a weaker kind, such as an API key in place of a client certificate",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Weakened,
};
static KIND_STRENGTHENED: Kind = Kind {
    id: "scheme-strengthened",
    summary: "A scheme became one of a stronger kind",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Strengthened,
};
static KIND_CHANGED: Kind = Kind {
    id: "scheme-changed",
    summary: "A scheme became one of another kind",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Moved,
};
static FORMAT_CHANGED: Kind = Kind {
    id: "bearer-format-changed",
    summary: "`bearerFormat` changed: verifiers may expect another kind of token",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Moved,
};
static FLOW_WEAKENED: Kind = Kind {
    id: "flow-weakened",
    summary: "The implicit or the password flow was added (RFC 9700, sections 2.1.2 and 2.4)",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Weakened,
};
static FLOW_ADDED: Kind = Kind {
    id: "flow-added",
    summary: "A flow was added",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Neutral,
};
static FLOW_REMOVED: Kind = Kind {
    id: "flow-removed",
    summary: "A flow was removed",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Neutral,
};
static FLOW_STRENGTHENED: Kind = Kind {
    id: "flow-strengthened",
    summary: "The implicit or the password flow was removed",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Strengthened,
};
static ISSUER_CLEAR: Kind = Kind {
    id: "issuer-clear",
    summary: "A URL of an authorization server is no longer https",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Weakened,
};
static ISSUER_MOVED: Kind = Kind {
    id: "issuer-moved",
    summary: "A URL of an authorization server has another host: credentials go elsewhere",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Moved,
};
static ISSUER_CHANGED: Kind = Kind {
    id: "issuer-url-changed",
    summary: "A URL of an authorization server has another path, or was removed",
    clients: Effect::Wire,
    servers: Effect::None,
    security: Security::Moved,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[
    &KEY_EXPOSED,
    &KEY_MOVED,
    &KIND_WEAKENED,
    &KIND_STRENGTHENED,
    &KIND_CHANGED,
    &FORMAT_CHANGED,
    &FLOW_WEAKENED,
    &FLOW_ADDED,
    &FLOW_REMOVED,
    &FLOW_STRENGTHENED,
    &ISSUER_CLEAR,
    &ISSUER_MOVED,
    &ISSUER_CHANGED,
];

/// The changes of schemes. A scheme with another key is a change of the operations that use it.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let old: BTreeMap<&str, &Scheme> = declared(versions.old).map(|scheme| (scheme.name.as_str(), scheme)).collect();
    let mut changes = Vec::new();
    for new in declared(versions.new) {
        let Some(old) = old.get(new.name.as_str()) else { continue };
        let users = users(versions.new, new);
        for (kind, message) in differences(&old.kind, &new.kind) {
            let message = format!("`{}`: {message}", new.name);
            let change = Change::new(kind, message).old(old.at.clone()).new_at(new.at.clone());
            changes.push(users.iter().fold(change, |change, user| change.of(user)));
        }
    }
    changes
}

fn declared<'a>(version: Version<'a>) -> impl Iterator<Item = &'a Scheme> {
    version.api.schemes.iter().chain(&version.api.unused_schemes)
}

/// The operations that use a scheme.
fn users(version: Version<'_>, scheme: &Scheme) -> Vec<String> {
    let is_used = |access: &Access| match access {
        Access::Open => false,
        Access::Guarded { any_of, .. } => any_of
            .iter()
            .flat_map(|requirement| requirement.iter())
            .any(|scheme_use| version.api.scheme(scheme_use.scheme).name == scheme.name),
    };
    version.api.operations.iter().filter(|operation| is_used(&operation.access)).map(Operation::title).collect()
}

fn differences(old: &SchemeKind, new: &SchemeKind) -> Vec<(&'static Kind, String)> {
    let is_same_part = old.carrier().is_same(new.carrier());
    let mut found = match (old, new) {
        (SchemeKind::ApiKey { place: from, name: old }, SchemeKind::ApiKey { place: to, name: new }) => {
            if is_same_part {
                return Vec::new();
            }
            let kind = if from != to && *to == KeyPlace::Query { &KEY_EXPOSED } else { &KEY_MOVED };
            vec![(kind, format!("was in {} `{old}`, is in {} `{new}`", from.as_str(), to.as_str()))]
        }
        (SchemeKind::Bearer { format: old }, SchemeKind::Bearer { format: new }) if old != new => {
            let text = |format: &Option<String>| format.clone().unwrap_or_else(|| "unknown".to_owned());
            vec![(&FORMAT_CHANGED, format!("was `{}`, is `{}`", text(old), text(new)))]
        }
        (SchemeKind::OAuth2(old), SchemeKind::OAuth2(new)) => flows(old, new),
        (old, new) if old.strength() != new.strength() => {
            let kind = if new.strength() < old.strength() { &KIND_WEAKENED } else { &KIND_STRENGTHENED };
            vec![(kind, changed(old, new))]
        }
        (old, new) if old.as_str() != new.as_str() || !is_same_part => {
            vec![(&KIND_CHANGED, changed(old, new))]
        }
        _ => Vec::new(),
    };
    found.extend(urls(old, new));
    found
}

fn changed(old: &SchemeKind, new: &SchemeKind) -> String {
    let words = |kind: &SchemeKind| kind.words(|name| format!("`{name}`"));
    format!("was {}, is {}", words(old), words(new))
}

/// The flows that were added and removed.
fn flows(old: &Flows, new: &Flows) -> Vec<(&'static Kind, String)> {
    let mut found: Vec<(&'static Kind, String)> = Vec::new();
    for ((kind, old), (_, new)) in old.by_kind().into_iter().zip(new.by_kind()) {
        let name = kind.as_str();
        match (old, new, kind.is_discouraged()) {
            (None, Some(_), false) => found.push((&FLOW_ADDED, format!("flow `{name}` was added"))),
            (None, Some(_), true) => found.push((&FLOW_WEAKENED, format!("flow `{name}` was added"))),
            (Some(_), None, false) => found.push((&FLOW_REMOVED, format!("flow `{name}` was removed"))),
            (Some(_), None, true) => found.push((&FLOW_STRENGTHENED, format!("flow `{name}` was removed"))),
            (None, None, _) | (Some(_), Some(_), _) => {}
        }
    }
    found
}

/// The URLs of issuers that were changed, added, or removed from a flow that remains.
fn urls(old: &SchemeKind, new: &SchemeKind) -> Vec<(&'static Kind, String)> {
    let (old, new) = (old.issuer_urls(), new.issuer_urls());
    let known: BTreeSet<&str> = old.iter().map(|issuer| authority(issuer.url)).collect();
    let same = |all: &[IssuerUrl<'_>], wanted: &IssuerUrl<'_>| {
        all.iter().position(|issuer| (issuer.flow, issuer.key) == (wanted.flow, wanted.key))
    };
    let mut found = Vec::new();
    for issuer in &new {
        let shown = without_userinfo(issuer.url);
        let before = same(&old, issuer).map(|at| old[at].url);
        let kind = match before {
            Some(before) if before == issuer.url => continue,
            _ if is_clear(issuer.url) && !before.is_some_and(is_clear) => &ISSUER_CLEAR,
            Some(before) if authority(before) != authority(issuer.url) => &ISSUER_MOVED,
            // A scheme that had no issuer is another kind of scheme, which is reported as such.
            None if known.is_empty() || known.contains(authority(issuer.url)) => continue,
            None => &ISSUER_MOVED,
            Some(_) => &ISSUER_CHANGED,
        };
        let before = before.map_or_else(|| "absent".to_owned(), |url| format!("`{}`", without_userinfo(url)));
        found.push((kind, format!("{issuer} was {before}, is `{shown}`")));
    }
    let has_flow = |issuer: &&IssuerUrl<'_>| new.iter().any(|other| other.flow == issuer.flow) || issuer.flow.is_none();
    for issuer in old.iter().filter(|issuer| same(&new, issuer).is_none()).filter(has_flow) {
        found.push((&ISSUER_CHANGED, format!("{issuer} was `{}`, is absent", without_userinfo(issuer.url))));
    }
    found
}
