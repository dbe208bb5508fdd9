//! Moves `null` to the uses of a type: a named type itself is never `null`, so a property of the type can distinguish
//! absent and `null`.

use super::graph::{components, contained, content_mut, references_mut};
use crate::lower::draft::{DraftType, NonNullType};
use crate::model::operation::{Operation, PartHeaders};
use crate::model::schema::{Shape, TypeRef};

/// Removes `null` from aliases and variants, and adds it to every use of the types that allow it.
pub(super) fn hoist_null(types: Vec<DraftType>, operations: Vec<Operation>) -> (Vec<NonNullType>, Vec<Operation>) {
    let (mut types, is_nullable) = split(types);
    for def in &mut types {
        let is_alias = matches!(def.shape, Shape::Alias(_));
        references_mut(&mut def.shape, |ty| {
            if !is_alias {
                spread(ty, &is_nullable);
            } else if let TypeRef::List(inner) | TypeRef::Map(inner) = ty {
                spread(inner, &is_nullable);
            }
        });
        if let Shape::Union(union) = &mut def.shape {
            union.variants.iter_mut().for_each(|variant| strip(&mut variant.ty));
        }
    }
    let operations = operations.into_iter().map(|operation| of_operation(operation, &mut types, &is_nullable));
    let operations = operations.collect();
    (types, operations)
}

/// The types without `null` around aliases, and which of them allow it.
fn split(types: Vec<DraftType>) -> (Vec<NonNullType>, Vec<bool>) {
    let mut is_nullable: Vec<bool> = types.iter().map(|def| def.is_nullable).collect();
    let non_null = |DraftType { hint, doc, shape, is_nullable: _, is_deprecated, at }| NonNullType {
        hint,
        doc,
        shape,
        is_deprecated,
        at,
    };
    let mut types: Vec<NonNullType> = types.into_iter().map(non_null).collect();
    let order = bottom_up(&types);
    // Only types on a cycle need another round.
    while round(&mut types, &mut is_nullable, &order) {}
    (types, is_nullable)
}

fn of_operation(mut operation: Operation, types: &mut [NonNullType], is_nullable: &[bool]) -> Operation {
    for parameter in operation.parameters_mut() {
        spread(&mut parameter.ty, is_nullable);
        if !parameter.style.is_json() {
            // The text of a parameter cannot be `null`.
            strip(&mut parameter.ty);
        }
    }
    operation.contents_mut().for_each(|content| content_mut(content, |ty| spread(ty, is_nullable)));
    operation.part_headers_mut().for_each(|headers| copy_types(types, headers));
    operation
}

/// The struct has the types of the fields; null and absent are encoded the same.
fn copy_types(types: &mut [NonNullType], headers: &mut PartHeaders) {
    headers.fields.iter_mut().for_each(|field| strip(&mut field.ty));
    if let Shape::Struct(shape) = &mut types[headers.ty.0].shape {
        shape.fields.iter_mut().zip(&headers.fields).for_each(|(member, field)| member.ty = field.ty.clone());
    }
}

/// Marks aliases of nullable types and unions with a nullable variant; returns whether one was new.
fn round(types: &mut [NonNullType], is_nullable: &mut [bool], order: &[usize]) -> bool {
    let mut is_changed = false;
    for &index in order {
        let def = &mut types[index];
        let is_null = |ty: &TypeRef| match ty {
            TypeRef::Nullable(_) => true,
            TypeRef::Named(id) | TypeRef::Boxed(id) => is_nullable[id.0],
            TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
        };
        let takes_null = match &def.shape {
            Shape::Alias(target) => is_null(target),
            Shape::Union(union) => union.variants.iter().any(|variant| is_null(&variant.ty)),
            Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) => false,
        };
        if let Shape::Alias(target) = &mut def.shape {
            strip(target);
        }
        if takes_null && !is_nullable[index] {
            is_nullable[index] = true;
            is_changed = true;
        }
    }
    is_changed
}

/// The types in an order in which a type comes after those that it contains.
fn bottom_up(types: &[NonNullType]) -> Vec<usize> {
    let edges: Vec<Vec<usize>> = types
        .iter()
        .map(|def| def.shape.references().into_iter().filter_map(contained).map(|id| id.0).collect())
        .collect();
    let component = components(&edges);
    let mut order: Vec<usize> = (0..types.len()).collect();
    order.sort_by_key(|node| component[*node]);
    order
}

fn strip(ty: &mut TypeRef) {
    while let TypeRef::Nullable(inner) = ty {
        *ty = (**inner).clone();
    }
}

/// Adds `null` around every nullable type in a reference.
fn spread(ty: &mut TypeRef, is_nullable: &[bool]) {
    match ty {
        TypeRef::Named(id) if is_nullable[id.0] => *ty = ty.clone().or_null(),
        TypeRef::Nullable(inner) if !matches!(**inner, TypeRef::Named(_)) => spread(inner, is_nullable),
        TypeRef::List(inner) | TypeRef::Map(inner) => spread(inner, is_nullable),
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Nullable(_) | TypeRef::Scalar(_) => {}
    }
}
