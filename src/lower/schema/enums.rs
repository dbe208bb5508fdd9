//! `enum`: fixed sets of strings and integers, one for each JSON type of its values.

use serde_json::Value;

use super::scalar;
use crate::lower::flat_schema::{FlatSchema, Label};
use crate::model::schema::{Enum, EnumValue, Scalar};

/// The values of an `enum` with one JSON type.
#[derive(Debug, Clone)]
pub(in crate::lower) enum ValueSet {
    /// Distinct strings or integers.
    Values(Enum),
    /// Values of which only the type is used.
    Any(Scalar),
}

/// The values of an `enum`, by JSON type; empty if none matches its `type`.
pub(in crate::lower) fn lower(flat: &FlatSchema<'_>) -> Vec<ValueSet> {
    let values = || flat.values.iter().filter(|value| !value.is_null());
    let is_typed = |value: &Value| match flat.kind {
        Some("string") => value.is_string(),
        Some("integer" | "number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    if !values().all(is_typed) {
        return vec![ValueSet::Any(scalar::of(flat))];
    }
    let has = |test: fn(&Value) -> bool| values().any(test);
    if has(|value| value.is_array() || value.is_object()) {
        return vec![ValueSet::Any(Scalar::Any)];
    }
    let mut sets = Vec::new();
    if has(Value::is_boolean) {
        sets.push(ValueSet::Any(Scalar::Bool));
    }
    if has(Value::is_string) {
        sets.push(ValueSet::Values(Enum::Text(collect(flat, |value| value.as_str().map(str::to_owned)))));
    }
    if has(|value| value.is_number() && !value.is_i64()) {
        sets.push(ValueSet::Any(if flat.kind == Some("integer") { scalar::of(flat) } else { Scalar::Float64 }));
    } else if has(Value::is_i64) {
        sets.push(ValueSet::Values(Enum::Integer(collect(flat, Value::as_i64))));
    }
    sets
}

fn collect<T: Clone + Ord>(flat: &FlatSchema<'_>, wire: impl Fn(&Value) -> Option<T>) -> Vec<EnumValue<T>> {
    let mut seen = std::collections::BTreeSet::new();
    let mut values = Vec::new();
    for (index, value) in flat.values.iter().enumerate() {
        let Some(wire) = wire(value) else { continue };
        if seen.insert(wire.clone()) {
            let Label { name, description } = flat.labels.get(index).cloned().unwrap_or_default();
            values.push(EnumValue { wire, pinned: name, description });
        }
    }
    values
}
