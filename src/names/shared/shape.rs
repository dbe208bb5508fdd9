//! Which types have the same shape: partition refinement, so that recursive types are compared as well.
//!
//! Types start in one class if they agree without looking at the types that they contain. A class is split as long as its
//! members contain types of different classes.

use std::collections::{BTreeSet, HashMap};

use super::words::Words;
use crate::model::Api;
use crate::model::operation::{Content, Encoding};
use crate::model::schema::{Doc, Enum, EnumValue, Shape, Tag, TypeDef, TypeHint, TypeId, TypeRef};

/// The class of each type. A type that keeps its own name is alone in its class.
pub(super) fn classes(api: &Api, words: &[Words]) -> Vec<usize> {
    let alone: BTreeSet<TypeId> = of_one_body(api).into_iter().collect();
    let uses = uses(api);
    let mut children = Vec::with_capacity(api.types.len());
    let mut classes = Vec::with_capacity(api.types.len());
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, def) in api.types.iter().enumerate() {
        let (text, contained) = own_shape(def);
        let is_inline = match def.hint {
            TypeHint::Within { .. } | TypeHint::Operation { .. } | TypeHint::Shared { .. } => true,
            TypeHint::Component { .. } | TypeHint::Equal { .. } => false,
        };
        let key = match is_inline && !alone.contains(&TypeId(index)) && !matches!(def.shape, Shape::Alias(_)) {
            true => format!("{:?} {:?} {text}", words[index].key(), uses[index]),
            false => format!("{index}"),
        };
        let count = known.len();
        classes.push(*known.entry(key).or_insert(count));
        children.push(contained);
    }
    refined(classes, known.len(), &children)
}

fn refined(mut classes: Vec<usize>, mut count: usize, children: &[Vec<TypeId>]) -> Vec<usize> {
    loop {
        let mut known: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
        let mut next = Vec::with_capacity(classes.len());
        for (class, children) in classes.iter().zip(children) {
            let fresh = known.len();
            let key = (*class, children.iter().map(|child| classes[child.0]).collect());
            next.push(*known.entry(key).or_insert(fresh));
        }
        if known.len() == count {
            return next;
        }
        (classes, count) = (next, known.len());
    }
}

/// The shape of a type without the types that it contains, and these in order.
fn own_shape(def: &TypeDef) -> (String, Vec<TypeId>) {
    let mut shape = def.shape.clone();
    let mut contained = Vec::new();
    references_mut(&mut shape, |ty| take_ids(ty, &mut contained));
    match &mut shape {
        Shape::Struct(object) => object.fields.iter_mut().for_each(|field| field.doc = Doc::default()),
        Shape::Enum(Enum::Text(values)) => undescribed(values),
        Shape::Enum(Enum::Integer(values)) => undescribed(values),
        Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => {}
    }
    (format!("{:?} {} {shape:?}", def.usage, def.is_deprecated), contained)
}

/// Sorts the values, so that reordering an enum does not give it another type.
fn undescribed<T: Ord + Clone>(values: &mut [EnumValue<T>]) {
    values.iter_mut().for_each(|value| value.description = None);
    values.sort_by_key(|value| value.wire.clone());
}

fn take_ids(ty: &mut TypeRef, contained: &mut Vec<TypeId>) {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => contained.push(std::mem::replace(id, TypeId(0))),
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => take_ids(inner, contained),
        TypeRef::Scalar(_) => {}
    }
}

/// Calls `visit` for every type reference in the shape.
pub(super) fn references_mut(shape: &mut Shape, mut visit: impl FnMut(&mut TypeRef)) {
    match shape {
        Shape::Struct(object) => {
            object.fields.iter_mut().for_each(|field| visit(&mut field.ty));
            object.additional.iter_mut().for_each(visit);
        }
        Shape::Tuple(tuple) => tuple.places.iter_mut().chain(&mut tuple.rest).for_each(visit),
        Shape::Union(union) => union.variants.iter_mut().for_each(|variant| visit(&mut variant.ty)),
        Shape::Alias(target) => visit(target),
        Shape::Enum(_) => {}
    }
}

/// A use of a type: as a variant with a discriminator, which may replace a field, or any other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Variant { property: String, absent: bool, tags: Vec<String> },
    Other,
}

/// How each type is used. Types are only shared if a union tells them by the same discriminator values, or none of them is
/// only a variant.
fn uses(api: &Api) -> Vec<BTreeSet<Use>> {
    let mut uses = vec![BTreeSet::new(); api.types.len()];
    let mut add = |ty: &TypeRef, usage: Use| {
        if let Some(id) = ty.named() {
            uses[id.0].insert(usage);
        }
    };
    for def in &api.types {
        match &def.shape {
            Shape::Union(union) => {
                for variant in &union.variants {
                    add(&variant.ty, of_variant(&union.tag, &variant.tags));
                }
            }
            Shape::Struct(object) => {
                object
                    .fields
                    .iter()
                    .map(|field| &field.ty)
                    .chain(&object.additional)
                    .for_each(|ty| add(ty, Use::Other));
            }
            Shape::Tuple(tuple) => tuple.places.iter().chain(&tuple.rest).for_each(|ty| add(ty, Use::Other)),
            Shape::Alias(target) => add(target, Use::Other),
            Shape::Enum(_) => {}
        }
    }
    for operation in &api.operations {
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        operation.parameters.iter().chain(headers).for_each(|parameter| add(&parameter.ty, Use::Other));
        for content in operation.contents() {
            match content {
                Content::Json(ty) | Content::Form(ty) => add(ty, Use::Other),
                Content::Stream(stream) => stream.item().into_iter().for_each(|ty| add(ty, Use::Other)),
                Content::Multipart(_) | Content::Text | Content::Bytes => {}
            }
        }
    }
    uses.into_iter().map(settled).collect()
}

fn of_variant(tag: &Tag, tags: &[String]) -> Use {
    match tag {
        Tag::Property { name, absent } => {
            Use::Variant { property: name.clone(), absent: absent.is_some(), tags: tags.to_vec() }
        }
        Tag::Looks => Use::Other,
    }
}

/// A type with a use of another kind keeps all its fields.
fn settled(uses: BTreeSet<Use>) -> BTreeSet<Use> {
    if uses.contains(&Use::Other) { BTreeSet::from([Use::Other]) } else { uses }
}

/// The types that belong to one body: those of multipart bodies, of the header fields of their parts, and of forms whose
/// properties have an encoding.
fn of_one_body(api: &Api) -> Vec<TypeId> {
    let bodies = api.operations.iter().filter_map(|operation| operation.body.as_ref());
    let mut found = Vec::new();
    for form in bodies.flat_map(|body| body.forms.iter()) {
        match &form.content {
            Content::Multipart(id) => found.push(*id),
            Content::Json(ty) | Content::Form(ty) if !form.encodings.is_empty() => found.extend(ty.named()),
            Content::Json(_) | Content::Form(_) | Content::Text | Content::Stream(_) | Content::Bytes => {}
        }
        found.extend(form.encodings.iter().filter_map(|encoding| match encoding {
            Encoding::Field(_) => None,
            Encoding::Part { headers, .. } => headers.as_ref().map(|headers| headers.ty),
        }));
    }
    found
}
