//! Follows a JSON pointer through types.

use crate::model::Api;
use crate::model::schema::{Scalar, Shape, TypeId, TypeRef};

/// What a JSON pointer leads to in the values of a type.
#[derive(Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A value of this type, behind these fields: each the index of a field of a struct.
    Fields(Vec<(TypeId, usize)>, &'a TypeRef),
    /// Something whose type is not known.
    Untyped,
    /// Nothing that the type describes.
    Missing,
}

/// What the pointer leads to in values of this type.
pub fn target<'a>(api: &'a Api, ty: &'a TypeRef, pointer: &str) -> Target<'a> {
    let (mut ty, mut fields) = (ty, Vec::new());
    for key in pointer.split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        let id = match plain(api, ty) {
            TypeRef::Named(id) | TypeRef::Boxed(id) => *id,
            TypeRef::Scalar(Scalar::Any | Scalar::Mapped(_)) | TypeRef::Map(_) | TypeRef::List(_) => {
                return Target::Untyped;
            }
            TypeRef::Scalar(_) | TypeRef::Nullable(_) => return Target::Missing,
        };
        let Shape::Struct(shape) = &api.type_def(id).shape else { return Target::Untyped };
        match shape.fields.iter().position(|field| field.wire == key) {
            Some(index) => {
                fields.push((id, index));
                ty = &shape.fields[index].ty;
            }
            None if shape.additional.is_some() => return Target::Untyped,
            None => return Target::Missing,
        }
    }
    Target::Fields(fields, ty)
}

/// The type behind aliases and `null`. The model has no cycle of aliases.
pub fn plain<'a>(api: &'a Api, mut ty: &'a TypeRef) -> &'a TypeRef {
    loop {
        ty = match ty {
            TypeRef::Nullable(inner) => inner,
            TypeRef::Named(id) => match &api.type_def(*id).shape {
                Shape::Alias(target) => target,
                Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) => return ty,
            },
            TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => return ty,
        };
    }
}
