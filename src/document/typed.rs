//! A serde deserializer for the tree, so that `openapiv3` types are read from nodes instead of text.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::tree::{Node, Object};

/// Reads a `T` from a node.
///
/// # Errors
///
/// The serde error: what was found and what was expected.
pub fn parse<'de, T: de::Deserialize<'de>>(node: &'de Node) -> Result<T, String> {
    T::deserialize(TreeReader(node)).map_err(|error: Error| error.to_string())
}

struct TreeReader<'de>(&'de Node);

impl<'de> de::Deserializer<'de> for TreeReader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Integer(value) => visit_integer(*value, visitor),
            Node::Float(value) => visitor.visit_f64(*value),
            Node::String(text) => visitor.visit_borrowed_str(text),
            Node::Array(items) => visitor.visit_seq(Items(items.iter())),
            Node::Object(object) => visitor.visit_map(Entries { rest: object.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Node::String(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            other => Err(de::Error::invalid_type(Unexpected::Other(other.kind()), &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// serde's self-describing types have no integers beyond 64 bits, so larger ones become the nearest float.
fn visit_integer<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, Error> {
    if let Ok(value) = u64::try_from(value) {
        visitor.visit_u64(value)
    } else if let Ok(value) = i64::try_from(value) {
        visitor.visit_i64(value)
    } else {
        visitor.visit_f64(value as f64)
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(TreeReader(item))).transpose()
    }
}

struct Entries<'de> {
    rest: indexmap::map::Iter<'de, String, Node>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.value.take().expect("serde asks for a value after its key");
        seed.deserialize(TreeReader(value))
    }
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Node::Object(Box::new(object))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::document::tree::{Node, Object};

    #[test]
    fn typed_document_is_read_from_the_tree() {
        let kind = ("type".to_owned(), Node::String("integer".into()));
        let minimum = ("minimum".to_owned(), Node::Integer(i128::from(u64::MAX) * 8));
        let node = Node::from(Object::from([kind, minimum]));
        assert!(parse::<openapiv3::Schema>(&node).is_ok());
        let error = parse::<openapiv3::Schema>(&Node::Integer(5)).unwrap_err();
        assert!(error.contains("invalid type"), "{error}");
    }
}
