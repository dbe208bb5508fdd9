//! The request of an operation: a struct of parameters and body, and the code that reads it.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use crate::model::operation::{Body, Content, Parameter, Representation};
use crate::model::schema::{Shape, TypeRef};
use crate::names::{Ident, OperationNames};
use crate::rust::types::{Standing, owned};
use crate::rust::{Context, docs, forms, operations, rules, values};

/// The request of one operation.
#[derive(Debug)]
pub struct Request {
    /// Its type.
    pub ty: TokenStream,
    /// The struct and the enums of its fields.
    pub item: TokenStream,
    /// The statements that check `parameters`.
    pub checks: TokenStream,
    /// How each parameter is read, in the order of the operation.
    pub reads: Vec<Read>,
    /// The expression that reads the body.
    pub body_read: Option<TokenStream>,
}

/// How a parameter is read from `parameters`.
#[derive(Debug)]
pub struct Read {
    /// Its field in the request.
    pub field: proc_macro2::Ident,
    method: TokenStream,
    ty: TokenStream,
    arguments: TokenStream,
}

impl Read {
    /// The expression; its type is inferred.
    pub fn inferred(&self) -> TokenStream {
        let (method, arguments) = (&self.method, &self.arguments);
        quote!(parameters.#method(#arguments)?)
    }

    /// The expression with its type.
    pub fn typed(&self) -> TokenStream {
        let (method, ty, arguments) = (&self.method, &self.ty, &self.arguments);
        quote!(parameters.#method::<#ty>(#arguments)?)
    }
}

/// `None` for an operation without parameters and body.
pub fn of(context: &Context<'_>, at: usize, names: &OperationNames) -> Option<Request> {
    let operation = &context.api.operations[at];
    if operation.parameters.is_empty() && operation.body.is_none() {
        return None;
    }
    let ty = names.request.token();
    let rows = operation.parameters.iter().zip(&names.parameters).zip(0..);
    let (fields, reads): (Vec<TokenStream>, Vec<Read>) =
        rows.map(|((row, ident), index)| parameter(context, row, ident, (at, index))).unzip();
    let body = operation.body.as_ref().map(|body| self::body(context, at, body, names));
    let (body_field, body_read) = body.unzip();
    let forms = operation.body.as_ref().zip(names.body.as_ref());
    let body_item = forms.map(|(body, name)| body_item(context, body, name));
    let form_fields = operation.body.iter().flat_map(|body| body.forms.iter().enumerate());
    let form_fields = form_fields.filter_map(|(at, form)| form_fields_of(context, form, &ty, at)).map(|(_, item)| item);
    let derives = forms::derives(operation.body.iter().flat_map(|body| body.forms.iter()));
    let doc = docs::text(&format!("Request of [`Api::{}`].", names.function));
    let checks = (0..operation.parameters.len()).filter_map(|index| {
        // A parameter with several forms is checked when it is read: its rules help to choose the form.
        let check = rule(context, (at, index)).filter(|_| !operation.parameters[index].or_scalar)?;
        let index = Literal::usize_unsuffixed(index);
        Some(quote!(parameters.check(#index, #check)?;))
    });
    Some(Request {
        ty: quote!(#ty),
        checks: quote!(#(#checks)*),
        item: quote! {
            #doc
            #derives
            pub struct #ty { #(#fields)* #body_field }
            #body_item
            #(#form_fields)*
        },
        reads,
        body_read,
    })
}

fn parameter(
    context: &Context<'_>,
    parameter: &Parameter,
    ident: &Ident,
    (at, index): (usize, usize),
) -> (TokenStream, Read) {
    let field = ident.token();
    let check = parameter.or_scalar.then(|| rule(context, (at, index)).unwrap_or_else(|| quote!(|_| Ok(()))));
    let index = Literal::usize_unsuffixed(index);
    let inner = match &parameter.ty {
        TypeRef::Nullable(inner) => inner,
        ty => ty,
    };
    let ty = owned(context, inner, Standing::Alongside);
    let doc = docs::doc_or(&parameter.doc, &format!("The parameter {}.", docs::code_span(&parameter.name)));
    let default = parameter.default.as_ref().filter(|_| !parameter.is_required);
    let default = default.and_then(|literal| values::default(context, literal, inner, Standing::Alongside));
    let is_present = default.is_some() || parameter.is_required;
    let (method, arguments) = match default {
        Some(value) => {
            let is_empty_list = parameter.default == Some(crate::model::schema::Literal::List(Vec::new()));
            let make = if is_empty_list { quote!(Vec::new) } else { quote!(|| #value) };
            match (own_names(context, parameter, inner), check) {
                (Some(names), _) => (quote!(spread_or_default), quote!(#index, &[#(#names),*], #make)),
                (None, Some(check)) => (quote!(form_or_default), quote!(#index, #check, #make)),
                (None, None) => (quote!(or_default), quote!(#index, #make)),
            }
        }
        None if parameter.is_required => match check {
            Some(check) => (quote!(required_form), quote!(#index, #check)),
            None => (quote!(required), quote!(#index)),
        },
        None => match (own_names(context, parameter, inner), check) {
            (Some(names), _) => (quote!(spread), quote!(#index, &[#(#names),*])),
            (None, Some(check)) => (quote!(optional_form), quote!(#index, #check)),
            (None, None) => (quote!(optional), quote!(#index)),
        },
    };
    let of_field = if is_present { quote!(#ty) } else { quote!(Option<#ty>) };
    (quote!(#doc pub #field: #of_field,), Read { field, method, ty, arguments })
}

/// The closure that checks the rules of a parameter of an operation, if it has any.
fn rule(context: &Context<'_>, of: (usize, usize)) -> Option<TokenStream> {
    context.api.rules.parameters.get(&of).map(|id| rules::check(context, *id))
}

/// The names of an exploded object's pairs. The object is present if any of them is.
fn own_names<'c>(context: &'c Context<'_>, parameter: &Parameter, ty: &'c TypeRef) -> Option<Vec<&'c str>> {
    let (TypeRef::Named(id) | TypeRef::Boxed(id)) = context.resolved(ty) else { return None };
    match &context.api.type_def(*id).shape {
        Shape::Struct(shape) if parameter.is_spread() && shape.additional.is_none() => {
            Some(shape.fields.iter().map(|field| field.wire.as_str()).collect())
        }
        Shape::Struct(_) | Shape::Tuple(_) | Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}

/// [`operations::form_fields`] of a form, for bodies of another kind none.
fn form_fields_of(
    context: &Context<'_>,
    form: &Representation,
    owner: &proc_macro2::Ident,
    at: usize,
) -> Option<(proc_macro2::Ident, TokenStream)> {
    match form.content {
        Content::Form(_) => operations::form_fields(context, form, owner, at),
        Content::Json(_) | Content::Multipart(_) | Content::Text | Content::Stream(_) | Content::Bytes => None,
    }
}

fn body(context: &Context<'_>, at: usize, body: &Body, names: &OperationNames) -> (TokenStream, TokenStream) {
    let doc = docs::doc_or(&body.doc, "The body of the request.");
    let owner = names.request.token();
    let (ty, read) = match &names.body {
        None => {
            let form = body.forms.first();
            let read = read(context, (at, 0), form, &owner, body.is_required);
            (content_type(context, form), read)
        }
        Some(name) => (name.token().into_token_stream(), read_one_of(context, at, body, &owner, &name.token())),
    };
    let ty = if body.is_required { ty } else { quote!(Option<#ty>) };
    (quote!(#doc pub body: #ty,), read)
}

/// The runtime call that reads this form, given the indexes of the operation and the form. A stream is not awaited.
fn read(
    context: &Context<'_>,
    at: (usize, usize),
    form: &Representation,
    owner: &proc_macro2::Ident,
    is_required: bool,
) -> TokenStream {
    let media_type = form.media_type.as_str();
    let (method, arguments) = match &form.content {
        Content::Json(_) if forms::has_parameters(media_type) => ("json_as", quote!(#media_type)),
        Content::Json(_) => ("json", quote!()),
        Content::Form(_) => match form_fields_of(context, form, owner, at.1) {
            Some((name, _)) => ("form_with", quote!(api::#owner::#name)),
            None => ("form", quote!()),
        },
        Content::Multipart(_) => ("multipart", quote!()),
        Content::Text => ("text", quote!(#media_type)),
        Content::Stream(_) | Content::Bytes => ("stream", quote!(#media_type)),
    };
    let method = if is_required { format_ident!("{method}") } else { format_ident!("optional_{method}") };
    let checked = context.api.rules.bodies.get(&at).map(|id| {
        let check = rules::check(context, *id);
        quote!(.checked(#check))
    });
    let wait = (!form.content.is_bytes()).then(|| quote!(.await));
    quote!(body #checked .#method(#arguments) #wait ?)
}

fn content_type(context: &Context<'_>, form: &Representation) -> TokenStream {
    match &form.content {
        Content::Stream(_) | Content::Bytes => quote!(rt::body_stream::BodyStream),
        content => forms::content_type(context, content, Standing::Alongside),
    }
}

/// The media type of the request selects the form.
fn read_one_of(
    context: &Context<'_>,
    at: usize,
    body: &Body,
    owner: &proc_macro2::Ident,
    ident: &proc_macro2::Ident,
) -> TokenStream {
    let media_types = body.forms.iter().map(|form| form.media_type.as_str());
    let last = body.forms.count() - 1;
    let arms = body.forms.iter().zip(forms::variants(body.forms.iter())).enumerate().map(|(index, (form, variant))| {
        let read = read(context, (at, index), form, owner, true);
        let number = Literal::usize_unsuffixed(index);
        let pattern = if index == last { quote!(_) } else { quote!(#number) };
        if body.is_required {
            quote!(#pattern => api::#ident::#variant(#read),)
        } else {
            quote!(Some(#pattern) => Some(api::#ident::#variant(#read)),)
        }
    });
    if body.is_required {
        quote!(match body.one_of(&[#(#media_types),*])? { #(#arms)* })
    } else {
        quote!(match body.optional_one_of(&[#(#media_types),*])? { None => None, #(#arms)* })
    }
}

fn body_item(context: &Context<'_>, body: &Body, name: &Ident) -> TokenStream {
    let all: Vec<&Representation> = body.forms.iter().collect();
    let doc = docs::text("The forms of the body, by the media type of the request.");
    let derives = forms::derives(body.forms.iter());
    forms::item(&name.token(), &doc, &derives, &all, |form| content_type(context, form))
}
