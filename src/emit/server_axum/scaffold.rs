//! The files that are written once and then belong to the user: main.rs, app.rs, handlers.rs, the README.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};

use super::super::Draft;
use super::super::need::Need;
use super::super::schemes::{self, Scaffold};
use super::super::target::Job;
use super::super::templates::Engine;
use super::super::view::{View, view};
use super::OperationPlan;
use crate::model::operation::Operation;
use crate::model::security::SchemeId;
use crate::rust::types::Standing;
use crate::rust::{Code, Context, docs, models};

/// Adds the files.
pub fn add(job: &Job<'_>, plans: &[OperationPlan], draft: &mut Draft) {
    let Job { context, engine, .. } = *job;
    draft.once("src/main.rs", "server_axum/main.rs", main_file(job));
    draft.once("src/lib.rs", "server_axum/lib.rs", engine.render("server_axum/lib.rs", view! {}));
    draft.once("src/app.rs", "server_axum/app.rs", app_file(job));
    draft.once("src/handlers.rs", "server_axum/handlers.rs", handlers_file(context, engine, plans));
    draft.once_text("README.md", readme(job));
}

fn main_file(job: &Job<'_>) -> String {
    let context = job.context;
    let krate = format_ident!("{}", job.settings.name.replace('-', "_"));
    let schemes: Vec<View> = context
        .api
        .schemes
        .iter()
        .zip(scaffolds(context))
        .map(|(scheme, scaffold)| {
            let (name, check) = (&scheme.name, scaffold.words);
            view! { name: quote!(#name), check: quote!(#check) }
        })
        .collect();
    let headers = credential_headers(context);
    let names = headers.iter().map(|name| quote!(HeaderName::from_static(#name)));
    job.engine.render(
        "server_axum/main.rs",
        view! {
            krate: quote!(#krate),
            has_health: !context.api.operations.iter().any(may_match_health),
            has_mutual_tls: job.needs.has(Need::MutualTls),
            schemes: schemes,
            count: proc_macro2::Literal::usize_unsuffixed(headers.len()).into_token_stream(),
            headers: quote!(#(#names),*),
        },
    )
}

/// The headers that carry credentials, in lower case.
fn credential_headers(context: &Context<'_>) -> BTreeSet<String> {
    let mut headers = BTreeSet::from(["authorization".to_owned(), "cookie".to_owned()]);
    for scheme in &context.api.schemes {
        headers.extend(schemes::of(scheme).credential_header().map(str::to_ascii_lowercase));
    }
    headers
}

/// The verifiers of all schemes, in document order.
fn scaffolds(context: &Context<'_>) -> Vec<Scaffold> {
    let schemes = context.api.schemes.iter().zip(0..);
    schemes.map(|(scheme, at)| schemes::of(scheme).scaffold(context.names.scheme(SchemeId(at)))).collect()
}

/// Whether the operation's path can match `/healthz`.
fn may_match_health(operation: &Operation) -> bool {
    let text = &operation.path.text;
    text == "/healthz" || (text.contains('{') && !text.trim_start_matches('/').contains('/'))
}

fn handlers_file(context: &Context<'_>, engine: &Engine, plans: &[OperationPlan]) -> String {
    let operations: Vec<View> = plans
        .iter()
        .map(|plan| {
            let function = &context.names.operation(plan.index).function;
            let arguments = plan.arguments("_auth", "_request", Standing::User);
            view! { function: function, arguments: arguments, output: plan.response.ty(Standing::User) }
        })
        .collect();
    engine.render("server_axum/handlers.rs", view! { operations: operations })
}

fn app_file(job: &Job<'_>) -> String {
    let context = job.context;
    let scaffolds = scaffolds(context);
    let imports = app_imports(job, &scaffolds);
    let reads_files = scaffolds.iter().any(|scaffold| !scaffold.environment.is_empty());
    let schemes: Vec<View> = scaffolds
        .into_iter()
        .zip(0..)
        .map(|(scaffold, at)| {
            let names = context.names.scheme(SchemeId(at));
            let verifier = schemes::of(context.api.scheme(SchemeId(at))).verifier();
            view! {
                function: &names.function,
                ty: &names.ty,
                argument: Code::word(verifier.argument),
                presented: Code::word(verifier.presented),
                field: scaffold.field,
                from_env: scaffold.from_env,
                principal: scaffold.principal,
                verify: scaffold.verify,
            }
        })
        .collect();
    job.engine.render(
        "server_axum/app.rs",
        view! {
            imports: imports,
            has_schemes: !schemes.is_empty(),
            has_jwt: job.needs.has(Need::Jwt),
            reads_files: reads_files,
            schemes: schemes,
        },
    )
}

fn app_imports(job: &Job<'_>, scaffolds: &[Scaffold]) -> TokenStream {
    if scaffolds.is_empty() {
        return quote!();
    }
    let presented = job.context.api.schemes.iter().map(|scheme| schemes::of(scheme).verifier().presented);
    let verifiers = scaffolds.iter().flat_map(|scaffold| scaffold.imports).copied();
    let names: BTreeSet<&str> = presented.chain(verifiers).collect();
    let names = names.into_iter().map(|name| format_ident!("{name}"));
    let jwt = job.needs.has(Need::Jwt).then(|| {
        quote!(
            use jsonwebtoken::Algorithm;
        )
    });
    quote! {
        use crate::generated::auth::{#(#names),*};
        use crate::generated::{Authenticator, Granted, Reject};
        #jwt
    }
}

fn readme(job: &Job<'_>) -> String {
    let context = job.context;
    let api = context.api;
    let prose = |text: &str| View::prose(docs::markdown(text).join(" "));
    let cell = |text: String| View::prose(text.replace('|', "\\|"));
    let scaffolds = scaffolds(context);
    let rows: Vec<View> = api
        .schemes
        .iter()
        .zip(&scaffolds)
        .map(|(scheme, scaffold)| {
            let spans: Vec<String> = scaffold.environment.iter().map(|variable| format!("`{variable}`")).collect();
            view! {
                name: cell(docs::code_span(&scheme.name)),
                check: cell(scaffold.words.to_owned()),
                environment: cell(spans.join(", ")),
            }
        })
        .collect();
    let exports = distinct(scaffolds.iter().flat_map(|scaffold| scaffold.environment.iter().map(String::as_str)));
    let mut run: String = exports.iter().map(|variable| format!("export {variable}=…\n")).collect();
    run.push_str("LISTEN=127.0.0.1:8080 cargo run");
    let help = distinct(scaffolds.iter().flat_map(|scaffold| scaffold.help.iter().copied())).join("\n\n");
    job.engine.render(
        "server_axum/README.md",
        view! {
            name: View::prose(job.settings.name.clone()),
            title: prose(&api.title),
            version: View::prose(docs::code_span(&api.version)),
            run: View::prose(run),
            help: View::prose(help),
            left_out: super::super::left_out::rows(api),
            has_parts: !models::multipart_types(context).is_empty(),
            is_sent_by_browsers: api.schemes.iter().any(|scheme| schemes::of(scheme).is_sent_by_browsers()),
            schemes: rows,
        },
    )
}

/// The items in their order, each once.
fn distinct<'a>(items: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}
