//! The files that are written once and then belong to the user: main.rs, app.rs, handlers.rs, the README.

use std::collections::BTreeSet;

use quote::ToTokens;

use super::super::Draft;
use super::super::base_path::base_path;
use super::super::feature_rows::feature_rows;
use super::super::need::Need;
use super::super::schemes::{self, Field, FieldSource, Scaffold};
use super::super::target::Job;
use super::super::templates::TemplateError;
use super::super::view::{View, view};
use super::free_paths::{Mount, is_free};
use super::layout;
use super::served_docs;
use crate::model::Api;
use crate::model::access_text::access_text;
use crate::model::operation::Operation;
use crate::model::security::SchemeId;
use crate::names::Ident;
use crate::rust::{Context, docs, models};

/// Adds the files. They are laid out by their templates, so that they pass `cargo fmt --check`.
pub fn add(job: &Job<'_>, handlers: Vec<View>, draft: &mut Draft) -> Result<(), TemplateError> {
    let Job { engine, .. } = *job;
    draft.once_text("src/main.rs", main_file(job)?);
    draft.once_text("src/lib.rs", engine.render("server_axum/lib.rs", view! {})?);
    draft.once_text("src/app.rs", app_file(job)?);
    draft.once_text("src/handlers.rs", handlers_file(job, handlers)?);
    draft.once_text("README.md", readme(job)?);
    Ok(())
}

fn main_file(job: &Job<'_>) -> Result<String, TemplateError> {
    let context = job.context;
    let krate = job.settings.name.replace('-', "_");
    let schemes: Vec<View> = context
        .api
        .schemes
        .iter()
        .zip(0..)
        .map(|(scheme, at)| {
            // The function stays the verifier if the user replaces its body.
            let function = format!("App::{}", context.names.scheme(SchemeId(at)).function);
            let fields = [format!("scheme = {}", literal(&scheme.name)), format!("verifier = {}", literal(&function))];
            view! { log: View::prose(layout::call(4, "tracing::info!(", &fields, ");", "")) }
        })
        .collect();
    let headers: Vec<View> = credential_headers(context).into_iter().map(|name| view! { name: name }).collect();
    let has_mutual_tls = job.needs.has(Need::MutualTls);
    let mut names = vec!["self", "request_body_timeout", "request_id", "serve"];
    if has_mutual_tls {
        names.splice(1..1, ["MutualTls", "TlsPem"]);
    }
    let base_path = base_path(context.api);
    job.engine.render(
        "server_axum/main.rs",
        view! {
            imports: View::prose(layout::import(&format!("{krate}::generated"), &names)),
            krate: View::prose(krate),
            has_base_path: !base_path.is_empty(),
            has_health: is_free(HEALTH, Mount::Below(&base_path), &context.api.operations),
            has_docs: job.needs.has(Need::Docs),
            has_mutual_tls: has_mutual_tls,
            has_http2: job.needs.has(Need::ServeHttp2),
            schemes: schemes,
            count: proc_macro2::Literal::usize_unsuffixed(headers.len()).into_token_stream(),
            headers: headers,
        },
    )
}

/// The path of the health check.
const HEALTH: &str = "/healthz";

/// A string literal.
fn literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
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

fn handlers_file(job: &Job<'_>, operations: Vec<View>) -> Result<String, TemplateError> {
    let webhooks_field = View::prose(webhooks_field(job).unwrap_or_default());
    job.engine.render("server_axum/handlers.rs", view! { operations: operations, webhooks_field: webhooks_field })
}

/// The field of the application with the verifier of webhooks. No scheme has a field of this name.
pub fn webhooks_field(job: &Job<'_>) -> Option<String> {
    job.needs.has(Need::Webhooks).then(|| {
        let names = (0..job.context.api.schemes.len()).map(|at| job.context.names.scheme(SchemeId(at)));
        let taken: Vec<String> = names.map(|names| names.function.to_string()).collect();
        let mut field = "webhooks".to_owned();
        while taken.contains(&field) {
            field.push('_');
        }
        field
    })
}

fn app_file(job: &Job<'_>) -> Result<String, TemplateError> {
    let context = job.context;
    let scaffolds = scaffolds(context);
    let imports = app_imports(job, &scaffolds);
    let webhooks_field = webhooks_field(job);
    let is_read = |scaffold: &Scaffold| !scaffold.environment.is_empty();
    let reads_files = webhooks_field.is_some() || scaffolds.iter().any(is_read);
    let has_fields = webhooks_field.is_some() || scaffolds.iter().any(|scaffold| scaffold.field.is_some());
    let schemes: Vec<View> = scaffolds
        .into_iter()
        .zip(0..)
        .map(|(scaffold, at)| {
            let names = context.names.scheme(SchemeId(at));
            let verifier = schemes::of(context.api.scheme(SchemeId(at))).verifier();
            let argument = format!("{}: {}<'_>", verifier.argument, verifier.presented);
            let output = format!("Result<Granted<Self::{}>, Reject>", names.ty);
            let field = scaffold.field.as_ref().map(|field| format!("{}: {},", names.function, field.ty));
            let from_env = scaffold.field.as_ref().map(|field| from_env(&names.function, field));
            view! {
                ty: &names.ty,
                signature: View::prose(layout::method(&names.function.to_string(), &[argument], &output)),
                field: View::prose(field.unwrap_or_default()),
                from_env: View::prose(from_env.unwrap_or_default()),
                principal: View::prose(scaffold.principal.to_owned()),
                verify: View::prose(scaffold.verify),
            }
        })
        .collect();
    job.engine.render(
        "server_axum/app.rs",
        view! {
            imports: View::prose(imports),
            has_fields: has_fields,
            has_schemes: !schemes.is_empty(),
            has_jwt: job.needs.has(Need::Jwt),
            has_dpop: job.needs.has(Need::Dpop),
            reads_files: reads_files,
            webhooks_field: View::prose(webhooks_field.unwrap_or_default()),
            schemes: schemes,
        },
    )
}

/// The initializer of a field of the application.
fn from_env(name: &Ident, field: &Field) -> String {
    match &field.source {
        FieldSource::File(variable) => {
            let arguments = [literal(variable), format!("{}::from_text", field.ty)];
            layout::call(12, &format!("{name}: from_file("), &arguments, ")?,", ",")
        }
        FieldSource::Issuer(prefix) => format!("{name}: jwt({})?,", literal(prefix)),
        FieldSource::BoundIssuer(prefix) => format!("{name}: bound({})?,", literal(prefix)),
    }
}

/// The import of what `auth` has for the schemes.
fn app_imports(job: &Job<'_>, scaffolds: &[Scaffold]) -> String {
    let presented = job.context.api.schemes.iter().map(|scheme| schemes::of(scheme).verifier().presented);
    let verifiers = scaffolds.iter().flat_map(|scaffold| scaffold.imports).copied();
    let names: Vec<&str> = presented.chain(verifiers).collect::<BTreeSet<_>>().into_iter().collect();
    layout::import("crate::generated::auth", &names)
}

fn readme(job: &Job<'_>) -> Result<String, TemplateError> {
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
    let has_webhooks = job.needs.has(Need::Webhooks);
    let of_webhooks = has_webhooks.then_some("WEBHOOK_SECRETS_FILE");
    let of_schemes = scaffolds.iter().flat_map(|scaffold| scaffold.environment.iter().map(String::as_str));
    let exports = distinct(of_schemes.chain(of_webhooks));
    let mut run: String = exports.iter().map(|variable| format!("export {variable}=…\n")).collect();
    run.push_str("LISTEN=127.0.0.1:8080 cargo run");
    let help = distinct(scaffolds.iter().flat_map(|scaffold| scaffold.help.iter().copied())).join("\n\n");
    let docs_paths = job.settings.docs.as_ref().and_then(|_| served_docs::paths(api, true));
    job.engine.render(
        "server_axum/README.md",
        view! {
            name: View::prose(job.settings.name.clone()),
            title: prose(&api.title),
            version: View::prose(docs::code_span(&api.version)),
            run: View::prose(run),
            base_path: View::prose(docs::code_span(&base_path(api))),
            has_base_path: !base_path(api).is_empty(),
            has_webhooks: has_webhooks,
            help: View::prose(help),
            skipped_parts: super::super::skipped_parts::rows(api),
            has_http2: job.needs.has(Need::ServeHttp2),
            has_mutual_tls: job.needs.has(Need::MutualTls),
            has_docs: docs_paths.is_some(),
            page_path: View::prose(docs_paths.map(|(page, _)| docs::code_span(page)).unwrap_or_default()),
            document_path: View::prose(docs_paths.map(|(_, document)| docs::code_span(document)).unwrap_or_default()),
            has_tests: super::tests_file::is_wanted(job),
            has_parts: !models::multipart_types(context).is_empty(),
            is_sent_by_browsers: api.schemes.iter().any(|scheme| schemes::of(scheme).is_sent_by_browsers()),
            schemes: rows,
            operations: access_rows(api),
            features: feature_rows(context),
        },
    )
}

/// The access of each operation.
fn access_rows(api: &Api) -> Vec<View> {
    let cell = |text: String| View::prose(docs::code_span(&text).replace('|', "\\|"));
    let row = |operation: &Operation| {
        view! {
            title: cell(operation.title()),
            access: cell(access_text(&api.schemes, &operation.access)),
        }
    };
    api.operations.iter().map(row).collect()
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
