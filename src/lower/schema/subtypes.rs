//! Inheritance: a value of a schema with a discriminator is one of that schema or of any schema that extends it by `allOf`
//! (OpenAPI 3.0.3, section 4.7.25).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use openapiv3::{Discriminator, ReferenceOr, Schema};

use crate::diag::Pointer;
use crate::document::Document;
use crate::lower::extension::text_of;
use crate::lower::flat_schema::{FlatSchema, SchemaOrRef};
use crate::lower::ref_targets::Deep;

/// For every schema, those that extend it by `allOf`, in document order.
#[derive(Debug, Default)]
pub(super) struct Subtypes<'d> {
    direct: BTreeMap<Pointer, Vec<(Pointer, &'d Schema)>>,
    parents: BTreeMap<Pointer, Vec<Pointer>>,
    /// The discriminator of every schema that has one: its own, or that of the nearest schema that it extends.
    pub(super) discriminators: BTreeMap<Pointer, &'d Discriminator>,
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
    pub(super) fn of(
        &self,
        at: &Pointer,
        discriminator: &Discriminator,
    ) -> impl Iterator<Item = &(Pointer, &'d Schema)> {
        let is_subtype = move |(_, schema): &&(Pointer, &'d Schema)| {
            let flat = FlatSchema::new(schema, &Pointer::root());
            !is_bare(&flat) || tag_of(schema).is_some() || discriminator.mapping.is_empty() && !flat.is_nullable()
        };
        self.direct.get(at).into_iter().flatten().filter(is_subtype)
    }

    /// Whether a schema extends another one whose subtypes are distinguished by a discriminator.
    pub(super) fn is_subtype(&self, at: &Pointer) -> bool {
        self.parents.get(at).into_iter().flatten().any(|parent| {
            let discriminator = self.discriminators.get(parent);
            discriminator.is_some_and(|found| self.of(parent, found).any(|(subtype, _)| subtype == at))
        })
    }
}

/// Azure's extension key for the discriminator value.
pub(super) const VALUE: &str = "x-ms-discriminator-value";

fn tag_of(schema: &Schema) -> Option<String> {
    text_of(&schema.schema_data.extensions, VALUE)
}

/// `allOf` with a single reference that adds nothing.
fn is_bare(flat: &FlatSchema<'_>) -> bool {
    flat.all_of.len() == 1 && flat.properties.is_empty() && flat.required.is_empty() && flat.values.is_empty()
}
