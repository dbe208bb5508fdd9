//! Defaults: checked when every type is known, and kept where they are scalars or values of an enum.

use serde_json::Value;

use super::Lowering;
use crate::diag::{Code, Pointer};
use crate::model::operation::Operation;
use crate::model::schema::{Enum, Literal, Scalar, Shape, TypeDef, TypeId, TypeRef};

/// A default that waits for its type.
#[derive(Debug)]
pub(super) struct PendingDefault {
    owner: Owner,
    value: Value,
    at: Pointer,
}

#[derive(Debug, Clone, Copy)]
enum Owner {
    Field(TypeId, usize),
    Parameter(usize, usize),
}

impl PendingDefault {
    /// Of the field with this index.
    pub(super) fn field(id: TypeId, index: usize, value: &Value, at: Pointer) -> Self {
        Self { owner: Owner::Field(id, index), value: value.clone(), at }
    }

    /// Of the parameter with this index.
    pub(super) fn parameter(operation: usize, index: usize, value: &Value, at: Pointer) -> Self {
        Self { owner: Owner::Parameter(operation, index), value: value.clone(), at }
    }
}

/// What came of a default.
enum Checked {
    /// A value of its type.
    Literal(Literal),
    /// Right, and not kept: `null`, a list, an object.
    Unkept,
    /// No value of its type.
    Wrong,
}

/// Puts every default that its type allows at its field or parameter.
pub(super) fn check(lowering: &mut Lowering<'_>, operations: &mut [Operation]) {
    for pending in std::mem::take(&mut lowering.defaults) {
        let ty = match pending.owner {
            Owner::Field(id, index) => match &lowering.types[id.0].shape {
                Shape::Struct(shape) => &shape.fields[index].ty,
                Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => continue,
            },
            Owner::Parameter(operation, index) => &operations[operation].parameters[index].ty,
        };
        let literal = match checked(&lowering.types, ty, &pending.value) {
            Checked::Literal(literal) => literal,
            Checked::Unkept => {
                if !pending.value.is_null() {
                    lowering.skip(&pending.at, "a default that is a list, an object or any value is not filled in");
                }
                continue;
            }
            Checked::Wrong => {
                let message = "this default is no value of its schema and is left out";
                lowering.report.warning(Code::BadDefault, &pending.at, message);
                continue;
            }
        };
        match pending.owner {
            Owner::Field(id, index) => {
                if let Shape::Struct(shape) = &mut lowering.types[id.0].shape {
                    shape.fields[index].default = Some(literal);
                }
            }
            Owner::Parameter(operation, index) => operations[operation].parameters[index].default = Some(literal),
        }
    }
}

fn checked(types: &[TypeDef], ty: &TypeRef, value: &Value) -> Checked {
    match ty {
        TypeRef::Nullable(_) if value.is_null() => Checked::Unkept,
        TypeRef::Nullable(inner) => checked(types, inner, value),
        TypeRef::Scalar(scalar) => of_scalar(*scalar, value),
        TypeRef::List(_) => unkept_if(value.is_array()),
        TypeRef::Map(_) => unkept_if(value.is_object()),
        TypeRef::Named(id) | TypeRef::Boxed(id) => match &types[id.0].shape {
            Shape::Alias(target) => checked(types, target, value),
            Shape::Struct(_) => unkept_if(value.is_object()),
            Shape::Union(_) => Checked::Unkept,
            Shape::Enum(values) => of_enum(values, value),
        },
    }
}

fn unkept_if(is_right: bool) -> Checked {
    if is_right { Checked::Unkept } else { Checked::Wrong }
}

fn of_enum(values: &Enum, value: &Value) -> Checked {
    let literal = match values {
        Enum::Text(values) => value
            .as_str()
            .filter(|text| values.iter().any(|known| known.wire == *text))
            .map(|text| Literal::Text(text.to_owned())),
        Enum::Integer(values) => {
            value.as_i64().filter(|integer| values.iter().any(|known| known.wire == *integer)).map(Literal::Integer)
        }
    };
    literal.map_or(Checked::Wrong, Checked::Literal)
}

fn of_scalar(scalar: Scalar, value: &Value) -> Checked {
    let integer = |low: i64, high: i64| value.as_i64().filter(|i| (low..=high).contains(i)).map(Literal::Integer);
    let number = || value.as_f64().filter(|number| number.is_finite()).map(Literal::Number);
    let literal = match scalar {
        Scalar::Any => return Checked::Unkept,
        Scalar::Bool => value.as_bool().map(Literal::Bool),
        Scalar::Int32 => integer(i64::from(i32::MIN), i64::from(i32::MAX)),
        Scalar::Int64 => integer(i64::MIN, i64::MAX),
        Scalar::UInt32 => integer(0, i64::from(u32::MAX)),
        Scalar::UInt64 => integer(0, i64::MAX),
        Scalar::Float32 | Scalar::Float64 => number(),
        Scalar::Text => value.as_str().map(|text| Literal::Text(text.to_owned())),
        // Their values are parsed at run time, and a default has to be right when it is written.
        Scalar::DateTime | Scalar::Date | Scalar::Uuid | Scalar::Base64 | Scalar::File => {
            return unkept_if(value.is_string());
        }
    };
    literal.map_or(Checked::Wrong, Checked::Literal)
}
