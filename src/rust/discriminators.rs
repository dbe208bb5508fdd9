//! The discriminator properties that have no field: the union writes them, since the variant determines the value.

use std::collections::BTreeMap;

use crate::model::Api;
use crate::model::operation::{Content, Operation, Representation};
use crate::model::schema::{Direction, Enum, Scalar, Shape, Struct, Tag, TypeId, TypeRef, Union, Variant};

/// For each struct that is used only as a variant with one and the same tag: the discriminator property.
#[derive(Debug)]
pub struct Discriminators<'a>(BTreeMap<TypeId, &'a str>);

/// How a type is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use<'a> {
    /// As a variant of a union with this discriminator property and this value of it.
    Variant { property: &'a str, tag: &'a str },
    /// In any other way, or as variants with different tags.
    Other,
}

impl<'a> Discriminators<'a> {
    /// Looks at every use of every type.
    pub fn of(api: &'a Api) -> Self {
        let mut uses = Uses(BTreeMap::new());
        let types = api.types.iter().filter(|def| !def.is_other_name());
        types.for_each(|def| uses.of_shape(api, &def.shape));
        api.operations.iter().for_each(|operation| uses.of_operation(operation));
        let property = |(id, usage)| match usage {
            Use::Variant { property, .. } => Some((id, property)),
            Use::Other => None,
        };
        Self(uses.0.into_iter().filter_map(property).collect())
    }

    /// Whether this struct has no field for this property.
    pub fn omits(&self, id: TypeId, property: &str) -> bool {
        self.0.get(&id).is_some_and(|omitted| *omitted == property)
    }
}

struct Uses<'a>(BTreeMap<TypeId, Use<'a>>);

impl<'a> Uses<'a> {
    fn add(&mut self, id: TypeId, usage: Use<'a>) {
        let known = self.0.entry(id).or_insert(usage);
        if *known != usage {
            *known = Use::Other;
        }
    }

    fn of_shape(&mut self, api: &'a Api, shape: &'a Shape) {
        match shape {
            Shape::Struct(shape) => {
                shape.fields.iter().map(|field| &field.ty).chain(&shape.additional).for_each(|ty| self.of_ref(ty));
            }
            Shape::Tuple(shape) => shape.places.iter().chain(&shape.rest).for_each(|ty| self.of_ref(ty)),
            Shape::Union(union) => union.variants.iter().for_each(|variant| self.of_variant(api, union, variant)),
            Shape::Alias(target) => self.of_ref(target),
            Shape::Enum(_) => {}
        }
    }

    fn of_variant(&mut self, api: &'a Api, union: &'a Union, variant: &'a Variant) {
        if let (Tag::Property { name, absent: None }, [tag]) = (&union.tag, variant.tags.as_slice())
            && let TypeRef::Named(id) | TypeRef::Boxed(id) = &variant.ty
            && let Shape::Struct(shape) = &api.type_def(*id).shape
            && can_omit(api, shape, name)
        {
            self.add(*id, Use::Variant { property: name, tag });
        } else {
            self.of_ref(&variant.ty);
        }
    }

    fn of_ref(&mut self, ty: &TypeRef) {
        match ty {
            TypeRef::Named(id) | TypeRef::Boxed(id) => self.add(*id, Use::Other),
            TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => self.of_ref(inner),
            TypeRef::Scalar(_) => {}
        }
    }

    fn of_operation(&mut self, operation: &Operation) {
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        operation.parameters.iter().chain(headers).for_each(|parameter| self.of_ref(&parameter.ty));
        for form in operation.body.iter().flat_map(|body| body.forms.iter()) {
            form.fields().for_each(|field| self.of_ref(&field.ty));
            for (_, headers) in Representation::part_headers(form) {
                self.add(headers.ty, Use::Other);
                headers.fields.iter().for_each(|field| self.of_ref(&field.ty));
            }
        }
        for content in operation.contents() {
            match content {
                Content::Json(ty) | Content::Form(ty) => self.of_ref(ty),
                Content::Multipart(id) => self.add(*id, Use::Other),
                Content::Stream(stream) => stream.item().into_iter().for_each(|ty| self.of_ref(ty)),
                Content::Bytes | Content::Text => {}
            }
        }
    }
}

/// A struct with additional properties would keep the property among them. One that is sent only one way has its own
/// rules. The union writes a string, so a property of another type stays a field.
fn can_omit(api: &Api, shape: &Struct, property: &str) -> bool {
    let mut fields = shape.fields.iter();
    shape.additional.is_none()
        && fields.any(|field| field.wire == property && field.direction == Direction::Both && is_string(api, &field.ty))
}

/// Whether values of this type are or can be strings. The model has no cycle of aliases.
pub fn is_string(api: &Api, ty: &TypeRef) -> bool {
    match ty {
        // A required property that is not declared can have any value.
        TypeRef::Scalar(scalar) => matches!(scalar, Scalar::Text | Scalar::Any),
        TypeRef::Nullable(inner) => is_string(api, inner),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &api.type_def(*id).shape {
            Shape::Enum(Enum::Text(_)) => true,
            Shape::Alias(target) => is_string(api, target),
            Shape::Enum(Enum::Integer(_)) | Shape::Struct(_) | Shape::Tuple(_) | Shape::Union(_) => false,
        },
        TypeRef::List(_) | TypeRef::Map(_) => false,
    }
}
