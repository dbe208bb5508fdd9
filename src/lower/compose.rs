//! Composed schemas: merges `allOf`, and handles `oneOf` and `anyOf` next to it.

use std::collections::BTreeSet;

use openapiv3::Schema;

use super::Lowering;
use super::flat_schema::{Additional, FlatSchema, Located, SchemaOrRef};
use super::place::Place;
use super::properties::{Properties, Property};
use super::scalar;
use super::schema::{Form, Formed};
use super::union::Choice;
use crate::diag::{Code, Pointer};
use crate::model::schema::{Scalar, TypeRef};

/// How deep `allOf` may be nested, including references.
const MAX_DEPTH: usize = 64;

/// How two schemas of the same property combine.
enum Agreement {
    /// The later schema includes everything that the earlier one requires.
    Same,
    /// Both apply.
    Merge,
    /// No value matches both.
    Conflict,
}

/// The combined parts of a composed schema.
#[derive(Default)]
struct Merger<'d> {
    properties: Properties<'d>,
    is_object: bool,
    /// Parts that are not objects.
    others: Vec<FlatSchema<'d>>,
    choices: Vec<Choice<'d>>,
    /// Whether `null` is allowed by a part that has no other keywords, or by every part that has a type.
    null: Null,
    /// The schemas being merged, to detect cycles.
    path: Vec<Pointer>,
    /// The schemas that were merged; merging them again has no effect.
    done: BTreeSet<Pointer>,
}

/// What the parts require about `null`.
#[derive(Debug, Clone, Copy, Default)]
struct Null {
    is_said_alone: bool,
    typed: usize,
    taken: usize,
}

impl Null {
    fn see(&mut self, flat: &FlatSchema<'_>) {
        if flat.is_annotation() && flat.required.is_empty() {
            self.is_said_alone |= flat.is_nullable();
        } else if !flat.has_parts() {
            self.typed += 1;
            self.taken += usize::from(flat.is_nullable());
        }
    }

    fn is_taken(self) -> bool {
        self.is_said_alone || (self.typed > 0 && self.typed == self.taken)
    }
}

impl<'d> Lowering<'d> {
    /// The form of a schema with `allOf`, `oneOf` or `anyOf`.
    pub(super) fn composed(&mut self, flat: &FlatSchema<'d>) -> Formed<'d> {
        if let Some(same) = self.single(flat) {
            return same;
        }
        let mut merger = Merger { path: vec![flat.at.clone()], ..Merger::default() };
        self.collect(&mut merger, flat, None);
        let is_nullable = merger.null.is_taken();
        let mut formed = self.merged(flat, merger);
        formed.is_nullable |= is_nullable;
        formed
    }

    /// The properties of a schema with its parts and references merged; `None` if it is not an object.
    pub(super) fn properties(
        &mut self,
        flat: &FlatSchema<'d>,
        source: Option<(Pointer, &'d Schema)>,
    ) -> Option<Properties<'d>> {
        let mut merger = Merger { path: vec![flat.at.clone()], ..Merger::default() };
        self.collect(&mut merger, flat, source);
        for choice in &merger.choices {
            let message = "`oneOf` or `anyOf` is ignored in a schema whose properties are merged into another";
            self.report.warning(Code::UnsupportedSchema, &choice.at, message);
        }
        merger.is_object.then_some(merger.properties)
    }

    /// The only relevant part of an `allOf`, if the rest of the schema is only annotations.
    fn single(&mut self, flat: &FlatSchema<'d>) -> Option<Formed<'d>> {
        let is_bare = flat.one_of.is_empty()
            && flat.any_of.is_empty()
            && flat.properties.is_empty()
            && flat.values.is_empty()
            && flat.required.is_empty()
            && flat.items.is_none()
            && !matches!(flat.additional, Additional::Schema(_));
        if !is_bare || flat.all_of.is_empty() || self.is_subtype(flat) {
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
            [one] => Some(Formed { form: Form::Same((*one).clone()), is_nullable }),
            _ => None,
        }
    }

    fn collect(&mut self, merger: &mut Merger<'d>, flat: &FlatSchema<'d>, source: Option<(Pointer, &'d Schema)>) {
        merger.null.see(flat);
        if flat.is_object() || (flat.kind.is_none() && !flat.properties.is_empty()) {
            merger.is_object = true;
        } else if !flat.has_parts() && !flat.is_annotation() {
            merger.others.push(flat.clone());
        }
        for part in &flat.all_of {
            self.collect_part(merger, part, source.clone());
        }
        merger.properties.add(flat, source);
        for (key, parts) in [("oneOf", &flat.one_of), ("anyOf", &flat.any_of)] {
            self.collect_choice(merger, flat, key, parts);
        }
    }

    fn collect_part(&mut self, merger: &mut Merger<'d>, part: &Located<'d>, source: Option<(Pointer, &'d Schema)>) {
        if merger.path.len() >= MAX_DEPTH {
            let message = format!("`allOf` is nested more than {MAX_DEPTH} levels deep");
            self.report.error(Code::TooDeep, &part.at, message);
            return;
        }
        let (flat, source) = match part.part {
            SchemaOrRef::Schema(schema) => (FlatSchema::new(schema, &part.at), source),
            SchemaOrRef::Reference(reference) => {
                let Some((at, schema)) = self.resolve_schema(reference, &part.at) else { return };
                if merger.path.contains(&at) {
                    let message = format!("`allOf` refers back to `{at}`: the schema contains itself");
                    self.report.error(Code::InfiniteType, &part.at, message);
                    return;
                }
                if !merger.done.insert(at.clone()) {
                    return;
                }
                (FlatSchema::new(schema, &at), Some((at, schema)))
            }
        };
        merger.path.push(flat.at.clone());
        self.collect(merger, &flat, source);
        merger.path.pop();
    }

    fn collect_choice(&mut self, merger: &mut Merger<'d>, flat: &FlatSchema<'d>, key: &str, parts: &[Located<'d>]) {
        if parts.is_empty() || parts.iter().all(only_requires) {
            return;
        }
        // A base that lists its own subtypes: for a subtype, the list is irrelevant.
        for part in parts {
            if let SchemaOrRef::Reference(reference) = part.part {
                let target = self.resolve_schema(reference, &part.at).map(|(at, _)| at);
                if merger.path.len() > 1 && target.is_some_and(|at| merger.path.contains(&at)) {
                    return;
                }
            }
        }
        let at = flat.at.child(key);
        merger.choices.push(Choice { at, parts: parts.to_vec(), discriminator: flat.data.discriminator.as_ref() });
    }

    /// The type of a property that several parts of an `allOf` describe.
    pub(super) fn merged_type(&mut self, property: &Property<'d>, place: &Place) -> TypeRef {
        let last = &property.located;
        let Some(flat) = self.peek(last) else { return TypeRef::Scalar(Scalar::Any) };
        let mut parts: Vec<Located<'d>> = Vec::new();
        for before in &property.before {
            let Some(old) = self.peek(before) else { continue };
            match self.agreement(&old, &flat) {
                Agreement::Same => {}
                Agreement::Merge => parts.push(before.clone()),
                Agreement::Conflict => {
                    let message = "two parts of `allOf` give this property different types; using the last one";
                    self.report.warning(Code::UnsupportedSchema, &last.at, message);
                }
            }
        }
        if parts.is_empty() {
            return self.type_of(last, place);
        }
        parts.push(last.clone());
        let key: Vec<Pointer> = parts.iter().map(|part| part.at.clone()).collect();
        if let Some(ty) = self.merged.get(&key) {
            return ty.clone();
        }
        let flat = FlatSchema::of_parts(flat.data, &last.at, parts);
        let formed = self.composed(&flat);
        let ty = self.unshared(&flat, formed, place);
        self.merged.insert(key, ty.clone());
        ty
    }

    /// How two schemas of the same property combine.
    fn agreement(&mut self, old: &FlatSchema<'d>, new: &FlatSchema<'d>) -> Agreement {
        let kinds = (self.kind_of(old), self.kind_of(new));
        match kinds {
            (Some(before), Some(after)) if before != after => {
                let are_numbers = [before, after].iter().all(|kind| matches!(*kind, "integer" | "number"));
                if are_numbers { Agreement::Merge } else { Agreement::Conflict }
            }
            (_, Some("array")) => Agreement::Same,
            (Some("object"), Some("object")) => {
                let (Some(before), Some(after)) = (self.quiet(old), self.quiet(new)) else { return Agreement::Merge };
                if after.covers(&before) { Agreement::Same } else { Agreement::Merge }
            }
            (None, Some(_)) => Agreement::Same,
            _ => Agreement::Merge,
        }
    }

    /// The properties, without diagnostics: those are reported where the schema itself is lowered.
    fn quiet(&mut self, flat: &FlatSchema<'d>) -> Option<Properties<'d>> {
        let reported = std::mem::take(&mut self.report);
        let properties = self.properties(flat, None);
        self.report = reported;
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
            flat = self.peek(&part.clone())?;
        }
        None
    }

    fn merged(&mut self, flat: &FlatSchema<'d>, merger: Merger<'d>) -> Formed<'d> {
        let mut choices = merger.choices.into_iter();
        let choice = choices.next();
        for ignored in choices {
            let message = "a second `oneOf` or `anyOf` in one schema is ignored";
            self.report.warning(Code::UnsupportedSchema, &ignored.at, message);
        }
        let has_properties = !merger.properties.list.is_empty();
        match choice {
            Some(choice) if has_properties => self.choice(choice, Some(merger.properties)),
            Some(choice) => self.choice(choice, None),
            None if merger.is_object => {
                for other in merger.others.iter().filter(|other| other.at != flat.at) {
                    let message = "this part of `allOf` is not an object like the other parts; ignored";
                    self.report.warning(Code::UnsupportedSchema, &other.at, message);
                }
                merger.properties.form().into()
            }
            None => self.merged_others(flat, &merger.others),
        }
    }

    /// Combines parts that are not objects: the most specific one, if all have one type.
    fn merged_others(&mut self, flat: &FlatSchema<'d>, others: &[FlatSchema<'d>]) -> Formed<'d> {
        let says = |most: fn(&FlatSchema<'_>) -> bool| others.iter().rfind(|other| most(other));
        let last = says(|other| !other.values.is_empty())
            .or_else(|| says(|other| other.format.is_some() || other.items.is_some()))
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
            self.report.warning(Code::UnsupportedSchema, &flat.at.child("allOf"), message);
            return Form::Scalar(Scalar::Any).into();
        }
        self.plain(last).into()
    }
}

/// `{required: […]}`: a constraint on properties, without a type.
pub(super) fn only_requires(part: &Located<'_>) -> bool {
    let SchemaOrRef::Schema(schema) = part.part else { return false };
    let flat = FlatSchema::new(schema, &part.at);
    let is_bare_object = flat.kind == Some("object") && matches!(flat.additional, Additional::Unsaid);
    let is_unconstrained = flat.is_annotation() || (is_bare_object && flat.properties.is_empty() && !flat.has_parts());
    let nested = flat.has_parts()
        && flat.kind.is_none()
        && flat.properties.is_empty()
        && [&flat.all_of, &flat.one_of, &flat.any_of].into_iter().flatten().all(only_requires);
    !flat.required.is_empty() && is_unconstrained || nested || (is_unconstrained && flat.has_not)
}
