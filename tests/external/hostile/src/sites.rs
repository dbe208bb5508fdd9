//! All places of texts in a document: values and keys.

use std::fmt;

use serde_json::Value;

/// A text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Site {
    /// A value, by its JSON pointer.
    Value(String),
    /// A key, by the pointer of its value.
    Key(String),
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(at) => write!(f, "{at}"),
            Self::Key(at) => write!(f, "the key of {at}"),
        }
    }
}

impl Site {
    /// The document with another text here; `None` if it has no such place, or the key exists already.
    pub fn replaced(&self, document: &Value, text: &str) -> Option<Value> {
        let mut document = document.clone();
        match self {
            Self::Value(at) => *document.pointer_mut(at)? = text.into(),
            Self::Key(at) => {
                let (parent, token) = at.rsplit_once('/')?;
                let old = token.replace("~1", "/").replace("~0", "~");
                let object = document.pointer_mut(parent)?.as_object_mut()?;
                if old != text && object.contains_key(text) {
                    return None;
                }
                let value = object.remove(&old)?;
                object.insert(text.to_owned(), value);
            }
        }
        Some(document)
    }
}

/// All places. Those inside a value come before the value's key, so that they can be replaced one after the other.
pub fn sites(document: &Value) -> Vec<Site> {
    let mut found = Vec::new();
    collect(document, "", &mut found);
    found
}

fn collect(node: &Value, at: &str, found: &mut Vec<Site>) {
    match node {
        Value::Object(object) => {
            for (key, value) in object {
                let below = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                collect(value, &below, found);
                found.push(Site::Key(below));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{at}/{index}"), found);
            }
        }
        Value::String(_) => found.push(Site::Value(at.to_owned())),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
