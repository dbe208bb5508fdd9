//! The structure of arrays and objects inside a parameter, as the runtime's type `Nested`.

use crate::model::Api;
use crate::model::operation::{Parameter, ParameterShape};
use crate::model::schema::{Scalar, Shape, TypeId, TypeRef};

/// How deep the structure is described. Deeper levels, which only recursive types have in practice, are read by what
/// the request contains.
const MAX_DEPTH: usize = 8;

/// How many properties a description has at most.
const MAX_PROPERTIES: usize = 512;

/// The structure of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Nested<'a> {
    /// A single text.
    Text,
    /// A value of unknown structure.
    Any,
    /// An object or an array of unknown structure.
    Json,
    /// An array, with the structure of its items.
    List(Box<Nested<'a>>),
    /// An object, with the structure of its properties, and of its additional properties if they are kept.
    Object(Vec<(&'a str, Nested<'a>)>, Option<Box<Nested<'a>>>),
}

/// The structure of a parameter; `None` if all items or properties are single texts, which is the default.
pub(super) fn of<'a>(api: &'a Api, parameter: &'a Parameter) -> Option<Nested<'a>> {
    let mut reader = Reader { api, within: Vec::new(), properties: 0 };
    let nested = if parameter.or_scalar { reader.without_scalars(&parameter.ty) } else { reader.nested(&parameter.ty) };
    let is_default = match (&nested, parameter.shape) {
        (Nested::Text, _) | (_, ParameterShape::Scalar) => true,
        (Nested::List(item), _) => **item == Nested::Text,
        // The known properties of an exploded object decide which pairs must not be repeated, and those of a value
        // that can also be a single text decide whether it is an object.
        (Nested::Object(fields, rest), _) if !parameter.is_spread() && !parameter.or_scalar => {
            let mut parts = fields.iter().map(|(_, nested)| nested).chain(rest.as_deref());
            parts.all(|part| *part == Nested::Text)
        }
        (Nested::Object(..) | Nested::Any | Nested::Json, _) => false,
    };
    (!is_default).then_some(nested)
}

/// The names of the properties of an object.
pub(super) fn keys<'a>(api: &'a Api, ty: &'a TypeRef) -> Vec<&'a str> {
    let mut reader = Reader { api, within: Vec::new(), properties: 0 };
    match reader.nested(ty) {
        Nested::Object(fields, _) => fields.into_iter().map(|(name, _)| name).collect(),
        Nested::Text | Nested::Any | Nested::Json | Nested::List(_) => Vec::new(),
    }
}

struct Reader<'a> {
    api: &'a Api,
    /// The types that contain the current one.
    within: Vec<TypeId>,
    properties: usize,
}

impl<'a> Reader<'a> {
    fn nested(&mut self, ty: &'a TypeRef) -> Nested<'a> {
        match ty {
            TypeRef::Scalar(Scalar::Any) => Nested::Any,
            TypeRef::Scalar(_) => Nested::Text,
            TypeRef::Nullable(inner) => self.nested(inner),
            TypeRef::List(item) => Nested::List(Box::new(self.nested(item))),
            TypeRef::Map(value) => Nested::Object(Vec::new(), Some(Box::new(self.nested(value)))),
            TypeRef::Named(id) | TypeRef::Boxed(id) => self.named(*id),
        }
    }

    /// The structure of a union without its alternatives that are single texts.
    fn without_scalars(&mut self, ty: &'a TypeRef) -> Nested<'a> {
        match ty {
            TypeRef::Nullable(inner) => self.without_scalars(inner),
            TypeRef::Named(id) | TypeRef::Boxed(id) if self.within.len() < MAX_DEPTH => {
                self.within.push(*id);
                let nested = match &self.api.type_def(*id).shape {
                    Shape::Alias(target) => self.without_scalars(target),
                    Shape::Union(union) => {
                        let parts = union.variants.iter().map(|variant| self.without_scalars(&variant.ty));
                        common(parts.filter(|part| *part != Nested::Text).collect())
                    }
                    Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) => {
                        self.within.pop();
                        return self.nested(ty);
                    }
                };
                self.within.pop();
                nested
            }
            TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => {
                self.nested(ty)
            }
        }
    }

    fn named(&mut self, id: TypeId) -> Nested<'a> {
        let api = self.api;
        let is_again = self.within.iter().filter(|outer| **outer == id).count() > 1;
        if is_again || self.within.len() >= MAX_DEPTH || self.properties > MAX_PROPERTIES {
            return match api.type_def(id).shape {
                Shape::Struct(_) | Shape::Tuple(_) => Nested::Json,
                Shape::Enum(_) => Nested::Text,
                Shape::Union(_) | Shape::Alias(_) => Nested::Any,
            };
        }
        self.within.push(id);
        let nested = match &api.type_def(id).shape {
            Shape::Enum(_) => Nested::Text,
            Shape::Alias(target) => self.nested(target),
            Shape::Tuple(tuple) => {
                let items = tuple.places.iter().chain(&tuple.rest).map(|place| self.nested(place)).collect();
                Nested::List(Box::new(common(items)))
            }
            Shape::Union(union) => common(union.variants.iter().map(|variant| self.nested(&variant.ty)).collect()),
            Shape::Struct(shape) => {
                self.properties += shape.fields.len();
                let fields = shape.fields.iter().map(|field| (field.wire.as_str(), self.nested(&field.ty))).collect();
                let rest = shape.additional.as_ref().map(|rest| Box::new(self.nested(rest)));
                Nested::Object(fields, rest)
            }
        };
        self.within.pop();
        nested
    }
}

/// The structure of a value that has one of several.
fn common(mut parts: Vec<Nested<'_>>) -> Nested<'_> {
    let is_structured = |part: &Nested<'_>| matches!(part, Nested::Json | Nested::List(_) | Nested::Object(..));
    if parts.windows(2).all(|pair| pair[0] == pair[1]) {
        parts.pop().unwrap_or(Nested::Any)
    } else if parts.iter().all(is_structured) {
        Nested::Json
    } else {
        Nested::Any
    }
}
