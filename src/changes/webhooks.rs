//! Changes of webhooks and callbacks, except those of their schemas.

use std::collections::BTreeMap;

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Version, Versions, route};
use crate::model::access::{AccessChange, Alternatives};
use crate::model::access_text::access_text;
use crate::model::operation::Operation;
use crate::model::outgoing::{Origin, OutgoingOperation};

static ADDED: Kind =
    Kind::new("webhook-added", "A webhook or callback was added", (Effect::None, Effect::Source), Security::Neutral);
static REMOVED: Kind = Kind::new(
    "webhook-removed",
    "A webhook or callback was removed: receivers are no longer called",
    (Effect::Behavior, Effect::Source),
    Security::Neutral,
);
static WEAKENED: Kind = Kind::new(
    "webhook-weakened",
    "The API presents less to the receiver of a webhook or callback, who can no longer verify as much",
    (Effect::Wire, Effect::Source),
    Security::Weakened,
);
static STRENGTHENED: Kind = Kind::new(
    "webhook-strengthened",
    "The API presents more to the receiver of a webhook or callback",
    (Effect::None, Effect::Source),
    Security::Strengthened,
);
static MOVED: Kind = Kind::new(
    "webhook-moved",
    "The API presents other credentials to the receiver of a webhook or callback",
    (Effect::Wire, Effect::Source),
    Security::Moved,
);

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&ADDED, &REMOVED, &WEAKENED, &STRENGTHENED, &MOVED];

/// The webhooks and callbacks of two versions.
pub struct OutgoingPairs<'a> {
    /// Those that both have.
    pub both: Vec<(&'a OutgoingOperation, &'a OutgoingOperation)>,
    /// Those that only the old version has.
    pub removed: Vec<&'a OutgoingOperation>,
    /// Those that only the new version has.
    pub added: Vec<&'a OutgoingOperation>,
}

/// The changes of the list of webhooks and callbacks, and of what they present.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let outgoing = outgoing(versions);
    let mut changes = Vec::new();
    for old in outgoing.removed {
        let title = title(versions.old, old);
        changes.push(Change::new(&REMOVED, format!("{title} was removed")).old(old.operation.at.clone()).of(title));
    }
    for new in outgoing.added {
        let title = title(versions.new, new);
        changes.push(Change::new(&ADDED, format!("{title} was added")).new_at(new.operation.at.clone()).of(title));
    }
    let pairs = outgoing.both.into_iter();
    changes.extend(pairs.filter_map(|(old, new)| presented(versions, old, new)));
    changes
}

/// The webhooks and callbacks of both versions: by name and method, and callbacks also by the operation that causes
/// them and their URL.
pub fn outgoing<'a>(versions: &Versions<'a>) -> OutgoingPairs<'a> {
    let keyed = |version: Version<'a>| {
        let list = &version.api.outgoing.operations;
        list.iter().map(move |outgoing| (key(version, outgoing), outgoing)).collect::<BTreeMap<_, _>>()
    };
    let (mut old, new) = (keyed(versions.old), keyed(versions.new));
    let (mut both, mut added) = (Vec::new(), Vec::new());
    for (key, outgoing) in new {
        match old.remove(&key) {
            Some(before) => both.push((before, outgoing)),
            None => added.push(outgoing),
        }
    }
    OutgoingPairs { both, removed: old.into_values().collect(), added }
}

/// What makes two outgoing operations the same one: its names and texts.
fn key(version: Version<'_>, outgoing: &OutgoingOperation) -> Vec<String> {
    let method = outgoing.operation.method.as_str().to_owned();
    match &outgoing.origin {
        Origin::Webhook { name } => vec![name.clone(), method],
        Origin::Callback { name, expression, of } => {
            let (cause, path) = version.api.operations.get(*of).map(route).unwrap_or_default();
            vec![name.clone(), method, expression.clone(), cause, path]
        }
    }
}

/// `webhook `newPet` (POST)`.
pub fn title(version: Version<'_>, outgoing: &OutgoingOperation) -> String {
    let method = outgoing.operation.method.as_str();
    match &outgoing.origin {
        Origin::Webhook { name } => format!("webhook {name} ({method})"),
        Origin::Callback { name, of, .. } => {
            let cause = version.api.operations.get(*of).map_or_else(String::new, Operation::title);
            format!("callback {name} ({method}) of {cause}")
        }
    }
}

/// A change of the credentials that the API presents.
fn presented(versions: &Versions<'_>, old: &OutgoingOperation, new: &OutgoingOperation) -> Option<Change> {
    let schemes = (&versions.old.api.outgoing.schemes, &versions.new.api.outgoing.schemes);
    let before = Alternatives::new(&old.operation.access, schemes.0);
    let after = Alternatives::new(&new.operation.access, schemes.1);
    let kind = match after.compared_with(&before) {
        AccessChange::Equal => return None,
        AccessChange::Weaker => &WEAKENED,
        AccessChange::Stronger => &STRENGTHENED,
        AccessChange::Moved if after.is_weaker_than(&before) => &WEAKENED,
        AccessChange::Moved => &MOVED,
    };
    let (was, is) = (access_text(schemes.0, &old.operation.access), access_text(schemes.1, &new.operation.access));
    let change = Change::new(kind, format!("was `{was}`, is `{is}`")).of(title(versions.new, new));
    let places = (versions.old.security_at(&old.operation), versions.new.security_at(&new.operation));
    Some(change.old(places.0).new_at(places.1))
}
