//! Values at the bounds of constraints, and values that break one constraint each.

use serde_json::Value;

use super::check::Checker;
use super::direction::with_parts;
use super::mutate::{Mutation, Sent, at_bounds, beyond};
use crate::diag::Pointer;
use crate::model::value_schema::{ValueSchema, ValueSchemaId, ValueSchemas};

/// How many variants a value has at most.
const MOST: usize = 400;

/// A value that differs from an ordinary one in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The whole value.
    pub value: Value,
    /// The place that differs.
    pub place: Pointer,
    /// The constraint that it is at the bound of, or breaks: a keyword of JSON Schema, or `discriminator`.
    pub keyword: &'static str,
    /// The schema with the constraint.
    pub schema: Pointer,
}

/// Which variants are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Valid,
    Invalid,
}

/// Makes the variants of one value.
pub(super) struct Variants<'v> {
    pub(super) schemas: &'v ValueSchemas,
    pub(super) checker: &'v dyn Fn() -> Checker<'v>,
    pub(super) ids: Vec<ValueSchemaId>,
    pub(super) base: &'v Value,
    pub(super) sent: Sent,
    pub(super) wanted: Wanted,
}

impl Variants<'_> {
    /// The variants, from the outermost place inwards.
    pub(super) fn all(&self) -> Vec<Variant> {
        let mut variants = Vec::new();
        self.add(&Pointer::root(), self.base, &self.ids, &mut variants);
        variants.truncate(MOST);
        variants
    }

    fn add(&self, place: &Pointer, value: &Value, ids: &[ValueSchemaId], variants: &mut Vec<Variant>) {
        if variants.len() >= MOST {
            return;
        }
        let schemas = self.applying(place, value, ids);
        for schema in schemas.iter().map(|id| self.schemas.get(*id)) {
            let mutations = match self.wanted {
                Wanted::Valid => at_bounds(schema, value),
                Wanted::Invalid => beyond(schema, value, self.sent),
            };
            for mutation in mutations {
                variants.extend(self.variant(place, schema, mutation).filter(|variant| is_new(variants, variant)));
            }
        }
        let schemas: Vec<&ValueSchema> = schemas.iter().map(|id| self.schemas.get(*id)).collect();
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let ids: Vec<_> = schemas.iter().filter_map(|schema| schema.property(name)).collect();
                    self.add(&place.child(name), value, &ids, variants);
                }
            }
            Value::Array(items) => {
                let ids: Vec<_> = schemas.iter().filter_map(|schema| schema.items).collect();
                // One item stands for all.
                for value in items.iter().take(1).filter(|_| schemas.iter().all(|schema| schema.places.is_none())) {
                    self.add(&place.index(0), value, &ids, variants);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// The schemas that apply to a value: with their parts, and the alternatives that it matches.
    fn applying(&self, place: &Pointer, value: &Value, ids: &[ValueSchemaId]) -> Vec<ValueSchemaId> {
        let parts = |schema: &ValueSchema| {
            let choices = schema.choices.iter().flat_map(|choice| &choice.alternatives);
            let matches = |id: &ValueSchemaId| (self.checker)().check(&[*id], value, place).is_ok();
            let alternatives = choices.map(|alternative| alternative.schema).filter(matches);
            schema.all_of.iter().copied().chain(alternatives).collect()
        };
        with_parts(self.schemas, ids, parts).into_iter().collect()
    }

    /// The whole value with a mutation, if it is valid or invalid as wanted.
    fn variant(&self, place: &Pointer, schema: &ValueSchema, mutation: Mutation) -> Option<Variant> {
        let mut value = self.base.clone();
        *value.pointer_mut(place.as_str())? = mutation.value;
        let is_valid = (self.checker)().check(&self.ids, &value, &Pointer::root()).is_ok();
        let is_wanted = is_valid == (self.wanted == Wanted::Valid) && value != *self.base;
        let (place, schema) = (place.clone(), schema.at.clone());
        is_wanted.then_some(Variant { value, place, keyword: mutation.keyword, schema })
    }
}

fn is_new(variants: &[Variant], variant: &Variant) -> bool {
    !variants.iter().any(|other| other.place == variant.place && other.value == variant.value)
}
