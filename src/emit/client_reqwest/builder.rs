//! The client and its builder, with one method for each scheme.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::attributes;
use super::super::base_path::base_path;
use super::super::need::Need;
use super::super::needs::Needs;
use super::super::schemes;
use super::super::target::Job;
use super::super::templates::TemplateError;
use super::super::view::{View, view};
use crate::model::Api;
use crate::model::operation::{Server, ServerVariable};
use crate::model::security::{Scheme, SchemeId};
use crate::names::NameTable;
use crate::rust::{Code, docs};

/// `client.rs`.
pub fn file(job: &Job<'_>) -> Result<String, TemplateError> {
    let Job { context, engine, settings, needs, .. } = *job;
    let api = context.api;
    let native_gate = attributes::native_gate(needs);
    let credentials: Vec<View> = api
        .schemes
        .iter()
        .zip(0..)
        .map(|(scheme, at)| {
            let credential = schemes::of(scheme).credential();
            let names = context.names.scheme(SchemeId(at));
            view! {
                doc: attributes::credential_attributes(scheme, needs),
                function: &names.function,
                constant: &names.constant,
                argument: Code::word(credential.argument),
                ty: credential.path,
            }
        })
        .collect();
    let variables = variables(api, context.names, &settings.name);
    // The runtime skips empty names.
    let environment = variables.iter().map(|variable| variable.as_deref().unwrap_or_default());
    let title = docs::text(&format!(
        "A client of {}. Cheap to clone; clones share connections and tokens.",
        docs::code_span(&api.title)
    ));
    let server = api.servers.first();
    let default_server = server.map(|server| server.url.clone()).unwrap_or_default();
    let default_server_doc = match server {
        Some(server) => format!(" of {}", docs::code_span(&server.url)),
        None => match base_path(api).as_str() {
            "" => " without a base URL, which must be set: the document lists no absolute server URL".to_owned(),
            path => format!(
                " without a base URL, which must be set and include the path {} of the document's server",
                docs::code_span(path)
            ),
        },
    };
    let builder_doc = match settings.options.has_webhooks {
        true => "Creates the builder of a client that sends the webhooks to this URL, which a receiver registered, signed by this \
                 signer: a [`SigningSecret`](rt::webhook_signature::SigningSecret) that only this receiver knows."
            .to_owned(),
        false => format!("Creates the builder of a client{default_server_doc}."),
    };
    let builder_doc = docs::text(&builder_doc);
    engine.render(
        "client_reqwest/client.rs",
        view! {
            client_doc: title,
            allow_core: match api.operations.len() {
                0 => quote!(#[allow(dead_code)]),
                count => context.gates.allow_dead_code(&context.gates.operations(0..count)),
            },
            builder_doc: builder_doc,
            schemes: if api.schemes.is_empty() { quote!(&[]) } else { quote!(super::auth::SCHEMES) },
            default_server: default_server,
            server: server_data(server),
            server_variables_doc: server_variables_doc(server),
            credentials: credentials,
            has_telemetry: settings.options.has_telemetry,
            has_tower: needs.has(Need::Tower),
            has_webhooks: settings.options.has_webhooks,
            has_test_double: settings.options.has_test_double,
            test_double_gate: attributes::test_double_gate(settings),
            response: response(needs),
            native_gate: native_gate,
            environment_doc: environment_doc(&variables),
            environment: quote!(#(#environment),*),
        },
    )
}

/// The response that layers and services return.
fn response(needs: &Needs) -> TokenStream {
    match needs.has(Need::Wasm) {
        true => quote!(rt::platform::Response),
        false => quote!(rt::reqwest::Response),
    }
}

/// The server with its variables, if it has any.
fn server_data(server: Option<&Server>) -> TokenStream {
    let Some(server) = server.filter(|server| !server.variables.is_empty()) else { return quote!() };
    let template = &server.template;
    let variables = server.variables.iter().map(|ServerVariable { name, default, values }| {
        quote!(rt::server_url::ServerVariable { name: #name, default: #default, values: &[#(#values),*] })
    });
    quote!(.server(rt::server_url::Server { template: #template, variables: &[#(#variables),*] }))
}

/// The documentation of the setter of variables; empty without variables.
fn server_variables_doc(server: Option<&Server>) -> TokenStream {
    let Some(server) = server.filter(|server| !server.variables.is_empty()) else { return quote!() };
    let variables: Vec<String> = server.variables.iter().map(variable_doc).collect();
    docs::text(&format!(
        "Sets a variable of the server URL {}: {}. [`Self::build`] rejects a value that the document does not allow.",
        docs::code_span(&server.template),
        variables.join(", ")
    ))
}

fn variable_doc(variable: &ServerVariable) -> String {
    let values: Vec<String> = variable.values.iter().map(|value| docs::code_span(value)).collect();
    let values = if values.is_empty() { String::new() } else { format!("one of {}; ", values.join(", ")) };
    format!("{} ({values}default {})", docs::code_span(&variable.name), docs::code_span(&variable.default))
}

/// For each scheme the environment variable that its credential is read from, if the credential is text.
pub fn variables(api: &Api, names: &NameTable, crate_name: &str) -> Vec<Option<String>> {
    let prefix = crate_name.replace('-', "_").to_ascii_uppercase();
    let variable = |(scheme, at): (&Scheme, usize)| {
        let is_text = schemes::of(scheme).credential().is_text;
        is_text.then(|| format!("{prefix}_{}", names.scheme(SchemeId(at)).constant.plain()))
    };
    api.schemes.iter().zip(0..).map(variable).collect()
}

fn environment_doc(variables: &[Option<String>]) -> TokenStream {
    let named: Vec<String> = variables.iter().flatten().map(|name| docs::code_span(name)).collect();
    docs::text(&format!(
        "Reads credentials from environment variables: {}. A login is `user:password`. Variables that are not set are skipped.",
        named.join(", ")
    ))
}
