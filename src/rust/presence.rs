//! The states of the properties of a struct, on the side for which code is generated.

use super::types::resolved;
use super::{Context, Side};
use crate::model::schema::{Direction, Field, Literal, TypeDef, TypeId, TypeRef, Usage};

/// The states of a property. Its default is a literal of the document, or the expression for it.
#[derive(Debug, Clone)]
pub enum Presence<D> {
    /// Always present. If the type is nullable, `null` is one of its values.
    Required,
    /// Present or absent.
    Optional,
    /// Absent, null or a value.
    OptionalNullable,
    /// If absent, it has this value.
    Defaulted(D),
    /// Only sent or only received, in a type that is sent and received.
    OneWay(Way),
}

impl<D> Presence<D> {
    /// The same with another form of the default. Without one, the property is optional.
    pub fn with_default<T>(self, convert: impl FnOnce(D) -> Option<T>) -> Presence<T> {
        match self {
            Self::Required => Presence::Required,
            Self::Optional => Presence::Optional,
            Self::OptionalNullable => Presence::OptionalNullable,
            Self::Defaulted(default) => convert(default).map_or(Presence::Optional, Presence::Defaulted),
            Self::OneWay(way) => Presence::OneWay(way),
        }
    }
}

/// The direction of a property in a type that is sent and received, from the view of this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is read and never written.
    Received {
        /// Whether the other side must send it.
        is_required: bool,
    },
    /// It is written and never read.
    Sent {
        /// Whether this side must send it.
        is_required: bool,
    },
}

/// A property that has a field.
#[derive(Debug)]
pub struct Property<'a> {
    /// The property in the model.
    pub field: &'a Field,
    /// Its identifier.
    pub ident: proc_macro2::Ident,
    /// The type of its values. It is not nullable if this side reads `null` as absent.
    pub value: &'a TypeRef,
    /// Its states.
    pub presence: Presence<&'a Literal>,
}

impl<'a> Property<'a> {
    /// The properties of this struct that have a field: all except an omitted discriminator.
    pub fn all(context: &Context<'a>, id: TypeId, fields: &'a [Field], members: &[crate::names::Ident]) -> Vec<Self> {
        let def = context.api.type_def(id);
        let property = |(field, ident): (&'a Field, &crate::names::Ident)| {
            let value = value_type(context, def, field);
            Self { field, ident: ident.token(), value, presence: presence(context, def, field, value) }
        };
        let has_field = |(field, _): &(&Field, _)| !context.discriminators.omits(id, &field.wire);
        fields.iter().zip(members).filter(has_field).map(property).collect()
    }
}

/// Whether reading fails on this side if the property is absent.
///
/// `required` applies to a `readOnly` property in responses only, and to a `writeOnly` one in requests only (OpenAPI 3.0.3,
/// section 4.7.24.1).
pub fn is_expected(context: &Context<'_>, usage: Usage, field: &Field) -> bool {
    let comes = match (field.direction, context.side) {
        (Direction::Both, _) | (Direction::ReadOnly, Side::Client) | (Direction::WriteOnly, Side::Server) => true,
        (Direction::ReadOnly, Side::Server) | (Direction::WriteOnly, Side::Client) => false,
    };
    field.is_required && !has_other_direction(usage, field) && (comes || !is_split(usage, field))
}

/// Whether the property has one direction and its type has both.
fn is_split(usage: Usage, field: &Field) -> bool {
    field.direction != Direction::Both && usage.in_request && usage.in_response
}

/// Whether the property has a direction that its type does not have.
fn has_other_direction(usage: Usage, field: &Field) -> bool {
    match field.direction {
        Direction::Both => false,
        Direction::ReadOnly => !usage.in_response,
        Direction::WriteOnly => !usage.in_request,
    }
}

/// The type of the property's values. For an optional property that a client only reads, `null` and absence are both
/// `None`. A server distinguishes them, since they differ in many requests (RFC 7396, section 2).
fn value_type<'a>(context: &Context<'a>, def: &TypeDef, field: &'a Field) -> &'a TypeRef {
    let is_written = context.writes(def.usage) && field.direction != Direction::ReadOnly;
    let has_default = field.default.as_ref().is_some_and(|default| *default != Literal::Null);
    let is_collapsed = context.side == Side::Client && !is_written && !field.is_required && !has_default;
    match resolved(context.api, &field.ty) {
        TypeRef::Nullable(inner) if is_collapsed => inner,
        _ => &field.ty,
    }
}

fn presence<'a>(context: &Context<'_>, def: &TypeDef, field: &'a Field, value: &TypeRef) -> Presence<&'a Literal> {
    let is_required = field.is_required;
    if is_split(def.usage, field) || has_other_direction(def.usage, field) {
        let is_received = (field.direction == Direction::ReadOnly) == (context.side == Side::Client);
        let is_required = is_required && is_split(def.usage, field);
        return Presence::OneWay(if is_received { Way::Received { is_required } } else { Way::Sent { is_required } });
    }
    if is_required {
        return Presence::Required;
    }
    if matches!(value, TypeRef::Nullable(_)) {
        return Presence::OptionalNullable;
    }
    // A side that writes the type must be able to leave the field out. Otherwise a PATCH would send every default.
    let default = field.default.as_ref().filter(|_| !context.writes(def.usage));
    default.map_or(Presence::Optional, Presence::Defaulted)
}
