//! Types of schemas with subtypes: a union of the schema itself and its subtypes.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{Discriminator, Schema};

use super::Lowering;
use super::extension::text_of;
use super::flat_schema::FlatSchema;
use super::form::Family;
use super::place::Place;
use super::subtypes::VALUE;
use super::union::constant;
use super::usage::component_name;
use crate::diag::Pointer;
use crate::model::schema::{Tag, TypeId, TypeRef, Union, Variant};

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
            let ty = TypeRef::Named(self.define_struct(base, properties, &Place::within(id, "base")));
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
        let azure = text_of(&flat.data.extensions, VALUE);
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
