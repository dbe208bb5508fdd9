//! `oneOf` and `anyOf`: one of several types, distinguished by a discriminator or by structure.

use std::collections::BTreeSet;

use super::form::{Alternatives, Choice, Form, Formed, of_properties};
use super::forms::Forms;
use super::properties::Properties;
use super::scalar;
use crate::lower::flat_schema::{FlatSchema, Label, Located, SchemaOrRef};
use crate::model::schema::{Mapped, MappedBase, Scalar};

impl<'d> Forms<'_, 'd> {
    /// The form of a choice.
    pub(super) fn choice(&mut self, mut choice: Choice<'d>, common: Option<Properties<'d>>) -> Formed<'d> {
        let mut is_nullable = false;
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        let mut flats = Vec::new();
        for part in std::mem::take(&mut choice.parts) {
            let Some(flat) = self.source.view(&part) else { continue };
            if is_null(&flat) {
                is_nullable = true;
            } else if seen.insert(flat.at.clone()) {
                is_nullable |= only_scalar(&flat).is_some() && flat.is_nullable();
                parts.push(part);
                flats.push(flat);
            }
        }
        if common.is_none()
            && let Some(listed) = listed(&parts, &flats)
        {
            return Formed { form: self.plain(&listed), is_nullable };
        }
        let joined = joined(&flats.iter().map(only_scalar).collect::<Vec<_>>());
        let joined = joined.map(|joined| self.mapped_alike(&flats).unwrap_or(joined));
        let form = match (parts.as_slice(), joined, &common) {
            ([], _, None) => Form::Scalar(Scalar::Any),
            ([], _, Some(common)) => of_properties(common.clone()),
            ([one], _, None) => Form::Same(one.clone()),
            (_, Some(scalar), None) => Form::Scalar(scalar),
            _ => Form::Union(Alternatives { choice: Choice { parts, ..choice }, common }),
        };
        Formed { form, is_nullable }
    }

    /// The type that the user maps to the format of all alternatives.
    fn mapped_alike(&self, flats: &[FlatSchema<'d>]) -> Option<Scalar> {
        let mut mapped = flats.iter().map(|flat| scalar::mapped(flat, &self.source.document.mapped));
        let first = mapped.next()??;
        mapped.all(|other| other == Some(first)).then_some(first)
    }
}

/// An enum for alternatives that are all values: `oneOf: [{const: 1, title: First}, {const: 2}]`. The title of an
/// alternative names its value.
fn listed<'d>(parts: &[Located<'d>], flats: &[FlatSchema<'d>]) -> Option<FlatSchema<'d>> {
    let is_value = |(part, flat): (&Located<'_>, &FlatSchema<'_>)| {
        // A referenced enum with several values has its own type.
        let is_own = matches!(part.part, SchemaOrRef::Reference(_)) && flat.values.len() > 1;
        only_scalar(flat).is_some_and(|only| only.is_set) && !is_own
    };
    let (first, others) = flats.split_first()?;
    if others.is_empty() || !parts.iter().zip(flats).all(is_value) {
        return None;
    }
    let is_same_kind = others.iter().all(|flat| flat.kind == first.kind && flat.format == first.format);
    let mut listed = first.clone();
    listed.kind = first.kind.filter(|_| is_same_kind);
    listed.format = first.format.clone().filter(|_| is_same_kind);
    listed.values = flats.iter().flat_map(|flat| &flat.values).cloned().collect();
    listed.labels = flats.iter().flat_map(labels).collect();
    Some(listed)
}

/// The labels of the values of an alternative.
fn labels(flat: &FlatSchema<'_>) -> Vec<Label> {
    if let [_] = flat.values.as_slice() {
        return vec![Label { name: flat.data.title.clone(), description: flat.data.description.clone() }];
    }
    let labels = flat.labels.iter().cloned().chain(std::iter::repeat(Label::default()));
    labels.take(flat.values.len()).collect()
}

/// One scalar for all alternatives, if one of them accepts every value of the others.
fn joined(scalars: &[Option<Only>]) -> Option<Scalar> {
    let all: Vec<Only> = scalars.iter().copied().collect::<Option<_>>()?;
    let joined = all.iter().map(|only| Some(only.scalar)).reduce(|a, b| scalar::joined(a?, b?)).flatten()?;
    all.iter().any(|only| only.scalar == joined && !only.is_set).then_some(joined)
}

/// An alternative that is only a scalar.
#[derive(Debug, Clone, Copy)]
struct Only {
    scalar: Scalar,
    /// Whether `enum` restricts its values.
    is_set: bool,
}

/// Whether the schema only accepts `null`.
pub(in crate::lower) fn is_null(flat: &FlatSchema<'_>) -> bool {
    let only_null = !flat.values.is_empty() && flat.values.iter().all(serde_json::Value::is_null);
    flat.kind == Some("null") || only_null || (flat.data.nullable && flat.is_annotation())
}

/// The scalar, if the schema is only that.
fn only_scalar(flat: &FlatSchema<'_>) -> Option<Only> {
    let is_scalar = matches!(flat.kind, Some("string" | "integer" | "number" | "boolean"))
        || (flat.kind.is_none() && !flat.values.is_empty());
    let is_set = !flat.values.iter().all(serde_json::Value::is_null);
    (is_scalar && !flat.has_parts()).then(|| Only { scalar: scalar::of(flat), is_set })
}

/// The word for a scalar.
pub(super) fn scalar_word(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::DateTime => "date time",
        Scalar::Date => "date",
        Scalar::Uuid => "uuid",
        Scalar::Text | Scalar::Password | Scalar::Base64 | Scalar::File => "text",
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => "integer",
        Scalar::Float32 | Scalar::Float64 => "number",
        Scalar::Bool => "bool",
        Scalar::Mapped(Mapped { base: MappedBase::Text, .. }) => "text",
        Scalar::Mapped(Mapped { base: MappedBase::Number, .. }) => "number",
        Scalar::Any | Scalar::Mapped(Mapped { base: MappedBase::Any, .. }) => "any",
    }
}
