//! Writes a tree as YAML or JSON, with its keys in their order.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::load;
use super::tree::Node;
use crate::diag::Format;
use crate::limits::Limits;

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Integer(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_i128(*value),
            },
            Node::Float(value) => serializer.serialize_f64(*value),
            Node::String(text) => serializer.serialize_str(text),
            Node::Array(items) => serializer.collect_seq(items),
            Node::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in object.iter() {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// The text of a tree. It is read again, so that a text that would mean something else is never returned.
///
/// # Errors
///
/// If the format cannot express the tree, as JSON cannot express infinite numbers.
pub fn text(tree: &Node, format: Format) -> Result<String, String> {
    let text = match format {
        Format::Json => serde_json::to_string_pretty(tree).map(|text| text + "\n").map_err(|error| error.to_string()),
        Format::Yaml => yaml(tree).map_err(|error| error.to_string()),
    }?;
    let limits = Limits { bytes: usize::MAX, nodes: usize::MAX, depth: Limits::MOST_DEPTH, ..Limits::default() };
    match load::load("", text.clone().into_bytes(), &limits).tree {
        Ok(read) if is_equal(&read, tree) => Ok(text),
        _ => Err("the document has values that this format cannot express".to_owned()),
    }
}

/// A character for private use that marks strings to be quoted.
const MARK: char = '\u{e000}';

/// Words that are booleans in YAML 1.1, which many programs still read; serde_yaml writes YAML 1.2 and does not quote them.
/// `<<` is a merge key if it is not quoted.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "<<"];

/// The text in YAML. serde_yaml has no way to choose quotes, so the words are marked first and quoted in the text.
fn yaml(tree: &Node) -> Result<String, serde_yaml::Error> {
    if serde_yaml::to_string(tree)?.contains(MARK) {
        return serde_yaml::to_string(tree);
    }
    let text = serde_yaml::to_string(&marked(tree))?;
    let mut parts = text.split(MARK);
    let mut quoted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphabetic() && c != '<').unwrap_or(part.len());
        quoted.push_str(&format!("'{}'{}", &part[..end], &part[end..]));
    }
    Ok(quoted)
}

/// The tree with a mark before each of the words.
fn marked(node: &Node) -> Node {
    let mark = |text: &String| match WORDS.contains(&text.to_ascii_lowercase().as_str()) {
        true => format!("{MARK}{text}"),
        false => text.clone(),
    };
    match node {
        Node::String(text) => Node::String(mark(text)),
        Node::Array(items) => Node::Array(items.iter().map(marked).collect()),
        Node::Object(object) => {
            let entries = object.iter().map(|(key, value)| (mark(key), marked(value)));
            Node::from(entries.collect::<super::tree::Object>())
        }
        Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) => node.clone(),
    }
}

/// Whether two trees are equal; JSON may write the same number as an integer or not, and not-a-number is equal to itself.
fn is_equal(one: &Node, other: &Node) -> bool {
    match (one, other) {
        (Node::Array(one), Node::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_equal(one, other))
        }
        (Node::Object(one), Node::Object(other)) => {
            let is_pair = |((key, one), (other_key, other))| key == other_key && is_equal(one, other);
            one.len() == other.len() && one.iter().zip(other.iter()).all(is_pair)
        }
        (Node::Float(one), Node::Float(other)) => one == other || one.is_nan() && other.is_nan(),
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, text};
    use crate::diag::Format;
    use crate::document::tree::Object;

    #[test]
    fn texts_keep_values_and_order_in_both_formats() {
        let strings = [
            "",
            "no",
            "on",
            "null",
            "~",
            "017",
            "0x1F",
            "1e3",
            "1_000",
            "12:30",
            "a: b",
            "- a",
            "#",
            "é\u{1f}\n\tx",
            "2020-01-01",
            "<<",
            "!x",
            "*a",
            "&a",
            " x ",
            "=",
            ".inf",
            "0o7",
            "+1",
            "1.",
            "true",
        ];
        let mut object = Object::new();
        for (index, value) in strings.iter().enumerate() {
            object.insert(format!("k{}", strings.len() - index), Node::String((*value).to_owned()));
            object.insert((*value).to_owned(), Node::Integer(i128::try_from(index).unwrap()));
        }
        object.insert(
            "numbers".to_owned(),
            Node::Array(vec![
                Node::Float(1.5),
                Node::Float(1e300),
                Node::Float(2.0),
                Node::Integer(u64::MAX.into()),
                Node::Integer(-7),
            ]),
        );
        object.insert(
            "empty".to_owned(),
            Node::Array(vec![Node::empty_object(), Node::Array(Vec::new()), Node::Null, Node::Bool(false)]),
        );
        for text in strings {
            let object = Object::from([(text.to_owned(), Node::Array(vec![Node::String(text.to_owned())]))]);
            assert!(super::text(&Node::from(object), Format::Yaml).is_ok(), "{text}");
        }
        let tree = Node::from(object);
        for format in [Format::Json, Format::Yaml] {
            assert!(text(&tree, format).is_ok(), "{format:?}");
        }
    }

    #[test]
    fn value_that_a_format_cannot_express_is_an_error() {
        let tree = Node::Array(vec![Node::Float(f64::INFINITY)]);
        assert!(text(&tree, Format::Json).is_err());
        assert!(text(&tree, Format::Yaml).is_ok());
    }
}
