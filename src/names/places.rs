//! The keys of types in a lock file: the pointers of their schemas, in which an index that other parts of the document can
//! change has a word in its place.

use std::collections::BTreeMap;

use crate::diag::Pointer;
use crate::model::Api;
use crate::model::operation::Parameter;
use crate::model::schema::{Shape, TypeDef, TypeHint, TypeId, TypeRef, Union};

/// The keys of the types of an API.
pub(super) struct Places {
    /// The pointers that end in an index, with the word for it.
    words: BTreeMap<String, String>,
    /// How many types have each key.
    counts: BTreeMap<String, usize>,
}

impl Places {
    /// The places of these types of the API.
    pub(super) fn new<'a>(api: &Api, types: impl Iterator<Item = &'a TypeDef>) -> Self {
        let parameters = api.operations.iter().flat_map(|operation| &operation.parameters).map(of_parameter);
        let alternatives = alternatives(api).into_values().flat_map(|list| of_union(&list));
        let listed = parameters.chain(alternatives).filter(|(at, _)| is_listed(at));
        let words = listed.map(|(at, word)| (at.as_str().to_owned(), word)).collect();
        let mut places = Self { words, counts: BTreeMap::new() };
        for def in types {
            *places.counts.entry(places.key_of(def)).or_default() += 1;
        }
        places
    }

    /// The key of a type, if no other type has it.
    pub(super) fn key(&self, def: &TypeDef) -> Option<String> {
        Some(self.key_of(def)).filter(|key| self.counts.get(key) == Some(&1))
    }

    /// The key of a type, and that of older lock files, which have the indices of alternatives.
    pub(super) fn keys(&self, def: &TypeDef) -> impl Iterator<Item = String> + use<> {
        let key = self.key(def);
        let older = key.is_some().then(|| def.at.as_str().to_owned());
        key.into_iter().chain(older)
    }

    fn key_of(&self, def: &TypeDef) -> String {
        let at = def.at.as_str();
        let mut key = String::new();
        let mut start = 0;
        for end in at.match_indices('/').map(|(end, _)| end).chain([at.len()]).filter(|end| *end > 0) {
            key.push_str(self.words.get(&at[..end]).map_or(&at[start..end], String::as_str));
            start = end;
        }
        key
    }
}

/// Whether the pointer ends in an index.
fn is_listed(at: &Pointer) -> bool {
    at.last().is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A step of a key.
fn step(word: &str) -> String {
    Pointer::root().child(word).as_str().to_owned()
}

fn of_parameter(parameter: &Parameter) -> (Pointer, String) {
    (parameter.at.clone(), step(&format!("{} {}", parameter.style.location(), parameter.name)))
}

/// An inline alternative of a union, with the words that it is known by.
struct Alternative {
    at: Pointer,
    words: Vec<String>,
}

/// The inline alternatives of each union.
fn alternatives(api: &Api) -> BTreeMap<TypeId, Vec<Alternative>> {
    let mut unions: BTreeMap<TypeId, Vec<Alternative>> = BTreeMap::new();
    for (at, def) in api.types.iter().enumerate().filter(|(_, def)| is_listed(&def.at)) {
        let TypeHint::Within { owner, title, .. } = &def.hint else { continue };
        let (owner, own) = (shared(api, *owner), shared(api, TypeId(at)));
        if let Shape::Union(union) = &api.type_def(owner).shape {
            let title = title.iter().map(|title| format!("title {title}"));
            let words = title.chain(properties(&api.type_def(own).shape)).chain(values(union, own)).collect();
            unions.entry(owner).or_default().push(Alternative { at: def.at.clone(), words });
        }
    }
    unions
}

/// The type, or the one that it shares with equal schemas.
fn shared(api: &Api, id: TypeId) -> TypeId {
    match &api.type_def(id).shape {
        Shape::Alias(TypeRef::Named(target)) if api.type_def(id).is_other_name() => *target,
        Shape::Struct(_) | Shape::Enum(_) | Shape::Tuple(_) | Shape::Union(_) | Shape::Alias(_) => id,
    }
}

/// The required properties.
fn properties(shape: &Shape) -> Vec<String> {
    let required = match shape {
        Shape::Struct(object) => object.fields.iter().filter(|field| field.is_required).collect(),
        Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => Vec::new(),
    };
    required.into_iter().map(|field| format!("property {}", field.wire)).collect()
}

/// The values of the property by which the union chooses the type.
fn values(union: &Union, id: TypeId) -> Vec<String> {
    let mut own = union.variants.iter().filter(|variant| variant.ty.named() == Some(id));
    match (own.next(), own.next()) {
        (Some(variant), None) => variant.tags.iter().map(|value| format!("value {value}")).collect(),
        _ => Vec::new(),
    }
}

/// The alternatives of a union, each with its first word that no other one has.
fn of_union(alternatives: &[Alternative]) -> Vec<(Pointer, String)> {
    let is_unique = |word: &&String| alternatives.iter().filter(|other| other.words.contains(word)).count() == 1;
    let own = |own: &Alternative| Some((own.at.clone(), step(own.words.iter().find(is_unique)?)));
    alternatives.iter().filter_map(own).collect()
}
