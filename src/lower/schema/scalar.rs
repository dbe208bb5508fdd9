//! Scalar types: `type` and `format`.

use crate::document::MappedNames;
use crate::lower::flat_schema::FlatSchema;
use crate::model::schema::{Mapped, MappedBase, Scalar};

/// The scalar of a schema; unknown formats are ignored (OpenAPI 3.0.3, section 4.4).
pub(in crate::lower) fn of(flat: &FlatSchema<'_>) -> Scalar {
    let format = flat.format.as_deref().unwrap_or_default();
    match flat.kind {
        Some("string") => text(format),
        Some("integer") => match format {
            "int32" | "int16" | "int8" => Scalar::Int32,
            "uint32" | "uint16" | "uint8" => Scalar::UInt32,
            "uint64" => Scalar::UInt64,
            "int64" => Scalar::Int64,
            _ => integer(flat),
        },
        Some("number") => match format {
            "float" => Scalar::Float32,
            _ => Scalar::Float64,
        },
        Some("boolean") => Scalar::Bool,
        _ => of_values(flat),
    }
}

/// The type that the user maps to the format, if there is one.
pub(in crate::lower) fn mapped(flat: &FlatSchema<'_>, names: &MappedNames) -> Option<Scalar> {
    let index = *names.formats.get(flat.format.as_deref()?)?;
    matches!(flat.kind, Some("string" | "integer" | "number")).then(|| mapped_to(flat, index, names))
}

/// The type that the user maps to the format or the component of this schema.
pub(in crate::lower) fn mapped_to(flat: &FlatSchema<'_>, index: usize, names: &MappedNames) -> Scalar {
    let base = match flat.kind {
        Some("string") if names.texts.contains(&index) => return Scalar::Text,
        Some("string") => MappedBase::Text,
        Some("integer" | "number") => MappedBase::Number,
        _ => MappedBase::Any,
    };
    Scalar::Mapped(Mapped { index, base })
}

/// The integer type of the bounds and values: `u64` if they go beyond `i64` and none is negative.
fn integer(flat: &FlatSchema<'_>) -> Scalar {
    let is_unsigned = |value: &serde_json::Value| value.is_u64();
    let mut values = flat.values.iter().filter(|value| !value.is_null());
    let is_of_unsigned = !flat.values.is_empty() && values.all(is_unsigned);
    let is_positive = is_of_unsigned || flat.wide_bounds.0.is_some_and(|minimum| minimum >= 0.0);
    let is_beyond =
        flat.wide_bounds.1.is_some_and(|maximum| maximum > I64_MAX) || flat.values.iter().any(is_beyond_i64);
    if is_beyond && is_positive { Scalar::UInt64 } else { Scalar::Int64 }
}

#[allow(clippy::cast_precision_loss)] // bounds are compared as floats
const I64_MAX: f64 = i64::MAX as f64;
#[allow(clippy::cast_precision_loss)]
const U64_MAX: f64 = u64::MAX as f64;

fn is_beyond_i64(value: &serde_json::Value) -> bool {
    value.is_number() && !value.is_i64()
}

/// The type that an integer has although its bounds or values go beyond it.
pub(in crate::lower) fn too_narrow(flat: &FlatSchema<'_>) -> Option<&'static str> {
    let is_plain = matches!(flat.format.as_deref(), None | Some(""));
    if flat.kind != Some("integer") || !is_plain {
        return None;
    }
    let (minimum, maximum) = flat.wide_bounds;
    let is_below = minimum.is_some_and(|minimum| minimum < -I64_MAX);
    let is_above = |most: f64| maximum.is_some_and(|maximum| maximum > most);
    match of(flat) {
        Scalar::UInt64 if is_above(U64_MAX) => Some("u64"),
        Scalar::Int64 if is_below || is_above(I64_MAX) || flat.values.iter().any(is_beyond_i64) => Some("i64"),
        _ => None,
    }
}

fn text(format: &str) -> Scalar {
    match format {
        "date-time" => Scalar::DateTime,
        "date" => Scalar::Date,
        "uuid" => Scalar::Uuid,
        "byte" => Scalar::Base64,
        "password" => Scalar::Password,
        _ => Scalar::Text,
    }
}

/// Without a type, the values of an enum determine it.
fn of_values(flat: &FlatSchema<'_>) -> Scalar {
    let mut values = flat.values.iter().filter(|value| !value.is_null()).peekable();
    if values.peek().is_none() {
        return Scalar::Any;
    }
    if values.clone().all(serde_json::Value::is_boolean) {
        return Scalar::Bool;
    }
    if values.clone().all(serde_json::Value::is_string) {
        return Scalar::Text;
    }
    if values.all(serde_json::Value::is_number) { Scalar::Float64 } else { Scalar::Any }
}

/// A scalar for the values of both; `None` if only any value is.
pub(in crate::lower) fn joined(a: Scalar, b: Scalar) -> Option<Scalar> {
    use Scalar::{Base64, Bool, Date, DateTime, Float32, Float64, Int32, Int64, Password, Text, UInt32, UInt64, Uuid};
    let is_integer = |scalar| matches!(scalar, Int32 | Int64 | UInt32 | UInt64);
    let is_number = |scalar| is_integer(scalar) || matches!(scalar, Float32 | Float64);
    let is_text = |scalar| matches!(scalar, Text | Password | DateTime | Date | Uuid | Base64);
    match (a, b) {
        (a, b) if a == b => Some(a),
        (Bool, _) | (_, Bool) => None,
        // A string that may be a secret is treated as one.
        (Password, other) | (other, Password) if is_text(other) => Some(Password),
        (a, b) if is_text(a) && is_text(b) => Some(Text),
        (a, b) if is_integer(a) && is_integer(b) => Some(Int64),
        (a, b) if is_number(a) && is_number(b) => Some(Float64),
        _ => None,
    }
}
