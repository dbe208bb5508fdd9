//! What the rest of a document refers to: the references of a tree, followed from its roots.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Pointer;
use crate::document::fragment::pointers;
use crate::document::resolve;
use crate::document::tree::Node;

/// The nodes that were taken out of a tree, by their pointers.
pub(super) type Removed = BTreeMap<Pointer, Node>;

/// Schemas by the schema that they extend.
type Subtypes = BTreeMap<Pointer, Vec<Pointer>>;

/// The parts that are needed.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// The section and name of each component.
    pub(super) components: BTreeSet<(String, String)>,
    /// The removed nodes into which a reference points.
    pub(super) removed: BTreeSet<Pointer>,
}

/// Follows all references from the tree without its components. Examples and extensions are followed too, so that
/// nothing is missing.
pub(super) fn reach(tree: &Node, removed: &Removed, references: usize) -> Reached {
    let subtypes = subtypes(tree, references);
    let mut walk = Walk { tree, removed, subtypes: &subtypes, reached: Reached::default(), waiting: Vec::new() };
    for (_, node) in tree.as_object().into_iter().flatten().filter(|(key, _)| *key != "components") {
        walk.waiting.push(node);
    }
    // Schemas outside of the components are always followed.
    let is_outside = |at: &Pointer| at.tokens().next().is_some_and(|first| first != "components");
    for (_, found) in subtypes.iter().filter(|(at, _)| is_outside(at)) {
        found.iter().for_each(|subtype| walk.component(subtype));
    }
    if let Some(schemes) = tree.get("components").and_then(|components| components.get("securitySchemes")) {
        walk.waiting.push(schemes);
    }
    while let Some(node) = walk.waiting.pop() {
        walk.visit(node);
    }
    walk.reached
}

struct Walk<'t> {
    tree: &'t Node,
    removed: &'t Removed,
    subtypes: &'t Subtypes,
    reached: Reached,
    waiting: Vec<&'t Node>,
}

impl<'t> Walk<'t> {
    fn visit(&mut self, node: &'t Node) {
        match node {
            Node::Array(items) => self.waiting.extend(items),
            Node::Object(object) => {
                node.reference().into_iter().for_each(|reference| self.follow(reference));
                let mapping = object.get("discriminator").and_then(|found| found.get("mapping"));
                for target in mapping.and_then(Node::as_object).into_iter().flat_map(|mapping| mapping.values()) {
                    target.as_str().into_iter().for_each(|target| self.follow_name(target));
                }
                self.waiting.extend(object.values());
            }
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }

    /// A value of a discriminator mapping: a reference, or the name of a schema.
    fn follow_name(&mut self, target: &str) {
        self.follow(target);
        self.component(&Pointer::from_tokens(["components", "schemas", target]));
    }

    fn follow(&mut self, reference: &str) {
        for at in pointers(reference) {
            match removed_around(self.removed, &at) {
                Some((place, node)) if self.reached.removed.insert(place.clone()) => self.waiting.push(node),
                Some(_) => {}
                None => self.component(&at),
            }
        }
    }

    /// The component at this pointer or around it.
    fn component(&mut self, at: &Pointer) {
        let tokens: Vec<String> = at.tokens().take(3).collect();
        let [components, section, name] = tokens.as_slice() else { return };
        let component = Pointer::from_tokens(&tokens);
        if components != "components" || !self.reached.components.insert((section.clone(), name.clone())) {
            return;
        }
        if let Some(node) = self.tree.find(&component) {
            self.waiting.push(node);
            // The alternatives of a schema with a discriminator are those that extend it.
            self.subtypes.get(&component).into_iter().flatten().for_each(|subtype| self.component(subtype));
        }
    }
}

/// The removed node at `at` or around it.
pub(super) fn removed_around<'r>(removed: &'r Removed, at: &Pointer) -> Option<(&'r Pointer, &'r Node)> {
    let mut place = Some(at.clone());
    while let Some(here) = place {
        if let Some(found) = removed.get_key_value(&here) {
            return Some(found);
        }
        place = here.parent();
    }
    None
}

/// The schemas that extend one with a discriminator, own or inherited, by the schema that they extend.
fn subtypes(tree: &Node, references: usize) -> Subtypes {
    let section = Pointer::from_tokens(["components", "schemas"]);
    let mut direct = Subtypes::new();
    for (name, schema) in tree.find(&section).and_then(Node::as_object).into_iter().flatten() {
        let Some(Node::Array(parts)) = schema.get("allOf") else { continue };
        let targets = parts.iter().filter_map(Node::reference);
        for target in targets.filter_map(|reference| resolve::destination(tree, reference, references)) {
            direct.entry(target).or_default().push(section.child(name));
        }
    }
    let has_own = |at: &&Pointer| tree.find(at).is_some_and(|node| node.get("discriminator").is_some());
    let mut waiting: Vec<Pointer> = direct.keys().filter(has_own).cloned().collect();
    let mut subtypes = Subtypes::new();
    while let Some(at) = waiting.pop() {
        if let Some(found) = direct.remove(&at) {
            waiting.extend(found.iter().cloned());
            subtypes.insert(at, found);
        }
    }
    subtypes
}
