//! The field for a property: its Rust type, and the line that reads and writes it.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Standing, owned, resolved};
use super::{Context, Side, values};
use crate::model::schema::{Direction, Field, Literal, Scalar, TypeDef, TypeId, TypeRef, Usage};

/// The states of a property.
#[derive(Debug, Clone)]
pub enum Presence {
    /// Always present. If the type is nullable, `null` is one of its values.
    Required,
    /// Present or absent.
    Optional,
    /// Absent, null or a value.
    OptionalNullable,
    /// If absent, it has this value.
    Defaulted(TokenStream),
    /// Only sent or only received, in a type that is sent and received.
    OneWay(Way),
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

/// The field of a property.
#[derive(Debug)]
pub struct FieldPlan<'a> {
    /// The property.
    pub field: &'a Field,
    /// Its identifier.
    pub ident: proc_macro2::Ident,
    /// The type of its values. It is not nullable if this side reads `null` as absent.
    pub value: &'a TypeRef,
    /// The Rust type, without the `Option` of an optional property.
    pub inner: TokenStream,
    /// Its states.
    pub presence: Presence,
}

impl<'a> FieldPlan<'a> {
    /// The fields of this struct. An omitted discriminator has none.
    pub fn all(context: &Context<'a>, id: TypeId, fields: &'a [Field], members: &[crate::names::Ident]) -> Vec<Self> {
        let def = context.api.type_def(id);
        let plan = |(field, ident): (&'a Field, &crate::names::Ident)| {
            let value = value_type(context, def, field);
            Self {
                field,
                ident: ident.token(),
                value,
                inner: owned(context, value, Standing::Types),
                presence: presence(context, def, field, value),
            }
        };
        let has_field = |(field, _): &(&Field, _)| !context.discriminators.omits(id, &field.wire);
        fields.iter().zip(members).filter(has_field).map(plan).collect()
    }

    /// The type of the struct's field.
    pub fn ty(&self) -> TokenStream {
        let inner = &self.inner;
        match self.presence {
            Presence::Required | Presence::Defaulted(_) => quote!(#inner),
            Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_) => quote!(Option<#inner>),
        }
    }

    /// Whether a constructor requires a value for it.
    pub fn is_needed(&self) -> bool {
        match self.presence {
            Presence::Required | Presence::OneWay(Way::Sent { is_required: true }) => true,
            Presence::Optional | Presence::OptionalNullable | Presence::Defaulted(_) | Presence::OneWay(_) => false,
        }
    }

    /// The note on the three states of an optional property that can be `null`.
    pub fn null_note(&self, context: &Context<'_>, usage: Usage) -> Option<&'static str> {
        let is_optional = matches!(self.presence, Presence::Optional | Presence::OptionalNullable);
        let is_nullable = matches!(context.resolved(self.value), TypeRef::Nullable(_));
        (is_optional && is_nullable).then_some(if context.writes(usage) {
            "`None` leaves the property out, `Some(None)` sends `null`."
        } else {
            "`None`: the property is absent. `Some(None)`: it is `null`."
        })
    }

    /// The note on a property that is only sent or only received.
    pub fn way_note(&self, side: Side) -> Option<&'static str> {
        match (&self.presence, side) {
            (Presence::OneWay(Way::Received { .. }), Side::Client) => Some("Read-only: received and never sent."),
            (Presence::OneWay(Way::Sent { .. }), Side::Client) => Some("Write-only: sent and never received."),
            (Presence::OneWay(Way::Received { .. }), Side::Server) => Some("Write-only: received and never sent."),
            (Presence::OneWay(Way::Sent { .. }), Side::Server) => Some("Read-only: sent and ignored in requests."),
            (Presence::Required | Presence::Optional | Presence::OptionalNullable | Presence::Defaulted(_), _) => None,
        }
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

fn presence(context: &Context<'_>, def: &TypeDef, field: &Field, value: &TypeRef) -> Presence {
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
    match default.and_then(|literal| values::default(context, literal, &field.ty, Standing::Types)) {
        Some(value) => Presence::Defaulted(value),
        None => Presence::Optional,
    }
}

/// The line of the field in `json_object!`: how it is read and written, its field, its key.
pub fn line(context: &Context<'_>, plan: &FieldPlan<'_>) -> TokenStream {
    let (key, field) = (&plan.field.wire, &plan.ident);
    // `null` is an ordinary value of a type that accepts any value.
    let is_nullable = match context.resolved(plan.value) {
        TypeRef::Nullable(_) | TypeRef::Scalar(Scalar::Any) => true,
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
    };
    match &plan.presence {
        Presence::Required => quote!(required #field #key),
        // Many servers send `null` for an absent property, so a client accepts it. A server requires valid requests.
        Presence::Optional if context.side == Side::Client && !is_nullable => quote!(optional #field #key),
        Presence::Optional => quote!(optional_not_null #field #key),
        Presence::OptionalNullable => quote!(nullable #field #key),
        Presence::Defaulted(value) => quote!(or_default #field #key = #value),
        Presence::OneWay(Way::Sent { .. }) => quote!(sent #field #key),
        Presence::OneWay(Way::Received { is_required: true }) => quote!(received_required #field #key),
        Presence::OneWay(Way::Received { .. }) if context.side == Side::Client && !is_nullable => {
            quote!(received #field #key)
        }
        Presence::OneWay(Way::Received { .. }) => quote!(received_not_null #field #key),
    }
}
