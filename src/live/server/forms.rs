//! Multipart bodies: the parts of a form as generated types have them.

use keystub_server_runtime as rt;

use rt::multipart_read::{Form, Parts};
use rt::{DecodeError, Value};
use serde_json::Value as Json;

use super::dynamic::{Reader, Received};
use super::tables::{list, text};
use crate::model::Api;
use crate::model::operation::Representation;
use crate::model::schema::{Direction, Field, Scalar, Shape, Struct, TypeId, TypeRef};

/// The names of the parts by what they are.
pub(super) fn form(api: &Api, id: TypeId) -> Form {
    let Some(shape) = structure(api, id) else { return Form::default() };
    let names = |is_meant: &dyn Fn(&Field) -> bool| {
        let fields = shape.fields.iter().filter(|field| field.direction != Direction::ReadOnly && is_meant(field));
        list(fields.map(|field| text(&field.wire)))
    };
    Form {
        files: names(&|field| is_file(api, &field.ty)),
        objects: names(&|field| !is_file(api, &field.ty) && is_object(api, item(api, &field.ty))),
        lists: names(&|field| listed(api, &field.ty).is_some()),
        required_lists: names(&|field| field.is_required && !is_null(field) && listed(api, &field.ty).is_some()),
    }
}

/// The value of a form, if its parts have their types and media types. A file is `null`.
///
/// # Errors
///
/// The first part that is missing or invalid.
pub(super) fn value(
    api: &Api,
    (parts, described, id): (&Parts, &Representation, TypeId),
    check: impl Fn(&Value<'_>) -> Result<(), DecodeError>,
) -> Result<Json, DecodeError> {
    let mut tree = parts.tree();
    check(&tree)?;
    for (name, media_types) in described.part_media_types() {
        parts.expect(name, media_types)?;
    }
    let Some(shape) = structure(api, id) else { return Ok(Json::Null) };
    for field in shape.fields.iter().filter(|field| !is_file(api, &field.ty)) {
        // The tree leaves out what cannot be read.
        parts.optional::<Received>(&field.wire)?;
    }
    if let Value::Object(fields) = &mut tree {
        let is_there = |field: &&Field| fields.iter().any(|(name, _)| *name == field.wire);
        // A part cannot be null, so a property that is null has no part.
        let absent: Vec<&Field> = shape.fields.iter().filter(|field| is_null(field) && !is_there(field)).collect();
        fields.extend(absent.into_iter().map(|field| (field.wire.clone().into(), Value::Null)));
    }
    Reader::new(api).read(&tree, &TypeRef::Named(id))
}

fn structure(api: &Api, id: TypeId) -> Option<&Struct> {
    match &api.type_def(id).shape {
        Shape::Struct(shape) => Some(shape),
        Shape::Alias(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => None,
    }
}

/// The type without aliases and `null`.
fn resolved<'a>(api: &'a Api, ty: &'a TypeRef) -> &'a TypeRef {
    match ty {
        TypeRef::Nullable(inner) => resolved(api, inner),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &api.type_def(*id).shape {
            Shape::Alias(target) => resolved(api, target),
            Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => ty,
        },
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => ty,
    }
}

fn is_null(field: &Field) -> bool {
    matches!(field.ty, TypeRef::Nullable(_))
}

/// The type of the items of a list, which is sent as several parts.
fn listed<'a>(api: &'a Api, ty: &'a TypeRef) -> Option<&'a TypeRef> {
    match resolved(api, ty) {
        TypeRef::List(item) => Some(item),
        TypeRef::Scalar(_) | TypeRef::Map(_) | TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Nullable(_) => None,
    }
}

/// The type of the content of one part.
fn item<'a>(api: &'a Api, ty: &'a TypeRef) -> &'a TypeRef {
    listed(api, ty).unwrap_or(ty)
}

fn is_file(api: &Api, ty: &TypeRef) -> bool {
    *resolved(api, item(api, ty)) == TypeRef::Scalar(Scalar::File)
}

/// Whether the values of this type are JSON objects or arrays.
fn is_object(api: &Api, ty: &TypeRef) -> bool {
    match resolved(api, ty) {
        TypeRef::Map(_) | TypeRef::List(_) => true,
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &api.type_def(*id).shape {
            Shape::Struct(_) | Shape::Tuple(_) => true,
            Shape::Union(union) => union.variants.iter().all(|variant| is_plain_object(api, &variant.ty)),
            Shape::Enum(_) | Shape::Alias(_) => false,
        },
        TypeRef::Scalar(_) | TypeRef::Nullable(_) => false,
    }
}

fn is_plain_object(api: &Api, ty: &TypeRef) -> bool {
    match resolved(api, ty) {
        TypeRef::Map(_) => true,
        TypeRef::Named(id) | TypeRef::Boxed(id) => matches!(api.type_def(*id).shape, Shape::Struct(_)),
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Nullable(_) => false,
    }
}
