//! `consumes` and `produces`: the media types that 3.0 lists at each body and response.

use super::super::Upgrade;
use crate::diag::Pointer;
use crate::document::tree::{Node, Object};

impl Upgrade<'_> {
    /// The media types of an operation, or else of the document, under `key`. An empty list in an operation counts.
    pub(super) fn media_types(&self, key: &str, operation: Option<&Object>) -> Vec<String> {
        let own = operation.and_then(|operation| operation.get(key));
        texts(own.or_else(|| self.tree.get(key)))
    }

    /// `content` with the schema at `from` under each media type; references to the schema point to the first.
    pub(super) fn content(&mut self, media_types: &[String], schema: &Node, from: &Pointer, at: &Pointer) -> Node {
        let written = self.moves.written(from);
        let mut content = Object::new();
        for (index, media_type) in media_types.iter().enumerate() {
            let place = at.child(media_type).child("schema");
            match index {
                0 => self.moves.relocate(from, &place),
                _ => self.moves.copy(&written, &place),
            }
            content.insert(media_type.clone(), super::super::object_of("schema", schema.clone()));
        }
        Node::from(content)
    }
}

/// The strings of a list without duplicates.
pub(super) fn texts(node: Option<&Node>) -> Vec<String> {
    let Some(Node::Array(items)) = node else { return Vec::new() };
    let mut texts: Vec<String> = Vec::new();
    for text in items.iter().filter_map(Node::as_str) {
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
        }
    }
    texts
}
