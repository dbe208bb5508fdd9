//! Whether a value satisfies its schema. The limits are checked by the runtime of generated servers; the rest is what
//! generated code checks when it reads a type.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::direction::{DataFlow, is_hidden, is_named};
use super::error::ValueError;
use super::limit::{Patterns, has_kind};
use super::{format, number};
use crate::diag::Pointer;
use crate::model::rule::RuleKind;
use crate::model::value_schema::{
    AdditionalValues, ValueAlternative, ValueChoice, ValueSchema, ValueSchemaId, ValueSchemas,
};

/// How many schemas are applied to parts of one value, so that nested choices end.
const MOST_WORK: usize = 200_000;

/// How schemas that combine others are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// As JSON Schema defines: a value matches exactly one alternative of `oneOf`, `additionalProperties` applies to the
    /// properties of other parts of an `allOf`, every pattern applies, and every known format.
    Strict,
    /// As generated code reads values: the alternative that fits best is chosen, `additionalProperties` does not apply to
    /// properties that another part names, and patterns that cannot be checked and formats without a type are ignored.
    /// Many documents can be satisfied only in this sense.
    AsRead,
}

/// Checks values.
pub(super) struct Checker<'c> {
    schemas: &'c ValueSchemas,
    patterns: &'c Patterns,
    flow: DataFlow,
    strictness: Strictness,
    left: Cell<usize>,
}

/// A value at its place, with the schemas that are already being applied to it.
#[derive(Clone, Copy)]
struct Placed<'p> {
    value: &'p Value,
    place: &'p Pointer,
    active: &'p [ValueSchemaId],
}

impl<'c> Checker<'c> {
    pub(super) fn new(
        (schemas, patterns): (&'c ValueSchemas, &'c Patterns),
        flow: DataFlow,
        strictness: Strictness,
    ) -> Self {
        Self { schemas, patterns, flow, strictness, left: Cell::new(MOST_WORK) }
    }

    /// Checks a value against all of these schemas.
    ///
    /// # Errors
    ///
    /// The first violation.
    pub(super) fn check(&self, ids: &[ValueSchemaId], value: &Value, place: &Pointer) -> Result<(), ValueError> {
        ids.iter().try_for_each(|id| self.apply(*id, Placed { value, place, active: &[] }))
    }

    fn apply(&self, id: ValueSchemaId, placed: Placed<'_>) -> Result<(), ValueError> {
        let Placed { value, place, active } = placed;
        // A schema that is already being applied to this value adds nothing.
        if active.contains(&id) {
            return Ok(());
        }
        let schema = self.schemas.get(id);
        let fail = |reason: String| ValueError::new(place, &schema.at, reason);
        self.left.set(self.left.get().saturating_sub(1));
        if self.left.get() == 0 {
            return Err(fail("too many alternatives match the value partly".to_owned()));
        }
        if value.is_null() && (schema.is_nullable || schema.is_null) {
            return Ok(());
        }
        self.check_own(schema, value).map_err(fail)?;
        let active = [active, &[id]].concat();
        match value {
            Value::Object(fields) => self.check_fields(schema, fields, Placed { active: &active, ..placed })?,
            Value::Array(items) => self.check_items(schema, items, place)?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        let placed = Placed { active: &active, ..placed };
        schema.all_of.iter().try_for_each(|part| self.apply(*part, placed))?;
        schema.choices.iter().try_for_each(|choice| self.check_choice(schema, choice, placed))?;
        match schema.not {
            Some(not) if self.apply(not, placed).is_ok() => Err(fail("matches a schema of `not`".to_owned())),
            _ => Ok(()),
        }
    }

    /// The keywords about the value itself.
    fn check_own(&self, schema: &ValueSchema, value: &Value) -> Result<(), String> {
        if schema.is_null {
            return Err("expected null".to_owned());
        }
        if !has_kind(schema.kind, value) {
            return Err(format!("expected {}", kind_text(schema.kind)));
        }
        if !schema.values.is_empty() && !schema.values.iter().any(|listed| is_same(listed, value)) {
            return Err("expected one of the values of `enum`".to_owned());
        }
        schema.limits.iter().try_for_each(|limit| self.patterns.check(limit, value))?;
        let Some(format) = schema.format.as_deref() else { return Ok(()) };
        let is_valid = match value {
            Value::String(_) if schema.kind != RuleKind::Text => true,
            Value::String(text) => match self.strictness {
                Strictness::Strict => format::is_strict(format, text),
                Strictness::AsRead => format::is_valid(format, text),
            },
            Value::Number(_) if schema.kind == RuleKind::Integer => number::fits(value, format::integers(Some(format))),
            _ => true,
        };
        if is_valid { Ok(()) } else { Err(format!("expected the format `{format}`")) }
    }

    fn check_fields(
        &self,
        schema: &ValueSchema,
        fields: &Map<String, Value>,
        Placed { place, active, .. }: Placed<'_>,
    ) -> Result<(), ValueError> {
        let is_hidden = |name: &str| is_hidden(self.schemas, active, name, self.flow);
        let is_missing = |name: &&str| !fields.contains_key(*name) && !is_hidden(name);
        if let Some(name) = schema.required().find(is_missing) {
            return Err(ValueError::new(place, &schema.at, format!("missing property `{name}`")));
        }
        for (name, value) in fields {
            let place = place.child(name);
            let placed = Placed { value, place: &place, active: &[] };
            match (schema.property(name), schema.additional) {
                (Some(id), _) => self.apply(id, placed)?,
                (None, AdditionalValues::Any) => {}
                (None, _) if self.is_of_other_part(active, name) => {}
                (None, AdditionalValues::Each(id)) => self.apply(id, placed)?,
                (None, AdditionalValues::None) => {
                    return Err(ValueError::new(&place, &schema.at, "unknown property"));
                }
            }
        }
        Ok(())
    }

    /// Whether another schema of the same value names the property, and this is enough.
    fn is_of_other_part(&self, active: &[ValueSchemaId], name: &str) -> bool {
        self.strictness == Strictness::AsRead && is_named(self.schemas, active, name)
    }

    fn check_items(&self, schema: &ValueSchema, items: &[Value], place: &Pointer) -> Result<(), ValueError> {
        let places = schema.places.as_deref().unwrap_or_default();
        for (index, value) in items.iter().enumerate() {
            let place = place.index(index);
            match places.get(index).copied().or(schema.items) {
                Some(id) => self.apply(id, Placed { value, place: &place, active: &[] })?,
                None if schema.places.is_some() => {
                    return Err(ValueError::new(&place, &schema.at, "more items than expected"));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn check_choice(&self, schema: &ValueSchema, choice: &ValueChoice, placed: Placed<'_>) -> Result<(), ValueError> {
        let fail = |reason: String| ValueError::new(placed.place, &schema.at, reason);
        let has_tags = choice.alternatives.iter().any(|alternative| !alternative.tags.is_empty());
        if let (Some(property), Value::Object(fields), true) = (&choice.discriminator, placed.value, has_tags) {
            let tag = fields.get(property).map(tag_text);
            let is_meant = |tags: &[String]| tag.as_ref().is_some_and(|tag| tags.contains(tag));
            // A subtype that is being applied must itself be meant.
            let (owner, others) = placed.active.split_last().expect("the schema of the choice is active");
            let is_applied = |id: &ValueSchemaId| id != owner && others.contains(id);
            let applied = choice.alternatives.iter().find(|alternative| is_applied(&alternative.schema));
            if applied.is_some_and(|applied| tag.is_some() && !applied.tags.is_empty() && !is_meant(&applied.tags)) {
                return Err(fail(format!("the discriminator `{property}` selects another schema")));
            }
            let meant = choice.alternatives.iter().filter(|alternative| is_meant(&alternative.tags));
            return match (meant.clone().next(), &tag) {
                (Some(_), _) => self.check_alternatives(choice, meant, placed, &fail),
                (None, None) if !choice.is_exclusive => Ok(()),
                (None, _) => Err(fail(format!("expected a value of the discriminator `{property}`"))),
            };
        }
        self.check_alternatives(choice, choice.alternatives.iter(), placed, &fail)
    }

    fn check_alternatives<'m>(
        &self,
        choice: &ValueChoice,
        alternatives: impl Iterator<Item = &'m ValueAlternative>,
        placed: Placed<'_>,
        fail: &dyn Fn(String) -> ValueError,
    ) -> Result<(), ValueError> {
        let mut matching = 0;
        let mut first = None;
        for alternative in alternatives {
            match self.apply(alternative.schema, placed) {
                Ok(()) => matching += 1,
                Err(error) => drop(first.get_or_insert(error)),
            }
        }
        match (matching, choice.is_exclusive) {
            (0, _) => Err(first.unwrap_or_else(|| fail("matches no alternative".to_owned()))),
            (1, _) | (_, false) => Ok(()),
            (_, true) if self.strictness == Strictness::AsRead => Ok(()),
            (count, true) => Err(fail(format!("matches {count} alternatives of `oneOf`"))),
        }
    }
}

/// The text by which a discriminator names a value.
pub(super) fn tag_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether JSON Schema counts two values as equal: `1` and `1.0` are.
fn is_same(one: &Value, other: &Value) -> bool {
    one == other || one.is_number() && one.as_f64() == other.as_f64()
}

fn kind_text(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Any => "any value",
        RuleKind::Text => "a string",
        RuleKind::Number => "a number",
        RuleKind::Integer => "an integer",
        RuleKind::Bool => "a boolean",
        RuleKind::Array => "an array",
        RuleKind::Object => "an object",
    }
}
