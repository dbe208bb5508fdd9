//! The result of a comparison: every change with its places.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Version, Versions};
use super::{access, bodies, operations, parameters, responses, schemas, schemes, servers};
use crate::diag::{Place, Pointer};
use crate::document::Document;
use crate::model::Api;

/// The changes from one version to another, the worst first.
#[derive(Debug)]
pub struct Changes {
    /// The changes.
    pub list: Vec<Located>,
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
            parameters::changes,
            bodies::changes,
            responses::changes,
            schemas::changes,
        ];
        let changes = merged(families.into_iter().flat_map(|family| family(&versions)).collect());
        let old_places = places(old, changes.iter().map(|change| change.old.as_ref()));
        let new_places = places(new, changes.iter().map(|change| change.new.as_ref()));
        let located = changes.into_iter().zip(old_places.into_iter().zip(new_places));
        let mut list: Vec<Located> = located
            .map(|(Change { kind, message, operations, .. }, (old, new))| Located {
                kind,
                message,
                operations,
                old,
                new,
            })
            .collect();
        list.sort_by_cached_key(|change| (change.kind.order(), change.kind.id, change.operations.clone()));
        Self { list }
    }

    /// Whether a change has this effect on security.
    pub fn has_security(&self, security: Security) -> bool {
        self.list.iter().any(|change| change.kind.security == security)
    }

    /// Whether a change makes requests of clients fail.
    pub fn is_breaking(&self) -> bool {
        self.list.iter().any(|change| change.kind.clients == Effect::Wire)
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

fn places<'a>(document: &Document, at: impl Iterator<Item = Option<&'a Pointer>>) -> Vec<Option<Place>> {
    let all: Vec<Option<&Pointer>> = at.collect();
    let known: Vec<Pointer> = all.iter().copied().flatten().cloned().collect();
    let mut places = document.places(&known).into_iter();
    all.into_iter().map(|at| at.and_then(|_| places.next())).collect()
}
