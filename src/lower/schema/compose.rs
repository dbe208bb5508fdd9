//! Composed schemas: merges `allOf`, and handles `oneOf` and `anyOf` next to it.

use openapiv3::Schema;
use serde_json::Value;

use super::choice::is_null;
use super::form::{Choice, Form, Formed, of_properties};
use super::forms::Forms;
use super::merger::{MAX_DEPTH, Merged, Untyped, merge};
use super::properties::Properties;
use super::scalar;
use crate::diag::{Code, Pointer};
use crate::lower::flat_schema::{Additional, FlatSchema, Located, SchemaOrRef};
use crate::model::schema::Scalar;

/// How two schemas of the same property combine.
pub(super) enum Agreement {
    /// The later schema includes everything that the earlier one requires.
    Same,
    /// Both apply.
    Merge,
    /// No value matches both.
    Conflict,
}

impl<'d> Forms<'_, 'd> {
    /// The form of a schema with `allOf`, `oneOf` or `anyOf`.
    pub(super) fn composed(&mut self, flat: &FlatSchema<'d>) -> Formed<'d> {
        if let Some(same) = self.single(flat) {
            return same;
        }
        let merged = merge(self.source, flat, None);
        let is_nullable = merged.allows_null();
        let mut formed = self.of_merged(flat, merged);
        formed.is_nullable |= is_nullable;
        formed
    }

    /// The properties of a schema with its parts and references merged; `None` if it is not an object.
    pub(in crate::lower) fn properties(
        &mut self,
        flat: &FlatSchema<'d>,
        origin: Option<(Pointer, &'d Schema)>,
    ) -> Option<Properties<'d>> {
        let merged = merge(self.source, flat, origin);
        for choice in &merged.choices {
            let message = "`oneOf` or `anyOf` is ignored in a schema whose properties are merged into another";
            self.source.report.warning(Code::UnsupportedSchema, &choice.at, message);
        }
        merged.is_object.then_some(merged.properties)
    }

    /// The only relevant part of an `allOf`, if the rest of the schema is only annotations, or the type of the part again.
    fn single(&mut self, flat: &FlatSchema<'d>) -> Option<Formed<'d>> {
        let is_bare = flat.one_of.is_empty()
            && flat.any_of.is_empty()
            && flat.properties.is_empty()
            && flat.values.is_empty()
            && flat.required.is_empty()
            && flat.items.is_none()
            && !matches!(flat.additional, Additional::Schema(_));
        if !is_bare || flat.all_of.is_empty() || self.subtypes.is_subtype(&flat.at) {
            return None;
        }
        let mut is_nullable = false;
        let mut kept: Vec<&Located<'d>> = Vec::new();
        for part in &flat.all_of {
            match part.part {
                SchemaOrRef::Schema(schema) => {
                    let part_flat = FlatSchema::new(schema, &part.at);
                    let is_unconstrained = part_flat.required.is_empty() && part_flat.is_annotation();
                    is_nullable |= is_unconstrained && part_flat.is_nullable();
                    if !is_unconstrained {
                        kept.push(part);
                    }
                }
                SchemaOrRef::Reference(_) => kept.push(part),
            }
        }
        match kept.as_slice() {
            [one] if !self.refines(flat, one) => Some(Formed { form: Form::Same((*one).clone()), is_nullable }),
            _ => None,
        }
    }

    /// Whether the type and format of a schema next to its only part refine that part.
    fn refines(&mut self, flat: &FlatSchema<'d>, part: &Located<'d>) -> bool {
        if !self.is_typed(part, 0) {
            return flat.kind.is_some();
        }
        let Some(part) = self.source.view(part) else { return false };
        if let (Some(own), Some(kind)) = (flat.kind, self.kind_of(&part))
            && [own, kind].iter().all(|kind| *kind != "object")
            && scalar_family(own) != scalar_family(kind)
        {
            // No value is valid, which is reported where the types are merged.
            return true;
        }
        if !part.values.is_empty() || part.format.is_some() {
            return false;
        }
        let refined = FlatSchema { format: flat.format.clone(), ..part.clone() };
        scalar::of(&refined) != scalar::of(&part) || scalar::mapped(&refined, &self.source.document.mapped).is_some()
    }

    /// Whether a schema or one of its parts determines the type of its values.
    fn is_typed(&mut self, located: &Located<'d>, depth: usize) -> bool {
        let Some(flat) = self.source.view(located).filter(|_| depth < MAX_DEPTH) else { return true };
        let is_choice = !flat.one_of.is_empty() || !flat.any_of.is_empty();
        is_choice
            || !flat.without_parts().is_annotation()
            || flat.all_of.iter().any(|part| self.is_typed(part, depth + 1))
    }

    /// How two schemas of the same property combine.
    pub(super) fn agreement(&mut self, old: &FlatSchema<'d>, new: &FlatSchema<'d>) -> Agreement {
        let kinds = (self.kind_of(old), self.kind_of(new));
        match kinds {
            (Some(before), Some(after)) if before != after => {
                let are_numbers = [before, after].iter().all(|kind| matches!(*kind, "integer" | "number"));
                if are_numbers { Agreement::Merge } else { Agreement::Conflict }
            }
            (_, Some("array")) => Agreement::Same,
            (Some("object"), Some("object")) => {
                let (Some(before), Some(after)) =
                    (self.properties_without_report(old), self.properties_without_report(new))
                else {
                    return Agreement::Merge;
                };
                if after.covers(&before) { Agreement::Same } else { Agreement::Merge }
            }
            (None, Some(_)) => Agreement::Same,
            _ => Agreement::Merge,
        }
    }

    /// The properties, without diagnostics: those are reported where the schema itself is lowered.
    fn properties_without_report(&mut self, flat: &FlatSchema<'d>) -> Option<Properties<'d>> {
        let reported = std::mem::take(&mut self.source.report);
        let properties = self.properties(flat, None);
        self.source.report = reported;
        properties
    }

    /// The JSON type of a schema, including references and parts.
    fn kind_of(&mut self, flat: &FlatSchema<'d>) -> Option<&'d str> {
        let mut flat = flat.clone();
        for _ in 0..MAX_DEPTH {
            if flat.kind.is_some() || flat.is_object() {
                return flat.kind.or(Some("object"));
            }
            let [part] = flat.all_of.as_slice() else { return None };
            flat = self.source.view(&part.clone())?;
        }
        None
    }

    fn of_merged(&mut self, flat: &FlatSchema<'d>, merged: Merged<'d>) -> Formed<'d> {
        let mut choices = merged.choices.into_iter();
        let choice = choices.next();
        for ignored in choices {
            let message = "a second `oneOf` or `anyOf` in one schema is ignored";
            self.source.report.warning(Code::UnsupportedSchema, &ignored.at, message);
        }
        if !merged.is_object && !flat.values.is_empty() {
            return self.restricted(flat, &merged.others).into();
        }
        match choice {
            Some(choice) => {
                if !merged.is_object
                    && let Some(narrowed) = self.narrowed(&merged.others, &choice)
                {
                    return narrowed;
                }
                let is_common = !merged.properties.list.is_empty() || self.requires_more(&merged.properties, &choice);
                self.choice(choice, is_common.then_some(merged.properties))
            }
            None if merged.is_object => {
                for other in merged.others.iter().filter(|other| other.at != flat.at) {
                    let message = "this part of `allOf` is not an object like the other parts; ignored";
                    self.source.report.warning(Code::UnsupportedSchema, &other.at, message);
                }
                of_properties(merged.properties).into()
            }
            None => self.merged_others(flat, &merged.others, &merged.untyped),
        }
    }

    /// The form of a choice next to a scalar type, if one of its alternatives has no type: they are constraints on values
    /// of that type, as in `{type: string, oneOf: [{format: date}, {format: email}]}`. Formats are kept if all
    /// alternatives have types that one scalar can hold. Alternatives of another type are never valid, and are reported.
    fn narrowed(&mut self, others: &[FlatSchema<'d>], choice: &Choice<'d>) -> Option<Formed<'d>> {
        let is_scalar = |flat: &FlatSchema<'_>| matches!(flat.kind, Some("string" | "integer" | "number" | "boolean"));
        let typed = others.iter().rfind(|other| is_scalar(other) && other.values.is_empty())?;
        let alternatives = choice.parts.iter().map(|part| self.source.view(part)).collect::<Option<Vec<_>>>()?;
        let is_nullable = alternatives.iter().any(is_null);
        let (mut scalars, mut is_untyped, mut invalid) = (Vec::new(), false, Vec::new());
        for flat in alternatives.iter().filter(|flat| !is_null(flat)) {
            if flat.kind.zip(typed.kind).is_some_and(|(own, kind)| scalar_family(own) != scalar_family(kind)) {
                invalid.push(&flat.at);
                continue;
            }
            let rest = FlatSchema { kind: None, values: Vec::new(), ..flat.clone() };
            let is_constraint = rest.is_annotation() && flat.required.is_empty();
            if !is_constraint || flat.kind.is_some_and(|kind| Some(kind) != typed.kind) {
                return None;
            }
            is_untyped |= flat.kind.is_none() && flat.values.is_empty();
            let format = flat.format.clone().or_else(|| typed.format.clone());
            scalars.push(scalar::of(&FlatSchema { format, ..typed.clone() }));
        }
        if !is_untyped {
            return None;
        }
        for at in invalid {
            let message = "no value is valid for this alternative: its type differs from that of the whole";
            self.source.report.warning(Code::UnsupportedSchema, at, message);
        }
        let joined = scalars.iter().copied().map(Some).reduce(|a, b| scalar::joined(a?, b?)).flatten();
        let scalar = joined.unwrap_or_else(|| scalar::of(typed));
        Some(Formed { form: Form::Scalar(scalar), is_nullable })
    }

    /// Whether a property is required next to a choice that one of the alternatives does not require itself.
    fn requires_more(&mut self, common: &Properties<'d>, choice: &Choice<'d>) -> bool {
        let discriminator = choice.discriminator.map(|found| found.property_name.as_str());
        let names: Vec<&str> = common.required.iter().copied().filter(|name| Some(*name) != discriminator).collect();
        if names.is_empty() {
            return false;
        }
        choice.parts.iter().any(|part| {
            let flat = self.source.view(part);
            let own = flat.and_then(|flat| self.properties_without_report(&flat));
            own.is_some_and(|own| names.iter().any(|name| !own.required.contains(name)))
        })
    }

    /// Combines parts that are not objects: the most specific one, if all have one type.
    fn merged_others(&mut self, flat: &FlatSchema<'d>, others: &[FlatSchema<'d>], untyped: &Untyped) -> Formed<'d> {
        let last_with = |most: fn(&FlatSchema<'_>) -> bool| others.iter().rfind(|other| most(other));
        let last = last_with(|other| !other.values.is_empty())
            .or_else(|| last_with(|other| other.format.is_some() || other.items.is_some()))
            .or(others.last());
        let Some(last) = last else {
            return Form::Scalar(Scalar::Any).into();
        };
        let is_list = |flat: &FlatSchema<'_>| flat.kind == Some("array") || flat.items.is_some();
        let agrees = |other: &FlatSchema<'_>| match (is_list(other), is_list(last)) {
            (true, true) => true,
            (false, false) => scalar::joined(scalar::of(other), scalar::of(last)).is_some(),
            _ => false,
        };
        if !others.iter().all(agrees) {
            let message = "the parts of `allOf` have no type in common; any value is accepted";
            self.source.report.warning(Code::UnsupportedSchema, &flat.at.child("allOf"), message);
            return Form::Scalar(Scalar::Any).into();
        }
        match last.values.is_empty() {
            true => self.plain(&untyped.refine(last)).into(),
            false => self.restricted(last, others).into(),
        }
    }

    /// The values of a schema that all other parts also allow.
    fn restricted(&mut self, flat: &FlatSchema<'d>, others: &[FlatSchema<'d>]) -> Form<'d> {
        let is_allowed = |value: &Value| {
            others.iter().filter(|other| !other.values.is_empty()).all(|other| other.values.contains(value))
        };
        let mut listed = flat.with_values(is_allowed);
        if listed.values.is_empty() {
            let message = "the parts of this schema have no value in common; using those of the last part";
            self.source.report.warning(Code::UnsupportedSchema, &flat.at.child("enum"), message);
            listed = flat.clone();
        }
        if listed.kind.is_none() {
            listed.kind = others.iter().rev().find_map(|other| other.kind);
            listed.format = listed.format.or_else(|| others.iter().rev().find_map(|other| other.format.clone()));
        }
        self.plain(&listed.without_parts())
    }
}

/// The type, with integers as numbers.
fn scalar_family(kind: &str) -> &str {
    if kind == "integer" { "number" } else { kind }
}
