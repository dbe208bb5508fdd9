//! The field for a property: its Rust type, and the row that says how it is read and written.

use proc_macro2::TokenStream;
use quote::quote;

use super::presence::{Presence, Property, Way};
use super::types::{Standing, owned};
use super::{Context, Side, values};
use crate::model::schema::{Field, Scalar, TypeId, TypeRef, Usage};

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
    pub presence: Presence<TokenStream>,
}

impl<'a> FieldPlan<'a> {
    /// The fields of this struct. An omitted discriminator has none.
    pub fn all(context: &Context<'a>, id: TypeId, fields: &'a [Field], members: &[crate::names::Ident]) -> Vec<Self> {
        Property::all(context, id, fields, members).into_iter().map(|property| Self::new(context, property)).collect()
    }

    fn new(context: &Context<'_>, property: Property<'a>) -> Self {
        let Property { field, ident, value, presence } = property;
        let inner = owned(context, value, Standing::Types);
        let default = |literal| values::default(context, literal, &field.ty, Standing::Types);
        Self { field, ident, value, inner, presence: presence.with_default(default) }
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

/// The row of a field in `json_object!`.
#[derive(Debug)]
pub struct Row<'p> {
    /// How it is read and written.
    pub how: &'static str,
    /// Whether decoding ends at once if the property is missing or invalid: the field can have no other value.
    pub is_required: bool,
    /// The field.
    pub field: &'p proc_macro2::Ident,
    /// The key in JSON.
    pub key: &'p str,
    /// The value of an absent property.
    pub default: Option<&'p TokenStream>,
}

impl Row<'_> {
    /// Whether the name of the field is the key, and there is no default.
    pub fn is_plain(&self) -> bool {
        self.default.is_none() && *self.field == self.key
    }
}

/// The row of this field.
pub fn row<'p>(context: &Context<'_>, plan: &'p FieldPlan<'_>) -> Row<'p> {
    // `null` is an ordinary value of a type that accepts any value.
    let is_nullable = match context.resolved(plan.value) {
        TypeRef::Nullable(_) | TypeRef::Scalar(Scalar::Any) => true,
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
    };
    // Many servers send `null` for an absent property, so a client accepts it. A server requires valid requests.
    let accepts_null = context.side == Side::Client && !is_nullable;
    let (how, default) = match &plan.presence {
        Presence::Required => ("required", None),
        Presence::Optional if accepts_null => ("optional", None),
        Presence::Optional => ("optional_not_null", None),
        Presence::OptionalNullable => ("nullable", None),
        Presence::Defaulted(value) => ("or_default", Some(value)),
        Presence::OneWay(Way::Sent { .. }) => ("sent", None),
        Presence::OneWay(Way::Received { is_required: true }) => ("received_required", None),
        Presence::OneWay(Way::Received { .. }) if accepts_null => ("received", None),
        Presence::OneWay(Way::Received { .. }) => ("received_not_null", None),
    };
    let is_required = matches!(plan.presence, Presence::Required);
    Row { how, is_required, field: &plan.ident, key: &plan.field.wire, default }
}
