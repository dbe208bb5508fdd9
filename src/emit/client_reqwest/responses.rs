//! The responses of an operation, as the client reads them: a type for success and a type for errors, each an enum if
//! several types are possible.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::media_type::{essence, is_json};
use crate::model::operation::{Content, Operation, Representation, Response, Status};
use crate::names::{OperationNames, ResponseNames, status_word};
use crate::rust::types::Standing;
use crate::rust::{Context, docs, forms, headers};

/// The code of all responses of an operation.
pub struct ResponseTypes {
    /// The type of successful responses.
    pub output: TokenStream,
    /// The type of error responses.
    pub error: TokenStream,
    /// The expression of the function that reads a success, and the statuses of success, if the function does not check them.
    pub reads_output: TokenStream,
    /// The same for errors, if any is documented.
    pub reads_error: Option<TokenStream>,
    /// The enums of the two types.
    pub enums: TokenStream,
}

/// The code of this operation's responses.
pub fn of(context: &Context<'_>, operation: &Operation, names: &OperationNames) -> ResponseTypes {
    let is_success = |status: Status| match status {
        Status::Code(code) => code < 400,
        Status::Range(digit) => digit < 4,
        Status::Default => false,
    };
    let all = || (0..operation.responses.len()).map(|at| (at, operation.responses[at].status));
    let mut success: Vec<usize> = all().filter(|(_, status)| is_success(*status)).map(|(at, _)| at).collect();
    let errors: Vec<usize> = all().filter(|(_, status)| !is_success(*status)).map(|(at, _)| at).collect();
    if success.is_empty() {
        // `default` describes every status without its own entry, including success.
        success.extend(all().filter(|(_, status)| *status == Status::Default).map(|(at, _)| at));
    }
    let success = success.into_iter().map(|at| Documented::of(context, operation, names, at)).collect::<Vec<_>>();
    let errors = errors.into_iter().map(|at| Documented::of(context, operation, names, at)).collect::<Vec<_>>();
    let mut output = side(&success, &names.response, "Responses");
    if success.is_empty() {
        output.reads = quote!(rt::reply::Reply::any_success);
    }
    let error = side(&errors, &names.error, "Errors");
    let (output_enum, error_enum) = (output.item, error.item);
    let items = operation.responses.iter().zip(&names.responses).map(|(response, names)| {
        let contents = content_item(context, response, names);
        let status = status_text(response.status);
        let headers = headers::item(context, response, names, &format!("The header fields of the response. {status}."));
        quote!(#contents #headers)
    });
    ResponseTypes {
        output: output.ty.unwrap_or_else(|| quote!(())),
        error: error.ty.unwrap_or_else(|| quote!(rt::error::NoError)),
        reads_output: output.reads,
        reads_error: (!errors.is_empty()).then_some(error.reads),
        enums: quote!(#output_enum #error_enum #(#items)*),
    }
}

/// One documented response: the type of its content, and the expression that reads it.
struct Documented<'a> {
    response: &'a Response,
    ty: Option<TokenStream>,
    read: Read,
}

/// A method of the runtime's `Reply` with its arguments.
struct Read {
    method: &'static str,
    arguments: TokenStream,
}

impl<'a> Documented<'a> {
    fn of(context: &Context<'_>, operation: &'a Operation, names: &OperationNames, at: usize) -> Self {
        let response = &operation.responses[at];
        let (ty, read) = match response.forms.as_slice() {
            [] => (None, Read::new("empty", quote!())),
            [one] => (Some(content_type(context, &one.content)), read(one)),
            several => {
                let ident = names.responses[at].content.as_ref().expect("several forms have a name").token();
                (Some(quote!(#ident)), Read::new("one_of", rows(several, &ident)))
            }
        };
        Self { response, ty, read }
    }

    /// The same type, read in the same way.
    fn is_like(&self, other: &Self) -> bool {
        self.has_type_of(other) && self.read.expression().to_string() == other.read.expression().to_string()
    }

    fn has_type_of(&self, other: &Self) -> bool {
        let text = |ty: &Option<TokenStream>| ty.as_ref().map(TokenStream::to_string);
        text(&self.ty) == text(&other.ty)
    }
}

impl Read {
    fn new(method: &'static str, arguments: TokenStream) -> Self {
        Self { method, arguments }
    }

    /// `method(…)`.
    fn call(&self) -> TokenStream {
        let (method, arguments) = (format_ident!("{}", self.method), &self.arguments);
        quote!(#method(#arguments))
    }

    fn expression(&self) -> TokenStream {
        let call = self.call();
        quote!(reply.#call)
    }

    /// A function over a reply.
    fn function(&self) -> TokenStream {
        let (method, read) = (format_ident!("{}", self.method), self.expression());
        if self.arguments.is_empty() { quote!(rt::reply::Reply::#method) } else { quote!(|reply| #read) }
    }
}

struct Half {
    ty: Option<TokenStream>,
    reads: TokenStream,
    item: Option<TokenStream>,
}

fn side(responses: &[Documented<'_>], name: &crate::names::Ident, noun: &str) -> Half {
    let Some(first) = responses.first() else {
        return Half { ty: None, reads: quote!(rt::reply::Reply::undocumented), item: None };
    };
    let has_default = responses.iter().any(|documented| documented.response.status == Status::Default);
    let rest = (!has_default).then(|| quote!(_ => reply.undocumented(),));
    if responses.iter().all(|documented| documented.has_type_of(first)) {
        let ty = first.ty.clone().unwrap_or_else(|| quote!(()));
        return Half { ty: Some(ty), reads: reads_one_type(responses, first, rest), item: None };
    }
    let ident = name.token();
    let arms = responses.iter().map(|documented| {
        let status = documented.response.status;
        let (pattern, variant, read) = (pattern(status), status_word(status).token(), documented.read.expression());
        match documented.ty {
            None => quote!(#pattern => Ok(#ident::#variant),),
            Some(_) => quote!(#pattern => #read.map(#ident::#variant),),
        }
    });
    let reads = quote!(|reply| match reply.status() { #(#arms)* #rest });
    Half { ty: Some(quote!(#ident)), reads, item: Some(item(responses, &ident, noun)) }
}

/// The function that reads responses that all have the type of the first, and their statuses.
fn reads_one_type(responses: &[Documented<'_>], first: &Documented<'_>, rest: Option<TokenStream>) -> TokenStream {
    let patterns = responses.iter().map(|documented| pattern(documented.response.status));
    let read = first.read.expression();
    if !responses.iter().all(|documented| documented.is_like(first)) {
        let reads = responses.iter().map(|documented| documented.read.expression());
        return quote!(|reply| match reply.status() { #(#patterns => #reads,)* #rest });
    }
    let only_codes = responses.iter().all(|documented| matches!(documented.response.status, Status::Code(_)));
    match rest {
        Some(_) if only_codes => {
            let function = first.read.function();
            quote!(#function, #(#patterns),*)
        }
        Some(rest) => quote!(|reply| match reply.status() { #(#patterns)|* => #read, #rest }),
        None => first.read.function(),
    }
}

fn item(responses: &[Documented<'_>], ident: &proc_macro2::Ident, noun: &str) -> TokenStream {
    let variants = responses.iter().map(|documented| {
        let response = documented.response;
        let variant = status_word(response.status).token();
        let doc = docs::doc_or(&response.doc, &format!("{}.", status_text(response.status)));
        match &documented.ty {
            None => quote!(#doc #variant,),
            Some(ty) => quote!(#doc #variant(#ty),),
        }
    });
    let doc = docs::text(&format!("{noun} of the operation, by status."));
    quote! {
        #doc
        #[derive(Debug, Clone)]
        pub enum #ident { #(#variants)* }
    }
}

/// The enum of a content with several media types.
fn content_item(context: &Context<'_>, response: &Response, names: &ResponseNames) -> Option<TokenStream> {
    let ident = names.content.as_ref()?.token();
    let text = format!("The forms of the response body, by media type. {}.", status_text(response.status));
    let forms: Vec<&Representation> = response.forms.iter().collect();
    let derives = quote!(#[derive(Debug, Clone)]);
    Some(forms::item(&ident, &docs::text(&text), &derives, &forms, |form| content_type(context, &form.content)))
}

/// The status in words, for documentation.
pub fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => format!("Status {code}"),
        Status::Range(digit) => format!("Status {digit}XX"),
        Status::Default => "Any other status".to_owned(),
    }
}

fn pattern(status: Status) -> TokenStream {
    match status {
        Status::Code(code) => {
            let code = proc_macro2::Literal::u16_unsuffixed(code);
            quote!(#code)
        }
        Status::Range(digit) => {
            let from = proc_macro2::Literal::u16_unsuffixed(u16::from(digit) * 100);
            let to = proc_macro2::Literal::u16_unsuffixed(u16::from(digit) * 100 + 99);
            quote!(#from..=#to)
        }
        Status::Default => quote!(_),
    }
}

fn content_type(context: &Context<'_>, content: &Content) -> TokenStream {
    match content {
        // Multipart responses are returned as bytes; only the caller interprets them.
        Content::Multipart(_) => quote!(rt::bytes::Bytes),
        content => forms::content_type(context, content, Standing::Alongside),
    }
}

fn read(form: &Representation) -> Read {
    let media_type = form.media_type.as_str();
    match form.content {
        Content::Json(_) if is_problem(media_type) => Read::new("problem", quote!()),
        Content::Json(_) if is_json(media_type) && !forms::has_parameters(media_type) => Read::new("json", quote!()),
        Content::Json(_) | Content::Form(_) => Read::new("json_as", quote!(#media_type)),
        Content::Stream(ref stream) if !stream.has_events() => Read::new("bytes", quote!(#media_type)),
        Content::Multipart(_) | Content::Bytes => Read::new("bytes", quote!(#media_type)),
        Content::Stream(_) | Content::Text => Read::new("text", quote!(#media_type)),
    }
}

/// Whether the document describes the media type of problem details (RFC 9457).
fn is_problem(media_type: &str) -> bool {
    essence(media_type) == "application/problem+json"
}

/// The media types, each with the function that reads it.
fn rows(several: &[Representation], ident: &proc_macro2::Ident) -> TokenStream {
    let rows = several.iter().zip(forms::variants(several.iter())).map(|(form, variant)| {
        let (media_type, read) = (form.media_type.as_str(), read(form).expression());
        quote!((#media_type, |reply| #read.map(#ident::#variant)))
    });
    quote!(&[#(#rows),*])
}
