//! What a function of the server gives back: the body itself where the document names one answer, else an enum.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::model::operation::{Content, Operation, Response, Status};
use crate::names::{OperationNames, status_word};
use crate::rust::types::{Standing, owned};
use crate::rust::{Context, docs};

/// The answers of one operation.
#[derive(Debug)]
pub struct Answer {
    /// The type of `Ok`.
    pub ty: TokenStream,
    /// The enum behind it; empty where there is none.
    pub item: TokenStream,
    /// The arms of a `match` that turn it into a response.
    pub answer: TokenStream,
}

/// Decides for one operation.
pub fn of(context: &Context<'_>, operation: &Operation, names: &OperationNames) -> Answer {
    match operation.responses.as_slice() {
        [] => Answer { ty: quote!(()), item: quote!(), answer: quote!(Ok(()) => reply::empty(204),) },
        [one] if matches!(one.status, Status::Code(_)) => single(context, one),
        several => {
            let ident = names.response.token();
            let doc = docs::ours(&format!("What [`Api::{}`] answers, by status.", names.function));
            let variants = several.iter().map(|response| variant(context, response));
            let arms = several.iter().map(|response| arm(response, &ident));
            Answer {
                ty: quote!(#ident),
                item: quote!(#doc #[derive(Debug, Clone)] pub enum #ident { #(#variants)* }),
                answer: quote!(#(#arms)*),
            }
        }
    }
}

fn single(context: &Context<'_>, response: &Response) -> Answer {
    let Status::Code(code) = response.status else { unreachable!("the caller matched a code") };
    let code = Literal::u16_unsuffixed(code);
    match content_type(context, &response.content) {
        Some(ty) => {
            let reply = reply(response, &quote!(#code));
            Answer { ty, item: quote!(), answer: quote!(Ok(body) => #reply,) }
        }
        None => Answer { ty: quote!(()), item: quote!(), answer: quote!(Ok(()) => reply::empty(#code),) },
    }
}

fn variant(context: &Context<'_>, response: &Response) -> TokenStream {
    let ident = status_word(response.status).token();
    let doc = docs::doc_or(&response.doc, "An answer of the document.");
    let status = (!matches!(response.status, Status::Code(_))).then(|| quote!(StatusCode));
    let parts: Vec<TokenStream> = status.into_iter().chain(content_type(context, &response.content)).collect();
    if parts.is_empty() { quote!(#doc #ident,) } else { quote!(#doc #ident(#(#parts),*),) }
}

fn arm(response: &Response, ident: &Ident) -> TokenStream {
    let variant = status_word(response.status).token();
    let has_body = response.content != Content::Empty;
    let (status, binding) = match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            (quote!(#code), None)
        }
        Status::Range(_) | Status::Default => (quote!(status.as_u16()), Some(quote!(status))),
    };
    let reply = reply(response, &status);
    let body = has_body.then(|| quote!(body));
    let parts: Vec<TokenStream> = binding.into_iter().chain(body).collect();
    if parts.is_empty() {
        quote!(Ok(#ident::#variant) => #reply,)
    } else {
        quote!(Ok(#ident::#variant(#(#parts),*)) => #reply,)
    }
}

fn reply(response: &Response, status: &TokenStream) -> TokenStream {
    let media = response.content.sent_as(&response.media_type);
    match &response.content {
        Content::Json(_) | Content::Form(_) if media == "application/json" => quote!(reply::json(#status, &body)),
        Content::Json(_) | Content::Form(_) => quote!(reply::json_as(#status, #media, &body)),
        Content::Text => quote!(reply::text(#status, #media, body)),
        Content::Bytes | Content::Multipart(_) => quote!(reply::bytes(#status, #media, body)),
        Content::Empty => quote!(reply::empty(#status)),
    }
}

fn content_type(context: &Context<'_>, content: &Content) -> Option<TokenStream> {
    match content {
        Content::Json(ty) | Content::Form(ty) => Some(owned(context, ty, Standing::Beside)),
        Content::Multipart(_) | Content::Bytes => Some(quote!(Bytes)),
        Content::Text => Some(quote!(String)),
        Content::Empty => None,
    }
}
