//! The result of a comparison: every change with its places.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::allowances::{Allowances, Date};
use super::change::Change;
use super::kind::{Audience, Effect, Kind, Security};
use super::semver::{Bump, Semver, not_raised};
use super::versions::{Version, Versions};
use super::{access, bodies, operations, parameters, responses, routes, schemas, schemes, servers, webhooks};
use crate::diag::{Place, Pointer};
use crate::document::Document;
use crate::model::Api;
use crate::scanning::fingerprint;

/// The changes from one version to another, the worst first.
#[derive(Debug)]
pub struct Changes {
    /// The changes.
    pub list: Vec<Located>,
    /// The allowances that allowed nothing, as sentences.
    pub unused: Vec<String>,
    /// The increments of versions, if they are asked for.
    pub semver: Option<Semver>,
}

/// A change with its places.
#[derive(Debug)]
pub struct Located {
    /// Its kind.
    pub kind: &'static Kind,
    /// What it was and what it is; it may quote the documents and is not escaped.
    pub message: String,
    /// The operations, as `METHOD /path`.
    pub operations: Vec<String>,
    /// Where it is written in the old version.
    pub old: Option<Place>,
    /// Where it is written in the new version.
    pub new: Option<Place>,
    /// The nearest place in the new version: around it if it was removed.
    pub shown: Place,
    /// Why it is allowed, if it is.
    pub allowed: Option<String>,
}

impl Located {
    /// A text that stays the same if lines or other changes are added: made of the kind, the pointers and the message, and
    /// for a change of security the operations, so that an allowance does not cover other ones.
    pub fn fingerprint(&self) -> String {
        let pointer = |place: &'_ Option<Place>| place.as_ref().map_or_else(String::new, |place| place.pointer.clone());
        let (old, new) = (pointer(&self.old), pointer(&self.new));
        let is_neutral = self.kind.security == Security::Neutral;
        let operations = if is_neutral { [].iter() } else { self.operations.iter() };
        let parts = [self.kind.id, &old, &new, &self.message];
        fingerprint(parts.into_iter().chain(operations.map(String::as_str)))
    }
}

impl Changes {
    /// Compares two versions.
    pub fn new((old, old_api): (&Document, &Api), (new, new_api): (&Document, &Api)) -> Self {
        let versions = Versions::new(Version { document: old, api: old_api }, Version { document: new, api: new_api });
        let families = [
            access::changes,
            schemes::changes,
            servers::changes,
            operations::changes,
            routes::changes,
            parameters::changes,
            bodies::changes,
            responses::changes,
            schemas::changes,
            webhooks::changes,
        ];
        let mut changes = merged(families.into_iter().flat_map(|family| family(&versions)).collect());
        changes.extend(not_raised(&versions, &changes));
        let old_places = places(old, changes.iter().map(|change| change.old.as_ref()));
        let new_places = places(new, changes.iter().map(|change| change.new.as_ref()));
        let shown = new.places(&changes.iter().map(|change| nearest(new, change)).collect::<Vec<Pointer>>());
        let located = changes.into_iter().zip(old_places).zip(new_places).zip(shown);
        let located = located.map(|(((Change { kind, message, operations, .. }, old), new), shown)| Located {
            kind,
            message,
            operations,
            old,
            new,
            shown,
            allowed: None,
        });
        let mut list: Vec<Located> = located.collect();
        list.sort_by_cached_key(|change| (change.kind.order(), change.kind.id, change.operations.clone()));
        Self { list, unused: Vec::new(), semver: None }
    }

    /// The changes that are not allowed.
    pub fn open(&self) -> impl Iterator<Item = &Located> {
        self.list.iter().filter(|change| change.allowed.is_none())
    }

    /// Allows the changes that a file lists, as of a day.
    pub fn allow(&mut self, allowances: &Allowances, today: Date) {
        let fingerprints: Vec<String> = self.list.iter().map(Located::fingerprint).collect();
        let applied = allowances.applied(&fingerprints, today);
        for (change, reason) in self.list.iter_mut().zip(applied.reasons) {
            change.allowed = reason;
        }
        self.unused = applied.unused;
    }

    /// Keeps the changes that affect one of these audiences.
    pub fn keep(&mut self, audiences: &[Audience]) {
        self.list.retain(|change| audiences.iter().any(|&audience| change.kind.concerns(audience)));
    }

    /// Whether a change that is not allowed has this effect on security.
    pub fn has_security(&self, security: Security) -> bool {
        self.open().any(|change| change.kind.security == security)
    }

    /// The increment of the version of the API. Changes that are allowed count too.
    pub fn increment(&self) -> Bump {
        Bump::of_kinds(self.list.iter().map(|change| change.kind))
    }

    /// Whether a change that is not allowed makes requests of clients fail.
    pub fn is_breaking(&self) -> bool {
        self.open().any(|change| change.kind.clients == Effect::Wire)
    }
}

/// Changes of one kind with the same message and places as one.
fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: BTreeMap<Identity, Change> = BTreeMap::new();
    for change in changes {
        let places = (change.old.clone(), change.new.clone());
        match merged.entry((change.kind.id, change.message.clone(), places)) {
            Entry::Vacant(entry) => {
                entry.insert(change);
            }
            Entry::Occupied(mut entry) => entry.get_mut().operations.extend(change.operations),
        }
    }
    for change in merged.values_mut() {
        let mut seen = BTreeSet::new();
        change.operations.retain(|operation| seen.insert(operation.clone()));
    }
    merged.into_values().collect()
}

/// What makes two changes one: the kind, the message, and the places in both versions.
type Identity = (&'static str, String, (Option<Pointer>, Option<Pointer>));

/// The place of a change in the new version, or the nearest one around it.
fn nearest(new: &Document, change: &Change) -> Pointer {
    let mut at = change.new.clone().or_else(|| change.old.clone()).unwrap_or_else(Pointer::root);
    while new.node(&at).is_none() {
        match at.parent() {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}

fn places<'a>(document: &Document, at: impl Iterator<Item = Option<&'a Pointer>>) -> Vec<Option<Place>> {
    let all: Vec<Option<&Pointer>> = at.collect();
    let known: Vec<Pointer> = all.iter().copied().flatten().cloned().collect();
    let mut places = document.places(&known).into_iter();
    all.into_iter().map(|at| at.and_then(|_| places.next())).collect()
}
