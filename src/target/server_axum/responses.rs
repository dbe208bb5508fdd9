//! What a function of the server gives back: the body itself where the document names one answer, else an enum.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::model::operation::{Content, Operation, Representation, Response, Status};
use crate::names::{OperationNames, ResponseNames, status_word};
use crate::rust::types::Words;
use crate::rust::{Context, docs, forms, headers};

/// The answers of one operation.
#[derive(Debug)]
pub struct Answer {
    /// The type of `Ok`.
    pub ty: TokenStream,
    /// The enums and structs behind it; empty where there are none.
    pub item: TokenStream,
    /// The names of `item`.
    pub types: Vec<Ident>,
    /// The arms of a `match` that turn it into a response.
    pub answer: TokenStream,
}

impl Answer {
    /// The names of its own that a piece of code mentions.
    pub fn mentioned_in(&self, code: &TokenStream) -> impl Iterator<Item = &Ident> + use<'_> {
        let words = Words::of(code);
        self.types.iter().filter(move |ident| words.has(&ident.to_string()))
    }
}

/// Decides for one operation.
pub fn of(context: &Context<'_>, operation: &Operation, names: &OperationNames) -> Answer {
    let plans: Vec<Plan<'_>> =
        operation.responses.iter().zip(&names.responses).map(|(response, names)| Plan { response, names }).collect();
    let items = plans.iter().map(|plan| plan.items(context));
    let items = quote!(#(#items)*);
    let own = names.responses.iter().flat_map(|names| names.content.iter().chain(&names.headers));
    let mut types: Vec<Ident> = own.map(crate::names::Ident::token).collect();
    match plans.as_slice() {
        [] => Answer { ty: quote!(()), item: items, types, answer: quote!(Ok(()) => reply::empty(204),) },
        [one] if matches!(one.response.status, Status::Code(_)) => {
            let (pattern, reply) = (one.pattern().unwrap_or_else(|| quote!(())), one.reply());
            let ty = one.ty(context).unwrap_or_else(|| quote!(()));
            Answer { ty, item: items, types, answer: quote!(Ok(#pattern) => #reply,) }
        }
        several => {
            let ident = names.response.token();
            let doc = docs::ours(&format!("What [`Api::{}`] answers, by status.", names.function));
            let variants = several.iter().map(|plan| plan.variant(context));
            let arms = several.iter().map(|plan| plan.arm(&ident));
            let derives = forms::derives(operation.responses.iter().flat_map(|response| &response.forms));
            let item = quote!(#doc #derives pub enum #ident { #(#variants)* } #items);
            let answer = quote!(#(#arms)*);
            types.push(ident.clone());
            Answer { ty: quote!(#ident), item, types, answer }
        }
    }
}

/// One response with its names.
struct Plan<'a> {
    response: &'a Response,
    names: &'a ResponseNames,
}

impl Plan<'_> {
    /// The enum of its forms and the struct of its header fields.
    fn items(&self, context: &Context<'_>) -> TokenStream {
        let contents = self.names.content.as_ref().map(|ident| {
            let doc = docs::ours("The forms of the answer, by the media type that is sent.");
            let all: Vec<&Representation> = self.response.forms.iter().collect();
            let derives = forms::derives(self.response.forms.iter());
            forms::item(&ident.token(), &doc, &derives, &all, |form| content_type(context, &form.content))
        });
        let headers = headers::item(context, self.response, self.names, "The header fields of an answer.");
        quote!(#contents #headers)
    }

    /// What the application gives; `None` where it is nothing.
    fn ty(&self, context: &Context<'_>) -> Option<TokenStream> {
        let content = match (&self.names.content, self.response.forms.as_slice()) {
            (Some(ident), _) => Some(ident.token().into_token_stream()),
            (None, [one, ..]) => Some(content_type(context, &one.content)),
            (None, []) => None,
        };
        match &self.names.headers {
            None => content,
            Some(headers) => {
                let (headers, content) = (headers.token(), content.unwrap_or_else(|| quote!(())));
                Some(quote!(WithHeaders<#content, #headers>))
            }
        }
    }

    /// The pattern that takes it apart.
    fn pattern(&self) -> Option<TokenStream> {
        let has_content = !self.response.forms.is_empty();
        match (has_content, &self.names.headers) {
            (true, None) => Some(quote!(body)),
            (true, Some(_)) => Some(quote!(WithHeaders { body, headers })),
            (false, Some(_)) => Some(quote!(WithHeaders { body: (), headers })),
            (false, None) => None,
        }
    }

    fn variant(&self, context: &Context<'_>) -> TokenStream {
        let ident = status_word(self.response.status).token();
        let doc = docs::doc_or(&self.response.doc, "An answer of the document.");
        let status = (!matches!(self.response.status, Status::Code(_))).then(|| quote!(StatusCode));
        let parts: Vec<TokenStream> = status.into_iter().chain(self.ty(context)).collect();
        if parts.is_empty() { quote!(#doc #ident,) } else { quote!(#doc #ident(#(#parts),*),) }
    }

    fn arm(&self, ident: &Ident) -> TokenStream {
        let variant = status_word(self.response.status).token();
        let binding = (!matches!(self.response.status, Status::Code(_))).then(|| quote!(status));
        let reply = self.reply();
        let parts: Vec<TokenStream> = binding.into_iter().chain(self.pattern()).collect();
        if parts.is_empty() {
            quote!(Ok(#ident::#variant) => #reply,)
        } else {
            quote!(Ok(#ident::#variant(#(#parts),*)) => #reply,)
        }
    }

    /// The expression that makes the response of what the pattern binds.
    fn reply(&self) -> TokenStream {
        let status = match self.response.status {
            Status::Code(code) => Literal::u16_unsuffixed(code).into_token_stream(),
            Status::Range(_) | Status::Default => quote!(status.as_u16()),
        };
        let reply = match (&self.names.content, self.response.forms.as_slice()) {
            (_, []) => quote!(reply::empty(#status)),
            (None, [one, ..]) => reply(one, &status),
            (Some(ident), several) => {
                let ident = ident.token();
                let arms = several.iter().zip(forms::variants(several.iter())).map(|(form, variant)| {
                    let reply = reply(form, &status);
                    quote!(#ident::#variant(body) => #reply,)
                });
                quote!(match body { #(#arms)* })
            }
        };
        match self.names.headers {
            Some(_) => quote!(headers.onto(#reply)),
            None => reply,
        }
    }
}

fn reply(form: &Representation, status: &TokenStream) -> TokenStream {
    let media_type = form.sent_as();
    match &form.content {
        Content::Json(_) | Content::Form(_) if media_type == "application/json" => quote!(reply::json(#status, &body)),
        Content::Json(_) | Content::Form(_) => quote!(reply::json_as(#status, #media_type, &body)),
        Content::Text => quote!(reply::text(#status, #media_type, body)),
        Content::Bytes | Content::Multipart(_) => quote!(reply::bytes(#status, #media_type, body)),
    }
}

fn content_type(context: &Context<'_>, content: &Content) -> TokenStream {
    match content {
        Content::Multipart(_) | Content::Bytes => quote!(Body),
        content => forms::content_type(context, content),
    }
}
