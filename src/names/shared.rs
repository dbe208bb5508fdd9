//! One type for equal schemas: the types of generated code, in which inline schemas of the same shape share a type.
//!
//! What decides about generated code is part of the shape: properties with their types, defaults and directions, values,
//! discriminators, and whether requests or responses contain the values. Documentation and examples are not. Components
//! keep their types. Only schemas with the same title, or with the same last word of their property, are compared, so that
//! the name says what the type is.
//!
//! The other schemas remain as aliases with the names that their types would have alone: a use that is added elsewhere
//! renames nothing.

mod docs;
mod shape;
mod words;

use std::collections::BTreeMap;

use crate::model::Api;
use crate::model::operation::Content;
use crate::model::outgoing::Outgoing;
use crate::model::schema::{Shape, TypeDef, TypeHint, TypeId, TypeRef, Usage};
use crate::model::value_schema::ValueSchemas;

/// A copy of the API as targets generate it.
pub fn with_shared_types(api: &Api) -> Api {
    share_types(Api {
        title: api.title.clone(),
        version: api.version.clone(),
        description: api.description.clone(),
        servers: api.servers.clone(),
        relative_server: api.relative_server.clone(),
        schemes: api.schemes.clone(),
        unused_schemes: api.unused_schemes.clone(),
        tags: api.tags.clone(),
        operations: api.operations.clone(),
        types: api.types.clone(),
        type_examples: api.type_examples.clone(),
        rules: api.rules.clone(),
        value_schemas: ValueSchemas::default(),
        outgoing: Outgoing::default(),
        skipped: api.skipped.clone(),
        invalid: api.invalid.clone(),
    })
}

/// The API as targets generate it. It has no webhooks and no schemas of values, which targets do not read.
pub fn share_types(mut api: Api) -> Api {
    (api.value_schemas, api.outgoing) = (ValueSchemas::default(), Outgoing::default());
    let groups = groups(&api);
    let mut target: Vec<TypeId> = (0..api.types.len()).map(TypeId).collect();
    let definitions: Vec<TypeDef> = groups.iter().map(|group| definition(&api, group)).collect();
    for (group, definition) in groups.iter().zip(definitions) {
        let id = TypeId(api.types.len());
        group.members.iter().for_each(|member| target[member.0] = id);
        api.types.push(definition);
    }
    api.types.iter_mut().for_each(|def| shape::references_mut(&mut def.shape, |ty| redirect(ty, &target)));
    redirect_operations(&mut api, &target);
    for member in groups.iter().flat_map(|group| &group.members) {
        let def = &mut api.types[member.0];
        def.shape = Shape::Alias(TypeRef::Named(target[member.0]));
        def.usage = Usage::default();
    }
    api
}

/// Inline schemas with the same shape, at least two.
struct Group {
    /// In the order of their words.
    members: Vec<TypeId>,
    /// The texts for the name, in order of preference.
    texts: Vec<String>,
}

/// The groups in the order of their members' words, which does not depend on the order of the document.
fn groups(api: &Api) -> Vec<Group> {
    let words = words::of_types(api);
    let classes = shape::classes(api, &words);
    let mut members: BTreeMap<usize, Vec<TypeId>> = BTreeMap::new();
    for (index, class) in classes.into_iter().enumerate() {
        members.entry(class).or_default().push(TypeId(index));
    }
    let groups = members.into_values().filter(|members| members.len() > 1).map(|mut members| {
        members.sort_by_key(|id| (words[id.0].all(), api.type_def(*id).at.to_string()));
        Group { texts: words::candidates(api, &words, &members), members }
    });
    let mut groups: Vec<Group> = groups.collect();
    groups.sort_by_key(|group| words[group.members[0].0].all());
    groups
}

/// The type of the group.
fn definition(api: &Api, group: &Group) -> TypeDef {
    let defs: Vec<&TypeDef> = group.members.iter().map(|id| api.type_def(*id)).collect();
    let first = defs[0];
    TypeDef {
        hint: TypeHint::Equal { texts: group.texts.clone() },
        doc: docs::agreed(&defs),
        shape: docs::with_common_docs(&defs),
        usage: first.usage,
        is_deprecated: first.is_deprecated,
        at: first.at.clone(),
    }
}

fn redirect(ty: &mut TypeRef, target: &[TypeId]) {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => *id = target[id.0],
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => redirect(inner, target),
        TypeRef::Scalar(_) => {}
    }
}

fn redirect_operations(api: &mut Api, target: &[TypeId]) {
    for operation in &mut api.operations {
        operation.parameters_mut().for_each(|parameter| redirect(&mut parameter.ty, target));
        for content in operation.contents_mut() {
            match content {
                Content::Json(ty) | Content::Form(ty) => redirect(ty, target),
                Content::Multipart(id) => *id = target[id.0],
                Content::Stream(stream) => stream.item_mut().into_iter().for_each(|ty| redirect(ty, target)),
                Content::Text | Content::Bytes => {}
            }
        }
    }
}
