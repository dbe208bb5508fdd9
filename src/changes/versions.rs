//! The two versions that are compared, with their operations in pairs.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Pointer;
use crate::document::Document;
use crate::model::Api;
use crate::model::access::{Alternatives, Meaning};
use crate::model::operation::{Operation, Segment};
use crate::model::security::Scheme;

/// One version of a document.
#[derive(Clone, Copy)]
pub struct Version<'a> {
    /// The document.
    pub document: &'a Document,
    /// The model.
    pub api: &'a Api,
}

/// Two versions of a document.
pub struct Versions<'a> {
    /// The older one.
    pub old: Version<'a>,
    /// The newer one.
    pub new: Version<'a>,
    /// The operations that both have.
    pub pairs: Vec<Pair<'a>>,
    /// The operations that only the old version has.
    pub removed: Vec<&'a Operation>,
    /// The operations that only the new version has.
    pub added: Vec<&'a Operation>,
    /// The schemes of the new version, with the data of the old one for those that were changed: a change of a scheme is
    /// reported once, and must not hide what else changed in the operations that use it.
    schemes: Vec<Scheme>,
}

/// An operation in both versions.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    /// In the old version.
    pub old: &'a Operation,
    /// In the new version.
    pub new: &'a Operation,
}

impl<'a> Versions<'a> {
    /// Matches operations by method and path, in which the names of parameters do not matter, and those that remain by
    /// their `operationId`.
    pub fn new(old: Version<'a>, new: Version<'a>) -> Self {
        let mut left: BTreeMap<(String, String), &'a Operation> =
            old.api.operations.iter().map(|operation| (route(operation), operation)).collect();
        let mut pairs = Vec::new();
        let mut unmatched = Vec::new();
        for operation in &new.api.operations {
            match left.remove(&route(operation)) {
                Some(old) => pairs.push(Pair { old, new: operation }),
                None => unmatched.push(operation),
            }
        }
        let mut by_id: BTreeMap<&str, &'a Operation> =
            left.into_values().map(|operation| (operation.id.as_str(), operation)).collect();
        let mut added = Vec::new();
        for operation in unmatched {
            match by_id.remove(operation.id.as_str()) {
                Some(old) => pairs.push(Pair { old, new: operation }),
                None => added.push(operation),
            }
        }
        let mut removed: Vec<&Operation> = by_id.into_values().collect();
        removed.sort_by_key(|operation| operation.title());
        Self { old, new, pairs, removed, added, schemes: aligned(old.api, new.api) }
    }

    /// The normal form of the access of an operation of the new version, with the schemes as they were.
    pub fn aligned(&self, operation: &Operation) -> Alternatives {
        Alternatives::new(&operation.access, &self.schemes)
    }
}

/// The schemes of the new version with the old kinds, if they have the same key. Schemes whose meanings were exchanged are
/// left as they are.
fn aligned(old: &Api, new: &Api) -> Vec<Scheme> {
    let meanings = |api: &Api| api.schemes.iter().map(|scheme| Meaning::of(&scheme.kind)).collect::<BTreeSet<_>>();
    let (old_meanings, new_meanings) = (meanings(old), meanings(new));
    let align = |scheme: &Scheme| {
        let is_same = |other: &&Scheme| other.name == scheme.name;
        let is_free = |other: &&Scheme| {
            !new_meanings.contains(&Meaning::of(&other.kind)) && !old_meanings.contains(&Meaning::of(&scheme.kind))
        };
        let before = old.schemes.iter().chain(&old.unused_schemes).find(is_same).filter(is_free);
        before.map_or_else(|| scheme.clone(), |before| Scheme { kind: before.kind.clone(), ..scheme.clone() })
    };
    new.schemes.iter().map(align).collect()
}

impl Version<'_> {
    /// The normal form of the access of an operation.
    pub fn alternatives(&self, operation: &Operation) -> Alternatives {
        Alternatives::new(&operation.access, &self.api.schemes)
    }

    /// Where the security requirements of an operation are written; the operation itself if there are none.
    pub fn security_at(&self, operation: &Operation) -> Pointer {
        let own = operation.at.child("security");
        let root = Pointer::root().child("security");
        let written = [own, root].into_iter().find(|at| self.document.node(at).is_some());
        written.unwrap_or_else(|| operation.at.clone())
    }
}

impl Pair<'_> {
    /// `GET /pets` of the new version.
    pub fn title(&self) -> String {
        self.new.title()
    }
}

/// The method, and the path with its fixed pairs and without the names of its parameters.
pub fn route(operation: &Operation) -> (String, String) {
    let segments = operation.path.segments.iter().map(|segment| match segment {
        Segment::Text(text) => text.as_str(),
        Segment::Parameter(_) => "{}",
    });
    let pairs = operation.path.query.sorted().into_iter().flat_map(|(name, value)| ["?", name, "=", value]);
    (operation.method.as_str().to_owned(), segments.chain(pairs).collect())
}
