//! The tree of a document: every node as it was written, in document order, independent of the typed document.

use indexmap::IndexMap;
use serde_json::{Map, Number, Value};

use crate::diag::Pointer;

/// A value of the document.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer. In JSON, an integer beyond 64 bits is a [`Node::Float`].
    Integer(i128),
    /// Any other number; in YAML it may be infinite or NaN.
    Float(f64),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// Keys with their values.
    Object(Box<Object>),
}

/// The keys of an object with their values, in document order.
pub type Object = IndexMap<String, Node>;

impl Node {
    /// An empty object.
    pub fn empty_object() -> Self {
        Node::Object(Box::default())
    }

    /// The value as JSON. JSON has no infinite numbers, so those are null. The limit for nesting bounds the recursion.
    pub fn to_json(&self) -> Value {
        match self {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(*value),
            Node::Integer(value) => match (u64::try_from(*value), i64::try_from(*value)) {
                (Ok(value), _) => Value::from(value),
                (Err(_), Ok(value)) => Value::from(value),
                (Err(_), Err(_)) => Number::from_f64(*value as f64).map_or(Value::Null, Value::Number),
            },
            Node::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Node::String(text) => Value::String(text.clone()),
            Node::Array(items) => Value::Array(items.iter().map(Node::to_json).collect()),
            Node::Object(object) => {
                let entries = object.iter().map(|(key, value)| (key.clone(), value.to_json()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    /// The object, if this is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object, if this is one, to modify it.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Node::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value under `key`, if this is an object with that key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_object()?.get(key)
    }

    /// The text of `$ref`, if this is a reference.
    pub fn reference(&self) -> Option<&str> {
        self.get("$ref")?.as_str()
    }

    /// The node at `at`, relative to this one.
    pub fn find(&self, at: &Pointer) -> Option<&Node> {
        at.steps().try_fold(self, |node, token| node.step(&token))
    }

    /// The node at `at`, relative to this one, to modify it.
    pub fn find_mut(&mut self, at: &Pointer) -> Option<&mut Node> {
        at.steps().try_fold(self, |node, token| match node {
            Node::Object(object) => object.get_mut(token.as_ref()),
            Node::Array(items) => items.get_mut(array_index(&token)?),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => None,
        })
    }

    /// The child for one token of a pointer (RFC 6901, section 4).
    pub fn step(&self, token: &str) -> Option<&Node> {
        match self {
            Node::Object(object) => object.get(token),
            Node::Array(items) => items.get(array_index(token)?),
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) | Node::String(_) => None,
        }
    }

    /// The type of the node for messages: "an object", "a list".
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "a boolean",
            Node::Integer(_) => "an integer",
            Node::Float(_) => "a number",
            Node::String(_) => "a string",
            Node::Array(_) => "a list",
            Node::Object(_) => "an object",
        }
    }
}

/// An index has no leading zero and no sign (RFC 6901, section 4).
fn array_index(token: &str) -> Option<usize> {
    let is_plain = token == "0" || (!token.starts_with('0') && token.bytes().all(|b| b.is_ascii_digit()));
    is_plain.then(|| token.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{Node, Object, array_index};
    use crate::diag::Pointer;

    #[test]
    fn pointers_traverse_objects_and_lists() {
        let list = Node::Array(vec![Node::Null, Node::Bool(true)]);
        let tree = Node::Object(Box::new(Object::from([("a/b".to_owned(), list)])));
        let at = Pointer::root().child("a/b").index(1);
        assert_eq!(tree.find(&at), Some(&Node::Bool(true)));
        assert_eq!(tree.find(&at.child("x")), None);
    }

    #[test]
    fn array_indexes_are_plain_digits() {
        assert_eq!(array_index("10"), Some(10));
        for token in ["", "01", "+1", "-1", "1e0", "99999999999999999999"] {
            assert_eq!(array_index(token), None, "{token}");
        }
    }
}
