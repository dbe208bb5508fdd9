//! Makes values: decides how the schemas of a value are chosen, and how much optional content it has.

use std::cell::{Cell, RefCell};

use serde_json::Value;

use super::check::{Checker, Strictness};
use super::direction::{DataFlow, project};
use super::error::ValueError;
use super::limit::Patterns;
use super::merged::{Choosing, Merged};
use super::presets::Presets;
use super::seed::Seed;
use super::text::Wanted;
use super::{number, words};
use crate::diag::Pointer;
use crate::model::example::ExampleValue;
use crate::model::rule::RuleKind;
use crate::model::value_schema::{ValueSchemaId, ValueSchemas};

/// How many nodes a value has before its optional parts are left out.
const USUAL_NODES: usize = 300;

/// How many nodes are made at most, including those of attempts that fail.
const MOST_NODES: usize = 20_000;

/// How deep optional parts are nested.
const USUAL_DEPTH: usize = 6;

/// How deep required parts are nested.
const MOST_DEPTH: usize = 40;

/// How many combinations of alternatives are tried for one value.
const ATTEMPTS: usize = 12;

/// Makes one value.
pub(super) struct Generator<'g> {
    pub(super) schemas: &'g ValueSchemas,
    pub(super) patterns: &'g Patterns,
    pub(super) flow: DataFlow,
    pub(super) presets: &'g Presets,
    pub(super) strictness: Strictness,
    /// The seed and the text that identifies the use of the value.
    pub(super) seed: u64,
    pub(super) origin: String,
    /// Whether the value is sent as text, in which an empty list is the same as no value.
    pub(super) is_parameter: bool,
    pub(super) is_segment: bool,
    made: Cell<usize>,
    /// The schemas of the values that contain the current one.
    outer: RefCell<Vec<ValueSchemaId>>,
}

/// A value that is to be made.
#[derive(Clone)]
pub(super) struct Position<'p> {
    pub(super) ids: Vec<ValueSchemaId>,
    /// The name of the property or parameter.
    pub(super) name: &'p str,
    pub(super) place: Pointer,
    /// The only texts that are allowed, if it is the value of a discriminator.
    pub(super) tags: Option<Vec<&'p str>>,
    /// A number that makes the value differ from an earlier one.
    pub(super) salt: usize,
    pub(super) depth: usize,
}

/// How much of a value is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// With optional properties.
    Full,
    /// Without them.
    Required,
}

impl<'g> Generator<'g> {
    pub(super) fn new(
        (schemas, patterns): (&'g ValueSchemas, &'g Patterns),
        flow: DataFlow,
        presets: &'g Presets,
        (seed, origin): (u64, String),
    ) -> Self {
        Self {
            schemas,
            patterns,
            flow,
            presets,
            strictness: Strictness::Strict,
            seed,
            origin,
            is_parameter: false,
            is_segment: false,
            made: Cell::new(0),
            outer: RefCell::default(),
        }
    }

    /// A value for this position.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(super) fn value(&self, at: &Position<'_>) -> Result<Value, ValueError> {
        self.made.set(self.made.get() + 1);
        if self.made.get() > MOST_NODES || at.depth > MOST_DEPTH {
            let error = self.error(at, "the schema requires values that are nested without end, or too many of them");
            return Err(ValueError { place: Pointer::root(), ..error });
        }
        if let Some(example) = self.example(at) {
            return Ok(example);
        }
        let mut first = None;
        let mut combinations = 1;
        for extent in [Extent::Full, Extent::Required] {
            let mut attempt = 0;
            while attempt < combinations {
                let mut seed = self.seed_of(at);
                let outer = self.outer.borrow().clone();
                let choosing = Choosing { attempt, outer: &outer };
                let merged = Merged::new(self.schemas, &at.ids, choosing, &mut seed);
                combinations = merged.combinations.min(ATTEMPTS);
                let made = self.of_merged(at, &merged, extent, &mut seed);
                match made.and_then(|value| self.checked(at, &merged, value)) {
                    Ok(value) => return Ok(value),
                    Err(error) => drop(first.get_or_insert(error)),
                }
                attempt += 1;
            }
        }
        Err(first.unwrap_or_else(|| self.error(at, "there is no value")))
    }

    fn seed_of(&self, at: &Position<'_>) -> Seed {
        let place = format!("{} {} {} {}", self.origin, self.presets.place(), at.place, at.salt);
        Seed::new(self.seed, &place)
    }

    pub(super) fn error(&self, at: &Position<'_>, reason: impl Into<String>) -> ValueError {
        let schema = at.ids.first().map_or_else(Pointer::root, |id| self.schemas.get(*id).at.clone());
        ValueError::new(&at.place, &schema, reason)
    }

    fn checker(&self) -> Checker<'g> {
        Checker::new((self.schemas, self.patterns), self.flow, self.strictness)
    }

    /// Checks a value where its parts do not imply that it is valid.
    fn checked(&self, at: &Position<'_>, merged: &Merged<'_>, value: Value) -> Result<Value, ValueError> {
        let is_implied = |schema: &&_| {
            let schema: &crate::model::value_schema::ValueSchema = schema;
            schema.choices.is_empty() && schema.not.is_none()
        };
        if at.depth > 0 && merged.schemas.iter().all(is_implied) && !value.is_number() {
            return Ok(value);
        }
        self.checker().check(&at.ids, &value, &at.place).map(|()| value)
    }

    /// The example of a schema, if it is valid here.
    fn example(&self, at: &Position<'_>) -> Option<Value> {
        if at.salt > 0 || at.tags.is_some() {
            return None;
        }
        let examples = at.ids.iter().flat_map(|id| &self.schemas.get(*id).examples);
        examples.filter_map(|example| self.usable(at, &example.content.value)).next()
    }

    /// The value of an example with the properties of this direction and the presets, if it is valid here.
    pub(super) fn usable(&self, at: &Position<'_>, example: &ExampleValue) -> Option<Value> {
        let ExampleValue::Data(value) = example else { return None };
        let mut value = value.clone();
        project(self.schemas, &at.ids, &mut value, self.flow);
        let is_usable = |value: &Value| self.checker().check(&at.ids, value, &at.place).is_ok();
        if value.is_null() || self.is_parameter && value.as_array().is_some_and(Vec::is_empty) || !is_usable(&value) {
            return None;
        }
        self.preset(&mut value, is_usable, at.depth == 0);
        Some(value)
    }

    /// Replaces properties of an example by presets, if it remains valid.
    fn preset(&self, value: &mut Value, is_usable: impl Fn(&Value) -> bool, is_root: bool) {
        let names: Vec<String> = value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        for name in names {
            for preset in self.presets.of(&name, is_root) {
                let mut changed = value.clone();
                changed[&name] = preset;
                if is_usable(&changed) {
                    *value = changed;
                    break;
                }
            }
        }
    }

    /// Whether optional parts are made here.
    pub(super) fn is_generous(&self, at: &Position<'_>) -> bool {
        self.made.get() < USUAL_NODES && at.depth < USUAL_DEPTH
    }

    /// Whether a value of one of these schemas contains the current one.
    pub(super) fn is_recursive(&self, ids: &[ValueSchemaId]) -> bool {
        let outer = self.outer.borrow();
        ids.iter().any(|id| outer.contains(id))
    }

    /// Makes a value within a value of these schemas.
    pub(super) fn inside<T>(&self, ids: &[ValueSchemaId], make: impl FnOnce() -> T) -> T {
        let length = self.outer.borrow().len();
        self.outer.borrow_mut().extend_from_slice(ids);
        let made = make();
        self.outer.borrow_mut().truncate(length);
        made
    }

    fn of_merged(
        &self,
        at: &Position<'_>,
        merged: &Merged<'_>,
        extent: Extent,
        seed: &mut Seed,
    ) -> Result<Value, ValueError> {
        if merged.schemas.iter().any(|schema| schema.is_null) || merged.is_nullable() && self.is_recursive(&at.ids) {
            return Ok(Value::Null);
        }
        let unchecked = merged.schemas.iter().flat_map(|schema| &schema.unchecked).next();
        if let (Some(why), Strictness::Strict) = (unchecked, self.strictness) {
            return Err(self.error(at, why));
        }
        if let Some(values) = self.listed(at, merged) {
            let found = seed.pick(&values).cloned();
            return found.ok_or_else(|| self.error(at, "no value of `enum` satisfies the other constraints"));
        }
        let Some(kind) = merged.kind() else {
            return Err(self.error(at, "the types of `allOf` contradict each other"));
        };
        let name = words::parts(at.name);
        match kind {
            RuleKind::Any | RuleKind::Text => match at.tags.as_ref().and_then(|tags| seed.pick(tags)) {
                Some(tag) => Ok(Value::String((*tag).to_owned())),
                None => {
                    let wanted = Wanted::new(merged, self.patterns, &name, self.is_segment);
                    wanted.text(seed).map(Value::String).map_err(|why| self.error(at, why))
                }
            },
            RuleKind::Bool => Ok(Value::Bool(seed.below(2) == 0)),
            RuleKind::Number | RuleKind::Integer => self.number(at, merged, kind == RuleKind::Integer, seed),
            RuleKind::Array => self.array(at, merged, extent, seed),
            RuleKind::Object => self.object(at, merged, extent),
        }
    }

    /// The values of `enum` that satisfy the other constraints.
    fn listed(&self, at: &Position<'_>, merged: &Merged<'_>) -> Option<Vec<Value>> {
        let values = &merged.schemas.iter().find(|schema| !schema.values.is_empty())?.values;
        let is_tag = |value: &Value| {
            let text = super::check::tag_text(value);
            at.tags.as_ref().is_none_or(|tags| tags.contains(&text.as_str()))
        };
        let is_valid = |value: &&Value| {
            !value.is_null() && is_tag(value) && self.checker().check(&at.ids, value, &at.place).is_ok()
        };
        let valid: Vec<Value> = values.iter().filter(is_valid).cloned().collect();
        match valid.is_empty() && merged.is_nullable() {
            true => Some(vec![Value::Null]),
            false => Some(valid),
        }
    }

    fn number(
        &self,
        at: &Position<'_>,
        merged: &Merged<'_>,
        is_integer: bool,
        seed: &mut Seed,
    ) -> Result<Value, ValueError> {
        if let Some(tags) = &at.tags {
            let numbers: Vec<Value> = tags.iter().filter_map(|tag| serde_json::from_str(tag).ok()).collect();
            return seed.pick(&numbers).cloned().ok_or_else(|| self.error(at, "no discriminator value is a number"));
        }
        let bounds = number::Bounds::of(merged, is_integer);
        let is_valid = |value: &Value| {
            merged.limits().all(|limit| self.patterns.check(limit, value).is_ok())
                && (!is_integer || number::fits(value, bounds.integers))
        };
        let candidates = number::candidates(&bounds, &words::parts(at.name), seed);
        let found = candidates.into_iter().find(is_valid);
        found.ok_or_else(|| self.error(at, "found no number that satisfies all bounds"))
    }
}
