//! Builds the tree from parser events, within limits.
//!
//! It works with any serde deserializer (serde_json and serde_yaml use it), and is the only place that checks depth,
//! size and duplicate keys. A YAML alias counts each time it is used.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{self, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::error::ReadError;
use super::guard::PlainScalars;
use super::merge::Merges;
use super::tree::{Node, Object};
use crate::diag::{Code, Format, Pointer};
use crate::limits::{LimitKind, Limits};

/// How many bytes of text each node of the alias limit allows.
const ALIAS_BYTES: usize = 10;

/// The state of one build.
pub(super) struct Builder<'t> {
    text: &'t str,
    format: Format,
    plain: PlainScalars,
    depth: usize,
    nodes: usize,
    nodes_limit: LimitKind,
    nodes_left: Cell<usize>,
    bytes_left: Cell<usize>,
    /// The first error; the parser only passes on that there is one.
    error: RefCell<Option<ReadError>>,
    /// The tokens of the error's pointer, from the node up to the root.
    tokens: RefCell<Vec<String>>,
}

impl<'t> Builder<'t> {
    /// Without aliases, a text has fewer nodes than bytes and no more text than its length. A document that far exceeds
    /// this is rejected long before it reaches the general limits.
    pub(super) fn new(text: &'t str, format: Format, limits: &Limits) -> Self {
        let with_aliases = text.len().saturating_add(limits.aliases);
        let nodes_limit = if with_aliases < limits.nodes { LimitKind::Aliases } else { LimitKind::Nodes };
        let nodes = limits.nodes.min(with_aliases);
        let bytes = text.len().saturating_add(limits.aliases.saturating_mul(ALIAS_BYTES)).saturating_add(text.len());
        Self {
            text,
            format,
            plain: PlainScalars::default(),
            depth: limits.depth,
            nodes,
            nodes_limit,
            nodes_left: Cell::new(nodes),
            bytes_left: Cell::new(bytes),
            error: RefCell::new(None),
            tokens: RefCell::new(Vec::new()),
        }
    }

    /// Sets the result of the YAML scan.
    pub(super) fn plain(self, plain: PlainScalars) -> Self {
        Self { plain, ..self }
    }

    /// The seed for the parser.
    pub(super) fn seed(&self) -> Seed<'_, 't> {
        Seed { builder: self, depth: 0 }
    }

    /// The error of the builder; `None` if the parser failed.
    pub(super) fn into_error(self) -> Option<ReadError> {
        let at = Pointer::from_tokens(self.tokens.into_inner().iter().rev());
        Some(ReadError { at, ..self.error.into_inner()? })
    }

    fn refuse<E: de::Error>(&self, code: Code, message: impl Into<String>) -> E {
        self.refuse_for(code, message, None)
    }

    /// Rejects the input, because of a limit if there is one.
    fn refuse_for<E: de::Error>(&self, code: Code, message: impl Into<String>, limit: Option<LimitKind>) -> E {
        self.error.borrow_mut().get_or_insert_with(|| ReadError::new(code, message).limit(limit));
        E::custom("refused")
    }

    /// Adds one token to the pointer of the error while the parser returns to the root.
    fn within(&self, token: impl FnOnce() -> String) {
        if self.error.borrow().is_some() {
            self.tokens.borrow_mut().push(token());
        }
    }

    fn spend<E: de::Error>(&self, nodes: usize, bytes: usize) -> Result<(), E> {
        match (self.nodes_left.get().checked_sub(nodes), self.bytes_left.get().checked_sub(bytes)) {
            (Some(nodes), Some(bytes)) => {
                self.nodes_left.set(nodes);
                self.bytes_left.set(bytes);
                Ok(())
            }
            (nodes, _) => Err(self.over_budget(nodes.is_none())),
        }
    }

    fn over_budget<E: de::Error>(&self, is_of_nodes: bool) -> E {
        let (limit, message) = match self.format {
            Format::Json => (LimitKind::Nodes, format!("the document has more than {} nodes", self.nodes)),
            Format::Yaml if is_of_nodes => {
                let message = format!("the document has more than {} nodes when its aliases are expanded", self.nodes);
                (self.nodes_limit, message)
            }
            Format::Yaml => {
                let message = "the document grows far beyond its own length when its aliases are expanded";
                (LimitKind::Aliases, message.to_owned())
            }
        };
        self.refuse_for(Code::TooManyNodes, message, Some(limit))
    }

    /// `017` is the integer 17 in YAML 1.2 (section 10.3.2), but serde_yaml passes it on as a string. In quotes it is a
    /// string.
    fn plain_integer(&self, text: &str) -> Option<i128> {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if self.format == Format::Json || !digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let start = self.plain_start(text)?;
        if self.plain.texts.contains(&start) { None } else { text.parse().ok() }
    }

    /// The offset of `text`, a part of the document, if it is a plain scalar.
    ///
    /// serde_yaml borrows the content of a quoted scalar without its quotes, so the closing quote follows directly. A
    /// quote directly after a plain scalar would be a part of it.
    fn plain_start(&self, text: &str) -> Option<usize> {
        let start = (text.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let after = self.text.get(start + text.len()..)?;
        (!after.starts_with(['"', '\''])).then_some(start)
    }
}

/// Builds one node.
#[derive(Clone, Copy)]
pub(super) struct Seed<'b, 't> {
    builder: &'b Builder<'t>,
    depth: usize,
}

impl<'b, 't> Seed<'b, 't> {
    fn below<E: de::Error>(self) -> Result<Self, E> {
        if self.depth >= self.builder.depth {
            let message = format!("values are nested deeper than {} levels", self.builder.depth);
            return Err(self.builder.refuse_for(Code::TooDeep, message, Some(LimitKind::Depth)));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn leaf<E: de::Error>(self, node: Node) -> Result<Node, E> {
        self.builder.spend(1, 0)?;
        Ok(node)
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Node;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        self.leaf(Node::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        self.leaf(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        self.leaf(Node::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        self.leaf(Node::Integer(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        self.leaf(Node::Integer(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Node, E> {
        self.leaf(Node::Integer(value))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Node, E> {
        self.leaf(i128::try_from(value).map_or(Node::Float(value as f64), Node::Integer))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        self.leaf(Node::Float(value))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Node, E> {
        match self.builder.plain_integer(text) {
            Some(value) => self.leaf(Node::Integer(value)),
            None => self.visit_str(text),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
        self.builder.spend(1, text.len())?;
        Ok(Node::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        self.builder.spend(1, 0)?;
        let seed = self.below()?;
        let mut items = Vec::new();
        loop {
            match access.next_element_seed(seed) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return Ok(Node::Array(items)),
                Err(error) => {
                    self.builder.within(|| items.len().to_string());
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        self.builder.spend(1, 0)?;
        let seed = self.below()?;
        let mut merges = Merges::default();
        let mut object = Object::new();
        while let Some(key) = access.next_key_seed(KeySeed { seed: self, object: &object, merges: &merges })? {
            let value = access.next_value_seed(seed).inspect_err(|_| self.builder.within(|| key.to_text()))?;
            match key {
                MapKey::Merge => merges.add(value).map_err(|found| self.bad_merge(found))?,
                MapKey::Text(key) => drop(object.insert(key, value)),
            }
        }
        merges.write_into(&mut object);
        Ok(Node::Object(Box::new(object)))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Node, A::Error> {
        let (tag, _) = access.variant::<String>()?;
        let message =
            format!("tag `!{}` is not supported; expected a tag of the YAML core schema", tag.trim_start_matches('!'));
        Err(self.builder.refuse(Code::UnknownYamlTag, message))
    }
}

impl Seed<'_, '_> {
    fn bad_merge<E: de::Error>(self, found: &'static str) -> E {
        let message = format!("the value of `<<` is {found}; expected an object or a list of objects");
        let error = self.builder.refuse(Code::BadMerge, message);
        self.builder.within(|| "<<".to_owned());
        error
    }
}

/// A key of an object.
enum MapKey {
    /// An unquoted `<<` in YAML.
    Merge,
    Text(String),
}

impl MapKey {
    fn to_text(&self) -> String {
        match self {
            MapKey::Merge => "<<".to_owned(),
            MapKey::Text(text) => text.clone(),
        }
    }
}

/// Reads a key as it is written, whatever it would be as a value, and rejects a duplicate.
struct KeySeed<'a, 'b, 't> {
    seed: Seed<'b, 't>,
    object: &'a Object,
    merges: &'a Merges,
}

impl KeySeed<'_, '_, '_> {
    fn duplicate<E: de::Error>(&self, key: &str) -> E {
        let message = format!("duplicate key `{}`", crate::diag::print::excerpt(key));
        self.seed.builder.refuse(Code::DuplicateKey, message)
    }
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_, '_> {
    type Value = MapKey;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<MapKey, D::Error> {
        let builder = self.seed.builder;
        deserializer.deserialize_str(self).inspect_err(|error| {
            if error.to_string().contains("invalid type") {
                let _: D::Error = builder.refuse(Code::BadKey, "a key is a list or an object; expected a string");
            }
        })
    }
}

impl<'de> Visitor<'de> for KeySeed<'_, '_, '_> {
    type Value = MapKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    /// Every plain scalar is borrowed; other strings are block scalars, or quoted with escapes.
    fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<MapKey, E> {
        let builder = self.seed.builder;
        let start = builder.plain_start(key).filter(|_| key == "<<" && builder.format == Format::Yaml);
        let Some(start) = start.filter(|start| !builder.plain.texts.contains(start)) else {
            return self.visit_str(key);
        };
        if !builder.plain.merges.contains(&start) {
            let message = "a `<<` with a tag is neither a merge key nor a string; remove the tag, or quote the key";
            return Err(builder.refuse(Code::BadMerge, message));
        }
        builder.spend(0, key.len())?;
        if self.merges.is_used { Err(self.duplicate(key)) } else { Ok(MapKey::Merge) }
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<MapKey, E> {
        self.seed.builder.spend(0, key.len())?;
        if self.object.contains_key(key) { Err(self.duplicate(key)) } else { Ok(MapKey::Text(key.to_owned())) }
    }
}
