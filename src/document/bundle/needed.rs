//! Reduces the other files of a bundle to the parts to which something refers: a bundle has whole files, which may hold what
//! is not meant for the readers of the document.

use std::collections::BTreeSet;

use super::super::fragment::pointers;
use super::super::tree::{Node, Object};
use super::files::FILES;
use super::walk;
use crate::diag::Pointer;

/// The keys of a document that apply to its operations wherever they are referred to.
const INHERITED: [&str; 3] = ["openapi", "swagger", "security"];

/// The keywords that give a schema a name to which references can point.
const NAMES: [&str; 4] = ["$anchor", "$dynamicAnchor", "$id", "id"];

/// The bundle without the parts of other files to which nothing refers.
pub fn with_needed_parts(mut tree: Node) -> Node {
    let Some(files) = tree.as_object_mut().and_then(|root| root.shift_remove(FILES)) else { return tree };
    let mut reached = Reached { files: &files, follows_names: false, needed: BTreeSet::new(), waiting: Vec::new() };
    reached.follow(&tree, &Pointer::root());
    while let Some((at, node)) = reached.waiting.pop() {
        reached.follow(node, &at);
    }
    let needed = reached.needed;
    let around: BTreeSet<Pointer> = needed.iter().flat_map(ancestors).collect();
    let kept = files.as_object().into_iter().flatten().filter_map(|(name, file)| {
        let at = Pointer::root().child(FILES).child(name);
        Some((name.clone(), with_inherited(file, kept(file, &at, &needed, &around)?)))
    });
    let kept: Object = kept.collect();
    if let (Some(root), false) = (tree.as_object_mut(), kept.is_empty()) {
        root.insert(FILES.to_owned(), Node::from(kept));
    }
    tree
}

/// The parts of the files that were found to be needed.
struct Reached<'t> {
    files: &'t Node,
    /// Whether a reference by name was found.
    follows_names: bool,
    needed: BTreeSet<Pointer>,
    waiting: Vec<(Pointer, &'t Node)>,
}

impl Reached<'_> {
    /// Follows the references at a node and below it.
    fn follow(&mut self, node: &Node, at: &Pointer) {
        for (_, reference) in walk::references(node, at) {
            let targets = pointers(&reference);
            if targets.is_empty() && !self.follows_names {
                self.follows_names = true;
                named(self.files).into_iter().for_each(|target| self.reach(target));
            }
            targets.into_iter().for_each(|target| self.reach(target));
        }
    }

    fn reach(&mut self, target: Pointer) {
        let Some(below) = target.below(&Pointer::root().child(FILES)) else { return };
        let Some(node) = self.files.find(&below) else { return };
        if self.needed.insert(target.clone()) {
            self.waiting.push((target, node));
        }
    }
}

/// The pointers of all schemas with names.
fn named(files: &Node) -> Vec<Pointer> {
    let mut found = Vec::new();
    let mut waiting = vec![(Pointer::root().child(FILES), files)];
    while let Some((at, node)) = waiting.pop() {
        match node {
            Node::Array(items) => {
                waiting.extend(items.iter().enumerate().map(|(index, item)| (at.index(index), item)));
            }
            Node::Object(object) => {
                waiting.extend(object.iter().map(|(key, value)| (at.child(key), value)));
                if NAMES.iter().any(|key| matches!(object.get(*key), Some(Node::String(_)))) {
                    found.push(at);
                }
            }
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => {}
        }
    }
    found
}

fn ancestors(at: &Pointer) -> Vec<Pointer> {
    std::iter::successors(at.parent(), Pointer::parent).collect()
}

/// What is needed of a node. Items of lists that are not needed become null, so that the others keep their index.
fn kept(node: &Node, at: &Pointer, needed: &BTreeSet<Pointer>, around: &BTreeSet<Pointer>) -> Option<Node> {
    if needed.contains(at) {
        return Some(node.clone());
    }
    if !around.contains(at) {
        return None;
    }
    match node {
        Node::Object(object) => {
            let entries = object.iter();
            let entries =
                entries.filter_map(|(key, value)| Some((key.clone(), kept(value, &at.child(key), needed, around)?)));
            Some(Node::from(entries.collect::<Object>()))
        }
        Node::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(index, item)| kept(item, &at.index(index), needed, around).unwrap_or(Node::Null));
            Some(Node::Array(items.collect()))
        }
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => None,
    }
}

/// What is needed of a file, with what its operations inherit.
fn with_inherited(file: &Node, mut kept: Node) -> Node {
    if let Some(object) = kept.as_object_mut() {
        for key in INHERITED {
            if let (Some(value), false) = (file.get(key), object.contains_key(key)) {
                object.insert(key.to_owned(), value.clone());
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::with_needed_parts;
    use crate::document::tree::Node;

    fn pruned(text: &str) -> String {
        let tree: Node = serde_json::from_str::<serde_json::Value>(text).map(node).unwrap();
        with_needed_parts(tree).to_json().to_string()
    }

    fn node(value: serde_json::Value) -> Node {
        use serde_json::Value;
        match value {
            Value::Object(object) => {
                Node::from(object.into_iter().map(|(key, value)| (key, node(value))).collect::<super::Object>())
            }
            Value::Array(items) => Node::Array(items.into_iter().map(node).collect()),
            Value::String(text) => Node::String(text),
            Value::Bool(value) => Node::Bool(value),
            Value::Null => Node::Null,
            Value::Number(number) => Node::Integer(number.as_i64().unwrap().into()),
        }
    }

    #[test]
    fn only_parts_of_other_files_with_references_stay() {
        let text = r##"{
            "paths": {"/a": {"$ref": "#/x-keystub-files/a.yaml/items/1"}},
            "x-keystub-files": {
                "a.yaml": {
                    "items": ["left out", {"get": {"$ref": "#/x-keystub-files/b.yaml/A"}}],
                    "password": "secret",
                    "security": []
                },
                "b.yaml": {"A": {"type": "string"}, "B": {"type": "secret"}},
                "c.yaml": {"C": "secret"}
            }
        }"##;
        let expected = r##"{"paths":{"/a":{"$ref":"#/x-keystub-files/a.yaml/items/1"}},"x-keystub-files":{"a.yaml":{"items":[null,{"get":{"$ref":"#/x-keystub-files/b.yaml/A"}}],"security":[]},"b.yaml":{"A":{"type":"string"}}}}"##;
        assert_eq!(pruned(text), expected);
    }

    #[test]
    fn schemas_with_names_stay_if_a_reference_has_a_name() {
        let files = r##""x-keystub-files": {"a.yaml": {"A": {"$anchor": "pet"}, "B": {"type": "secret"}}}"##;
        let by_name = pruned(&format!(r##"{{"components": {{"schemas": {{"P": {{"$ref": "#pet"}}}}}}, {files}}}"##));
        assert!(by_name.contains(r#""A":{"$anchor":"pet"}"#) && !by_name.contains("secret"), "{by_name}");
        assert_eq!(pruned(&format!(r#"{{"components": {{}}, {files}}}"#)), r#"{"components":{}}"#);
    }
}
