//! The server: a crate over axum, whose `src/generated` is ours.

mod access;
mod requests;
mod responses;
mod scaffold;
pub mod scopes;
mod steps;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::templates::Engine;
use super::view::{View, view};
use super::{Draft, Settings, manifest, runtime};
use crate::model::schema::Doc;
use crate::rust::types::Words;
use crate::rust::{Code, Context, docs, operations, rules};
use access::{AccessPlan, Groups};

/// The files of a server.
pub fn files(context: &Context<'_>, engine: &Engine, settings: &Settings) -> Draft {
    let folder = if settings.is_crate() { "src/generated/" } else { "" };
    let mut draft = Draft::within(settings, folder);
    super::types_file(context, engine, &mut draft);
    super::auth_file(context, engine, &mut draft);
    let groups = Groups::of(context);
    let plans: Vec<OperationPlan> =
        (0..context.api.operations.len()).map(|index| OperationPlan::of(context, &groups, index)).collect();
    draft.rust("api.rs", "server_axum/api.rs", api_file(context, engine, &plans));
    draft.rust("router.rs", "server_axum/router.rs", router_file(context, engine, &plans));
    if !context.api.schemes.is_empty() {
        draft.rust("authentication.rs", "server_axum/authentication.rs", access::file(context, engine, &groups));
    }
    if !context.api.rules.list.is_empty() {
        draft.rust("rules.rs", "server_axum/rules.rs", rules_file(context, engine));
    }
    let needs = runtime::Needs::of(context, settings);
    runtime::add(context, engine, &needs, &mut draft);
    draft.rust("mod.rs", "server_axum/mod.rs", mod_file(context, engine, settings, &needs));
    if settings.is_crate() {
        draft.once_text("Cargo.toml", manifest::server(context, settings, &needs));
        scaffold::add(context, engine, settings, &plans, &mut draft);
    }
    draft
}

/// The code of one operation, made once and used by three files.
pub struct OperationPlan {
    index: usize,
    /// Its principal's argument, if it is secured.
    access: Option<AccessPlan>,
    request: Option<requests::Request>,
    response: responses::Answer,
    mentioned: TokenStream,
}

impl OperationPlan {
    fn of(context: &Context<'_>, groups: &Groups, index: usize) -> Self {
        let operation = &context.api.operations[index];
        let names = context.names.operation(index);
        let access = groups.plan(context, &operation.access);
        let request = requests::of(context, index, names);
        let response = responses::of(context, operation, names);
        let (ty, item) = (&response.ty, &response.item);
        let fields = request.as_ref().map(|request| request.item.clone());
        let mentioned = quote!(#ty #item #fields);
        Self { index, access, request, response, mentioned }
    }

    /// `auth: …, request: …`, with these names.
    fn arguments(&self, auth: &str, request: &str) -> TokenStream {
        let (auth, request) = (format_ident!("{auth}"), format_ident!("{request}"));
        let auth = self.access.as_ref().map(|access| {
            let ty = &access.ty;
            quote!(#auth: #ty,)
        });
        let request = self.request.as_ref().map(|plan| {
            let ty = &plan.ty;
            quote!(#request: #ty,)
        });
        quote!(#auth #request)
    }
}

fn api_file(context: &Context<'_>, engine: &Engine, plans: &[OperationPlan]) -> String {
    let mut all = TokenStream::new();
    let operations: Vec<View> = plans
        .iter()
        .map(|plan| {
            let operation = &context.api.operations[plan.index];
            let line = docs::code_span(&format!("{} {}", operation.method.as_str(), operation.path.text));
            let arguments = plan.arguments("auth", "request");
            all.extend(arguments.clone());
            all.extend(plan.mentioned.clone());
            view! {
                doc: docs::doc_and(&operation.doc, &line),
                function: &context.names.operation(plan.index).function,
                arguments: arguments,
                output: plan.response.ty.clone(),
                request: plan.request.as_ref().map(|request| request.item.clone()).unwrap_or_default(),
                response: plan.response.item.clone(),
            }
        })
        .collect();
    let has_schemes = !context.api.schemes.is_empty();
    let supertraits = if has_schemes { quote!(Authenticator) } else { quote!(Send + Sync + 'static) };
    let trait_doc = docs::ours(&format!("The operations of {}.", docs::code_span(&context.api.title)));
    engine.render(
        "server_axum/api.rs",
        view! {
            imports: api_imports(context, &Words::of(&all)),
            trait_doc: trait_doc,
            supertraits: supertraits,
            operations: operations,
        },
    )
}

fn api_imports(context: &Context<'_>, all: &Words) -> TokenStream {
    let line = |word: &str, path: TokenStream| all.has(word).then(|| quote!(use #path;));
    let authentication = (!context.api.schemes.is_empty()).then(|| {
        let groups = access::group_idents(context).into_iter().filter(|ident| all.has(&ident.to_string()));
        quote!(use super::authentication::{Authenticator #(, #groups)*};)
    });
    let from = |module: TokenStream, words: &[&str]| {
        let used: Vec<_> = words.iter().filter(|word| all.has(word)).map(|word| format_ident!("{word}")).collect();
        (!used.is_empty()).then(|| quote!(use #module::{#(#used),*};))
    };
    let headers = from(quote!(super::runtime::header_fields), &["HeaderFields", "WithHeaders"]);
    let data = from(quote!(super::runtime::operation), &["Parameter", "Place", "Shape", "Style"]);
    let lines = [
        line("BTreeMap", quote!(std::collections::BTreeMap)),
        line("StatusCode", quote!(axum::http::StatusCode)),
        line("Body", quote!(axum::body::Body)),
        line("BodyStream", quote!(super::runtime::body_stream::BodyStream)),
        authentication,
        line("Base64", quote!(super::runtime::base64::Base64)),
        headers,
        data,
        line("password", quote!(super::runtime::password)),
        line("types", quote!(super::types)),
    ];
    let lines = lines.into_iter().flatten();
    let response = all.has("Response").then(|| quote!(, Response));
    let future = (!context.api.operations.is_empty()).then(|| {
        quote!(
            use std::future::Future;
        )
    });
    quote! {
        #future
        use axum::response::{IntoResponse #response};
        #(#lines)*
    }
}

fn router_file(context: &Context<'_>, engine: &Engine, plans: &[OperationPlan]) -> String {
    let mut all = TokenStream::new();
    let mut routes = TokenStream::new();
    let mut api_types = Vec::new();
    let operations: Vec<View> = plans
        .iter()
        .map(|plan| {
            let names = context.names.operation(plan.index);
            let (constant, function) = (names.constant.token(), names.function.token());
            routes.extend(quote!(Route { operation: #constant, handle: self::#function::<S> },));
            let data = operations::data(context, plan.index);
            let steps = steps::of(context, plan);
            all.extend(quote!(#data #steps));
            api_types.extend(plan.request.iter().map(|request| request.ty.clone()));
            api_types.extend(plan.request.iter().filter_map(|request| request.body.clone()));
            api_types.extend(plan.response.mentioned_in(&steps).map(|ident| quote!(#ident)));
            let call = if plan.access.is_some() || plan.request.is_some() { "call" } else { "_call" };
            view! { constant: &names.constant, function: &names.function, call: Code::word(call), data: data, steps: steps }
        })
        .collect();
    let imports = router_imports(context, &all, &api_types);
    engine.render("server_axum/router.rs", view! { imports: imports, routes: routes, operations: operations })
}

fn router_imports(context: &Context<'_>, all: &TokenStream, api_types: &[TokenStream]) -> TokenStream {
    if context.api.operations.is_empty() {
        return quote! {
            use std::sync::Arc;
            use super::api::Api;
            use super::runtime::router;
        };
    }
    let all = operations::words(all);
    let from = |module: TokenStream, words: &[&str]| {
        let used: Vec<_> = words.iter().filter(|word| all.has(word)).map(|word| format_ident!("{word}")).collect();
        (!used.is_empty()).then(|| quote!(use #module::{#(#used),*};))
    };
    let authenticate = all.has("authentication").then(|| {
        let groups = access::group_idents(context).into_iter().filter(|ident| all.has(&ident.to_string()));
        quote!(
            use super::authentication::{self #(, #groups)*};
        )
    });
    let guarded = from(quote!(super::runtime::guarded), &["guarded"]);
    let data = from(
        quote!(super::runtime::operation),
        &["Access", "Parameter", "Place", "SchemeUse", "Segment", "Shape", "Style"],
    );
    let denial = from(quote!(super::runtime::auth), &["Denial"]);
    let auth = all.has("auth").then(|| {
        quote!(
            use super::auth;
        )
    });
    let types = all.has("types").then(|| {
        quote!(
            use super::types;
        )
    });
    let headers = from(quote!(super::runtime::header_fields), &["WithHeaders"]);
    let password = all.has("password").then(|| {
        quote!(
            use super::runtime::password;
        )
    });
    let base64 = from(quote!(super::runtime::base64), &["Base64"]);
    let maps = from(quote!(std::collections), &["BTreeMap"]);
    let reply = all.has("reply").then(|| {
        quote!(
            use super::runtime::reply;
        )
    });
    let rules = all.has("rules").then(|| {
        quote!(
            use super::rules;
        )
    });
    quote! {
        #maps
        use std::sync::Arc;
        use axum::response::{IntoResponse, Response};
        use super::api::{Api, #(#api_types),*};
        #auth
        #authenticate
        #denial
        #base64
        use super::runtime::call::Call;
        #headers
        use super::runtime::operation::Operation;
        #guarded
        #data
        #password
        #reply
        #rules
        use super::runtime::router::{self, BoxFuture, Route};
        #types
    }
}

fn rules_file(context: &Context<'_>, engine: &Engine) -> String {
    let items = rules::items(context);
    let all = Words::of(&quote!(#(#items)*));
    let words = ["Choice", "Further", "Kind", "Limit"].into_iter().filter(|word| all.has(word));
    let words = words.map(|word| format_ident!("{word}"));
    let pattern = rules::has_patterns(context).then(|| {
        quote!(
            use super::runtime::pattern::Pattern;
        )
    });
    let imports = quote!(#pattern use super::runtime::rules::{#(#words,)* Rule};);
    let items: Vec<View> = items.into_iter().map(View::from).collect();
    engine.render("server_axum/rules.rs", view! { imports: imports, items: items })
}

fn mod_file(context: &Context<'_>, engine: &Engine, settings: &Settings, needs: &runtime::Needs) -> String {
    let api = context.api;
    let words = Doc { summary: Some(api.title.clone()), description: api.description.clone() };
    let module_doc = if settings.is_crate() { super::inner_doc(&words) } else { quote!() };
    engine.render(
        "server_axum/mod.rs",
        view! {
            module_doc: module_doc,
            allow_module: super::allow_module(settings),
            allow_unused: super::allow_unused(settings),
            has_types: !api.types.is_empty(),
            has_rules: !api.rules.list.is_empty(),
            has_schemes: !api.schemes.is_empty(),
            has_serde: needs.has_serde_impls(settings),
            serde_gate: if settings.is_crate() { quote!(#[cfg(feature = "serde")]) } else { quote!() },
        },
    )
}
