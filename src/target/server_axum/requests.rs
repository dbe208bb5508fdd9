//! What a function of the server is given: a struct of parameters and body, and the code that reads it.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::model::operation::{Body, Content, Parameter};
use crate::model::schema::TypeRef;
use crate::names::{Ident, OperationNames};
use crate::rust::types::{Standing, owned};
use crate::rust::{Context, docs, rules, values};

/// The request of one operation.
#[derive(Debug)]
pub struct Request {
    /// Its type.
    pub ty: TokenStream,
    /// The struct.
    pub item: TokenStream,
    /// The statements that make `request` from `call`.
    pub read: TokenStream,
}

/// `None` for an operation without parameters and body.
pub fn of(context: &Context<'_>, at: usize, names: &OperationNames) -> Option<Request> {
    let operation = &context.api.operations[at];
    if operation.parameters.is_empty() && operation.body.is_none() {
        return None;
    }
    let ty = names.ty.token();
    let rows = operation.parameters.iter().zip(&names.parameters).zip(0..);
    let (fields, mut reads): (Vec<TokenStream>, Vec<TokenStream>) =
        rows.map(|((row, ident), index)| parameter(context, row, ident, index)).unzip();
    let body_field = operation.body.as_ref().map(|body| {
        let (field, read) = self::body(context, at, body);
        reads.push(read);
        field
    });
    let doc = docs::ours(&format!("What [`Api::{}`] is given.", names.function));
    let checks = (0..operation.parameters.len()).filter_map(|index| {
        let check = rules::check(context, *context.api.rules.parameters.get(&(at, index))?);
        let index = Literal::usize_unsuffixed(index);
        Some(quote!(parameters.check(#index, #check)?;))
    });
    let parameters = if operation.parameters.is_empty() { quote!(_) } else { quote!(parameters) };
    let body = if operation.body.is_some() { quote!(body) } else { quote!(_) };
    Some(Request {
        ty: quote!(#ty),
        item: quote! {
            #doc
            #[derive(Debug, Clone)]
            pub struct #ty { #(#fields)* #body_field }
        },
        read: quote! {
            let (#parameters, #body) = call.read()?;
            #(#checks)*
            let request = #ty { #(#reads)* };
        },
    })
}

fn parameter(context: &Context<'_>, parameter: &Parameter, ident: &Ident, index: usize) -> (TokenStream, TokenStream) {
    let name = ident.token();
    let index = Literal::usize_unsuffixed(index);
    let inner = match &parameter.ty {
        TypeRef::Nullable(inner) => inner,
        ty => ty,
    };
    let ty = owned(context, inner, Standing::Beside);
    let doc = docs::doc_or(&parameter.doc, &format!("The parameter {}.", docs::code_span(&parameter.name)));
    let default = parameter.default.as_ref().filter(|_| !parameter.is_required);
    let default = default.and_then(|literal| values::default(context, literal, inner, Standing::Beside));
    match default {
        Some(value) => (quote!(#doc pub #name: #ty,), quote!(#name: parameters.or_default(#index, || #value)?,)),
        None if parameter.is_required => (quote!(#doc pub #name: #ty,), quote!(#name: parameters.required(#index)?,)),
        None => (quote!(#doc pub #name: Option<#ty>,), quote!(#name: parameters.optional(#index)?,)),
    }
}

fn body(context: &Context<'_>, at: usize, body: &Body) -> (TokenStream, TokenStream) {
    let (ty, method) = match &body.content {
        Content::Json(ty) => (owned(context, ty, Standing::Beside), "json"),
        Content::Form(ty) => (owned(context, ty, Standing::Beside), "form"),
        Content::Multipart(id) => (owned(context, &TypeRef::Named(*id), Standing::Beside), "multipart"),
        Content::Text => (quote!(String), "text"),
        Content::Bytes | Content::Empty => (quote!(Bytes), "bytes"),
    };
    let doc = docs::doc_or(&body.doc, "The body of the request.");
    let checked = context.api.rules.bodies.get(&at).map(|id| {
        let check = rules::check(context, *id);
        quote!(.checked(#check))
    });
    if body.is_required {
        let method = format_ident!("{method}");
        (quote!(#doc pub body: #ty,), quote!(body: body #checked .#method().await?,))
    } else {
        let method = format_ident!("optional_{method}");
        (quote!(#doc pub body: Option<#ty>,), quote!(body: body #checked .#method().await?,))
    }
}
