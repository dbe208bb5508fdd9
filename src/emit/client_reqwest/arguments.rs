//! The parameters and body of an operation as arguments and setters of its method.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::super::view::{View, view};
use crate::model::operation::{Body, Content, Operation, Parameter, ParameterStyle, Representation};
use crate::model::schema::{Scalar, TypeRef};
use crate::names::{Ident, OperationNames};
use crate::rust::types::{Standing, argument, is_borrowed};
use crate::rust::{Code, Context, docs, forms, operations};

/// The parameters and body of an operation: arguments if required, setters otherwise.
pub struct Arguments {
    /// The arguments of the method.
    pub arguments: TokenStream,
    /// The calls that set them.
    pub chain: TokenStream,
    /// The setters.
    pub setters: Vec<View>,
    /// Additional types of the operation.
    pub items: TokenStream,
}

impl Arguments {
    /// The arguments and setters of this operation.
    pub fn of(context: &Context<'_>, operation: &Operation, names: &OperationNames) -> Self {
        let mut out = Self { arguments: quote!(), chain: quote!(), setters: Vec::new(), items: quote!() };
        for (index, (parameter, ident)) in operation.parameters.iter().zip(&names.parameters).enumerate() {
            out.parameter(context, index, parameter, ident);
        }
        if let Some(body) = &operation.body {
            out.body(context, body, names);
        }
        out
    }

    fn parameter(&mut self, context: &Context<'_>, index: usize, parameter: &Parameter, ident: &Ident) {
        let name = ident.token();
        // An absent parameter and one that is null have the same encoding.
        let inner = match &parameter.ty {
            TypeRef::Nullable(inner) => inner,
            ty => ty,
        };
        let ty = argument(context, inner, Standing::Alongside);
        let value = reference(context, inner, &name);
        let index = Literal::usize_unsuffixed(index);
        if parameter.is_required {
            self.arguments.extend(quote!(#name: #ty,));
            self.chain.extend(quote!(.set(#index, #value)));
            return;
        }
        let fallback = format!("The {} parameter {}.", place_word(parameter), docs::code_span(&parameter.name));
        let mut doc = docs::doc_or(&parameter.doc, &fallback);
        if let Some(default) = &parameter.default {
            doc = quote!(#doc #[doc = ""]);
            doc.extend(docs::text(&format!("Default of the server: {}.", docs::code_span(&default.to_string()))));
        }
        let deprecated = parameter.is_deprecated.then(|| quote!(#[deprecated]));
        self.setters.push(view! {
            doc: quote!(#doc #deprecated),
            name: ident,
            ty: ty,
            body: quote!(.set(#index, #value)),
        });
    }

    fn body(&mut self, context: &Context<'_>, body: &Body, names: &OperationNames) {
        let owner = names.ty.token();
        let fields = body.forms.iter().enumerate().map(|(at, form)| match form.content {
            Content::Form(_) => operations::form_fields(context, form, &owner, at).unzip(),
            Content::Json(_) | Content::Multipart(_) | Content::Text | Content::Stream(_) | Content::Bytes => {
                (None, None)
            }
        });
        let (fields, items): (Vec<Option<proc_macro2::Ident>>, Vec<Option<TokenStream>>) = fields.unzip();
        self.items.extend(items.into_iter().flatten());
        let fields: Vec<Option<TokenStream>> =
            fields.into_iter().map(|name| name.map(|name| quote!(#owner::#name))).collect();
        let (ty, call) = match &names.body {
            None => one_form(context, body.forms.first(), fields[0].as_ref()),
            Some(name) => self.several_forms(context, body, &fields, &name.token()),
        };
        if body.is_required {
            self.arguments.extend(quote!(body: #ty,));
            self.chain.extend(call);
            return;
        }
        self.setters.push(view! {
            doc: docs::doc_or(&body.doc, "The body of the request."),
            name: Code::word("body"),
            ty: ty,
            body: call,
        });
    }

    /// The enum of the media types, and the call that sets the body in the chosen one.
    fn several_forms(
        &mut self,
        context: &Context<'_>,
        body: &Body,
        fields: &[Option<TokenStream>],
        ident: &proc_macro2::Ident,
    ) -> (TokenStream, TokenStream) {
        let all: Vec<&Representation> = body.forms.iter().collect();
        let doc = docs::text("The forms of the body, by media type.");
        let derives = forms::derives(body.forms.iter());
        self.items.extend(forms::item(ident, &doc, &derives, &all, |form| match form.content {
            Content::Stream(_) | Content::Bytes => quote!(rt::reqwest::Body),
            Content::Json(_) | Content::Form(_) | Content::Multipart(_) | Content::Text => {
                forms::content_type(context, &form.content, Standing::Alongside)
            }
        }));
        let value = quote!(&body);
        let arms = all.iter().zip(fields).zip(forms::variants(body.forms.iter())).map(|((form, fields), variant)| {
            let set = set(form, fields.as_ref(), &value);
            quote!(#ident::#variant(body) => call #set,)
        });
        (quote!(#ident), quote!(.with(|call| match body { #(#arms)* })))
    }
}

/// The type of the argument, and the call that sets it.
fn one_form(context: &Context<'_>, form: &Representation, fields: Option<&TokenStream>) -> (TokenStream, TokenStream) {
    let body = format_ident!("body");
    let (ty, value) = match &form.content {
        Content::Json(ty) | Content::Form(ty) => {
            (argument(context, ty, Standing::Alongside), reference(context, ty, &body))
        }
        Content::Multipart(id) => (argument(context, &TypeRef::Named(*id), Standing::Alongside), quote!(body)),
        Content::Text => (quote!(&str), quote!(body)),
        Content::Stream(_) | Content::Bytes => (quote!(impl Into<rt::reqwest::Body>), quote!(body)),
    };
    (ty, set(form, fields, &value))
}

/// The method call that sets a body to the value. `fields` is the constant of a form's fields.
fn set(form: &Representation, fields: Option<&TokenStream>, value: &TokenStream) -> TokenStream {
    let media_type = form.sent_as();
    match &form.content {
        Content::Json(_) if media_type == "application/json" => quote!(.json(#value)),
        Content::Json(_) => quote!(.json_as(#media_type, #value)),
        Content::Form(_) => match fields {
            Some(fields) => quote!(.encoded(rt::form_write::encode_with(#value, #fields))),
            None => quote!(.encoded(rt::form_write::encode(#value))),
        },
        Content::Multipart(_) => quote!(.multipart(rt::multipart_write::encode(#value))),
        Content::Text => quote!(.text(#media_type, #value)),
        Content::Stream(_) | Content::Bytes => quote!(.bytes(#media_type, body)),
    }
}

/// The expression that borrows an argument as `&dyn Encode`. Structs are already references.
fn reference(context: &Context<'_>, ty: &TypeRef, name: &proc_macro2::Ident) -> TokenStream {
    let unsized_behind =
        matches!(context.resolved(ty), TypeRef::Scalar(Scalar::Text | Scalar::Password) | TypeRef::List(_));
    if is_borrowed(context, ty) && !unsized_behind { quote!(#name) } else { quote!(&#name) }
}

fn place_word(parameter: &Parameter) -> &'static str {
    match parameter.style {
        ParameterStyle::Path(_) => "path",
        ParameterStyle::Query(_) => "query",
        ParameterStyle::Header | ParameterStyle::HeaderJson => "header",
        ParameterStyle::Cookie | ParameterStyle::CookieJson => "cookie",
    }
}
