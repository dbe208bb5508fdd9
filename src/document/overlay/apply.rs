//! Applies actions one after the other, each to the result of those before it.

use super::super::json_path::{Budget, Exhausted, JsonPath};
use super::super::tree::Node;
use super::merge::{Conflict, Merge};
use super::parse::{Action, Change, Overlay, Version};
use super::remove::remove;
use crate::diag::{Code, Diagnostic, Origins, Pointer, Report};
use crate::limits::{LimitKind, Limits};

/// The state of applying overlays.
pub(super) struct Applier<'l> {
    pub(super) tree: Node,
    pub(super) origins: Origins,
    pub(super) report: Report,
    limits: &'l Limits,
    budget: Budget,
    /// How many nodes the overlays may still add.
    nodes_left: usize,
}

/// A value to merge into targets.
struct Value {
    node: Node,
    origins: Origins,
    nodes: usize,
    depth: usize,
}

impl<'l> Applier<'l> {
    pub(super) fn new(tree: Node, limits: &'l Limits, budget: Budget) -> Self {
        let (origins, report) = (Origins::default(), Report::new());
        Self { tree, origins, report, limits, budget, nodes_left: limits.nodes }
    }

    /// Applies the actions; stops at the first error.
    pub(super) fn apply(&mut self, overlay: &Overlay) {
        for action in &overlay.actions {
            if let Err(diagnostic) = self.action(action, overlay.version) {
                self.report.push(*diagnostic);
                return;
            }
        }
    }

    fn action(&mut self, action: &Action, version: Version) -> Result<(), Box<Diagnostic>> {
        let targets = self.select(&action.target, &action.at.child("target"))?;
        if targets.is_empty() {
            let message = "the target of this action matches nothing in the document";
            self.report.push(Diagnostic::warning(Code::OverlayNoMatch, &action.at.child("target"), message));
            return Ok(());
        }
        match &action.change {
            Change::Remove => {
                if targets.iter().any(|at| at.parent().is_none()) {
                    return refuse(
                        Code::OverlayConflict,
                        &action.at.child("target"),
                        "the whole document cannot be removed",
                    );
                }
                let removed = remove(&mut self.tree, &mut self.origins, &targets, &self.budget);
                removed.map_err(|Exhausted| exhausted(&action.at.child("target")))
            }
            Change::Update(node) => {
                let at = action.at.child("update");
                let value = Value { origins: Origins::of_value(at.clone()), ..self.value(node.clone(), &at)? };
                self.merge(&targets, &value, &at, version)
            }
            Change::Copy(source) => {
                let at = action.at.child("copy");
                let value = self.copied(source, &at)?;
                self.merge(&targets, &value, &at, version)
            }
            Change::Nothing => {
                let message = "this action changes nothing; expected `update`, `copy` or `remove: true`";
                self.report.push(Diagnostic::warning(Code::OverlayNoMatch, &action.at, message));
                Ok(())
            }
        }
    }

    fn select(&self, path: &JsonPath, at: &Pointer) -> Result<Vec<Pointer>, Box<Diagnostic>> {
        path.select(&self.tree, &self.budget).map_err(|Exhausted| exhausted(at))
    }

    /// The one node that `copy` selects.
    fn copied(&self, source: &JsonPath, at: &Pointer) -> Result<Value, Box<Diagnostic>> {
        let sources = self.select(source, at)?;
        let [place] = sources.as_slice() else {
            let message = format!("`copy` selects {} nodes; expected one", sources.len());
            return refuse(Code::OverlayConflict, at, message);
        };
        let node = self.tree.find(place).expect("the node was selected").clone();
        Ok(Value { origins: self.origins.part(place), ..self.value(node, at)? })
    }

    fn value(&self, node: Node, at: &Pointer) -> Result<Value, Box<Diagnostic>> {
        let (nodes, depth) = size(&node);
        self.budget.spend(nodes).map_err(|Exhausted| exhausted(at))?;
        Ok(Value { node, origins: Origins::default(), nodes, depth })
    }

    /// Merges a value, which the overlay has at `value_at`, into every target.
    fn merge(
        &mut self,
        targets: &[Pointer],
        value: &Value,
        value_at: &Pointer,
        version: Version,
    ) -> Result<(), Box<Diagnostic>> {
        self.check_kinds(targets, value_at, version)?;
        for target in targets {
            self.nodes_left = self.nodes_left.checked_sub(value.nodes).ok_or_else(|| {
                let message = format!("the overlays add more than {} nodes", self.limits.nodes);
                Box::new(Diagnostic::error(Code::TooManyNodes, value_at, message).help(LimitKind::Nodes.help()))
            })?;
            self.budget.spend(value.nodes).map_err(|Exhausted| exhausted(value_at))?;
            if target.tokens().count() + value.depth > self.limits.depth {
                let message = format!("values are nested deeper than {} levels after this action", self.limits.depth);
                let diagnostic = Diagnostic::error(Code::TooDeep, value_at, message);
                return Err(Box::new(diagnostic.help(LimitKind::Depth.help())));
            }
            let mut merge = Merge { origins: &mut self.origins, value: &value.origins };
            // A target below another one may have been replaced.
            let Some(node) = self.tree.find_mut(target) else { continue };
            merge.target(node, target, &value.node).map_err(|conflict| conflicting(&conflict, value_at))?;
        }
        Ok(())
    }

    /// The targets must be all objects, all lists or all of other kinds; Overlay 1.0 knows only the first two.
    fn check_kinds(&self, targets: &[Pointer], at: &Pointer, version: Version) -> Result<(), Box<Diagnostic>> {
        let mut first: Option<(&Pointer, &Node)> = None;
        for target in targets {
            let node = self.tree.find(target).expect("the node was selected");
            let is_plain = !matches!(node, Node::Object(_) | Node::Array(_));
            if is_plain && version == Version::V1_0 {
                let message = format!("the target `{target}` is {}; expected an object or a list", node.kind());
                let diagnostic = Diagnostic::error(Code::OverlayConflict, at, message);
                return Err(Box::new(diagnostic.help("set `overlay: 1.1.0`, or select the object that contains it")));
            }
            match first {
                None => first = Some((target, node)),
                Some((other, found)) if group(found) != group(node) => {
                    let message = format!(
                        "the targets have different kinds: `{other}` is {}, `{target}` is {}",
                        found.kind(),
                        node.kind()
                    );
                    return refuse(Code::OverlayConflict, at, message);
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// Objects, lists and all others.
fn group(node: &Node) -> u8 {
    match node {
        Node::Object(_) => 0,
        Node::Array(_) => 1,
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => 2,
    }
}

/// The number of nodes and of levels.
fn size(node: &Node) -> (usize, usize) {
    let all = |sizes: &mut dyn Iterator<Item = (usize, usize)>| {
        let (nodes, depth) = sizes.fold((0, 0), |(nodes, depth), (more, deep)| (nodes + more, depth.max(deep)));
        (nodes + 1, depth + 1)
    };
    match node {
        Node::Array(items) => all(&mut items.iter().map(size)),
        Node::Object(object) => all(&mut object.values().map(size)),
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => (1, 0),
    }
}

fn refuse<T>(code: Code, at: &Pointer, message: impl Into<String>) -> Result<T, Box<Diagnostic>> {
    Err(Box::new(Diagnostic::error(code, at, message)))
}

fn exhausted(at: &Pointer) -> Box<Diagnostic> {
    let message = "the expressions of the overlays visit too many nodes";
    let diagnostic = Diagnostic::error(Code::TooLarge, at, message);
    Box::new(diagnostic.help("use fewer `..` and filters, or name the nodes"))
}

fn conflicting(conflict: &Conflict, value_at: &Pointer) -> Box<Diagnostic> {
    let message =
        format!("{} cannot be merged into `{}`, which is {}", conflict.value, conflict.target, conflict.found);
    Box::new(Diagnostic::error(Code::OverlayConflict, &value_at.join(&conflict.from), message))
}
