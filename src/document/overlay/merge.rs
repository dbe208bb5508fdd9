//! Merges a value into a node (Overlay 1.1.0, section 4.4.3).

use super::super::tree::Node;
use crate::diag::{Origins, Pointer};

/// The state of one merge.
pub(super) struct Merge<'o> {
    pub(super) origins: &'o mut Origins,
    /// The origins of the value.
    pub(super) value: &'o Origins,
}

/// Two values that cannot be merged.
pub(super) struct Conflict {
    /// The node of the document.
    pub(super) target: Pointer,
    /// The kind of that node.
    pub(super) found: &'static str,
    /// The place in the value.
    pub(super) from: Pointer,
    /// The kind of the value.
    pub(super) value: &'static str,
}

impl Merge<'_> {
    /// Merges a value into a target. A list gets the items of a list, and any other value as an item.
    pub(super) fn target(&mut self, node: &mut Node, at: &Pointer, value: &Node) -> Result<(), Conflict> {
        let root = Pointer::root();
        match (node, value) {
            (Node::Array(items), value) if !matches!(value, Node::Array(_)) => {
                self.origins.put(&at.index(items.len()), self.value, &root);
                items.push(value.clone());
                Ok(())
            }
            (node, value) => self.node(node, at, value, &root),
        }
    }

    fn node(&mut self, node: &mut Node, at: &Pointer, value: &Node, from: &Pointer) -> Result<(), Conflict> {
        match (node, value) {
            (Node::Object(object), Node::Object(values)) => {
                for (key, value) in values.iter() {
                    match object.get_mut(key) {
                        Some(old) => self.node(old, &at.child(key), value, &from.child(key))?,
                        None => {
                            self.origins.put(&at.child(key), self.value, &from.child(key));
                            object.insert(key.clone(), value.clone());
                        }
                    }
                }
            }
            (Node::Array(items), Node::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.origins.put(&at.index(items.len()), self.value, &from.index(index));
                    items.push(value.clone());
                }
            }
            (node, value) if is_plain(node) && is_plain(value) => {
                self.origins.put(at, self.value, from);
                *node = value.clone();
            }
            (node, value) => {
                let (target, from) = (at.clone(), from.clone());
                return Err(Conflict { target, found: node.kind(), from, value: value.kind() });
            }
        }
        Ok(())
    }
}

fn is_plain(node: &Node) -> bool {
    !matches!(node, Node::Object(_) | Node::Array(_))
}
