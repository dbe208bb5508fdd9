//! `oneOf` and `anyOf`: one of several types, distinguished by a discriminator or by structure.

use std::collections::BTreeSet;

use super::form::{Alternatives, Choice, Form, Formed, of_properties};
use super::forms::Forms;
use super::properties::Properties;
use super::scalar;
use crate::lower::flat_schema::FlatSchema;
use crate::model::schema::Scalar;

impl<'d> Forms<'_, 'd> {
    /// The form of a choice.
    pub(super) fn choice(&mut self, mut choice: Choice<'d>, common: Option<Properties<'d>>) -> Formed<'d> {
        let mut is_nullable = false;
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        let mut scalars = Vec::new();
        for part in std::mem::take(&mut choice.parts) {
            let Some(flat) = self.source.view(&part) else { continue };
            if is_null(&flat) {
                is_nullable = true;
            } else if seen.insert(flat.at.clone()) {
                scalars.push(only_scalar(&flat));
                is_nullable |= scalars.last().is_some_and(Option::is_some) && flat.is_nullable();
                parts.push(part);
            }
        }
        let joined = joined(&scalars);
        let form = match (parts.as_slice(), joined, &common) {
            ([], _, None) => Form::Scalar(Scalar::Any),
            ([], _, Some(common)) => of_properties(common.clone()),
            ([one], _, None) => Form::Same(one.clone()),
            (_, Some(scalar), None) => Form::Scalar(scalar),
            _ => Form::Union(Alternatives { choice: Choice { parts, ..choice }, common }),
        };
        Formed { form, is_nullable }
    }
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
fn is_null(flat: &FlatSchema<'_>) -> bool {
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
        Scalar::Any => "any",
    }
}
