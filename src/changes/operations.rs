//! Operations that were added, removed or renamed.

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Versions, route, title};
use crate::model::operation::Operation;

static REMOVED: Kind = Kind {
    id: "operation-removed",
    summary: "An operation was removed",
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

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&REMOVED, &ADDED, &ADDED_OPEN, &PATH_CHANGED, &ID_CHANGED, &DEPRECATED];

/// The changes of the list of operations.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for old in &versions.removed {
        changes.push(Change::new(&REMOVED, format!("{} was removed", title(old))).old(old.at.clone()).of(title(old)));
    }
    let is_guarded = |operation: &Operation| !versions.old.alternatives(operation).allows_anonymous();
    let has_guarded = versions.old.api.operations.iter().any(is_guarded);
    for new in &versions.added {
        let is_public = versions.new.alternatives(new).allows_anonymous();
        let kind = if has_guarded && is_public { &ADDED_OPEN } else { &ADDED };
        changes.push(Change::new(kind, format!("{} was added", title(new))).new_at(new.at.clone()).of(title(new)));
    }
    for pair in &versions.pairs {
        let places = |change: Change| change.old(pair.old.at.clone()).new_at(pair.new.at.clone()).of(pair.title());
        if route(pair.old) != route(pair.new) {
            let message = format!("was {}, is {}", title(pair.old), title(pair.new));
            changes.push(places(Change::new(&PATH_CHANGED, message)));
        } else if pair.old.id != pair.new.id {
            let message = format!("was `{}`, is `{}`", pair.old.id, pair.new.id);
            changes.push(places(Change::new(&ID_CHANGED, message)));
        }
        if pair.new.is_deprecated && !pair.old.is_deprecated {
            changes.push(places(Change::new(&DEPRECATED, format!("{} was deprecated", pair.title()))));
        }
    }
    changes
}
