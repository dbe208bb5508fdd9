//! The parts of a multipart body: written by a client, read by a server.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::fields::{FieldPlan, Presence};
use super::{Context, Side};
use crate::model::operation::{Content, Representation};
use crate::model::schema::{Scalar, TypeId, TypeRef};

/// `ToMultipart` (client) or `FromMultipart` (server).
pub fn codec(context: &Context<'_>, id: TypeId, ident: &Ident, plans: &[FieldPlan<'_>]) -> TokenStream {
    let encodings = context.api.operations.iter().filter_map(|operation| operation.body.as_ref());
    let form = encodings.flat_map(|body| body.forms.iter()).find(|form| form.content == Content::Multipart(id));
    let (names, types): (Vec<&str>, Vec<&str>) = form.into_iter().flat_map(Representation::parts).unzip();
    match context.side {
        Side::Client => {
            let writes = plans.iter().map(write);
            let form = if plans.is_empty() { quote!(_form) } else { quote!(form) };
            quote! {
                impl ToMultipart for #ident {
                    fn parts(&self, #form: &mut Multipart) {
                        #(form.media_types(#names, #types);)*
                        #(#writes)*
                    }
                }
            }
        }
        Side::Server => {
            let form = if plans.is_empty() { quote!(_form) } else { quote!(form) };
            let reads = plans.iter().map(|plan| {
                let (name, value) = (&plan.ident, read(plan));
                quote!(#name: #value,)
            });
            quote! {
                impl FromMultipart for #ident {
                    fn from_parts(#form: &Parts) -> Result<Self, DecodeError> {
                        #(form.expect(#names, #types)?;)*
                        Ok(Self { #(#reads)* })
                    }
                }
            }
        }
    }
}

/// What a part holds.
enum Part {
    File,
    Files,
    Text,
}

fn part(plan: &FieldPlan<'_>) -> Part {
    let is_file = |ty: &TypeRef| *ty == TypeRef::Scalar(Scalar::File);
    match &plan.field.ty {
        ty if is_file(ty) => Part::File,
        TypeRef::Nullable(inner) if is_file(inner) => Part::File,
        TypeRef::List(item) if is_file(item) => Part::Files,
        _ => Part::Text,
    }
}

fn write(plan: &FieldPlan<'_>) -> TokenStream {
    let (wire, name) = (&plan.field.wire, &plan.ident);
    let is_needed = matches!(plan.presence, Presence::Required) && !matches!(plan.field.ty, TypeRef::Nullable(_));
    match (part(plan), is_needed) {
        (Part::File, true) => quote!(form.file(#wire, &self.#name);),
        (Part::File, false) => quote!(form.optional_file(#wire, self.#name.as_ref());),
        (Part::Files, true) => quote!(form.files(#wire, &self.#name);),
        (Part::Files, false) => quote!(form.files(#wire, self.#name.as_deref().unwrap_or_default());),
        (Part::Text, _) => match plan.presence {
            Presence::Required | Presence::Defaulted(_) => quote!(form.field(#wire, &self.#name);),
            Presence::Optional | Presence::OptionalNullable | Presence::OneWay(_) => {
                quote!(form.optional(#wire, &self.#name);)
            }
        },
    }
}

fn read(plan: &FieldPlan<'_>) -> TokenStream {
    let wire = &plan.field.wire;
    let is_needed = matches!(plan.presence, Presence::Required) && !matches!(plan.field.ty, TypeRef::Nullable(_));
    match (part(plan), is_needed) {
        (Part::File, true) => quote!(form.file(#wire)?),
        (Part::File, false) => quote!(form.optional_file(#wire)?),
        (Part::Files, true) => quote!(form.files(#wire)?),
        (Part::Files, false) => quote!(form.optional_files(#wire)?),
        (Part::Text, _) => match &plan.presence {
            Presence::Required => quote!(form.required(#wire)?),
            Presence::Optional => quote!(form.optional(#wire)?),
            Presence::OptionalNullable | Presence::OneWay(_) => quote!(form.optional(#wire)?),
            Presence::Defaulted(value) => quote!(form.optional(#wire)?.unwrap_or_else(|| #value)),
        },
    }
}
