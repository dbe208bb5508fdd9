//! What a property becomes: its Rust type, and the one line each that reads and writes it.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Standing, owned};
use super::uses::is_password;
use super::{Context, Side, values};
use crate::model::schema::{Direction, Field, TypeDef, TypeRef};

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
            inner: inner(context, field),
            presence: presence(context, def, field),
        };
        fields.iter().zip(members).map(plan).collect()
    }

    /// The type of the struct's field.
    pub fn ty(&self) -> TokenStream {
        let inner = &self.inner;
        match self.presence {
            Presence::Required | Presence::Defaulted(_) => quote!(#inner),
            Presence::Optional | Presence::OptionalNullable => quote!(Option<#inner>),
        }
    }

    /// Whether a value must be given for it.
    pub fn is_needed(&self) -> bool {
        matches!(self.presence, Presence::Required)
    }
}

fn inner(context: &Context<'_>, field: &Field) -> TokenStream {
    if is_password(field) {
        return if matches!(field.ty, TypeRef::Nullable(_)) { quote!(Option<Password>) } else { quote!(Password) };
    }
    owned(context, &field.ty, Standing::Types)
}

fn presence(context: &Context<'_>, def: &TypeDef, field: &Field) -> Presence {
    // OpenAPI 3.0.3, section 4.7.24.1: `required` of a readOnly property holds for responses only, of a writeOnly one
    // for requests only.
    let is_required = field.is_required
        && match field.direction {
            Direction::Both => true,
            Direction::ReadOnly => !def.usage.in_request,
            Direction::WriteOnly => !def.usage.in_response,
        };
    if is_required {
        return Presence::Required;
    }
    if matches!(field.ty, TypeRef::Nullable(_)) {
        return Presence::OptionalNullable;
    }
    // A side that writes the type must be able to leave the field out: a PATCH would else send every default.
    let default = field.default.as_ref().filter(|_| !context.writes(def.usage) && !is_password(field));
    match default.and_then(|literal| values::default(context, literal, &field.ty, Standing::Types)) {
        Some(value) => Presence::Defaulted(value),
        None => Presence::Optional,
    }
}

/// The line of the field in `json_object!`: how it is read and written, its field, its key.
pub fn line(context: &Context<'_>, plan: &FieldPlan<'_>) -> TokenStream {
    let (key, field) = (&plan.field.wire, &plan.ident);
    match &plan.presence {
        Presence::Required => quote!(required #field #key),
        // A client takes `null` for absent, as many servers send it; a server holds its callers to the document.
        Presence::Optional if context.side == Side::Client => quote!(optional #field #key),
        Presence::Optional => quote!(optional_not_null #field #key),
        Presence::OptionalNullable => quote!(nullable #field #key),
        Presence::Defaulted(value) => quote!(or_default #field #key = #value),
    }
}
