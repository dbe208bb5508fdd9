//! The return type of a function: the body itself if the document describes one response, otherwise an enum.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::media_type::essence;
use crate::model::operation::{Content, Operation, Representation, Response, Status, Stream};
use crate::model::schema::Doc;
use crate::names::{OperationNames, ResponseNames, status_word};
use crate::rust::types::{Standing, owned};
use crate::rust::{Context, docs, forms, headers};

/// The return type of one operation.
#[derive(Debug)]
pub struct ResponseType {
    /// The type of `Ok` in `api.rs`.
    alongside: TokenStream,
    /// The same in a file that belongs to the user.
    user: TokenStream,
    /// Its enums and structs; empty if there are none.
    pub item: TokenStream,
    /// The arms of a `match` that turn it into a response.
    pub answer: TokenStream,
}

impl ResponseType {
    /// The type of `Ok` in this file.
    pub fn ty(&self, standing: Standing) -> TokenStream {
        match standing {
            Standing::Types | Standing::Alongside => self.alongside.clone(),
            Standing::User => self.user.clone(),
        }
    }
}

/// The return type of this operation.
pub fn of(context: &Context<'_>, operation: &Operation, names: &OperationNames) -> ResponseType {
    let (no_content, no_names) =
        (no_content(operation), ResponseNames { content: None, headers: None, fields: Vec::new() });
    let implied = no_content.iter().map(|response| Plan { response, names: &no_names });
    let documented = operation.responses.iter().zip(&names.responses).map(|(response, names)| Plan { response, names });
    let plans: Vec<Plan<'_>> = implied.chain(documented).collect();
    let items = plans.iter().map(|plan| plan.items(context));
    let items = quote!(#(#items)*);
    match plans.as_slice() {
        [] => {
            let ty = quote!(());
            let answer = quote!(Ok(()) => rt::reply::empty(204),);
            ResponseType { alongside: ty.clone(), user: ty, item: items, answer }
        }
        [one] if matches!(one.response.status, Status::Code(_)) => {
            let (pattern, reply) = (one.pattern().unwrap_or_else(|| quote!(())), one.reply());
            let ty = |standing| one.ty(context, standing).unwrap_or_else(|| quote!(()));
            let answer = quote!(Ok(#pattern) => #reply,);
            ResponseType { alongside: ty(Standing::Alongside), user: ty(Standing::User), item: items, answer }
        }
        several => {
            let ident = names.response.token();
            let doc = docs::text(&format!("Responses of [`Api::{}`].", names.function));
            let variants = several.iter().map(|plan| plan.variant(context));
            let arms = several.iter().map(|plan| plan.arm(&ident));
            let derives = derives(operation.responses.iter().flat_map(|response| &response.forms));
            let item = quote!(#doc #derives pub enum #ident { #(#variants)* } #items);
            let (ty, answer) = (quote!(#ident), quote!(#(#arms)*));
            ResponseType { alongside: ty.clone(), user: ty, item, answer }
        }
    }
}

/// The success of an operation that documents errors only. Without it, every call would end in an error.
fn no_content(operation: &Operation) -> Option<Response> {
    let is_error = |status| match status {
        Status::Code(code) => code >= 400,
        Status::Range(digit) => digit >= 4,
        Status::Default => false,
    };
    let first = operation.responses.first()?;
    let doc = Doc { summary: Some("Success, which the document does not describe.".to_owned()), description: None };
    let success =
        Response { status: Status::Code(204), forms: Vec::new(), headers: Vec::new(), doc, at: first.at.clone() };
    operation.responses.iter().all(|response| is_error(response.status)).then_some(success)
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
            let doc = docs::text("The forms of the response body, by media type.");
            let all: Vec<&Representation> = self.response.forms.iter().collect();
            let derives = derives(self.response.forms.iter());
            forms::item(&ident.token(), &doc, &derives, &all, |form| content_type(context, form, Standing::Alongside))
        });
        let headers = headers::item(context, self.response, self.names, "The header fields of a response.");
        quote!(#contents #headers)
    }

    /// The value that the application returns; `None` if there is none.
    fn ty(&self, context: &Context<'_>, standing: Standing) -> Option<TokenStream> {
        let content = match (&self.names.content, self.response.forms.as_slice()) {
            (Some(ident), _) => Some(ident.token().into_token_stream()),
            (None, [one, ..]) => Some(content_type(context, one, standing)),
            (None, []) => None,
        };
        match &self.names.headers {
            None => content,
            Some(headers) => {
                let (headers, content) = (headers.token(), content.unwrap_or_else(|| quote!(())));
                Some(match standing {
                    Standing::User => quote!(WithHeaders<#content, #headers>),
                    Standing::Types | Standing::Alongside => {
                        quote!(rt::header_fields::WithHeaders<#content, #headers>)
                    }
                })
            }
        }
    }

    /// The pattern that destructures the value.
    fn pattern(&self) -> Option<TokenStream> {
        let has_content = !self.response.forms.is_empty();
        match (has_content, &self.names.headers) {
            (true, None) => Some(quote!(body)),
            (true, Some(_)) => Some(quote!(rt::header_fields::WithHeaders { body, headers })),
            (false, Some(_)) => Some(quote!(rt::header_fields::WithHeaders { body: (), headers })),
            (false, None) => None,
        }
    }

    fn variant(&self, context: &Context<'_>) -> TokenStream {
        let ident = status_word(self.response.status).token();
        let doc = docs::doc_or(&self.response.doc, "A documented response.");
        let status = (!matches!(self.response.status, Status::Code(_))).then(|| quote!(rt::axum::http::StatusCode));
        let parts: Vec<TokenStream> = status.into_iter().chain(self.ty(context, Standing::Alongside)).collect();
        if parts.is_empty() { quote!(#doc #ident,) } else { quote!(#doc #ident(#(#parts),*),) }
    }

    fn arm(&self, ident: &Ident) -> TokenStream {
        let variant = status_word(self.response.status).token();
        let binding = (!matches!(self.response.status, Status::Code(_))).then(|| quote!(status));
        let reply = self.reply();
        let parts: Vec<TokenStream> = binding.into_iter().chain(self.pattern()).collect();
        if parts.is_empty() {
            quote!(Ok(api::#ident::#variant) => #reply,)
        } else {
            quote!(Ok(api::#ident::#variant(#(#parts),*)) => #reply,)
        }
    }

    /// The expression that builds the response from the bindings of the pattern.
    fn reply(&self) -> TokenStream {
        let status = match self.response.status {
            Status::Code(code) => Literal::u16_unsuffixed(code).into_token_stream(),
            Status::Range(_) | Status::Default => quote!(status.as_u16()),
        };
        let reply = match (&self.names.content, self.response.forms.as_slice()) {
            (_, []) => quote!(rt::reply::empty(#status)),
            (None, [one, ..]) => reply(one, &status),
            (Some(ident), several) => {
                let ident = ident.token();
                let arms = several.iter().zip(forms::variants(several.iter())).map(|(form, variant)| {
                    let reply = reply(form, &status);
                    quote!(api::#ident::#variant(body) => #reply,)
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
        Content::Json(_) | Content::Form(_) if media_type == "application/json" => {
            quote!(rt::reply::json(#status, &body))
        }
        Content::Json(_) | Content::Form(_) => quote!(rt::reply::json_as(#status, #media_type, &body)),
        Content::Stream(stream) => {
            let function = match stream {
                Stream::Events(_) => quote!(event_stream::json),
                Stream::TextEvents => quote!(event_stream::text),
                Stream::Lines(_) => quote!(json_lines::lines),
                Stream::Sequence(_) => quote!(json_lines::sequence),
            };
            quote!(rt::#function(#status, #media_type, body))
        }
        Content::Text if !is_stream(form) => quote!(rt::reply::text(#status, #media_type, body)),
        Content::Text | Content::Bytes | Content::Multipart(_) => quote!(rt::reply::bytes(#status, #media_type, body)),
    }
}

/// The type of a body. Bytes, multipart and event streams are bodies that may be sent in pieces.
fn content_type(context: &Context<'_>, form: &Representation, standing: Standing) -> TokenStream {
    if let Content::Stream(stream) = &form.content {
        return stream_type(context, stream, standing);
    }
    match (is_stream(form), standing) {
        (true, Standing::User) => quote!(axum::body::Body),
        (true, Standing::Types | Standing::Alongside) => quote!(rt::axum::body::Body),
        (false, standing) => forms::content_type(context, &form.content, standing),
    }
}

/// The type of a body that is sent item by item.
fn stream_type(context: &Context<'_>, stream: &Stream, standing: Standing) -> TokenStream {
    let item = stream.item().map_or_else(|| quote!(String), |ty| owned(context, ty, standing));
    let (module, ty) = match stream.has_events() {
        true => (quote!(event_stream), quote!(EventStream)),
        false => (quote!(json_lines), quote!(JsonLines)),
    };
    match standing {
        Standing::User => quote!(streams::#ty<#item>),
        Standing::Types | Standing::Alongside => quote!(rt::#module::#ty<#item>),
    }
}

fn is_stream(form: &Representation) -> bool {
    match form.content {
        Content::Bytes | Content::Multipart(_) | Content::Stream(_) => true,
        Content::Text => essence(&form.media_type) == "text/event-stream",
        Content::Json(_) | Content::Form(_) => false,
    }
}

/// The derives of a type that contains these forms.
fn derives<'f>(mut forms: impl Iterator<Item = &'f Representation> + Clone) -> TokenStream {
    if forms.any(is_stream) { quote!(#[derive(Debug)]) } else { forms::derives(forms) }
}
