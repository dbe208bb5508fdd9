//! The header fields of a response as a struct, which a client reads and a server writes.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::{Standing, owned};
use super::{Context, Side, docs, operations};
use crate::model::operation::{Parameter, Response};
use crate::model::schema::TypeRef;
use crate::names::ResponseNames;

/// The struct of a response's header fields with the code of this side; nothing if the response has none.
pub fn item(context: &Context<'_>, response: &Response, names: &ResponseNames, doc: &str) -> TokenStream {
    let Some(ident) = names.headers.as_ref().map(crate::names::Ident::token) else { return quote!() };
    let fields: Vec<(Ident, &Parameter)> =
        names.fields.iter().map(crate::names::Ident::token).zip(&response.headers).collect();
    let members = fields.iter().map(|(name, header)| {
        let fallback = format!("The header field {}.", docs::code_span(&header.name));
        let doc = docs::doc_or(&header.doc, &fallback);
        let ty = owned(context, inner(header), Standing::Alongside);
        if header.is_required { quote!(#doc pub #name: #ty,) } else { quote!(#doc pub #name: Option<#ty>,) }
    });
    let default = (!response.headers.iter().any(|header| header.is_required)).then(|| quote!(, Default));
    let doc = docs::text(doc);
    let codec = match context.side {
        Side::Client => read(context, &fields),
        Side::Server => {
            let (write, tagged) = (write(context, &fields), tagged(context, &fields));
            quote!(#tagged #write)
        }
    };
    quote! {
        #doc
        #[derive(Debug, Clone #default, PartialEq)]
        pub struct #ident { #(#members)* }

        impl #ident { #codec }
    }
}

/// A nullable header field is the same as an optional one: there is no syntax for `null`.
fn inner(header: &Parameter) -> &TypeRef {
    match &header.ty {
        TypeRef::Nullable(inner) => inner,
        ty => ty,
    }
}

fn read(context: &Context<'_>, fields: &[(Ident, &Parameter)]) -> TokenStream {
    let reads = fields.iter().map(|(name, header)| {
        let data = operations::parameter(context, header);
        let method = if header.is_required { quote!(required) } else { quote!(optional) };
        quote!(#name: rt::header_fields::#method(headers, &#data)?,)
    });
    quote! {
        #[doc = " Reads them from the `headers` of a response."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " If a required field is missing, or a field has another type."]
        pub fn read(headers: &rt::reqwest::header::HeaderMap) -> Result<Self, rt::DecodeError> {
            Ok(Self { #(#reads)* })
        }
    }
}

fn write(context: &Context<'_>, fields: &[(Ident, &Parameter)]) -> TokenStream {
    let writes = fields.iter().map(|(name, header)| {
        let data = operations::parameter(context, header);
        let method = if header.is_required { quote!(required) } else { quote!(optional) };
        quote!(fields.#method(&#data, &self.#name);)
    });
    quote! {
        pub(super) fn onto(&self, response: rt::axum::response::Response) -> rt::axum::response::Response {
            let mut fields = rt::header_fields::HeaderFields::of(response);
            #(#writes)*
            fields.finish()
        }
    }
}

/// The function that makes the fields from an entity tag, if `ETag` is a text and no other field is required.
fn tagged(context: &Context<'_>, fields: &[(Ident, &Parameter)]) -> Option<TokenStream> {
    let is_tag = |header: &Parameter| header.name.eq_ignore_ascii_case("ETag");
    let (_, tag) = fields.iter().find(|(_, header)| is_tag(header))?;
    let is_text = owned(context, inner(tag), Standing::Alongside).to_string() == "String";
    if !is_text || fields.iter().any(|(_, header)| header.is_required && !is_tag(header)) {
        return None;
    }
    let values = fields.iter().map(|(name, header)| match (is_tag(header), header.is_required) {
        (true, true) => quote!(#name: tag.to_string(),),
        (true, false) => quote!(#name: Some(tag.to_string()),),
        (false, _) => quote!(#name: None,),
    });
    Some(quote! {
        #[doc = " The fields of a response with this `ETag`. Others are not set."]
        pub fn etag(tag: &rt::etag::EntityTag) -> Self {
            Self { #(#values)* }
        }
    })
}
