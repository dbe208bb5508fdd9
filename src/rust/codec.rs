//! `Decode` and `Encode` for structs and unions: one line a field or variant over the runtime's codec.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Context;
use super::fields::{FieldPlan, line};
use crate::model::schema::{Tag, Union};

/// Both impls of a struct.
pub fn structure(
    context: &Context<'_>,
    ident: &Ident,
    plans: &[FieldPlan<'_>],
    additional: Option<Ident>,
) -> TokenStream {
    if plans.is_empty() && additional.is_none() {
        return empty(ident);
    }
    let lines = plans.iter().map(|plan| line(context, plan));
    let rest = additional.map(|name| quote!(rest #name;));
    quote!(json_object! { for #ident; #rest #(#lines,)* })
}

fn empty(ident: &Ident) -> TokenStream {
    quote! {
        impl Decode for #ident {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                value.object()?;
                Ok(Self {})
            }
        }
        impl Encode for #ident {
            fn encode(&self, json: &mut Writer) {
                json.object().end();
            }
        }
    }
}

/// Both impls of a union.
pub fn union(ident: &Ident, shape: &Union, members: &[crate::names::Ident], is_open: bool) -> TokenStream {
    let members: Vec<Ident> = members.iter().map(crate::names::Ident::token).collect();
    let decode = match &shape.tag {
        Tag::None => quote!(value.one_of(&[#(|value| Decode::decode(value).map(Self::#members)),*])),
        Tag::Property(property) => tagged(shape, &members, property, is_open),
    };
    let unknown = is_open.then(|| quote!(Self::Unknown(value) => value.encode(json),));
    quote! {
        impl Decode for #ident {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                #decode
            }
        }
        impl Encode for #ident {
            fn encode(&self, json: &mut Writer) {
                match self { #(Self::#members(value) => value.encode(json),)* #unknown }
            }
        }
    }
}

fn tagged(shape: &Union, members: &[Ident], property: &str, is_open: bool) -> TokenStream {
    let arms =
        shape.variants.iter().zip(members).filter(|(variant, _)| !variant.tags.is_empty()).map(|(variant, member)| {
            let tags = &variant.tags;
            quote!(#(#tags)|* => Decode::decode(value).map(Self::#member),)
        });
    let all = shape.variants.iter().flat_map(|variant| &variant.tags);
    let other = if is_open {
        quote!(_ => Decode::decode(value).map(Self::Unknown),)
    } else {
        quote!(other => Err(DecodeError::unknown_value(other, &[#(#all),*])),)
    };
    quote!(match value.discriminator(#property)? { #(#arms)* #other })
}
