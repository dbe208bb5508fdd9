//! Replaces references where OpenAPI does not allow any, such as an operation or a map of responses, by their targets.
//! Otherwise such a node would be read as empty.
//!
//! Keys next to such a `$ref` are added to the target. If both have a key with different values, the document is
//! rejected, except for descriptions. A reference that cannot be resolved stays in the tree and is an error.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::fragment;
use super::grammar::walk::walk;
use super::grammar::{Grammar, Holds, What, with_article};
use super::kind::is_documentation;
use super::resolve;
use super::tree::{Node, Object};
use super::upgrade::{Anchors, Moves};
use super::version::Version;
use crate::diag::print::excerpt;
use crate::diag::{Code, Diagnostic, Pointer, Report};
use crate::limits::{LimitKind, Limits};

/// The cost of a reference besides the nodes of its target, so that small targets cannot be copied without end.
const COST: usize = 20;

/// A tree without references where OpenAPI does not allow any.
pub(super) struct Inlined {
    pub(super) tree: Node,
    pub(super) moves: Moves,
    pub(super) report: Report,
}

/// Replaces the references by their targets. References in `refused` are already known to have none.
pub(super) fn inline(tree: Node, version: Version, refused: &Report, limits: &Limits) -> Inlined {
    let grammar = Grammar::of(version);
    let mut report = Report::new();
    let mut places = Vec::new();
    walk(&grammar, &tree, |place| {
        if grammar.is_undefined_reference(place.node, place.holds) {
            places.push((place.at.clone(), place.holds));
        }
        report_not_text(&grammar, place.node, place.holds, &place.at, &mut report);
    });
    if places.is_empty() {
        return Inlined { tree, moves: Moves::default(), report };
    }
    let mut copy = tree.clone();
    let mut inliner = Inliner {
        grammar: &grammar,
        tree: &tree,
        limits,
        refused: refused.iter().map(|found| found.at.clone()).collect(),
        anchors: OnceCell::new(),
        nodes_left: Some(limits.nodes),
        moves: Moves::default(),
        report,
        chain: Vec::new(),
    };
    for (at, holds) in places {
        if let Some(node) = copy.find_mut(&at) {
            inliner.follow(node, &at, holds);
        }
    }
    let Inliner { moves, report, .. } = inliner;
    Inlined { tree: copy, moves, report }
}

/// A `$ref` that is not a string has no target, and the object around it would be read without it.
fn report_not_text(grammar: &Grammar, node: &Node, holds: Holds, at: &Pointer, report: &mut Report) {
    let Holds::One(What::Object(object)) = holds else { return };
    let value = node.get("$ref").filter(|value| value.as_str().is_none() && !grammar.has_any_key(object));
    if let Some(value) = value {
        let message = format!("`$ref` is {}; expected a string", value.kind());
        report.error(Code::Malformed, &at.child("$ref"), message);
    }
}

struct Inliner<'t> {
    grammar: &'t Grammar,
    /// The tree before any replacement.
    tree: &'t Node,
    limits: &'t Limits,
    refused: BTreeSet<Pointer>,
    anchors: OnceCell<Anchors>,
    /// How many more nodes may be copied; `None` once the limit is exceeded.
    nodes_left: Option<usize>,
    moves: Moves,
    report: Report,
    /// The targets that contain the current node.
    chain: Vec<Pointer>,
}

impl Inliner<'_> {
    /// Replaces `node` if it is a reference where OpenAPI does not allow one, and all such references below it.
    fn follow(&mut self, node: &mut Node, at: &Pointer, holds: Holds) {
        if !self.grammar.is_undefined_reference(node, holds) {
            return self.below(node, at, holds);
        }
        // Nodes left unchanged here belong to a document that is rejected.
        if self.nodes_left.is_none() || self.report.is_full() {
            return;
        }
        let written = self.moves.written(at);
        let is_text = holds == Holds::One(What::Scalar) && is_documentation(at);
        match self.replace(node, at, holds) {
            Ok(Some(_)) if is_text && matches!(node, Node::Object(_) | Node::Array(_)) => {
                let kind = node.kind();
                self.ignore_text(node, &written, format!("the reference leads to {kind}; expected a string"));
            }
            Ok(Some(target)) => {
                self.chain.push(target);
                self.follow(node, at, holds);
                self.chain.pop();
            }
            Ok(None) if is_text => *node = Node::Null,
            Ok(None) => {}
            Err(diagnostic) if is_text && diagnostic.code == Code::DanglingRef => {
                self.ignore_text(node, &written, diagnostic.message);
            }
            Err(diagnostic) => self.report.push(*diagnostic),
        }
    }

    /// Removes a text that is a reference without a text as its target.
    fn ignore_text(&mut self, node: &mut Node, written: &Pointer, reason: impl std::fmt::Display) {
        let message = format!("{reason}; the text is ignored");
        self.report.push(Diagnostic::warning(Code::DanglingRef, &written.child("$ref"), message));
        *node = Node::Null;
    }

    fn below(&mut self, node: &mut Node, at: &Pointer, holds: Holds) {
        match node {
            Node::Object(object) => {
                for (key, value) in object.iter_mut() {
                    if let Some(holds) = self.grammar.child(holds, key, value) {
                        self.follow(value, &at.child(key), holds);
                    }
                }
            }
            Node::Array(items) => {
                let Some(holds) = Grammar::item(holds) else { return };
                for (index, item) in items.iter_mut().enumerate() {
                    self.follow(item, &at.index(index), holds);
                }
            }
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }

    /// Replaces `node` by a copy of its target; returns `None` for a reference that was rejected before.
    fn replace(&mut self, node: &mut Node, at: &Pointer, holds: Holds) -> Result<Option<Pointer>, Box<Diagnostic>> {
        let written = self.moves.written(at);
        if self.refused.contains(&written.child("$ref")) {
            return Ok(None);
        }
        let Some(reference) = node.reference().map(str::to_owned) else { return Ok(None) };
        let text = self.named(&reference, &written).as_ref().map_or_else(|| reference.clone(), fragment::fragment_of);
        let (target, found) = resolve::step(self.tree, &text, &written)?;
        self.check_chain(&target, &reference, &written)?;
        self.check_kind(found, holds, &reference, &written)?;
        self.spend(found, at, &written)?;
        let siblings = match std::mem::replace(node, found.clone()) {
            Node::Object(object) => *object,
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) | Node::Array(_) => {
                Object::new()
            }
        };
        self.moves.copy(&target, at);
        self.join(node, siblings, at, &written)?;
        Ok(Some(target))
    }

    /// The target of a reference that uses a name of JSON Schema or the `$self` of the document.
    fn named(&self, reference: &str, written: &Pointer) -> Option<Pointer> {
        if self.grammar.version < Version::V3_1 || reference == "#" || reference.starts_with("#/") {
            return None;
        }
        let anchors = self.anchors.get_or_init(|| Anchors::gather(self.tree));
        anchors.resolve(self.tree, reference, written)
    }

    fn check_chain(&self, target: &Pointer, reference: &str, written: &Pointer) -> Result<(), Box<Diagnostic>> {
        let refuse = |code, message: String| Diagnostic::error(code, &written.child("$ref"), message);
        if target == written || self.chain.contains(target) {
            let message = format!("`{}` refers to itself", excerpt(&target.to_string()));
            return Err(Box::new(refuse(Code::CyclicRef, message)));
        }
        let most = self.limits.references;
        if self.chain.len() >= most {
            let message = format!("`{}` is nested in more than {most} other references", excerpt(reference));
            return Err(Box::new(refuse(Code::UnsupportedRef, message).help(LimitKind::References.help())));
        }
        Ok(())
    }

    /// An object with only unknown keys would be read as an empty one.
    fn check_kind(
        &self,
        found: &Node,
        holds: Holds,
        reference: &str,
        written: &Pointer,
    ) -> Result<(), Box<Diagnostic>> {
        let (Holds::One(What::Object(name)), Node::Object(object)) = (holds, found) else { return Ok(()) };
        let is_known = |key: &String| key == "$ref" || key.starts_with("x-") || self.grammar.holds(name, key).is_some();
        if name == "operation" && !object.contains_key("$ref") && !object.contains_key("responses") {
            let message = format!("`{}` is not an operation: it has no `responses`", excerpt(reference));
            return Err(Box::new(Diagnostic::error(Code::Malformed, &written.child("$ref"), message)));
        }
        if object.is_empty() || object.keys().any(is_known) {
            return Ok(());
        }
        let message = format!("`{}` is not {}: it has none of its keys", excerpt(reference), with_article(name));
        Err(Box::new(Diagnostic::error(Code::Malformed, &written.child("$ref"), message)))
    }

    /// Counts the nodes of a copy, and the nesting levels that it adds.
    fn spend(&mut self, found: &Node, at: &Pointer, written: &Pointer) -> Result<(), Box<Diagnostic>> {
        let refuse = |code, limit: LimitKind, message: String| {
            Box::new(Diagnostic::error(code, &written.child("$ref"), message).help(limit.help()))
        };
        let size = Size::of(found);
        self.nodes_left = self.nodes_left.and_then(|left| left.checked_sub(size.nodes + COST));
        if self.nodes_left.is_none() {
            let most = self.limits.nodes;
            let message = format!("the document grows by more than {most} nodes when its references are resolved");
            return Err(refuse(Code::TooManyNodes, LimitKind::Nodes, message));
        }
        let most = self.limits.depth;
        if at.tokens().count() + size.depth > most {
            self.nodes_left = None;
            let message = format!("values are nested deeper than {most} levels when this reference is resolved");
            return Err(refuse(Code::TooDeep, LimitKind::Depth, message));
        }
        Ok(())
    }

    /// Adds the keys that are next to the reference.
    fn join(
        &mut self,
        node: &mut Node,
        siblings: Object,
        at: &Pointer,
        written: &Pointer,
    ) -> Result<(), Box<Diagnostic>> {
        for (key, value) in siblings.into_iter().filter(|(key, _)| key != "$ref") {
            let place = written.child(&key);
            let Node::Object(object) = &mut *node else {
                let message =
                    format!("`{}` is next to a reference to {}; expected only `$ref`", excerpt(&key), node.kind());
                return Err(Box::new(Diagnostic::error(Code::UnsupportedRef, &place, message).on_key()));
            };
            let is_annotation = matches!(key.as_str(), "summary" | "description") || key.starts_with("x-");
            match object.get(&key) {
                Some(other) if *other == value => continue,
                Some(_) if !is_annotation => {
                    let message = format!(
                        "`{}` is next to `$ref` and in its target; OpenAPI does not define which one applies",
                        excerpt(&key)
                    );
                    return Err(Box::new(Diagnostic::error(Code::UnsupportedRef, &place, message).on_key()));
                }
                Some(_) | None => {}
            }
            self.moves.copy(&place, &at.child(&key));
            object.insert(key, value);
        }
        Ok(())
    }
}

/// The size of a node.
#[derive(Default)]
struct Size {
    nodes: usize,
    depth: usize,
}

impl Size {
    fn of(node: &Node) -> Self {
        let mut size = Self::default();
        let mut waiting = vec![(node, 1)];
        while let Some((node, depth)) = waiting.pop() {
            size.nodes += 1;
            size.depth = size.depth.max(depth);
            match node {
                Node::Array(items) => waiting.extend(items.iter().map(|item| (item, depth + 1))),
                Node::Object(object) => waiting.extend(object.values().map(|value| (value, depth + 1))),
                Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
            }
        }
        size
    }
}

#[cfg(test)]
mod tests;
