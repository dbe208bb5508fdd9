//! Inheritance: a schema with a discriminator stands for itself and for every schema that extends it by `allOf`
//! (OpenAPI 3.0.3, section 4.7.25).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use openapiv3::{Discriminator, ReferenceOr, Schema};

use super::Lowering;
use super::flat_schema::{FlatSchema, SchemaOrRef};
use super::place::Place;
use super::ref_targets::Deep;
use super::union::constant;
use super::usage::component_name;
use crate::diag::Pointer;
use crate::document::Document;
use crate::model::schema::{Tag, TypeId, TypeRef, Union, Variant};

/// For every schema, those that extend it by `allOf`, in document order.
#[derive(Debug, Default)]
pub(super) struct Subtypes<'d> {
    direct: BTreeMap<Pointer, Vec<(Pointer, &'d Schema)>>,
    parents: BTreeMap<Pointer, Vec<Pointer>>,
    /// The discriminator of every schema that has one: its own, or that of the nearest schema that it extends.
    discriminators: BTreeMap<Pointer, &'d Discriminator>,
}

/// A schema with its subtypes.
#[derive(Debug, Clone)]
pub(super) struct Family<'d> {
    base: FlatSchema<'d>,
    discriminator: &'d Discriminator,
}

impl<'d> Subtypes<'d> {
    /// Collects the subtypes in the components and in the targets of references outside them.
    pub(super) fn gather(document: &'d Document, deep: &'d Deep) -> Self {
        let components = document.api.components.iter().flat_map(|components| &components.schemas);
        let section = Pointer::root().child("components").child("schemas");
        let named = components.filter_map(|(name, schema)| match schema {
            ReferenceOr::Item(schema) => Some((section.child(name), schema)),
            ReferenceOr::Reference { .. } => None,
        });
        let all: Vec<(Pointer, &'d Schema)> =
            named.chain(deep.schemas().map(|(at, schema)| (at.clone(), schema))).collect();
        let known: BTreeSet<&Pointer> = all.iter().map(|(at, _)| at).collect();
        let mut subtypes = Self::default();
        for (at, schema) in &all {
            for part in &FlatSchema::new(schema, at).all_of {
                let SchemaOrRef::Reference(reference) = part.part else { continue };
                let Ok(target) = document.target(reference, &part.at) else { continue };
                if target != *at && known.contains(&target) {
                    subtypes.direct.entry(target.clone()).or_default().push((at.clone(), schema));
                    subtypes.parents.entry(at.clone()).or_default().push(target);
                }
            }
        }
        subtypes.inherit_discriminators(&all);
        subtypes
    }

    /// Gives every subtype the discriminator of the nearest schema that it extends.
    fn inherit_discriminators(&mut self, all: &[(Pointer, &'d Schema)]) {
        let own = |(at, schema): &(Pointer, &'d Schema)| Some((at.clone(), schema.schema_data.discriminator.as_ref()?));
        let mut waiting: VecDeque<(Pointer, &'d Discriminator)> = all.iter().filter_map(own).collect();
        self.discriminators = waiting.iter().cloned().collect();
        while let Some((at, discriminator)) = waiting.pop_front() {
            for (subtype, _) in self.direct.get(&at).into_iter().flatten() {
                if !self.discriminators.contains_key(subtype) {
                    self.discriminators.insert(subtype.clone(), discriminator);
                    waiting.push_back((subtype.clone(), discriminator));
                }
            }
        }
    }

    /// The schemas that extend this one and add something, or have a discriminator value.
    fn of(&self, at: &Pointer, discriminator: &Discriminator) -> impl Iterator<Item = &(Pointer, &'d Schema)> {
        let is_subtype = move |(_, schema): &&(Pointer, &'d Schema)| {
            let flat = FlatSchema::new(schema, &Pointer::root());
            !is_bare(&flat) || tag_of(schema).is_some() || discriminator.mapping.is_empty() && !flat.is_nullable()
        };
        self.direct.get(at).into_iter().flatten().filter(is_subtype)
    }
}

impl<'d> Lowering<'d> {
    /// The family of a schema with subtypes and a discriminator.
    pub(super) fn family(&mut self, flat: &FlatSchema<'d>) -> Option<Family<'d>> {
        if !flat.one_of.is_empty() || !flat.any_of.is_empty() {
            return None;
        }
        let discriminator = self.subtypes.discriminators.get(&flat.at).copied()?;
        self.subtypes.of(&flat.at, discriminator).next()?;
        Some(Family { base: flat.clone(), discriminator })
    }

    /// The discriminator that all of these schemas inherit.
    pub(super) fn inherited(&self, targets: &[Option<FlatSchema<'d>>]) -> Option<&'d Discriminator> {
        let mut found = targets.iter().map(|flat| self.subtypes.discriminators.get(&flat.as_ref()?.at).copied());
        let first = found.next()??;
        found.all(|other| other.is_some_and(|other| other.property_name == first.property_name)).then_some(first)
    }

    /// The union of a family: the base itself, and each subtype with its own subtypes.
    pub(super) fn family_shape(&mut self, id: TypeId, family: &Family<'d>) -> Union {
        let Family { base, discriminator } = family;
        let mapped = self.mapped(discriminator);
        let mut taken = BTreeSet::new();
        let mut variants = Vec::new();
        let mut absent = None;
        if let Some(properties) = self.properties(base, None) {
            if !properties.required.contains(discriminator.property_name.as_str()) {
                absent = Some(0);
            }
            let tags = self.tags(base, discriminator, &mapped);
            let tags = tags.into_iter().filter(|tag| taken.insert(tag.clone())).collect();
            let ty = TypeRef::Named(self.made(base, properties, &Place::within(id, "base")));
            variants.push(Variant { hint: component_name(&base.at), ty, tags });
        }
        let subtypes: Vec<(Pointer, &'d Schema)> = self.subtypes.of(&base.at, discriminator).cloned().collect();
        for (at, schema) in subtypes {
            let mut tags = Vec::new();
            self.all_tags(&at, schema, discriminator, &mapped, &mut taken, &mut tags);
            if !tags.is_empty() {
                let ty = TypeRef::Named(self.component(&at, schema));
                variants.push(Variant { hint: component_name(&at), ty, tags });
            }
        }
        self.spend(variants.len(), &base.at);
        Union { variants, tag: Tag::Property { name: discriminator.property_name.clone(), absent } }
    }

    /// The discriminator values that select a schema or one of its subtypes.
    fn all_tags(
        &self,
        at: &Pointer,
        schema: &'d Schema,
        discriminator: &Discriminator,
        mapped: &BTreeMap<Pointer, Vec<String>>,
        taken: &mut BTreeSet<String>,
        tags: &mut Vec<String>,
    ) {
        let mut waiting = vec![(at.clone(), schema)];
        let mut seen = BTreeSet::from([at.clone()]);
        while let Some((at, schema)) = waiting.pop() {
            let own = self.tags(&FlatSchema::new(schema, &at), discriminator, mapped);
            tags.extend(own.into_iter().filter(|tag| taken.insert(tag.clone())));
            let subtypes = self.subtypes.of(&at, discriminator).filter(|(at, _)| seen.insert(at.clone()));
            waiting.extend(subtypes.cloned().collect::<Vec<_>>().into_iter().rev());
        }
    }

    /// The targets of the mapping, with their values.
    fn mapped(&self, discriminator: &Discriminator) -> BTreeMap<Pointer, Vec<String>> {
        let mut mapped: BTreeMap<Pointer, Vec<String>> = BTreeMap::new();
        for (value, target) in &discriminator.mapping {
            if let Some(at) = self.mapping_target(target) {
                mapped.entry(at).or_default().push(value.clone());
            }
        }
        mapped
    }

    /// The values that select a schema: those of the mapping, else Azure's extension, else the only value of the
    /// property, else its name.
    fn tags(
        &self,
        flat: &FlatSchema<'d>,
        discriminator: &Discriminator,
        mapped: &BTreeMap<Pointer, Vec<String>>,
    ) -> Vec<String> {
        if let Some(tags) = mapped.get(&flat.at) {
            return tags.clone();
        }
        let azure = super::text_of(&flat.data.extensions, VALUE);
        let tag = azure.or_else(|| constant(flat, &discriminator.property_name));
        vec![tag.unwrap_or_else(|| component_name(&flat.at))]
    }

    /// Whether a schema extends another one whose subtypes are distinguished by a discriminator.
    pub(super) fn is_subtype(&self, flat: &FlatSchema<'d>) -> bool {
        self.subtypes.parents.get(&flat.at).into_iter().flatten().any(|at| {
            let discriminator = self.subtypes.discriminators.get(at);
            discriminator.is_some_and(|found| self.subtypes.of(at, found).any(|(subtype, _)| *subtype == flat.at))
        })
    }
}

/// Azure's extension key for the discriminator value.
const VALUE: &str = "x-ms-discriminator-value";

fn tag_of(schema: &Schema) -> Option<String> {
    super::text_of(&schema.schema_data.extensions, VALUE)
}

/// `allOf` with a single reference that adds nothing.
fn is_bare(flat: &FlatSchema<'_>) -> bool {
    flat.all_of.len() == 1 && flat.properties.is_empty() && flat.required.is_empty() && flat.values.is_empty()
}
