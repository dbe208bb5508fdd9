//! The client and its builder, with one method for each scheme.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::super::templates::Engine;
use super::super::view::{View, view};
use super::super::{Settings, auth};
use crate::model::security::{Scheme, SchemeId, SchemeKind};
use crate::rust::{Code, Context, docs};

/// `client.rs`.
pub fn file(context: &Context<'_>, engine: &Engine, settings: &Settings) -> String {
    let api = context.api;
    let mut used: Vec<&str> = Vec::new();
    let credentials: Vec<View> = api
        .schemes
        .iter()
        .zip(0..)
        .map(|(scheme, at)| {
            let code = auth::code(scheme);
            used.push(code.credential);
            let names = context.names.scheme(SchemeId(at));
            view! {
                doc: auth::doc(scheme),
                function: &names.function,
                constant: &names.constant,
                argument: Code::word(code.argument),
                ty: Code::word(code.credential),
            }
        })
        .collect();
    used.sort_unstable();
    used.dedup();
    let variables = variables(context, settings);
    let title = docs::ours(&format!("A client of {}; cheap to clone, safe to share.", docs::code_span(&api.title)));
    let server = api.servers.first().map(|server| server.url.clone()).unwrap_or_default();
    let default_server_doc = match api.servers.first() {
        Some(server) => format!(" of {}", docs::code_span(&server.url)),
        None => ", which needs a base URL: the document names no server".to_owned(),
    };
    let builder_doc = docs::ours(&format!("A builder for a client{default_server_doc}."));
    engine.render(
        "client_reqwest/client.rs",
        view! {
            imports: credential_imports(&used, !api.schemes.is_empty()),
            client_doc: title,
            allow_core: if api.operations.is_empty() { quote!(#[allow(dead_code)]) } else { quote!() },
            builder_doc: builder_doc,
            schemes: if api.schemes.is_empty() { quote!(&[]) } else { quote!(auth::SCHEMES) },
            default_server: server,
            credentials: credentials,
            environment_doc: environment_doc(&variables),
            environment: quote!(#(#variables),*),
        },
    )
}

fn credential_imports(used: &[&str], has_schemes: bool) -> TokenStream {
    let plain: Vec<_> = used.iter().filter(|word| **word != "Identity").map(|word| format_ident!("{word}")).collect();
    let plain = (!plain.is_empty()).then(|| quote!(use super::runtime::credential::{#(#plain),*};));
    let identity = used.contains(&"Identity").then(|| {
        quote!(
            use super::runtime::identity::Identity;
        )
    });
    let auth = has_schemes.then(|| {
        quote!(
            use super::auth;
            use super::runtime::secrets::SecretsError;
        )
    });
    quote!(#auth #plain #identity)
}

/// For each scheme the environment variable that its credential is taken from; empty where it is no text.
pub fn variables(context: &Context<'_>, settings: &Settings) -> Vec<String> {
    let prefix = settings.name.replace('-', "_").to_ascii_uppercase();
    let variable = |(scheme, at): (&Scheme, usize)| match scheme.kind {
        SchemeKind::MutualTls | SchemeKind::Signature { .. } => String::new(),
        _ => format!("{prefix}_{}", context.names.scheme(SchemeId(at)).constant.plain()),
    };
    context.api.schemes.iter().zip(0..).map(variable).collect()
}

fn environment_doc(variables: &[String]) -> TokenStream {
    let named: Vec<String> =
        variables.iter().filter(|name| !name.is_empty()).map(|name| docs::code_span(name)).collect();
    docs::ours(&format!(
        "Takes the credentials that the environment holds: {}; a login as `user:password`. A variable that is not set leaves its scheme as it is.",
        named.join(", ")
    ))
}
