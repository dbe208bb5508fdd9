//! Checks defaults once every type is known, and reports those that cannot be applied.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diag::{Code, Report};
use crate::lower::draft::{DefaultOwner, NonNullType, PendingDefault};
use crate::model::format;
use crate::model::operation::Operation;
use crate::model::schema::{Direction, Enum, Field, Literal, Scalar, Shape, Struct, TypeId, TypeRef};

/// The result of checking a default.
enum Checked {
    /// A value of its type.
    Literal(Literal),
    /// `null`, which is the same as no default.
    Null,
    /// A valid default that is not applied, with the reason.
    NotApplied(&'static str),
    /// Not a value of its type.
    Invalid,
}

/// What defaults are checked against.
struct Checker<'t> {
    types: &'t [NonNullType],
    /// Structs with a property whose default is an object. Nested in each other, they could be infinite.
    nesting: BTreeSet<TypeId>,
}

/// The values of all valid defaults, by what they belong to.
pub(super) fn checked(
    pending: Vec<PendingDefault>,
    types: &[NonNullType],
    operations: &[Operation],
    report: &mut Report,
) -> Vec<(DefaultOwner, Literal)> {
    let nests = |one: &PendingDefault| match one.owner {
        DefaultOwner::Field(id, _) if holds_object(&one.value) => Some(id),
        DefaultOwner::Field(..) | DefaultOwner::Parameter(..) => None,
    };
    let checker = Checker { types, nesting: pending.iter().filter_map(nests).collect() };
    let mut valid = Vec::with_capacity(pending.len());
    for PendingDefault { owner, value, at } in pending {
        let ty = match owner {
            DefaultOwner::Field(id, index) => match &types[id.0].shape {
                Shape::Struct(shape) => &shape.fields[index].ty,
                Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => continue,
            },
            DefaultOwner::Parameter(operation, index) => &operations[operation].parameters[index].ty,
        };
        match checker.checked(ty, &value) {
            Checked::Literal(literal) => valid.push((owner, literal)),
            Checked::Null => {}
            Checked::NotApplied(reason) => {
                let message = format!("this default is not applied: {reason}");
                report.warning(Code::UnsupportedSchema, &at, message);
            }
            Checked::Invalid => {
                let message = "this default is not a valid value of its schema; ignored";
                report.warning(Code::BadDefault, &at, message);
            }
        }
    }
    valid
}

/// The types and operations with these defaults.
pub(super) fn applied(
    defaults: Vec<(DefaultOwner, Literal)>,
    mut types: Vec<NonNullType>,
    mut operations: Vec<Operation>,
) -> (Vec<NonNullType>, Vec<Operation>) {
    for (owner, literal) in defaults {
        match owner {
            DefaultOwner::Field(id, index) => {
                if let Shape::Struct(shape) = &mut types[id.0].shape {
                    shape.fields[index].default = Some(literal);
                }
            }
            DefaultOwner::Parameter(operation, index) => {
                operations[operation].parameters[index].default = Some(literal);
            }
        }
    }
    (types, operations)
}

fn holds_object(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(holds_object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

impl Checker<'_> {
    fn checked(&self, ty: &TypeRef, value: &Value) -> Checked {
        match ty {
            TypeRef::Nullable(_) if value.is_null() => Checked::Null,
            TypeRef::Nullable(inner) => self.checked(inner, value),
            TypeRef::Scalar(scalar) => of_scalar(*scalar, value),
            TypeRef::List(item) => match value {
                Value::Array(items) => self.all(items.iter().map(|value| (item.as_ref(), value)), Literal::List),
                _ => Checked::Invalid,
            },
            TypeRef::Map(inner) => match value {
                Value::Object(entries) => {
                    let values = entries.values().map(|value| (inner.as_ref(), value));
                    self.all(values, |values| Literal::Object(entries.keys().cloned().zip(values).collect()))
                }
                _ => Checked::Invalid,
            },
            TypeRef::Named(id) | TypeRef::Boxed(id) => match &self.types[id.0].shape {
                Shape::Alias(target) => self.checked(target, value),
                Shape::Struct(shape) => self.structure(*id, shape, value),
                Shape::Tuple(_) if !value.is_array() => Checked::Invalid,
                Shape::Tuple(_) => Checked::NotApplied("it is a tuple"),
                Shape::Union(_) => Checked::NotApplied("its type is a union"),
                Shape::Enum(values) => of_enum(values, value),
            },
        }
    }

    fn structure(&self, id: TypeId, shape: &Struct, value: &Value) -> Checked {
        let Value::Object(entries) = value else { return Checked::Invalid };
        if self.nesting.contains(&id) {
            return Checked::NotApplied("its properties also have defaults that are objects");
        }
        let is_asked = |field: &&Field| field.is_required && field.direction == Direction::Both;
        if shape.fields.iter().filter(is_asked).any(|field| !entries.contains_key(&field.wire)) {
            return Checked::Invalid;
        }
        let named = |name: &String| shape.fields.iter().find(|field| field.wire == *name).map(|field| &field.ty);
        let mut typed = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            match named(name).or(shape.additional.as_ref()) {
                Some(ty) => typed.push((name, ty, value)),
                None => return Checked::NotApplied("it has properties that the type does not have"),
            }
        }
        let names = typed.iter().map(|(name, _, _)| (*name).clone());
        let values = typed.iter().map(|(_, ty, value)| (*ty, *value));
        self.all(values, |values| Literal::Object(names.zip(values).collect()))
    }

    /// All results, or the first one that is not a literal.
    fn all<'v>(
        &self,
        values: impl Iterator<Item = (&'v TypeRef, &'v Value)>,
        make: impl FnOnce(Vec<Literal>) -> Literal,
    ) -> Checked {
        let mut literals = Vec::new();
        for (ty, value) in values {
            match self.checked(ty, value) {
                Checked::Literal(literal) => literals.push(literal),
                Checked::Null => literals.push(Literal::Null),
                other @ (Checked::NotApplied(_) | Checked::Invalid) => return other,
            }
        }
        Checked::Literal(make(literals))
    }
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
    literal.map_or(Checked::Invalid, Checked::Literal)
}

fn of_scalar(scalar: Scalar, value: &Value) -> Checked {
    let integer = |low: i64, high: i64| value.as_i64().filter(|i| (low..=high).contains(i)).map(Literal::Integer);
    let number = || value.as_f64().filter(|number| number.is_finite()).map(Literal::Number);
    let text = |is_right: fn(&str) -> bool| {
        value.as_str().filter(|text| is_right(text)).map(|text| Literal::Text(text.to_owned()))
    };
    let literal = match scalar {
        Scalar::Any => {
            return any(value).map_or(Checked::NotApplied("it holds a number beyond 64 bits"), Checked::Literal);
        }
        Scalar::Bool => value.as_bool().map(Literal::Bool),
        Scalar::Int32 => integer(i64::from(i32::MIN), i64::from(i32::MAX)),
        Scalar::Int64 => integer(i64::MIN, i64::MAX),
        Scalar::UInt32 => integer(0, i64::from(u32::MAX)),
        Scalar::UInt64 => integer(0, i64::MAX).or_else(|| value.as_u64().map(Literal::Unsigned)),
        Scalar::Float32 | Scalar::Float64 => number(),
        Scalar::Text | Scalar::Password => text(|_| true),
        Scalar::DateTime => text(format::is_date_time),
        Scalar::Date => text(format::is_date),
        Scalar::Uuid => text(format::is_uuid),
        Scalar::Mapped(_) => return Checked::NotApplied("its type is mapped to another one"),
        Scalar::Base64 | Scalar::File if value.is_string() => return Checked::NotApplied("its type is bytes"),
        Scalar::Base64 | Scalar::File => None,
    };
    literal.map_or(Checked::Invalid, Checked::Literal)
}

/// Any JSON value.
fn any(value: &Value) -> Option<Literal> {
    Some(match value {
        Value::Null => Literal::Null,
        Value::Bool(value) => Literal::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Literal::Integer(integer),
            None if number.is_u64() => Literal::Unsigned(number.as_u64()?),
            None if number.is_f64() => Literal::Number(number.as_f64()?),
            None => return None,
        },
        Value::String(text) => Literal::Text(text.clone()),
        Value::Array(items) => Literal::List(items.iter().map(any).collect::<Option<_>>()?),
        Value::Object(entries) => {
            let entry = |(name, value): (&String, &Value)| Some((name.clone(), any(value)?));
            Literal::Object(entries.iter().map(entry).collect::<Option<_>>()?)
        }
    })
}
