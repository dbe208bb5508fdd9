//! References during an upgrade: the keys next to them, and their new targets.

use super::moves::Moves;
use super::state::{Upgrade, object_of};
use crate::diag::Pointer;
use crate::document::fragment::{fragment_of, pointers};
use crate::document::kind::Kind;
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

impl Upgrade<'_> {
    /// The reference as a pointer in the document if it uses a name of JSON Schema; records its target.
    pub(super) fn reference_text(&mut self, kind: Kind, reference: &str, at: &Pointer) -> String {
        let named = self.anchors.resolve(self.tree, reference, at);
        let text = named.as_ref().map_or_else(|| reference.to_owned(), fragment_of);
        let target = named.or_else(|| pointers(&text).into_iter().find(|target| self.tree.find(target).is_some()));
        self.targets.extend(target.map(|target| (target, kind)));
        text
    }

    /// A reference to anything except a schema. A `description` or `summary` next to it takes precedence (OpenAPI 3.1,
    /// section 4.8.23), and a media type must be in the place where it is used; in these cases the object is copied.
    pub(super) fn reference(&mut self, kind: Kind, node: &Node, at: &Pointer) -> Node {
        let reference = node.reference().expect("the caller checked that the node exists");
        let text = self.reference_text(kind, reference, at);
        let overrides: Vec<(&str, &Node)> =
            ["summary", "description"].into_iter().filter_map(|key| Some((key, node.get(key)?))).collect();
        let may_override = self.version >= Version::V3_1 && kind != Kind::PathItem;
        let is_copied = kind == Kind::MediaType || (may_override && !overrides.is_empty());
        let copied = if is_copied { self.copy(kind, &text, at) } else { None };
        let Some(mut object) = copied else {
            let mut object = node.as_object().cloned().unwrap_or_default();
            if kind == Kind::PathItem {
                self.other_methods(&mut object, at);
            }
            object.insert("$ref".to_owned(), Node::String(text));
            return Node::from(object);
        };
        for (key, value) in overrides {
            object.insert(key.to_owned(), value.clone());
        }
        Node::from(object)
    }

    /// A copy of the target of `reference`, with references to the original schemas.
    fn copy(&mut self, kind: Kind, reference: &str, at: &Pointer) -> Option<Object> {
        let mut text = reference.to_owned();
        for _ in 0..=self.references {
            let (target, node) = pointers(&text).into_iter().find_map(|to| Some((to.clone(), self.tree.find(&to)?)))?;
            if let Some(next) = node.reference() {
                text = self.reference_text(kind, next, &target);
                continue;
            }
            let mut object = node.as_object()?.clone();
            share_schema(&mut object, &target, &mut self.targets);
            if kind == Kind::MediaType {
                self.item_schema(&mut object, (at, &target));
            }
            if let Some(Node::Object(content)) = object.get_mut("content") {
                for (key, media) in content.iter_mut() {
                    let Node::Object(media) = media else { continue };
                    share_schema(media, &target.child("content").child(key), &mut self.targets);
                }
            }
            self.moves.copy(&target, at);
            return Some(object);
        }
        None
    }
}

/// A schema is one type, so the copy refers to it.
fn share_schema(object: &mut Object, at: &Pointer, targets: &mut Vec<(Pointer, Kind)>) {
    let Some(schema) = object.get_mut("schema") else { return };
    let at = at.child("schema");
    if schema.reference().is_none() {
        *schema = object_of("$ref", Node::String(fragment_of(&at)));
    }
    targets.push((at, Kind::Schema));
}

/// Updates every reference to the current place of its target.
pub(super) fn rewrite(node: &mut Node, moves: &Moves) {
    if moves.is_empty() {
        return;
    }
    match node {
        Node::Array(items) => items.iter_mut().for_each(|item| rewrite(item, moves)),
        Node::Object(object) => {
            for (key, value) in object.iter_mut() {
                match value {
                    Node::String(text) if key == "$ref" => rewrite_text(text, moves),
                    Node::Object(targets) if key == "mapping" => {
                        targets.values_mut().for_each(|target| {
                            if let Node::String(text) = target {
                                rewrite_text(text, moves);
                            }
                        });
                    }
                    _ => {}
                }
                rewrite(value, moves);
            }
        }
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
    }
}

fn rewrite_text(text: &mut String, moves: &Moves) {
    for pointer in pointers(text) {
        let now = moves.now(&pointer);
        if now != pointer {
            *text = fragment_of(&now);
            return;
        }
    }
}
