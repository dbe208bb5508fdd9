//! The state of an upgrade, and what is the same for objects of every kind.

use std::collections::BTreeSet;

use super::anchors::Anchors;
use super::file_parts;
use super::moves::Moves;
use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::document::kind::{Child, Kind};
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

/// The state of an upgrade.
pub(super) struct Upgrade<'t> {
    pub(super) tree: &'t Node,
    pub(super) version: Version,
    /// The longest chain of references.
    pub(super) references: usize,
    pub(super) anchors: Anchors,
    /// The schemas of multipart parts that are files although they name no type.
    pub(super) file_parts: BTreeSet<Pointer>,
    /// The original places of `contentSchema` that is read.
    pub(super) contents: BTreeSet<Pointer>,
    pub(super) moves: Moves,
    pub(super) report: Report,
    /// The original places that were upgraded.
    pub(super) done: BTreeSet<Pointer>,
    /// The targets of references, with the kind that is expected there.
    pub(super) targets: Vec<(Pointer, Kind)>,
    /// Moves within a list, which are recorded when the target places are free.
    pub(super) shifts: Vec<(Pointer, Pointer)>,
}

impl<'t> Upgrade<'t> {
    pub(super) fn new(tree: &'t Node, version: Version, references: usize) -> Self {
        Self {
            tree,
            version,
            references,
            anchors: Anchors::gather(tree),
            file_parts: file_parts::gather(tree, version, references),
            contents: BTreeSet::new(),
            moves: Moves::default(),
            report: Report::new(),
            done: BTreeSet::new(),
            targets: Vec::new(),
            shifts: Vec::new(),
        }
    }

    /// Upgrades an object of any kind.
    pub(super) fn object(&mut self, kind: Kind, node: &Node, at: &Pointer) -> Node {
        self.done.insert(at.clone());
        if kind == Kind::Schema {
            let mut schema = self.schema(node, at);
            if let (Node::Object(schema), true) = (&mut schema, self.file_parts.contains(at)) {
                schema.insert(file_parts::FILE_PART.to_owned(), Node::Bool(true));
            }
            return schema;
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
    pub(super) fn children(&mut self, kind: Kind, object: &Object, at: &Pointer) -> Object {
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

    pub(super) fn child(&mut self, child: Child, value: &Node, at: &Pointer) -> Node {
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
    pub(super) fn referenced(&mut self, upgraded: &mut Node) {
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
    pub(super) fn ignored(&mut self, at: &Pointer, message: impl Into<String>) {
        let at = self.moves.written(at);
        self.report.push(Diagnostic::warning(Code::IgnoredKeyword, &at, message).on_key());
    }
}

/// An object with one key.
pub(super) fn object_of(key: &str, value: Node) -> Node {
    Node::from(Object::from([(key.to_owned(), value)]))
}
