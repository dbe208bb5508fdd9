//! What an operation answers, as the client reads it: a type for success, a type for errors, an enum where several
//! types are possible.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::operation::{Content, Operation, Response, Status};
use crate::names::{OperationNames, status_word};
use crate::rust::types::{Standing, owned};
use crate::rust::{Context, docs};

/// The code of an operation's answers.
pub struct Answers {
    /// The type of success.
    pub output: TokenStream,
    /// The type of the errors.
    pub error: TokenStream,
    /// What reads a success.
    pub reads_output: TokenStream,
    /// What reads an error, where any is documented.
    pub reads_error: Option<TokenStream>,
    /// The enums behind the two types.
    pub enums: TokenStream,
}

/// Decides for one operation.
pub fn of(context: &Context<'_>, operation: &Operation, names: &OperationNames) -> Answers {
    let is_success = |status: Status| match status {
        Status::Code(code) => code < 400,
        Status::Range(digit) => digit < 4,
        Status::Default => false,
    };
    let mut success: Vec<&Response> = operation.responses.iter().filter(|r| is_success(r.status)).collect();
    let errors: Vec<&Response> = operation.responses.iter().filter(|r| !is_success(r.status)).collect();
    if success.is_empty() {
        // `default` stands for every status that has no answer of its own, success among them.
        success.extend(operation.responses.iter().filter(|r| r.status == Status::Default));
    }
    let output = side(context, &success, &names.response, "answers");
    let error = side(context, &errors, &names.error, "answers as an error");
    let (output_enum, error_enum) = (output.item, error.item);
    Answers {
        output: output.ty.unwrap_or_else(|| quote!(())),
        error: error.ty.unwrap_or_else(|| quote!(NoError)),
        reads_output: output.reads,
        reads_error: (!errors.is_empty()).then_some(error.reads),
        enums: quote!(#output_enum #error_enum),
    }
}

struct Half {
    ty: Option<TokenStream>,
    reads: TokenStream,
    item: Option<TokenStream>,
}

fn side(context: &Context<'_>, responses: &[&Response], name: &crate::names::Ident, verb: &str) -> Half {
    let Some(first) = responses.first() else {
        return Half { ty: None, reads: quote!(Reply::undocumented), item: None };
    };
    let rest = if responses.iter().any(|r| r.status == Status::Default) {
        None
    } else {
        Some(quote!(_ => reply.undocumented(),))
    };
    if responses.iter().all(|r| r.content == first.content) {
        let read = read(&first.content);
        let patterns = responses.iter().map(|r| pattern(r.status));
        let only_codes = responses.iter().all(|r| matches!(r.status, Status::Code(_)));
        let reads = match rest {
            Some(_) if only_codes => {
                let read = method(&first.content);
                quote!(|reply| reply.only(&[#(#patterns),*])?.#read())
            }
            Some(rest) => quote!(|reply| match reply.status() { #(#patterns)|* => #read, #rest }),
            None => {
                let read = method(&first.content);
                quote!(Reply::#read)
            }
        };
        return Half { ty: Some(content_type(context, &first.content)), reads, item: None };
    }
    let ident = name.token();
    let arms = responses.iter().map(|response| {
        let (pattern, variant, read) =
            (pattern(response.status), status_word(response.status).token(), read(&response.content));
        match response.content {
            Content::Empty => quote!(#pattern => Ok(#ident::#variant),),
            _ => quote!(#pattern => #read.map(#ident::#variant),),
        }
    });
    let reads = quote!(|reply| match reply.status() { #(#arms)* #rest });
    Half { ty: Some(quote!(#ident)), reads, item: Some(item(context, responses, &ident, verb)) }
}

fn item(context: &Context<'_>, responses: &[&Response], ident: &proc_macro2::Ident, verb: &str) -> TokenStream {
    let variants = responses.iter().map(|response| {
        let variant = status_word(response.status).token();
        let doc = docs::doc_or(&response.doc, &format!("{}.", status_text(response.status)));
        match response.content {
            Content::Empty => quote!(#doc #variant,),
            _ => {
                let ty = content_type(context, &response.content);
                quote!(#doc #variant(#ty),)
            }
        }
    });
    let doc = docs::ours(&format!("What the operation {verb}, by status."));
    quote! {
        #doc
        #[derive(Debug, Clone)]
        pub enum #ident { #(#variants)* }
    }
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
        Content::Json(ty) | Content::Form(ty) => owned(context, ty, Standing::Beside),
        Content::Multipart(_) | Content::Bytes => quote!(Bytes),
        Content::Text => quote!(String),
        Content::Empty => quote!(()),
    }
}

fn read(content: &Content) -> TokenStream {
    let method = method(content);
    quote!(reply.#method())
}

/// The method of the runtime's reply that reads this content.
fn method(content: &Content) -> TokenStream {
    match content {
        Content::Json(_) | Content::Form(_) => quote!(json),
        Content::Multipart(_) | Content::Bytes => quote!(bytes),
        Content::Text => quote!(text),
        Content::Empty => quote!(empty),
    }
}
