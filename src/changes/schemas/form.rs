//! The form of a type behind aliases and `null`.

use super::site::Side;
use crate::model::schema::{Enum, EnumValue, Field, Scalar, Shape, Tuple, TypeId, TypeRef, Union};

/// How many aliases are followed.
const DEEPEST: usize = 64;

/// What values look like.
#[derive(Clone, Copy)]
pub enum Form<'a> {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    List(&'a TypeRef),
    /// An object.
    Object {
        /// Its properties.
        fields: &'a [Field],
        /// The type of additional properties, if it is described.
        additional: Option<&'a TypeRef>,
    },
    /// A fixed set of strings.
    Texts(&'a [EnumValue<String>]),
    /// A fixed set of integers.
    Integers(&'a [EnumValue<i64>]),
    /// A list whose first items have their own types.
    Tuple(&'a Tuple),
    /// One of several.
    Union(&'a Union),
}

/// A form, and whether `null` is allowed.
#[derive(Clone, Copy)]
pub struct Resolved<'a> {
    /// Whether `null` is allowed.
    pub is_nullable: bool,
    /// The form of other values.
    pub form: Form<'a>,
}

/// How the values of a form relate to those of an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The same values.
    Same,
    /// A part of them.
    Narrower,
    /// All of them and others.
    Wider,
    /// Other values.
    Other,
}

/// The form of a type.
pub fn resolve<'a>(side: Side<'a>, mut ty: &'a TypeRef) -> Resolved<'a> {
    let mut is_nullable = false;
    for _ in 0..DEEPEST {
        let form = match ty {
            TypeRef::Nullable(inner) => {
                is_nullable = true;
                ty = inner;
                continue;
            }
            TypeRef::Scalar(scalar) => Form::Scalar(*scalar),
            TypeRef::List(item) => Form::List(item),
            TypeRef::Map(value) => Form::Object { fields: &[], additional: Some(value) },
            TypeRef::Named(id) | TypeRef::Boxed(id) => match &side.definition(*id).shape {
                Shape::Alias(target) => {
                    ty = target;
                    continue;
                }
                Shape::Struct(of) => Form::Object { fields: &of.fields, additional: of.additional.as_ref() },
                Shape::Enum(Enum::Text(values)) => Form::Texts(values),
                Shape::Enum(Enum::Integer(values)) => Form::Integers(values),
                Shape::Tuple(tuple) => Form::Tuple(tuple),
                Shape::Union(union) => Form::Union(union),
            },
        };
        // The `null` of an alternative is one of the whole.
        if let Form::Union(union) = form {
            is_nullable |= union.variants.iter().any(|variant| matches!(variant.ty, TypeRef::Nullable(_)));
        }
        return Resolved { is_nullable, form };
    }
    Resolved { is_nullable: true, form: Form::Scalar(Scalar::Any) }
}

/// The named type of a value, `null` aside.
pub fn named(ty: &TypeRef) -> Option<TypeId> {
    match ty {
        TypeRef::Named(id) | TypeRef::Boxed(id) => Some(*id),
        TypeRef::Nullable(inner) => named(inner),
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => None,
    }
}

impl Form<'_> {
    /// Whether any JSON value is allowed.
    pub fn is_any(self) -> bool {
        matches!(self, Self::Scalar(Scalar::Any))
    }

    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scalar(scalar) => word(scalar),
            Self::List(_) => "array",
            Self::Object { .. } => "object",
            Self::Texts(_) => "enum of strings",
            Self::Integers(_) => "enum of integers",
            Self::Tuple(_) => "array with `prefixItems`",
            Self::Union(_) => "one of several types",
        }
    }

    /// Whether bounds of this form mean the same for another one.
    pub fn has_bounds_of(self, other: Self) -> bool {
        match (self.class(), other.class()) {
            (Some(own), Some(others)) => own == others || own == Class::Any || others == Class::Any,
            (None, _) | (_, None) => false,
        }
    }

    /// `None` if no value has bounds.
    fn class(self) -> Option<Class> {
        match self {
            Self::List(_) | Self::Tuple(_) => Some(Class::Array),
            Self::Object { .. } => Some(Class::Object),
            Self::Union(_) => Some(Class::Union),
            Self::Texts(_) => Some(Class::Text),
            Self::Integers(_) => Some(Class::Number),
            Self::Scalar(scalar) => class(scalar),
        }
    }

    /// How the values of this form relate to those of an older one, if both are scalars or enums, or of two classes.
    pub fn relation(self, old: Self) -> Relation {
        match (contains(self, old), contains(old, self)) {
            (true, true) => Relation::Same,
            (true, false) => Relation::Wider,
            (false, true) => Relation::Narrower,
            (false, false) => Relation::Other,
        }
    }
}

/// Forms whose bounds are the same keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Any,
    Text,
    Number,
    Array,
    Object,
    Union,
}

fn class(scalar: Scalar) -> Option<Class> {
    match scalar {
        Scalar::Any | Scalar::Mapped(_) => Some(Class::Any),
        Scalar::Bool => None,
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 | Scalar::Float32 | Scalar::Float64 => {
            Some(Class::Number)
        }
        Scalar::Text
        | Scalar::Password
        | Scalar::DateTime
        | Scalar::Date
        | Scalar::Uuid
        | Scalar::Base64
        | Scalar::File => Some(Class::Text),
    }
}

fn word(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Any => "any value",
        Scalar::Bool => "boolean",
        Scalar::Int32 => "int32",
        Scalar::Int64 => "integer",
        Scalar::UInt32 => "uint32",
        Scalar::UInt64 => "uint64",
        Scalar::Float32 => "float",
        Scalar::Float64 => "number",
        Scalar::Text | Scalar::Password => "string",
        Scalar::DateTime => "date-time",
        Scalar::Date => "date",
        Scalar::Uuid => "uuid",
        Scalar::Base64 => "base64",
        Scalar::File => "binary",
        Scalar::Mapped(_) => "mapped type",
    }
}

/// Whether every value of `inner` is one of `outer`.
fn contains(outer: Form<'_>, inner: Form<'_>) -> bool {
    use Scalar::{Any, Float32, Float64, Int32, Int64, Password, Text, UInt32, UInt64};
    match (outer, inner) {
        (Form::Scalar(Any), _) => true,
        (Form::Scalar(Text | Password), Form::Scalar(scalar)) => class(scalar) == Some(Class::Text),
        (Form::Scalar(Text | Password), Form::Texts(_)) => true,
        (Form::Scalar(Float64), Form::Scalar(Float32 | Int32 | Int64 | UInt32 | UInt64)) => true,
        (Form::Scalar(Float32), Form::Scalar(Int32 | Int64 | UInt32 | UInt64)) => true,
        (Form::Scalar(Int64), Form::Scalar(Int32 | UInt32)) | (Form::Scalar(UInt64), Form::Scalar(UInt32)) => true,
        (Form::Scalar(Float64 | Float32 | Int64 | Int32 | UInt64 | UInt32), Form::Integers(_)) => true,
        (Form::Scalar(one), Form::Scalar(other)) => one == other,
        _ => false,
    }
}
