//! Operations that were added, removed or renamed.

use std::collections::BTreeSet;

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Versions, route};
use crate::diag::print::excerpt;
use crate::document::tree::Node;
use crate::model::operation::Operation;

static REMOVED: Kind = Kind {
    id: "operation-removed",
    summary: "An operation was removed that was not deprecated",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Neutral,
};
static DEPRECATED_REMOVED: Kind = Kind {
    id: "deprecated-operation-removed",
    summary: "A deprecated operation was removed",
    clients: Effect::Wire,
    servers: Effect::Source,
    security: Security::Neutral,
};
static ADDED: Kind = Kind {
    id: "operation-added",
    summary: "An operation was added",
    clients: Effect::None,
    servers: Effect::Source,
    security: Security::Neutral,
};
static ADDED_OPEN: Kind = Kind {
    id: "public-operation-added",
    summary: "An operation that needs no credential was added to an API with guarded ones",
    clients: Effect::None,
    servers: Effect::Source,
    security: Security::Weakened,
};
static WEAKER_METHOD: Kind = Kind {
    id: "weaker-method-added",
    summary: "A method was added to a path with weaker access than the other methods of the path",
    clients: Effect::None,
    servers: Effect::Source,
    security: Security::Weakened,
};
static PATH_CHANGED: Kind = Kind {
    id: "path-changed",
    summary: "An operation has another path or method, with the same `operationId`",
    clients: Effect::Wire,
    servers: Effect::Wire,
    security: Security::Neutral,
};
static ID_CHANGED: Kind = Kind {
    id: "operation-id-changed",
    summary: "An operation has another `operationId`: the names of generated methods and types changed",
    clients: Effect::Source,
    servers: Effect::Source,
    security: Security::Neutral,
};
static DEPRECATED: Kind = Kind {
    id: "operation-deprecated",
    summary: "An operation was deprecated",
    clients: Effect::None,
    servers: Effect::None,
    security: Security::Neutral,
};
static TAGS: Kind = Kind {
    id: "tags-changed",
    summary: "An operation has other tags: it is in other groups of the documentation; clients generated with \
              `groups = \"tags\"` change, and crates with `features = \"tags\"` need other features for it",
    clients: Effect::Source,
    servers: Effect::None,
    security: Security::Neutral,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[
    &REMOVED,
    &DEPRECATED_REMOVED,
    &ADDED,
    &ADDED_OPEN,
    &WEAKER_METHOD,
    &PATH_CHANGED,
    &ID_CHANGED,
    &DEPRECATED,
    &TAGS,
];

/// The changes of the list of operations.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let mut changes: Vec<Change> = versions.removed.iter().map(|old| removed(versions, old)).collect();
    let is_guarded = |operation: &Operation| !versions.old.alternatives(operation).allows_anonymous();
    let has_guarded = versions.old.api.operations.iter().any(is_guarded);
    changes.extend(versions.added.iter().map(|new| added(versions, new, has_guarded)));
    for pair in &versions.pairs {
        let places = |change: Change| change.old(pair.old.at.clone()).new_at(pair.new.at.clone()).of(pair.title());
        if route(pair.old) != route(pair.new) {
            let message = format!("was {}, is {}", pair.old.title(), pair.new.title());
            changes.push(places(Change::new(&PATH_CHANGED, message)));
        } else if pair.old.id != pair.new.id {
            let message = format!("was `{}`, is `{}`", pair.old.id, pair.new.id);
            changes.push(places(Change::new(&ID_CHANGED, message)));
        }
        if pair.new.is_deprecated && !pair.old.is_deprecated {
            changes.push(places(Change::new(&DEPRECATED, format!("{} was deprecated", pair.title()))));
        }
        let tags = |operation: &Operation| operation.tags.iter().cloned().collect::<BTreeSet<String>>();
        if tags(pair.old) != tags(pair.new) {
            let message = format!("the tags were {}, are {}", listed(pair.old), listed(pair.new));
            changes.push(places(Change::new(&TAGS, message)));
        }
    }
    changes
}

fn listed(operation: &Operation) -> String {
    match operation.tags.as_slice() {
        [] => "none".to_owned(),
        tags => excerpt(&tags.iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(", ")).to_string(),
    }
}

/// A removed operation, with the date of its sunset if the old version announces one.
fn removed(versions: &Versions<'_>, old: &Operation) -> Change {
    let kind = if old.is_deprecated { &DEPRECATED_REMOVED } else { &REMOVED };
    let sunset = versions.old.document.node(&old.at.child("x-sunset")).and_then(Node::as_str);
    let announced = sunset.map(|date| format!("; `x-sunset` announced `{}`", excerpt(date))).unwrap_or_default();
    let message = format!("{} was removed{announced}", old.title());
    Change::new(kind, message).old(old.at.clone()).of(old.title())
}

fn added(versions: &Versions<'_>, new: &Operation, has_guarded: bool) -> Change {
    let access = versions.new.alternatives(new);
    let is_neighbour = |other: &&Operation| other.at != new.at && other.path.text == new.path.text;
    let neighbours = versions.new.api.operations.iter().filter(is_neighbour);
    let stricter = neighbours.into_iter().find(|other| access.is_weaker_than(&versions.new.alternatives(other)));
    let change = match stricter {
        _ if has_guarded && access.allows_anonymous() => Change::new(&ADDED_OPEN, format!("{} was added", new.title())),
        Some(other) => {
            let message = format!("{} was added and accepts callers that {} refuses", new.title(), other.title());
            Change::new(&WEAKER_METHOD, message)
        }
        None => Change::new(&ADDED, format!("{} was added", new.title())),
    };
    change.new_at(new.at.clone()).of(new.title())
}
