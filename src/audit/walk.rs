//! A walk over every node of a document.

use crate::diag::Pointer;
use crate::document::Document;
use crate::document::tree::Node;

/// A node with the keys that lead to it.
pub struct Visit<'a> {
    /// The node.
    pub node: &'a Node,
    path: Vec<Step<'a>>,
}

#[derive(Clone, Copy)]
struct Step<'a> {
    key: Key<'a>,
    /// The node that contains it.
    within: &'a Node,
}

#[derive(Clone, Copy)]
enum Key<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Visit<'a> {
    /// The pointer of the node.
    pub fn at(&self) -> Pointer {
        self.path.iter().fold(Pointer::root(), |at, step| match step.key {
            Key::Name(name) => at.child(name),
            Key::Index(index) => at.index(index),
        })
    }

    /// The key of the node in its object.
    pub fn key(&self) -> Option<&'a str> {
        self.path.last().and_then(|step| step.name())
    }

    /// The key of the object or list that contains the node.
    pub fn parent_key(&self) -> Option<&'a str> {
        self.path.len().checked_sub(2).and_then(|at| self.path[at].name())
    }

    /// `name` of the parameter that contains this schema.
    pub fn name_of_parameter(&self) -> Option<&'a str> {
        self.path.last().filter(|step| step.within.get("in").is_some())?.within.get("name")?.as_str()
    }

    /// Whether the node is part of an example, a default, a value or an extension: data, not description.
    pub fn is_data(&self) -> bool {
        let is_data = |step: &Step<'_>| {
            step.name().is_some_and(|key| {
                matches!(key, "example" | "examples" | "default" | "enum" | "const") || key.starts_with("x-")
            })
        };
        // A property may have any name.
        let is_property = |at: usize| at > 0 && self.path[at - 1].name() == Some("properties");
        self.path.iter().enumerate().any(|(at, step)| is_data(step) && !is_property(at))
    }
}

impl<'a> Step<'a> {
    fn name(self) -> Option<&'a str> {
        match self.key {
            Key::Name(name) => Some(name),
            Key::Index(_) => None,
        }
    }
}

/// Calls `see` for every node. The depth of documents is limited when they are read.
pub fn walk<'a>(document: &'a Document, mut see: impl FnMut(&Visit<'a>)) {
    if let Some(node) = document.node(&Pointer::root()) {
        visit(&mut Visit { node, path: Vec::new() }, &mut see);
    }
}

fn visit<'a>(at: &mut Visit<'a>, see: &mut impl FnMut(&Visit<'a>)) {
    see(at);
    let within = at.node;
    let children: Vec<(Key<'a>, &'a Node)> = match within {
        Node::Object(object) => object.iter().map(|(key, node)| (Key::Name(key.as_str()), node)).collect(),
        Node::Array(items) => items.iter().enumerate().map(|(index, node)| (Key::Index(index), node)).collect(),
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => return,
    };
    for (key, node) in children {
        at.path.push(Step { key, within });
        at.node = node;
        visit(at, see);
        at.path.pop();
    }
    at.node = within;
}
