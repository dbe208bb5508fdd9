//! What a property becomes: its Rust type, and the one line each that reads and writes it.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Standing, owned};
use super::{Context, Side, values};
use crate::model::schema::{Direction, Field, Scalar, TypeDef, TypeRef, Usage};

/// The states that a field can be in.
#[derive(Debug, Clone)]
pub enum Presence {
    /// Always there; `null` is one of its values where the type is nullable.
    Required,
    /// There or not.
    Optional,
    /// Absent, null or a value.
    OptionalNullable,
    /// Absent means this value.
    Defaulted(TokenStream),
    /// It travels one way, in a type that travels both ways.
    OneWay(Way),
}

/// Which way a property travels, as this side sees it, where its type travels both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is read and never written; `is_required` where it must be there.
    Received {
        /// What the document asks of the other side.
        is_required: bool,
    },
    /// It is written and never read.
    Sent {
        /// What the document asks of this side.
        is_required: bool,
    },
}

/// A property as Rust sees it.
#[derive(Debug)]
pub struct FieldPlan<'a> {
    /// The property.
    pub field: &'a Field,
    /// Its identifier.
    pub ident: proc_macro2::Ident,
    /// The type without the `Option` that its presence adds.
    pub inner: TokenStream,
    /// Its states.
    pub presence: Presence,
}

impl<'a> FieldPlan<'a> {
    /// Decides for every field of `def`, a struct.
    pub fn all(
        context: &Context<'_>,
        def: &'a TypeDef,
        fields: &'a [Field],
        members: &[crate::names::Ident],
    ) -> Vec<Self> {
        let plan = |(field, ident): (&'a Field, &crate::names::Ident)| Self {
            field,
            ident: ident.token(),
            inner: owned(context, &field.ty, Standing::Types),
            presence: presence(context, def, field),
        };
        fields.iter().zip(members).map(plan).collect()
    }

    /// The type of the struct's field.
    pub fn ty(&self) -> TokenStream {
        let inner = &self.inner;
        match self.presence {
            Presence::Required | Presence::Defaulted(_) => quote!(#inner),
            Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_) => quote!(Option<#inner>),
        }
    }

    /// Whether a value must be given for it.
    pub fn is_needed(&self) -> bool {
        match self.presence {
            Presence::Required | Presence::OneWay(Way::Sent { is_required: true }) => true,
            Presence::Optional | Presence::OptionalNullable | Presence::Defaulted(_) | Presence::OneWay(_) => false,
        }
    }

    /// What its documentation says of the way it travels.
    pub fn way_note(&self, side: Side) -> Option<&'static str> {
        match (&self.presence, side) {
            (Presence::OneWay(Way::Received { .. }), Side::Client) => {
                Some("Read only: it comes with answers and is not sent.")
            }
            (Presence::OneWay(Way::Sent { .. }), Side::Client) => Some("Write only: it is sent and never comes back."),
            (Presence::OneWay(Way::Received { .. }), Side::Server) => {
                Some("Write only: it comes with requests and is not sent.")
            }
            (Presence::OneWay(Way::Sent { .. }), Side::Server) => {
                Some("Read only: it is sent, and not taken from requests.")
            }
            (Presence::Required | Presence::Optional | Presence::OptionalNullable | Presence::Defaulted(_), _) => None,
        }
    }
}

/// Whether reading fails on this side where the property is absent.
///
/// `required` of a readOnly property holds for responses only, of a writeOnly one for requests only (OpenAPI 3.0.3,
/// section 4.7.24.1).
pub fn is_asked(context: &Context<'_>, usage: Usage, field: &Field) -> bool {
    let comes = match (field.direction, context.side) {
        (Direction::Both, _) | (Direction::ReadOnly, Side::Client) | (Direction::WriteOnly, Side::Server) => true,
        (Direction::ReadOnly, Side::Server) | (Direction::WriteOnly, Side::Client) => false,
    };
    field.is_required && !is_still(usage, field) && (comes || !is_split(usage, field))
}

/// Whether the property travels one way, and its type both.
fn is_split(usage: Usage, field: &Field) -> bool {
    field.direction != Direction::Both && usage.in_request && usage.in_response
}

/// Whether the property travels the way that its type does not.
fn is_still(usage: Usage, field: &Field) -> bool {
    match field.direction {
        Direction::Both => false,
        Direction::ReadOnly => !usage.in_response,
        Direction::WriteOnly => !usage.in_request,
    }
}

fn presence(context: &Context<'_>, def: &TypeDef, field: &Field) -> Presence {
    let is_required = field.is_required;
    if is_split(def.usage, field) || is_still(def.usage, field) {
        let is_received = (field.direction == Direction::ReadOnly) == (context.side == Side::Client);
        let is_required = is_required && is_split(def.usage, field);
        return Presence::OneWay(if is_received { Way::Received { is_required } } else { Way::Sent { is_required } });
    }
    if is_required {
        return Presence::Required;
    }
    if matches!(field.ty, TypeRef::Nullable(_)) {
        return Presence::OptionalNullable;
    }
    // A side that writes the type must be able to leave the field out: a PATCH would else send every default.
    let default = field.default.as_ref().filter(|_| !context.writes(def.usage));
    match default.and_then(|literal| values::default(context, literal, &field.ty, Standing::Types)) {
        Some(value) => Presence::Defaulted(value),
        None => Presence::Optional,
    }
}

/// The line of the field in `json_object!`: how it is read and written, its field, its key.
pub fn line(context: &Context<'_>, plan: &FieldPlan<'_>) -> TokenStream {
    let (key, field) = (&plan.field.wire, &plan.ident);
    // Of a type that takes any value, `null` is one like others.
    let is_nullable = match context.resolved(&plan.field.ty) {
        TypeRef::Nullable(_) | TypeRef::Scalar(Scalar::Any) => true,
        TypeRef::Named(_) | TypeRef::Boxed(_) | TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
    };
    match &plan.presence {
        Presence::Required => quote!(required #field #key),
        // A client takes `null` for absent, as many servers send it; a server holds its callers to the document.
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
