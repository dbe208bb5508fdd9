//! All schemas that apply to one value: a schema, its parts, and an alternative of each choice.

use std::collections::{BTreeSet, VecDeque};

use super::seed::Seed;
use crate::model::rule::{Limit, RuleKind};
use crate::model::value_schema::{ValueChoice, ValueSchema, ValueSchemaId, ValueSchemas};

/// The schemas that apply to one value.
#[derive(Debug)]
pub(super) struct Merged<'a> {
    pub(super) schemas: Vec<&'a ValueSchema>,
    /// The properties that discriminate, with the values that select the chosen alternative.
    pub(super) tags: Vec<(&'a str, &'a [String])>,
    /// How many combinations of alternatives there are.
    pub(super) combinations: usize,
}

/// Which alternatives to choose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choosing<'c> {
    /// The number of the combination.
    pub(super) attempt: usize,
    /// The schemas of the values that contain this one; their alternatives come last, so that recursion ends.
    pub(super) outer: &'c [ValueSchemaId],
}

impl<'a> Merged<'a> {
    /// The schemas that apply together with these.
    pub(super) fn new(all: &'a ValueSchemas, roots: &[ValueSchemaId], choosing: Choosing<'_>, seed: &mut Seed) -> Self {
        let mut merging = Merging {
            all,
            choosing,
            seen: BTreeSet::new(),
            waiting: roots.iter().copied().collect(),
            choices: VecDeque::new(),
            rest: choosing.attempt,
            merged: Self { schemas: Vec::new(), tags: Vec::new(), combinations: 1 },
        };
        loop {
            merging.add_parts();
            let Some((owner, choice)) = merging.choices.pop_front() else { return merging.merged };
            merging.choose(owner, choice, seed);
        }
    }

    /// All limits.
    pub(super) fn limits(&self) -> impl Iterator<Item = &'a Limit> + '_ {
        self.schemas.iter().flat_map(|schema| &schema.limits)
    }

    /// The only type that all of these schemas allow, or the likely one; `None` if they contradict each other.
    pub(super) fn kind(&self) -> Option<RuleKind> {
        let joined =
            self.schemas.iter().map(|schema| schema.kind).try_fold(RuleKind::Any, |all, one| match (all, one) {
                (all, one) if all == one => Some(all),
                (RuleKind::Any, one) => Some(one),
                (all, RuleKind::Any) => Some(all),
                (RuleKind::Integer, RuleKind::Number) | (RuleKind::Number, RuleKind::Integer) => {
                    Some(RuleKind::Integer)
                }
                _ => None,
            })?;
        Some(if joined == RuleKind::Any { self.likely_kind() } else { joined })
    }

    /// The type that the keywords are for.
    fn likely_kind(&self) -> RuleKind {
        let any = |is: fn(&ValueSchema) -> bool| self.schemas.iter().any(|schema| is(schema));
        let limit = |is: fn(&Limit) -> bool| self.limits().any(is);
        if any(|schema| schema.is_object()) || limit(is_of_objects) {
            RuleKind::Object
        } else if any(|schema| schema.items.is_some() || schema.places.is_some()) || limit(is_of_arrays) {
            RuleKind::Array
        } else if limit(is_of_numbers) {
            RuleKind::Number
        } else {
            RuleKind::Text
        }
    }

    /// Whether every schema allows `null`.
    pub(super) fn is_nullable(&self) -> bool {
        self.schemas.iter().all(|schema| schema.is_nullable || schema.is_null || schema.kind == RuleKind::Any)
            && self.schemas.iter().any(|schema| schema.is_nullable || schema.is_null)
    }
}

fn is_of_numbers(limit: &Limit) -> bool {
    matches!(limit, Limit::Minimum(..) | Limit::Maximum(..) | Limit::MultipleOf(_))
}

fn is_of_arrays(limit: &Limit) -> bool {
    matches!(limit, Limit::MinItems(_) | Limit::MaxItems(_) | Limit::UniqueItems)
}

fn is_of_objects(limit: &Limit) -> bool {
    matches!(limit, Limit::MinProperties(_) | Limit::MaxProperties(_) | Limit::Required(_))
}

struct Merging<'a, 'c> {
    all: &'a ValueSchemas,
    choosing: Choosing<'c>,
    seen: BTreeSet<ValueSchemaId>,
    waiting: VecDeque<ValueSchemaId>,
    choices: VecDeque<(ValueSchemaId, &'a ValueChoice)>,
    /// What is left of the number of the combination, in a mixed radix.
    rest: usize,
    merged: Merged<'a>,
}

impl<'a> Merging<'a, '_> {
    fn add_parts(&mut self) {
        while let Some(id) = self.waiting.pop_front() {
            if self.seen.insert(id) {
                let schema = self.all.get(id);
                self.merged.schemas.push(schema);
                self.waiting.extend(&schema.all_of);
                self.choices.extend(schema.choices.iter().map(|choice| (id, choice)));
            }
        }
    }

    fn choose(&mut self, owner: ValueSchemaId, choice: &'a ValueChoice, seed: &mut Seed) {
        let known = |alternative: &&crate::model::value_schema::ValueAlternative| {
            alternative.schema != owner && self.seen.contains(&alternative.schema)
        };
        // A schema that is reached from one of its subtypes can only be that subtype.
        let forced = choice.discriminator.as_ref().and_then(|_| choice.alternatives.iter().find(known));
        let chosen = match forced {
            Some(forced) => forced,
            None => {
                let order = self.order(choice, seed);
                let at = order[self.rest % order.len()];
                self.rest /= order.len();
                self.merged.combinations = self.merged.combinations.saturating_mul(order.len());
                &choice.alternatives[at]
            }
        };
        if let (Some(property), false) = (&choice.discriminator, chosen.tags.is_empty()) {
            self.merged.tags.push((property, &chosen.tags));
        }
        self.waiting.push_back(chosen.schema);
    }

    /// The alternatives in the order in which they are tried: never empty.
    fn order(&self, choice: &ValueChoice, seed: &mut Seed) -> Vec<usize> {
        let count = choice.alternatives.len();
        let start = seed.below(count);
        let mut order: Vec<usize> = (0..count).map(|index| (start + index) % count).collect();
        let has_tags = choice.alternatives.iter().any(|alternative| !alternative.tags.is_empty());
        order.sort_by_key(|index| {
            let alternative = &choice.alternatives[*index];
            let schema = self.all.get(alternative.schema);
            let is_untagged = choice.discriminator.is_some() && has_tags && alternative.tags.is_empty();
            (self.choosing.outer.contains(&alternative.schema), is_untagged, schema.is_null)
        });
        order
    }
}
