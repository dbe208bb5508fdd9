//! The client over reqwest: one method per operation, one builder method per security scheme.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::auth_file::{self, AuthFile};
use super::need::Need;
use super::runtime::RuntimeParts;
use super::target::{Job, Target};
use super::templates::Engine;
use super::view::{View, view};
use super::{Draft, attributes, manifest, needs, schemes, types_file};
use crate::model::operation::{Body, Content, Operation, Parameter, Representation};
use crate::model::schema::TypeRef;
use crate::model::security::SchemeId;
use crate::names::{Ident, OperationNames};
use crate::rust::types::{Standing, argument, is_borrowed};
use crate::rust::{Code, Context, Side, docs, forms, operations};

mod builder;
mod readme;
mod responses;
mod runtime;

/// The paths of the runtime that `auth.rs` re-exports, each with the need that it belongs to.
const AUTH: &[(Need, &str)] = &[
    (Need::OAuth, "authorization_code::{AuthorizationCode, Consent}"),
    (Need::Always, "credential::{Authorization, BoxError, BoxFuture, Key, Login, Provider, Signer, Token}"),
    (Need::OAuth, "device_code::{DeviceCode, Pairing}"),
    (Need::OAuth, "discovery::{Discovered, discover, discover_with}"),
    (Need::MutualTls, "identity::{Identity, IdentityError}"),
    (Need::OAuth, "oauth::{ClientCredentials, PasswordGrant, RefreshToken}"),
    (Need::Schemes, "secrets::SecretsError"),
    (Need::OAuth, "session::Session"),
    (Need::OAuth, "token_endpoint::{ClientAuthentication, TokenError}"),
    (Need::Always, "transport::Transport"),
];

/// The target.
pub struct ClientReqwest;

impl Target for ClientReqwest {
    fn name(&self) -> &'static str {
        "client"
    }

    fn side(&self) -> Side {
        Side::Client
    }

    fn runtime(&self) -> &'static RuntimeParts {
        &runtime::RUNTIME
    }

    fn files(&self, job: &Job<'_>) -> Draft {
        let Job { context, engine, settings, .. } = *job;
        let mut draft = Draft::new(if settings.is_crate() { "src/" } else { "" });
        types_file::add(job, &mut draft);
        draft.rust("operations.rs", "client_reqwest/operations.rs", operations_file(context, engine));
        draft.rust("client.rs", "client_reqwest/client.rs", builder::file(context, engine, settings));
        auth_file::add(job, auth(context), &mut draft);
        super::runtime::add(job, &mut draft);
        draft.rust(settings.entry(), "client_reqwest/lib.rs", lib_file(job));
        if settings.is_crate() {
            draft.toml("Cargo.toml", manifest::text(job));
            draft.markdown("README.md", readme::text(context, engine, settings));
        }
        draft
    }
}

fn auth(context: &Context<'_>) -> AuthFile {
    AuthFile {
        summary: "the types of their credentials",
        reexports: AUTH,
        defines_key: true,
        key_arguments: |scheme| {
            let path = schemes::of(scheme).credential().path;
            quote!(<#path>)
        },
        items: flows(context),
    }
}

/// The functions of `auth.rs` that obtain tokens.
fn flows(context: &Context<'_>) -> Vec<TokenStream> {
    let schemes = context.api.schemes.iter().zip(0..);
    schemes
        .flat_map(|(scheme, at)| schemes::of(scheme).flows(context.names.scheme(SchemeId(at)).function.plain()))
        .collect()
}

fn operations_file(context: &Context<'_>, engine: &Engine) -> String {
    let operations: Vec<View> = (0..context.api.operations.len()).map(|at| operation(context, at)).collect();
    engine.render(
        "client_reqwest/operations.rs",
        view! {
            has_types: !context.api.types.is_empty(),
            has_schemes: !context.api.schemes.is_empty(),
            has_downloads: needs::has_streams(context),
            operations: operations,
        },
    )
}

fn operation(context: &Context<'_>, index: usize) -> View {
    let operation = &context.api.operations[index];
    let names = context.names.operation(index);
    let parts = arguments(context, operation, names);
    let responses = responses::of(context, operation, names);
    let data = operations::data(context, index);
    let (output, error) = (&responses.output, &responses.error);
    let (reads_output, reads_error) = (&responses.reads_output, &responses.reads_error);
    let arguments = &parts.arguments;
    let (response_items, body_item) = (&responses.enums, &parts.items);
    let enums = quote!(#body_item #response_items);
    let function_doc = function_doc(operation, names);
    let function = &names.function;
    let marker = format!("The operation of [`Client::{function}`](super::client::Client::{function}).");
    view! {
        doc: function_doc,
        function: &names.function,
        ty: &names.ty,
        arguments: arguments.clone(),
        chain: parts.chain,
        marker_doc: docs::text(&marker),
        data: data,
        output: output.clone(),
        error: error.clone(),
        reads_output: reads_output.clone(),
        has_errors: reads_error.is_some(),
        reads_error: reads_error.clone().unwrap_or_default(),
        setters: parts.setters,
        enums: enums,
    }
}

/// The description in the document, the request line, and links to the header fields of the responses.
fn function_doc(operation: &Operation, names: &OperationNames) -> TokenStream {
    let line = format!("{} {}", operation.method.as_str(), operation.path.text);
    let mut doc = docs::doc_and(&operation.doc, &docs::code_span(&line));
    let headers: Vec<String> = names
        .responses
        .iter()
        .filter_map(|response| response.headers.as_ref())
        .map(|ident| format!("[`{ident}`]"))
        .collect();
    if !headers.is_empty() {
        doc = quote!(#doc #[doc = ""]);
        doc.extend(docs::text(&format!("The header fields of its responses: {}.", headers.join(", "))));
    }
    let deprecated = operation.is_deprecated.then(|| quote!(#[deprecated]));
    quote!(#doc #deprecated)
}

/// The parameters and body of an operation: arguments if required, setters otherwise.
struct Arguments {
    arguments: TokenStream,
    chain: TokenStream,
    setters: Vec<View>,
    /// Additional types of the operation.
    items: TokenStream,
}

fn arguments(context: &Context<'_>, operation: &Operation, names: &OperationNames) -> Arguments {
    let mut out = Arguments { arguments: quote!(), chain: quote!(), setters: Vec::new(), items: quote!() };
    for (index, (parameter, ident)) in operation.parameters.iter().zip(&names.parameters).enumerate() {
        out.parameter(context, index, parameter, ident);
    }
    if let Some(body) = &operation.body {
        out.body(context, body, names.body.as_ref());
    }
    out
}

impl Arguments {
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

    fn body(&mut self, context: &Context<'_>, body: &Body, name: Option<&Ident>) {
        let (ty, call) = match name {
            None => one_form(context, body.forms.first()),
            Some(name) => self.several_forms(context, body, &name.token()),
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
        ident: &proc_macro2::Ident,
    ) -> (TokenStream, TokenStream) {
        let all: Vec<&Representation> = body.forms.iter().collect();
        let doc = docs::text("The forms of the body, by media type.");
        let derives = forms::derives(body.forms.iter());
        self.items.extend(forms::item(ident, &doc, &derives, &all, |form| match form.content {
            Content::Bytes => quote!(rt::reqwest::Body),
            Content::Json(_) | Content::Form(_) | Content::Multipart(_) | Content::Text => {
                forms::content_type(context, &form.content, Standing::Alongside)
            }
        }));
        let value = quote!(&body);
        let arms = all.iter().zip(forms::variants(body.forms.iter())).map(|(form, variant)| {
            let set = set(form, &value);
            quote!(#ident::#variant(body) => call #set,)
        });
        (quote!(#ident), quote!(.with(|call| match body { #(#arms)* })))
    }
}

/// The type of the argument, and the call that sets it.
fn one_form(context: &Context<'_>, form: &Representation) -> (TokenStream, TokenStream) {
    let body = format_ident!("body");
    let (ty, value) = match &form.content {
        Content::Json(ty) | Content::Form(ty) => {
            (argument(context, ty, Standing::Alongside), reference(context, ty, &body))
        }
        Content::Multipart(id) => (argument(context, &TypeRef::Named(*id), Standing::Alongside), quote!(body)),
        Content::Text => (quote!(&str), quote!(body)),
        Content::Bytes => (quote!(impl Into<rt::reqwest::Body>), quote!(body)),
    };
    (ty, set(form, &value))
}

/// The method call that sets a body to the value.
fn set(form: &Representation, value: &TokenStream) -> TokenStream {
    let media_type = form.sent_as();
    match &form.content {
        Content::Json(_) if media_type == "application/json" => quote!(.json(#value)),
        Content::Json(_) => quote!(.json_as(#media_type, #value)),
        Content::Form(_) if form.fields().next().is_some() => {
            let fields = form.fields().map(operations::parameter);
            quote!(.encoded(rt::form_write::encode_with(#value, &[#(#fields),*])))
        }
        Content::Form(_) => quote!(.encoded(rt::form_write::encode(#value))),
        Content::Multipart(_) => quote!(.multipart(rt::multipart_write::encode(#value))),
        Content::Text => quote!(.text(#media_type, #value)),
        Content::Bytes => quote!(.bytes(#media_type, body)),
    }
}

/// The expression that borrows an argument as `&dyn Encode`. Structs are already references.
fn reference(context: &Context<'_>, ty: &TypeRef, name: &proc_macro2::Ident) -> TokenStream {
    use crate::model::schema::Scalar;
    let unsized_behind =
        matches!(context.resolved(ty), TypeRef::Scalar(Scalar::Text | Scalar::Password) | TypeRef::List(_));
    if is_borrowed(context, ty) && !unsized_behind { quote!(#name) } else { quote!(&#name) }
}

fn place_word(parameter: &Parameter) -> &'static str {
    use crate::model::operation::ParameterStyle;
    match parameter.style {
        ParameterStyle::Path(_) => "path",
        ParameterStyle::Query(_) => "query",
        ParameterStyle::Header | ParameterStyle::HeaderJson => "header",
        ParameterStyle::Cookie | ParameterStyle::CookieJson => "cookie",
    }
}

fn lib_file(job: &Job<'_>) -> String {
    let Job { context, engine, settings, needs, .. } = *job;
    let api = context.api;
    engine.render(
        "client_reqwest/lib.rs",
        view! {
            crate_doc: attributes::crate_doc(api, settings),
            allow_module: attributes::allow_module(settings),
            allow_unused: attributes::allow_unused(settings),
            is_vendored: settings.is_vendored(),
            has_types: !api.types.is_empty(),
            has_serde: needs.has_serde_impls(settings),
            serde_gate: attributes::serde_gate(settings),
            has_schemes: !api.schemes.is_empty(),
            has_operations: !api.operations.is_empty(),
            has_base64: needs.has(Need::Base64),
            has_downloads: needs.has(Need::Download),
            has_files: needs.has(Need::File),
            has_part_headers: needs.has(Need::PartHeaders),
            has_passwords: needs.has(Need::Password),
        },
    )
}
