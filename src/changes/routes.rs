//! Paths that match the same requests and have different access.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::kind::{Effect, Kind, Security};
use super::versions::{Version, Versions, route};
use crate::model::operation::Operation;
use crate::model::overlap::PathShape;

static SHADOWED: Kind = Kind {
    id: "access-shadowed",
    summary: "Two paths match the same requests and have different access, as in `/pets/{id}` and `/pets/mine`",
    clients: Effect::Behavior,
    servers: Effect::Behavior,
    security: Security::Weakened,
};

/// The kinds of this family.
pub const KINDS: &[&Kind] = &[&SHADOWED];

/// Pairs of operations that match the same requests in the new version with different access, and did not in the old one.
pub fn changes(versions: &Versions<'_>) -> Vec<Change> {
    let key = |(general, specific): &(&Operation, &Operation)| (route(general), route(specific));
    let before: BTreeSet<_> = shadowed(&versions.old).iter().map(key).collect();
    let after = shadowed(&versions.new).into_iter().filter(|pair| !before.contains(&key(pair)));
    let change = |(general, specific): (&Operation, &Operation)| {
        let message = format!("{} also matches {}, which has other access", general.title(), specific.title());
        Change::new(&SHADOWED, message).new_at(specific.at.clone()).of(specific.title()).of(general.title())
    };
    after.map(change).collect()
}

/// The pairs of operations of which the first also matches requests for the second, and has other access.
fn shadowed<'a>(version: &Version<'a>) -> Vec<(&'a Operation, &'a Operation)> {
    let mut groups: BTreeMap<(&str, usize), Vec<(PathShape<'a>, &'a Operation)>> = BTreeMap::new();
    for operation in &version.api.operations {
        let shape = PathShape::of(operation);
        groups.entry((operation.method.as_str(), shape.len())).or_default().push((shape, operation));
    }
    let mut pairs = Vec::new();
    for group in groups.values() {
        for (specific, literal) in group {
            let general = group.iter().filter(|(general, _)| general.shadows(specific));
            let other = |operation: &Operation| version.alternatives(operation) != version.alternatives(literal);
            pairs.extend(general.filter(|(_, general)| other(general)).map(|(_, general)| (*general, *literal)));
        }
    }
    pairs
}
