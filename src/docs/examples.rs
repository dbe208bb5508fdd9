//! Examples: those of the document, else one made from the types.

use serde_json::{Map, Value};

use super::bounds::Bounds;
use super::part::Part;
use crate::model::content::{Content, Representation};
use crate::model::example::{Example, ExampleValue};
use crate::model::schema::{Direction, Enum, Scalar, Shape, Tag, TypeId, TypeRef, Union};

/// Whether a value is sent or received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In a request, without `readOnly` properties.
    Request,
    /// In a response, without `writeOnly` properties.
    Response,
}

/// The depth of values that are made.
const DEPTH: usize = 6;

/// The text of an example; `None` for one at a URL.
pub fn text(value: &ExampleValue) -> Option<String> {
    match value {
        ExampleValue::Data(value) => Some(value.to_string()),
        ExampleValue::Serialized(text) => Some(text.clone()),
        ExampleValue::External(_) => None,
    }
}

/// The title and text of an example of the document.
pub fn of_document(example: &Example) -> (String, String) {
    let title = example.content.summary.as_deref().or(example.name.as_deref()).unwrap_or("Example");
    let text = match &example.content.value {
        ExampleValue::Data(Value::String(text)) => text.clone(),
        ExampleValue::Data(value) => pretty(value),
        ExampleValue::Serialized(text) => text.clone(),
        ExampleValue::External(url) => format!("See {url}"),
    };
    (title.to_owned(), text)
}

/// A value of a representation: the first example of the document that is data, else one made from its type.
pub fn value(part: Part<'_>, form: &Representation, bounds: &Bounds, way: Way) -> Option<Value> {
    let data = form.examples.iter().find_map(|example| match &example.content.value {
        ExampleValue::Data(value) => Some(value.clone()),
        ExampleValue::Serialized(_) | ExampleValue::External(_) => None,
    });
    match &form.content {
        Content::Json(ty) | Content::Form(ty) => data.or_else(|| Some(made(part, ty, bounds, way))),
        Content::Multipart(id) => data.or_else(|| Some(made(part, &TypeRef::Named(*id), bounds, way))),
        Content::Text | Content::Bytes => data,
    }
}

/// JSON over several lines.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a JSON value can be printed")
}

/// A value made from a type. Patterns, unions of rules and similar constraints are not considered.
pub fn made(part: Part<'_>, ty: &TypeRef, bounds: &Bounds, way: Way) -> Value {
    let mut maker = Maker { part, way, open: Vec::new() };
    maker.value(ty, bounds)
}

struct Maker<'a> {
    part: Part<'a>,
    way: Way,
    open: Vec<TypeId>,
}

impl Maker<'_> {
    fn value(&mut self, ty: &TypeRef, bounds: &Bounds) -> Value {
        match ty {
            TypeRef::Nullable(inner) => self.value(inner, bounds),
            TypeRef::List(item) => {
                let items = bounds.items(&self.part);
                match self.is_closed(item) {
                    true => Value::Array(Vec::new()),
                    false => Value::Array(vec![self.value(item, &items)]),
                }
            }
            TypeRef::Map(_) => Value::Object(Map::new()),
            TypeRef::Scalar(scalar) => scalar_value(self.part, *scalar, bounds),
            TypeRef::Named(id) | TypeRef::Boxed(id) => self.named(*id, bounds),
        }
    }

    /// Whether a value of this type would contain itself.
    fn is_closed(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Named(id) | TypeRef::Boxed(id) => self.open.contains(id) || self.open.len() >= DEPTH,
            TypeRef::List(inner) | TypeRef::Nullable(inner) => self.is_closed(inner),
            TypeRef::Map(_) | TypeRef::Scalar(_) => false,
        }
    }

    fn named(&mut self, id: TypeId, bounds: &Bounds) -> Value {
        if let Some(example) = self.part.example(id) {
            return example.clone();
        }
        if self.open.contains(&id) || self.open.len() >= DEPTH {
            return Value::Null;
        }
        self.open.push(id);
        let types = self.part.types;
        let value = match &types[id.0].shape {
            Shape::Struct(_) => self.object(id, bounds),
            Shape::Enum(Enum::Text(values)) => {
                values.first().map(|value| value.wire.clone().into()).unwrap_or_default()
            }
            Shape::Enum(Enum::Integer(values)) => values.first().map(|value| value.wire.into()).unwrap_or_default(),
            Shape::Tuple(tuple) => tuple.places.iter().map(|ty| self.value(ty, &Bounds::default())).collect(),
            Shape::Union(union) => self.union(union, bounds),
            Shape::Alias(ty) => self.value(ty, bounds),
        };
        self.open.pop();
        value
    }

    /// The first variant, with the value of the discriminator that selects it.
    fn union(&mut self, union: &Union, bounds: &Bounds) -> Value {
        let Some(variant) = union.variants.first() else { return Value::Null };
        let mut value = self.value(&variant.ty, bounds);
        if let (Tag::Property { name, .. }, Some(tag), Some(object)) =
            (&union.tag, variant.tags.first(), value.as_object_mut())
        {
            let is_text = object.get(name).is_none_or(Value::is_string);
            if is_text {
                object.insert(name.clone(), tag.as_str().into());
            }
        }
        value
    }

    fn object(&mut self, id: TypeId, bounds: &Bounds) -> Value {
        let types = self.part.types;
        let Shape::Struct(item) = &types[id.0].shape else { return Value::Null };
        let mut object = Map::new();
        for field in &item.fields {
            let is_absent = match field.direction {
                Direction::Both => false,
                Direction::ReadOnly => self.way == Way::Request,
                Direction::WriteOnly => self.way == Way::Response,
            };
            if is_absent || (!field.is_required && self.is_closed(&field.ty)) {
                continue;
            }
            let examples = self.part.examples.get(&id).and_then(|all| all.properties.get(&field.wire));
            let example = examples.into_iter().flatten().find_map(|example| match &example.content.value {
                ExampleValue::Data(value) => Some(value.clone()),
                ExampleValue::Serialized(_) | ExampleValue::External(_) => None,
            });
            let fixed = field.constant.as_ref().or(field.default.as_ref()).map(|literal| literal.json());
            let value = fixed.or(example).unwrap_or_else(|| {
                let bounds = bounds.property(&self.part, &field.wire);
                self.value(&field.ty, &bounds)
            });
            object.insert(field.wire.clone(), value);
        }
        Value::Object(object)
    }
}

fn scalar_value(part: Part<'_>, scalar: Scalar, bounds: &Bounds) -> Value {
    let least = bounds.minimum(&part);
    match scalar {
        Scalar::Any => Value::Object(Map::new()),
        Scalar::Bool => true.into(),
        // Beyond 2^53 the limit is not exact.
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => {
            let least = least.filter(|least| least.abs() < 9_007_199_254_740_992.0);
            least.map_or(1, |least| least.ceil() as i64).into()
        }
        Scalar::Float32 | Scalar::Float64 => least.unwrap_or(1.5).into(),
        Scalar::Text => "text".into(),
        Scalar::Password => "password".into(),
        Scalar::DateTime => "2024-05-17T09:30:00Z".into(),
        Scalar::Date => "2024-05-17".into(),
        Scalar::Uuid => "7b1c9f3e-52d4-4a0b-9c6e-1f2d3a4b5c6d".into(),
        Scalar::Base64 => "a2V5c3R1Yg==".into(),
        Scalar::File => "file".into(),
    }
}
