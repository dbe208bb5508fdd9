//! The parts of multipart bodies that are files since OpenAPI 3.1, although their schemas name no type: the default
//! content type of such a part is `application/octet-stream` (OpenAPI 3.1.0, section 4.8.15.1).

use std::collections::BTreeSet;

use crate::diag::Pointer;
use crate::document::fragment::pointers;
use crate::document::grammar::walk::walk;
use crate::document::grammar::{Grammar, Holds, What};
use crate::document::tree::{Node, Object};
use crate::document::version::Version;

/// The extension key of the schema of a part that is a file.
pub const FILE_PART: &str = "x-keystub-file-part";

/// Keywords that do not limit the values of a schema.
const ANNOTATIONS: [&str; 11] = [
    "title",
    "description",
    "deprecated",
    "readOnly",
    "writeOnly",
    "example",
    "examples",
    "nullable",
    "$comment",
    "contentMediaType",
    "contentEncoding",
];

/// The schemas of parts that are files.
pub(super) fn gather(tree: &Node, version: Version, references: usize) -> BTreeSet<Pointer> {
    let mut found = BTreeSet::new();
    if version < Version::V3_1 {
        return found;
    }
    let grammar = Grammar::of(version);
    walk(&grammar, tree, |place| {
        let is_media = place.holds == Holds::One(What::Object("media type"));
        let is_multipart = place.at.last().is_some_and(|key| key.to_ascii_lowercase().starts_with("multipart/"));
        if let (true, true, Some(schema)) = (is_media, is_multipart, place.node.get("schema")) {
            let mut parts = Parts { tree, references, encoding: place.node.get("encoding"), found: &mut found };
            parts.body(schema, place.at.child("schema"));
        }
    });
    found
}

struct Parts<'t, 'f> {
    tree: &'t Node,
    references: usize,
    encoding: Option<&'t Node>,
    found: &'f mut BTreeSet<Pointer>,
}

impl<'t> Parts<'t, '_> {
    /// The properties of a body, including those of its `allOf`.
    fn body(&mut self, schema: &'t Node, at: Pointer) {
        let mut waiting = vec![(schema, at)];
        let mut seen = BTreeSet::new();
        while let Some((schema, at)) = waiting.pop() {
            let Some((schema, at)) = self.target(schema, at) else { continue };
            if !seen.insert(at.clone()) {
                continue;
            }
            for (name, part) in schema.get("properties").and_then(Node::as_object).into_iter().flatten() {
                let encoding = self.encoding.and_then(|encoding| encoding.get(name));
                let content_type = encoding.and_then(|encoding| encoding.get("contentType")).and_then(Node::as_str);
                self.part(part, at.child("properties").child(name), content_type);
            }
            if let Some(Node::Array(all)) = schema.get("allOf") {
                let all_at = at.child("allOf");
                waiting.extend(all.iter().enumerate().map(|(index, part)| (part, all_at.index(index))));
            }
        }
    }

    fn part(&mut self, part: &'t Node, at: Pointer, content_type: Option<&str>) {
        let Some((schema, schema_at)) = self.target(part, at.clone()) else { return };
        if self.is_file(schema, content_type) {
            self.found.insert(at);
        } else if let (Some("array"), Some(items)) = (kind(schema), schema.get("items")) {
            let items_at = schema_at.child("items");
            if self.target(items, items_at.clone()).is_some_and(|(items, _)| self.is_file(items, content_type)) {
                self.found.insert(items_at);
            }
        }
    }

    fn is_file(&self, schema: &Node, content_type: Option<&str>) -> bool {
        let is_annotation = |key: &String| key.starts_with("x-") || ANNOTATIONS.contains(&key.as_str());
        let only = |object: &Object, more: &str| object.keys().all(|key| key == more || is_annotation(key));
        match (schema, content_type) {
            (Node::Bool(true), content_type) => !content_type.is_some_and(is_text),
            (Node::Object(object), content_type) if only(object, "") => !content_type.is_some_and(is_text),
            // A string cannot hold such content.
            (Node::Object(object), Some(content_type)) if kind(schema) == Some("string") => {
                only(object, "type") && !is_text(content_type)
            }
            _ => false,
        }
    }

    /// The schema after following references.
    fn target(&self, mut node: &'t Node, mut at: Pointer) -> Option<(&'t Node, Pointer)> {
        for _ in 0..=self.references {
            let Some(reference) = node.reference() else { return Some((node, at)) };
            (node, at) = pointers(reference).into_iter().find_map(|to| Some((self.tree.find(&to)?, to)))?;
        }
        None
    }
}

fn kind(schema: &Node) -> Option<&str> {
    schema.get("type").and_then(Node::as_str)
}

/// Whether content of this media type is plain text in a string.
pub(super) fn is_text(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    media.starts_with("text/") || ["json", "xml", "yaml", "jwt"].iter().any(|word| media.contains(word))
}
