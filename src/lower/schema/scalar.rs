//! Scalar types: `type` and `format`.

use crate::lower::flat_schema::FlatSchema;
use crate::model::schema::Scalar;

/// The scalar of a schema; unknown formats are ignored (OpenAPI 3.0.3, section 4.4).
pub(in crate::lower) fn of(flat: &FlatSchema<'_>) -> Scalar {
    let format = flat.format.as_deref().unwrap_or_default();
    match flat.kind {
        Some("string") => text(format),
        Some("integer") => match format {
            "int32" | "int16" | "int8" => Scalar::Int32,
            "uint32" | "uint16" | "uint8" => Scalar::UInt32,
            "uint64" => Scalar::UInt64,
            _ => Scalar::Int64,
        },
        Some("number") => match format {
            "float" => Scalar::Float32,
            _ => Scalar::Float64,
        },
        Some("boolean") => Scalar::Bool,
        _ => of_values(flat),
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
