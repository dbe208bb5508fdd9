//! Reads objects whose properties are separate pairs, with nested arrays and objects: exploded objects
//! (`key=a&key=b`) and the style `deepObject` (`name[key][inner]=a`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::form_read::{MAX_PAIRS, decoding};
use super::header_read::leaf;
use super::json::{DecodeError, Value};
use super::parameter::{MAX_DEPTH, Nested, Parameter, Place};

type Fields = Vec<(Cow<'static, str>, Value<'static>)>;

/// Reads an exploded object from all raw pairs; `None` if no pair belongs to it.
///
/// # Errors
///
/// If a text is not UTF-8, a scalar occurs more than once, or a nested value is not JSON.
pub fn spread(parameter: &Parameter, pairs: &[(&str, &str)]) -> Result<Option<Value<'static>>, DecodeError> {
    let decode = decoding(parameter.place);
    let mut root = Node::default();
    for (key, text) in pairs {
        let key = decode(key)?;
        // A pair with the name of the parameter is its single value.
        let is_single = parameter.or_scalar && key == parameter.name;
        if !parameter.is_other(&key) && !is_single {
            match decode(text) {
                Err(_) if is_foreign(parameter, &key) => {}
                text => root.child(&key).texts.push(text?),
            }
        }
    }
    let mut fields = Vec::new();
    for (key, node) in root.children {
        let nested = parameter.nested.property(&key);
        let value = repeated(node.texts, nested).map_err(|error| error.within(&key))?;
        fields.push((Cow::Owned(key), value));
    }
    Ok((!fields.is_empty()).then_some(Value::Object(fields)))
}

/// Whether a pair is the cookie of another application, which may have any encoding.
fn is_foreign(parameter: &Parameter, key: &str) -> bool {
    let Nested::Object(known, None) = parameter.nested else { return false };
    parameter.place == Place::Cookie && !known.iter().any(|(name, _)| *name == key)
}

/// The value of all pairs with one name. The pairs of a list are its items.
fn repeated(mut texts: Vec<String>, nested: Nested) -> Result<Value<'static>, DecodeError> {
    let is_list = matches!(nested, Nested::List(_)) || (nested == Nested::Any && texts.len() > 1);
    match texts.pop() {
        Some(text) if !is_list && texts.is_empty() => leaf(text, nested),
        Some(last) if is_list => {
            let items = texts.into_iter().chain([last]).map(|text| leaf(text, nested.item()));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        _ => Err(duplicate()),
    }
}

fn duplicate() -> DecodeError {
    DecodeError::new("duplicate key: this value is not an array")
}

/// Reads `name[key]=value`, with any number of brackets, from all raw pairs; `None` if there are none.
///
/// # Errors
///
/// If a text is not UTF-8, brackets do not match or are too many, there are too many pairs, a scalar occurs more than
/// once, or the brackets do not match the structure of the parameter.
pub fn deep_object(parameter: &Parameter, pairs: &[(&str, &str)]) -> Result<Option<Value<'static>>, DecodeError> {
    let decode = decoding(parameter.place);
    let mut root = Node::default();
    let mut count = 0;
    for (key, text) in pairs {
        let key = decode(key)?;
        let Some(rest) = key.strip_prefix(parameter.name).filter(|rest| rest.starts_with('[')) else { continue };
        count += 1;
        if count > MAX_PAIRS {
            return Err(DecodeError::new("too many pairs"));
        }
        let path = brackets(rest)?;
        path.iter().fold(&mut root, |node, step| node.child(step)).texts.push(decode(text)?);
    }
    if root.children.is_empty() {
        return Ok(None);
    }
    object(root, parameter.nested).map(Some)
}

/// The keys of `[a][b]`.
fn brackets(text: &str) -> Result<Vec<&str>, DecodeError> {
    let mut keys = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let Some((key, after)) = inner.filter(|(key, _)| !key.contains('[')) else {
            return Err(DecodeError::new("the brackets of a name do not match; expected `name[key]`"));
        };
        if keys.len() == MAX_DEPTH {
            return Err(DecodeError::new("a name has too many brackets"));
        }
        keys.push(key);
        rest = after;
    }
    Ok(keys)
}

/// The pairs whose names begin with the same keys.
#[derive(Default)]
struct Node {
    /// The values of the pairs that end here.
    texts: Vec<String>,
    /// The longer names by their next key, in the order of the request.
    children: Vec<(String, Node)>,
    /// The index of each key in `children`.
    indexes: BTreeMap<String, usize>,
}

impl Node {
    fn child(&mut self, key: &str) -> &mut Self {
        let at = match self.indexes.get(key) {
            Some(at) => *at,
            None => {
                self.indexes.insert(key.to_owned(), self.children.len());
                self.children.push((key.to_owned(), Self::default()));
                self.children.len() - 1
            }
        };
        &mut self.children[at].1
    }

    /// Whether the keys are those of a list of unknown structure: `[]`, or all indexes from 0.
    fn is_list(&self) -> bool {
        let is_index = |index: usize| self.indexes.contains_key(&index.to_string());
        (0..self.children.len()).all(is_index) || (self.children.len() == 1 && self.indexes.contains_key(""))
    }
}

fn object(node: Node, nested: Nested) -> Result<Value<'static>, DecodeError> {
    if !node.texts.is_empty() {
        return Err(DecodeError::new("expected keys in brackets: this value is an object"));
    }
    let mut fields = Fields::new();
    for (key, child) in node.children {
        let value = value(child, nested.property(&key)).map_err(|error| error.within(&key))?;
        fields.push((Cow::Owned(key), value));
    }
    Ok(Value::Object(fields))
}

fn value(node: Node, nested: Nested) -> Result<Value<'static>, DecodeError> {
    match nested {
        Nested::Text if node.children.is_empty() => repeated(node.texts, nested),
        Nested::Text => {
            Err(DecodeError::new("unexpected key in brackets: this value is neither an array nor an object"))
        }
        Nested::List(_) => list(node, nested.item()),
        Nested::Object(..) => object(node, nested),
        Nested::Any | Nested::Json if node.children.is_empty() => repeated(node.texts, Nested::Any),
        Nested::Any | Nested::Json if node.is_list() => list(node, Nested::Any),
        Nested::Any | Nested::Json => object(node, Nested::Any),
    }
}

/// The items of a list: repeated pairs, pairs with `[]`, or keys from 0 without a gap. A higher index is never used to
/// reserve memory.
fn list(node: Node, item: Nested) -> Result<Value<'static>, DecodeError> {
    let malformed = || DecodeError::new("the keys of an array must be `[]`, or all indexes from 0 without a gap");
    let text = |text: String| value(Node { texts: vec![text], ..Node::default() }, item);
    if node.children.is_empty() {
        return node.texts.into_iter().map(text).collect::<Result<_, _>>().map(Value::Array);
    }
    if !node.texts.is_empty() {
        return Err(malformed());
    }
    let mut items = BTreeMap::new();
    let count = node.children.len();
    for (key, child) in node.children {
        if key.is_empty() && count == 1 && child.children.is_empty() {
            return child.texts.into_iter().map(text).collect::<Result<_, _>>().map(Value::Array);
        }
        let index = key.parse::<usize>().ok().filter(|index| *index < count).ok_or_else(malformed)?;
        if items.insert(index, child).is_some() {
            return Err(malformed());
        }
    }
    let item = |(index, child): (usize, Node)| value(child, item).map_err(|error| error.within(&index.to_string()));
    items.into_iter().map(item).collect::<Result<_, _>>().map(Value::Array)
}
