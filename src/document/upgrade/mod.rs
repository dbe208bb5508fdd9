//! Upgrading: converts the tree of another version to the form of OpenAPI 3.0.
//!
//! Each node is handled by its kind. What 3.0 cannot express is a warning. [`Moves`] records where each node was
//! written, so that diagnostics point there and references can be updated.

mod anchors;
mod moves;
mod reference;
mod schema;
mod types;
mod v2_0;
mod v3_1;
mod v3_2;

use std::collections::BTreeSet;

use super::kind::{Child, Kind};
use super::tree::{Node, Object};
use super::version::Version;
use crate::diag::{Code, Diagnostic, Pointer, Report};
pub(super) use anchors::Anchors;
pub use moves::Moves;
pub use schema::PLACES;

/// A tree in the form of OpenAPI 3.0.
#[derive(Debug)]
pub(super) struct Upgraded {
    pub(super) tree: Node,
    pub(super) moves: Moves,
    pub(super) report: Report,
}

/// Converts `tree` to the form of OpenAPI 3.0.
///
/// A copied object may be behind a chain of at most `references` references. `moves` has the original places of nodes
/// in `tree`.
pub(super) fn upgrade(tree: Node, version: Version, references: usize, moves: Moves) -> Upgraded {
    if version == Version::V3_0 {
        return Upgraded { tree, moves, report: Report::new() };
    }
    let mut upgrade = Upgrade { moves, ..Upgrade::new(&tree, version, references) };
    let mut upgraded = upgrade.object(Kind::Document, &tree, &Pointer::root());
    upgrade.referenced(&mut upgraded);
    reference::rewrite(&mut upgraded, &upgrade.moves);
    let Upgrade { moves, report, .. } = upgrade;
    Upgraded { tree: upgraded, moves, report }
}

/// The state of an upgrade.
struct Upgrade<'t> {
    tree: &'t Node,
    version: Version,
    /// The longest chain of references.
    references: usize,
    anchors: Anchors,
    moves: Moves,
    report: Report,
    /// The original places that were upgraded.
    done: BTreeSet<Pointer>,
    /// The targets of references, with the kind that is expected there.
    targets: Vec<(Pointer, Kind)>,
    /// Moves within a list, which are recorded when the target places are free.
    shifts: Vec<(Pointer, Pointer)>,
}

impl<'t> Upgrade<'t> {
    fn new(tree: &'t Node, version: Version, references: usize) -> Self {
        Self {
            tree,
            version,
            references,
            anchors: Anchors::gather(tree),
            moves: Moves::default(),
            report: Report::new(),
            done: BTreeSet::new(),
            targets: Vec::new(),
            shifts: Vec::new(),
        }
    }

    /// Upgrades an object of any kind.
    fn object(&mut self, kind: Kind, node: &Node, at: &Pointer) -> Node {
        self.done.insert(at.clone());
        if kind == Kind::Schema {
            return self.schema(node, at);
        }
        if node.reference().is_some() && (kind.may_be_reference() || kind == Kind::MediaType) {
            return self.reference(kind, node, at);
        }
        let Node::Object(object) = node else { return node.clone() };
        match self.version {
            Version::V2_0 => self.v2_0(kind, object, at),
            Version::V3_0 | Version::V3_1 => self.v3_1(kind, object, at),
            Version::V3_2 => {
                self.v3_2(kind, object, at);
                self.v3_1(kind, object, at)
            }
        }
    }

    /// The keys of an object with each child upgraded.
    fn children(&mut self, kind: Kind, object: &Object, at: &Pointer) -> Object {
        let mut upgraded = Object::new();
        for (key, value) in object {
            let value = match self.child_kind(kind, key) {
                Some(child) => self.child(child, value, &at.child(key)),
                None => value.clone(),
            };
            upgraded.insert(key.clone(), value);
        }
        upgraded
    }

    fn child(&mut self, child: Child, value: &Node, at: &Pointer) -> Node {
        match (child, value) {
            (Child::Unread, _) | (Child::OneOrBool(_), Node::Bool(_)) => value.clone(),
            (Child::One(kind) | Child::OneOrBool(kind), _) => self.object(kind, value, at),
            (Child::List(kind), Node::Array(items)) => {
                let upgrade = |(index, item)| self.object(kind, item, &at.index(index));
                Node::Array(items.iter().enumerate().map(upgrade).collect())
            }
            (Child::Map(kind), Node::Object(entries)) => {
                let upgrade = |(key, entry): (&String, &Node)| (key.clone(), self.object(kind, entry, &at.child(key)));
                Node::from(entries.iter().map(upgrade).collect::<Object>())
            }
            (Child::List(_) | Child::Map(_), _) => value.clone(),
        }
    }

    /// Upgrades nodes that only references reach.
    fn referenced(&mut self, upgraded: &mut Node) {
        while !self.targets.is_empty() {
            let mut targets = std::mem::take(&mut self.targets);
            // A node that contains another one is upgraded first, and upgrades the other one too.
            targets.sort_by(|a, b| a.0.cmp(&b.0));
            for (at, kind) in targets {
                if self.done.contains(&at) {
                    continue;
                }
                let Some(node) = self.tree.find(&at) else { continue };
                let node = self.object(kind, node, &at);
                let now = self.moves.now(&at);
                if let Some(place) = upgraded.find_mut(&now) {
                    *place = node;
                }
            }
        }
    }

    /// Warns that the value at `at` is ignored.
    fn ignored(&mut self, at: &Pointer, message: impl Into<String>) {
        let at = self.moves.written(at);
        self.report.push(Diagnostic::warning(Code::IgnoredKeyword, &at, message).on_key());
    }
}

/// An object with one key.
fn object_of(key: &str, value: Node) -> Node {
    Node::from(Object::from([(key.to_owned(), value)]))
}

#[cfg(test)]
mod tests;
