//! Collects the parts of a composed schema: those of its `allOf`, and the choices next to them.

use std::collections::BTreeSet;

use openapiv3::Schema;

use super::form::Choice;
use super::properties::Properties;
use crate::diag::{Code, Pointer};
use crate::lower::flat_schema::{Additional, FlatSchema, Located, SchemaOrRef};
use crate::lower::source::Source;

/// How deep `allOf` may be nested, including references.
pub(super) const MAX_DEPTH: usize = 64;

/// The combined parts of a composed schema.
#[derive(Default)]
pub(super) struct Merged<'d> {
    pub(super) properties: Properties<'d>,
    pub(super) is_object: bool,
    /// Parts that are not objects, and the schema itself if it has a type or values next to its parts.
    pub(super) others: Vec<FlatSchema<'d>>,
    /// Keywords of parts without a type.
    pub(super) untyped: Untyped,
    pub(super) choices: Vec<Choice<'d>>,
    null: Null,
}

impl Merged<'_> {
    /// Whether `null` is allowed by a part that has no other keywords, or by every part that has a type.
    pub(super) fn allows_null(&self) -> bool {
        self.null.is_allowed()
    }
}

/// Keywords that refine the type of another part.
#[derive(Default)]
pub(super) struct Untyped {
    format: Option<String>,
    minimum: Option<f64>,
    maximum: Option<f64>,
}

impl Untyped {
    fn add(&mut self, flat: &FlatSchema<'_>) {
        let narrower = |own: Option<f64>, new: Option<f64>, pick: fn(f64, f64) -> f64| match (own, new) {
            (Some(own), Some(new)) => Some(pick(own, new)),
            (own, new) => own.or(new),
        };
        self.format = flat.format.clone().or(self.format.take());
        self.minimum = narrower(self.minimum, flat.wide_bounds.0, f64::max);
        self.maximum = narrower(self.maximum, flat.wide_bounds.1, f64::min);
    }

    /// The schema with these keywords, if it has a type and does not have the keywords itself.
    pub(super) fn refine<'d>(&self, flat: &FlatSchema<'d>) -> FlatSchema<'d> {
        let mut refined = flat.clone();
        if flat.kind.is_some() {
            refined.format = flat.format.clone().or_else(|| self.format.clone());
            let (minimum, maximum) = flat.wide_bounds;
            refined.wide_bounds = (minimum.or(self.minimum), maximum.or(self.maximum));
        }
        refined
    }
}

/// The parts of a schema, with those of its `allOf` and their references. A part that `source` refers to contributes its
/// properties with that schema as their source.
pub(super) fn merge<'d>(
    source: &mut Source<'d>,
    flat: &FlatSchema<'d>,
    origin: Option<(Pointer, &'d Schema)>,
) -> Merged<'d> {
    let mut merger = Merger { source, merged: Merged::default(), path: vec![flat.at.clone()], done: BTreeSet::new() };
    merger.collect(flat, origin);
    merger.merged
}

struct Merger<'s, 'd> {
    source: &'s mut Source<'d>,
    merged: Merged<'d>,
    /// The schemas being merged, to detect cycles.
    path: Vec<Pointer>,
    /// The schemas that were merged; merging them again has no effect.
    done: BTreeSet<Pointer>,
}

/// What the parts require about `null`.
#[derive(Debug, Clone, Copy, Default)]
struct Null {
    is_alone: bool,
    typed: usize,
    nullable: usize,
}

impl Null {
    fn add(&mut self, flat: &FlatSchema<'_>) {
        if flat.is_annotation() && flat.required.is_empty() {
            self.is_alone |= flat.is_nullable();
        } else if !flat.has_parts() {
            self.typed += 1;
            self.nullable += usize::from(flat.is_nullable());
        }
    }

    fn is_allowed(self) -> bool {
        self.is_alone || (self.typed > 0 && self.typed == self.nullable)
    }
}

impl<'d> Merger<'_, 'd> {
    fn collect(&mut self, flat: &FlatSchema<'d>, origin: Option<(Pointer, &'d Schema)>) {
        self.merged.null.add(flat);
        if flat.is_object() || (flat.kind.is_none() && !flat.properties.is_empty()) {
            self.merged.is_object = true;
        } else {
            let own = flat.without_parts();
            match own.is_annotation() {
                true => self.merged.untyped.add(&own),
                false => self.merged.others.push(own),
            }
        }
        for part in &flat.all_of {
            self.collect_part(part, origin.clone());
        }
        self.merged.properties.add(flat, origin);
        for (key, parts) in [("oneOf", &flat.one_of), ("anyOf", &flat.any_of)] {
            self.collect_choice(flat, key, parts);
        }
    }

    fn collect_part(&mut self, part: &Located<'d>, origin: Option<(Pointer, &'d Schema)>) {
        if self.path.len() >= MAX_DEPTH {
            let message = format!("`allOf` is nested more than {MAX_DEPTH} levels deep");
            self.source.report.error(Code::TooDeep, &part.at, message);
            return;
        }
        let (flat, origin) = match part.part {
            SchemaOrRef::Schema(schema) => (FlatSchema::new(schema, &part.at), origin),
            SchemaOrRef::Reference(reference) => {
                let Some((at, schema)) = self.source.resolve_schema(reference, &part.at) else { return };
                if self.path.contains(&at) {
                    let message = format!("`allOf` refers back to `{at}`: the schema contains itself");
                    self.source.report.error(Code::InfiniteType, &part.at, message);
                    return;
                }
                if !self.done.insert(at.clone()) {
                    return;
                }
                (FlatSchema::new(schema, &at), Some((at, schema)))
            }
        };
        self.path.push(flat.at.clone());
        self.collect(&flat, origin);
        self.path.pop();
    }

    fn collect_choice(&mut self, flat: &FlatSchema<'d>, key: &str, parts: &[Located<'d>]) {
        if parts.is_empty() || parts.iter().all(only_requires) {
            return;
        }
        // A base that lists its own subtypes: for a subtype, the list is irrelevant.
        for part in parts {
            if let SchemaOrRef::Reference(reference) = part.part {
                let target = self.source.resolve_schema(reference, &part.at).map(|(at, _)| at);
                if self.path.len() > 1 && target.is_some_and(|at| self.path.contains(&at)) {
                    return;
                }
            }
        }
        let at = flat.at.child(key);
        self.merged.choices.push(Choice { at, parts: parts.to_vec(), discriminator: flat.data.discriminator.as_ref() });
    }
}

/// `{required: […]}`: a constraint on properties, without a type.
pub(in crate::lower) fn only_requires(part: &Located<'_>) -> bool {
    let SchemaOrRef::Schema(schema) = part.part else { return false };
    let flat = FlatSchema::new(schema, &part.at);
    let is_bare_object = flat.kind == Some("object") && matches!(flat.additional, Additional::Absent);
    let is_unconstrained = flat.is_annotation() || (is_bare_object && flat.properties.is_empty() && !flat.has_parts());
    let nested = flat.has_parts()
        && flat.kind.is_none()
        && flat.properties.is_empty()
        && [&flat.all_of, &flat.one_of, &flat.any_of].into_iter().flatten().all(only_requires);
    !flat.required.is_empty() && is_unconstrained || nested || (is_unconstrained && flat.not.is_some())
}
