//! A content with several media types as an enum with a variant for each media type.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::{Standing, owned};
use super::{Context, docs};
use crate::media_type::parameters;
use crate::model::operation::{Content, Representation};
use crate::model::schema::TypeRef;
use crate::names::form_words;

/// The variants of the enum, in the order of the forms.
pub fn variants<'f>(forms: impl Iterator<Item = &'f Representation>) -> Vec<Ident> {
    let words = form_words(forms.map(|form| form.media_type.as_str()));
    words.iter().map(crate::names::Ident::token).collect()
}

/// The enum. `ty` returns the type of each form.
pub fn item<'f>(
    ident: &Ident,
    doc: &TokenStream,
    derives: &TokenStream,
    forms: &[&'f Representation],
    ty: impl Fn(&'f Representation) -> TokenStream,
) -> TokenStream {
    let variants = variants(forms.iter().copied()).into_iter().zip(forms).map(|(variant, form)| {
        let (doc, ty) = (docs::text(&format!("{}.", docs::code_span(&form.media_type))), ty(form));
        quote!(#doc #variant(#ty),)
    });
    quote! {
        #doc
        #derives
        pub enum #ident { #(#variants)* }
    }
}

/// The derives of a type that contains these forms. A stream of bytes cannot be cloned or compared.
pub fn derives<'f>(mut forms: impl Iterator<Item = &'f Representation>) -> TokenStream {
    if forms.any(|form| form.content.is_bytes()) {
        quote!(#[derive(Debug)])
    } else {
        quote!(#[derive(Debug, Clone, PartialEq)])
    }
}

/// The type of a content in memory.
pub fn content_type(context: &Context<'_>, content: &Content, standing: Standing) -> TokenStream {
    match content {
        Content::Json(ty) | Content::Form(ty) => owned(context, ty, standing),
        Content::Multipart(id) => owned(context, &TypeRef::Named(*id), standing),
        Content::Stream(stream) if stream.has_events() => quote!(String),
        Content::Stream(_) | Content::Bytes => match standing {
            Standing::User => quote!(bytes::Bytes),
            Standing::Types | Standing::Alongside => quote!(rt::bytes::Bytes),
        },
        Content::Text => quote!(String),
    }
}

/// Whether the media type has parameters that tell it from others. `charset` is not one of them.
pub fn has_parameters(media_type: &str) -> bool {
    !parameters(media_type).is_empty()
}
