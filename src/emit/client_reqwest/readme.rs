//! The README of a client: the first call and how to authenticate.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::super::base_path::base_path;
use super::super::feature_rows::feature_rows;
use super::super::need::Need;
use super::super::target::Job;
use super::super::templates::TemplateError;
use super::super::view::{View, view};
use super::super::{Settings, schemes, skipped_parts};
use super::groups::Method as ClientMethod;
use super::{auth, builder, responses};
use crate::model::operation::{Method, Operation};
use crate::model::schema::{Scalar, TypeRef};
use crate::model::security::{Access, SchemeId};
use crate::rust::{Context, docs, models};

/// The text of the README.
pub fn text(job: &Job<'_>, methods: &[ClientMethod]) -> Result<String, TemplateError> {
    let Job { context, engine, settings, needs, .. } = *job;
    let api = context.api;
    let prose = |text: &str| View::prose(docs::markdown(text).join(" ").replace('|', "\\|"));
    let servers: Vec<View> = api
        .servers
        .iter()
        .map(|server| {
            view! {
                url: View::prose(docs::code_span(&server.template)),
                description: prose(server.description.as_deref().unwrap_or_default()),
            }
        })
        .collect();
    let variables = builder::variables(context.api, context.names, &settings.name);
    let variable = |name: &Option<String>| name.as_deref().map_or_else(|| "—".to_owned(), docs::code_span);
    let entry = api.schemes.first().map(|scheme| format!("{}: \"…\"", serde_json::Value::from(scheme.name.as_str())));
    let rows: Vec<View> = api
        .schemes
        .iter()
        .zip(0_usize..)
        .map(|(scheme, at)| {
            view! {
                name: View::prose(docs::code_span(&scheme.name).replace('|', "\\|")),
                variable: View::prose(variable(&variables[at])),
                method: &context.names.scheme(SchemeId(at)).function,
                sentence: View::prose(schemes::of(scheme).sentence().replace('|', "\\|")),
            }
        })
        .collect();
    engine.render(
        "client_reqwest/README.md",
        view! {
            name: View::prose(settings.name.clone()),
            title: prose(&api.title),
            version: View::prose(docs::code_span(&api.version)),
            servers: servers,
            has_webhooks: settings.options.has_webhooks,
            example: View::prose(example(context, settings, methods)),
            entry: View::prose(entry.unwrap_or_default()),
            schemes: rows,
            features: feature_rows(context),
            skipped_parts: skipped_parts::rows(api),
            has_blocking: settings.options.has_blocking,
            has_wasm: settings.options.has_wasm,
            has_dpop: needs.has(Need::Dpop),
            has_pages: needs.has(Need::Pages),
            has_streams: needs.has(Need::Download),
            has_item_streams: needs.has(Need::ItemStreams),
            has_idempotency_keys: !api.rules.idempotency_keys.is_empty(),
            has_telemetry: settings.options.has_telemetry,
            has_tower: needs.has(Need::Tower),
            has_test_double: settings.options.has_test_double,
            has_parts: !models::multipart_types(context).is_empty(),
            flows: flow_names(context).into_iter().map(View::prose).collect::<Vec<View>>(),
        },
    )
}

/// The functions that obtain tokens, with the names of their arguments.
fn flow_names(context: &Context<'_>) -> Vec<String> {
    let items =
        auth::flows(context).into_iter().map(|item| syn::parse2::<syn::ItemFn>(item).expect("each flow is a function"));
    let arguments = |item: &syn::ItemFn| {
        let names = item.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(typed.pat.to_token_stream().to_string()),
            syn::FnArg::Receiver(_) => None,
        });
        names.collect::<Vec<_>>().join(", ")
    };
    items.map(|item| format!("{}({})", item.sig.ident, arguments(&item))).collect()
}

/// A program that calls one operation: if possible a secured one with few arguments.
pub fn example(context: &Context<'_>, settings: &Settings, methods: &[ClientMethod]) -> String {
    let api = context.api;
    let chosen = api
        .operations
        .iter()
        .enumerate()
        .filter_map(|(at, operation)| Some((at, operation, arguments(context, operation)?)))
        .max_by_key(|(at, operation, arguments)| {
            let is_get = operation.method == Method::Get;
            let is_secured = operation.access != Access::Open;
            let is_current = !operation.is_deprecated;
            (is_current, is_get, is_secured, std::cmp::Reverse(arguments.len()), std::cmp::Reverse(*at))
        });
    let krate = format_ident!("{}", settings.name.replace('-', "_"));
    let access = chosen.as_ref().map(|(_, operation, _)| &operation.access);
    let credentials = access.map(|access| credentials(context, &krate, access)).unwrap_or_default();
    let base_url = format!("https://api.example.com{}", base_path(api));
    let has_webhooks = settings.options.has_webhooks;
    let base_url = (api.servers.is_empty() && !has_webhooks).then(|| quote!(.base_url(#base_url)));
    let (secret, receiver) = match has_webhooks {
        true => (
            quote! {
                let secret: #krate::webhooks::SigningSecret = std::env::var("WEBHOOK_SECRET")?.parse()?;
            },
            quote!("https://receiver.example.com/hooks", secret),
        ),
        false => (quote!(), quote!()),
    };
    let call = chosen.map(|(at, operation, arguments)| {
        let names = context.names.operation(at);
        let method = methods.iter().find(|method| method.index == at).expect("every operation has a method");
        let function = method.call(&quote!(api));
        let has_body = responses::of(context, operation, names).output.to_string() != quote!(()).to_string();
        if has_body {
            quote! {
                let response = #function(#(#arguments),*).await?.into_body();
                println!("{response:?}");
            }
        } else {
            quote!(#function(#(#arguments),*).await?;)
        }
    });
    let binding = if call.is_some() { quote!(api) } else { quote!(_api) };
    let file = quote! {
        #[tokio::main]
        async fn main() -> Result<(), Box<dyn std::error::Error>> {
            #secret
            let #binding = #krate::Client::builder(#receiver) #credentials #base_url .build()?;
            #call
            Ok(())
        }
    };
    let file = syn::parse2(file).expect("the example is well formed");
    prettyprint(&file)
}

fn prettyprint(file: &syn::File) -> String {
    crate::rust::format::tokens(file).trim_end().to_owned()
}

/// The builder calls for the first alternative, with credentials from the environment.
fn credentials(context: &Context<'_>, krate: &Ident, access: &Access) -> TokenStream {
    let Access::Guarded { any_of, .. } = access else { return quote!() };
    any_of
        .first()
        .iter()
        .map(|scheme_use| {
            let names = context.names.scheme(scheme_use.scheme);
            let function = names.function.token();
            let name = names.constant.as_str();
            let argument = schemes::of(context.api.scheme(scheme_use.scheme)).example(krate, name);
            quote!(.#function(#argument))
        })
        .collect()
}

/// Sample arguments, if all required parameters are of simple types.
fn arguments(context: &Context<'_>, operation: &Operation) -> Option<Vec<TokenStream>> {
    if operation.body.as_ref().is_some_and(|body| body.is_required) {
        return None;
    }
    let required = operation.parameters.iter().filter(|parameter| parameter.is_required);
    required.map(|parameter| sample(context, &parameter.ty, &parameter.name)).collect()
}

fn sample(context: &Context<'_>, ty: &TypeRef, name: &str) -> Option<TokenStream> {
    let TypeRef::Scalar(scalar) = context.resolved(ty) else { return None };
    match scalar {
        Scalar::Bool => Some(quote!(true)),
        Scalar::Int32 | Scalar::Int64 | Scalar::UInt32 | Scalar::UInt64 => Some(quote!(1)),
        Scalar::Float32 | Scalar::Float64 => Some(quote!(1.0)),
        Scalar::Text | Scalar::Password => {
            let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
            Some(quote!(#plain))
        }
        Scalar::Any
        | Scalar::DateTime
        | Scalar::Date
        | Scalar::Uuid
        | Scalar::Base64
        | Scalar::File
        | Scalar::Mapped(_) => None,
    }
}
