//! Walks all nodes that the grammar defines, and the targets of references.

use std::collections::{HashSet, VecDeque};

use super::{Grammar, Holds, What};
use crate::diag::Pointer;
use crate::document::fragment::pointers;
use crate::document::tree::Node;

/// Keys from whose values no code is generated.
const UNREAD: [&str; 3] = ["callbacks", "links", "webhooks"];

/// A node at a place that the grammar defines.
#[derive(Debug, Clone)]
pub(in crate::document) struct GrammarNode<'t> {
    pub(in crate::document) node: &'t Node,
    pub(in crate::document) at: Pointer,
    pub(in crate::document) holds: Holds,
    /// Whether code is generated from it.
    pub(in crate::document) is_read: bool,
}

/// Calls `visit` with every object and list of the document `tree`, in document order; the targets of references come last.
pub(in crate::document) fn walk<'t>(grammar: &Grammar, tree: &'t Node, mut visit: impl FnMut(&GrammarNode<'t>)) {
    let root =
        GrammarNode { node: tree, at: Pointer::root(), holds: Holds::One(What::Object("document")), is_read: true };
    let mut targets = VecDeque::from([root]);
    let mut seen = HashSet::new();
    while let Some(start) = targets.pop_front() {
        let mut waiting = vec![start];
        let mut is_start = true;
        while let Some(place) = waiting.pop() {
            let is_shared = std::mem::take(&mut is_start) || may_be_reference(grammar, place.holds);
            if is_shared && !seen.insert((place.at.clone(), place.holds, place.is_read)) {
                continue;
            }
            visit(&place);
            targets.extend(target(tree, &place));
            waiting.extend(children(grammar, &place).into_iter().rev());
        }
    }
}

fn may_be_reference(grammar: &Grammar, holds: Holds) -> bool {
    matches!(holds, Holds::One(What::Object(object)) if grammar.may_be_reference(object))
}

/// The target of a `$ref` at this node, with the type that is expected here.
fn target<'t>(tree: &'t Node, place: &GrammarNode<'t>) -> Option<GrammarNode<'t>> {
    let reference = place.node.reference().filter(|_| place.holds != Holds::One(What::Data))?;
    let mut found = pointers(reference).into_iter().filter_map(|at| Some((tree.find(&at)?, at)));
    found.next().map(|(node, at)| GrammarNode { node, at, ..place.clone() })
}

fn children<'t>(grammar: &Grammar, place: &GrammarNode<'t>) -> Vec<GrammarNode<'t>> {
    let child = |key: &str, node, holds| {
        let is_key = matches!(place.holds, Holds::One(_));
        let is_read = place.is_read && !(is_key && UNREAD.contains(&key));
        GrammarNode { node, at: place.at.child(key), holds, is_read }
    };
    match place.node {
        Node::Object(object) => {
            let holds = |key: &str, value| grammar.child(place.holds, key, value);
            let nested = object.iter().filter(|(_, value)| has_children(value));
            nested.filter_map(|(key, value)| Some(child(key, value, holds(key, value)?))).collect()
        }
        Node::Array(items) => {
            let Some(holds) = Grammar::item(place.holds) else { return Vec::new() };
            let nested = items.iter().enumerate().filter(|(_, item)| has_children(item));
            nested.map(|(index, item)| child(&index.to_string(), item, holds)).collect()
        }
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => Vec::new(),
    }
}

/// Most nodes are scalars, and a pointer for each of them takes most of the time.
fn has_children(node: &Node) -> bool {
    matches!(node, Node::Object(_) | Node::Array(_))
}

impl Grammar {
    /// The type of the value under `key` of an object, if the grammar defines it. The text of a reference has none.
    pub(in crate::document) fn child(&self, holds: Holds, key: &str, value: &Node) -> Option<Holds> {
        if key == "$ref" && value.as_str().is_some() {
            return None;
        }
        match holds {
            Holds::One(What::Object(object)) => self.holds(object, key),
            Holds::Map(what) => Some(Holds::One(what)),
            Holds::One(What::Data | What::Scalar) | Holds::List(_) => None,
        }
    }

    /// The type of a list item; `items` of a schema may also be a list (JSON Schema before 2020-12).
    pub(in crate::document) fn item(holds: Holds) -> Option<Holds> {
        match holds {
            Holds::One(What::Object("schema")) => Some(holds),
            Holds::List(what) => Some(Holds::One(what)),
            Holds::One(What::Data | What::Scalar | What::Object(_)) | Holds::Map(_) => None,
        }
    }
}
