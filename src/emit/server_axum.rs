//! The server over axum: a trait of operations, a router, and a scaffold that belongs to the user.

mod absent;
mod access;
mod free_paths;
mod layout;
mod operation_plan;
mod operation_views;
mod requests;
mod responses;
mod runtime;
mod scaffold;
mod scopes;
pub mod served_docs;
mod steps;
mod tests_file;

use proc_macro2::TokenStream;
use quote::quote;

use super::auth_file::{self, AuthFile};
use super::base_path::base_path;
use super::dependencies::Dependency;
use super::need::Need;
use super::runtime_parts::RuntimeParts;
use super::target::{Job, Target};
use super::templates::{Engine, TemplateError};
use super::view::{View, view};
use super::{Draft, attributes, manifest, types_file};
use crate::rust::{Code, Context, Side, docs, format, rules};
use access::Groups;
use operation_views::OperationViews;

/// The paths of the runtime that `auth.rs` re-exports, each with the need that it belongs to.
const AUTH: &[(Need, &str)] = &[
    (Need::Jwt, "actor::Actor"),
    (Need::ApiKeys, "api_keys::ApiKeys"),
    (Need::Always, "auth_challenge::{Challenge, ChallengeError}"),
    (Need::Always, "authorization::{AuthenticatedCall, Authorization, Forbidden, TooManyRequests, UnknownParameter}"),
    (Need::MutualTls, "certificates::Certificates"),
    (Need::Always, "credentials::{ApiKey, Basic, Bearer, HttpCredentials, PeerCertificate, VerifiedCertificate}"),
    (Need::Always, "cross_site::TrustedOrigins"),
    (Need::Dpop, "dpop::{DpopPolicy, DpopVerifier}"),
    (Need::Dpop, "dpop_proofs::{ProofStore, RecentProofs}"),
    (Need::Jwt, "introspection::Introspection"),
    (Need::Jwt, "jwks::{RemoteKeys, Timing}"),
    (Need::Jwt, "jwt::{Claims, JwtPolicy, JwtVerifier, KeySource}"),
    (Need::Jwt, "jwt_keys::{JwtKeys, KeyError}"),
    (Need::Passwords, "password_verifier::PasswordVerifier"),
    (Need::Passwords, "passwords::Passwords"),
    (Need::Jwt, "protected_resource::ProtectedResource"),
];

/// The target.
pub struct ServerAxum;

impl Target for ServerAxum {
    fn name(&self) -> &'static str {
        "server"
    }

    fn side(&self) -> Side {
        Side::Server
    }

    fn runtime(&self) -> &'static RuntimeParts {
        &runtime::RUNTIME
    }

    fn test_dependencies(&self, job: &Job<'_>) -> Vec<Dependency> {
        tests_file::dependencies(job)
    }

    fn files(&self, job: &Job<'_>) -> Result<Draft, TemplateError> {
        let Job { context, engine, settings, .. } = *job;
        let mut draft = Draft::new(if settings.is_crate() { "src/generated/" } else { "" });
        types_file::add(job, &mut draft);
        auth_file::add(job, auth(context), &mut draft)?;
        let groups = Groups::of(context);
        let OperationViews { api, routes, router, handlers } = OperationViews::of(job, &groups);
        draft.rust("api.rs", "server_axum/api.rs", api_file(job, api)?);
        draft.rust("router.rs", "server_axum/router.rs", router_file(job, routes, router)?);
        if !context.api.schemes.is_empty() {
            draft.rust("authentication.rs", "server_axum/authentication.rs", access::file(context, engine, &groups)?);
        }
        if !context.api.rules.list.is_empty() {
            let count = context.api.rules.list.len() + 1;
            draft.items("rules.rs", &rules_head(context), count, &|at| rules::item(context, at));
        }
        served_docs::add(job, &mut draft)?;
        if has_operations(job) {
            draft.rust("operations.rs", "server_axum/operations.rs", operations_file(context, engine)?);
        }
        super::runtime::add(job, &mut draft)?;
        draft.root("mod.rs", "server_axum/mod.rs", mod_file(job)?);
        if settings.is_crate() {
            draft.once_text("Cargo.toml", manifest::text(job));
            scaffold::add(job, handlers, &mut draft)?;
            tests_file::add(job, &mut draft)?;
        }
        Ok(draft)
    }
}

fn auth(context: &Context<'_>) -> AuthFile {
    AuthFile {
        summary: "the types for verifying their credentials",
        reexports: AUTH,
        defines_key: false,
        key_arguments: |_| quote!(),
        items: scopes::constant(context).into_iter().collect(),
    }
}

fn rules_head(context: &Context<'_>) -> String {
    let allow = format::attribute(&context.gates.allow_unused_imports());
    format!(
        "//! The constraints on values in requests that types do not express.\n\
         #![allow(clippy::approx_constant, clippy::unreadable_literal)]\n\n{allow}use super::runtime as rt;\n"
    )
}

fn api_file(job: &Job<'_>, operations: Vec<View>) -> Result<String, TemplateError> {
    let Job { context, engine, needs, .. } = *job;
    let has_schemes = !context.api.schemes.is_empty();
    let supertraits =
        if has_schemes { quote!(super::authentication::Authenticator) } else { quote!(Send + Sync + 'static) };
    let trait_doc = docs::text(&format!("The operations of {}.", docs::code_span(&context.api.title)));
    engine.render(
        "server_axum/api.rs",
        view! {
            has_types: !context.api.types.is_empty(),
            has_telemetry: needs.has(Need::Telemetry),
            has_webhooks: needs.has(Need::Webhooks),
            trait_doc: trait_doc,
            supertraits: supertraits,
            operations: operations,
        },
    )
}

fn router_file(job: &Job<'_>, routes: Code, operations: Vec<View>) -> Result<String, TemplateError> {
    let Job { context, engine, needs, .. } = *job;
    engine.render(
        "server_axum/router.rs",
        view! {
            has_types: !context.api.types.is_empty(),
            has_telemetry: needs.has(Need::Telemetry),
            routes: routes,
            schemes: if context.api.schemes.is_empty() { quote!(&[]) } else { quote!(super::auth::SCHEMES) },
            operations: operations,
        },
    )
}

/// Whether the operations are exported as data, for the tests of the crate.
fn has_operations(job: &Job<'_>) -> bool {
    job.settings.is_crate() && !job.context.api.schemes.is_empty()
}

fn operations_file(context: &Context<'_>, engine: &Engine) -> Result<String, TemplateError> {
    let mut list = TokenStream::new();
    for at in 0..context.api.operations.len() {
        let constant = context.names.operation(at).constant.token();
        let gate = context.gates.attribute(context.gates.operation(at));
        list.extend(quote!(#gate router::#constant,));
    }
    let allow_unused_imports = context.gates.allow_unused_imports();
    engine.render("server_axum/operations.rs", view! { allow_unused_imports: allow_unused_imports, operations: list })
}

fn mod_file(job: &Job<'_>) -> Result<String, TemplateError> {
    let Job { context, engine, settings, needs, .. } = *job;
    let api = context.api;
    engine.render(
        "server_axum/mod.rs",
        view! {
            module_doc: attributes::crate_doc(api, settings),
            allow_module: attributes::allow_module(settings),
            allow_unused: attributes::allow_unused(settings),
            base_path: base_path(api),
            is_vendored: settings.is_vendored(),
            has_features: context.gates.has_features(),
            has_types: types_file::has_types(job),
            has_operations: has_operations(job),
            has_docs: needs.has(Need::Docs),
            has_rules: !api.rules.list.is_empty(),
            has_schemes: !api.schemes.is_empty(),
            has_base64: needs.has(Need::Base64),
            has_files: needs.has(Need::File),
            has_passwords: needs.has(Need::Password),
            has_headers: needs.has(Need::Headers),
            has_item_streams: needs.has(Need::ItemStreams),
            has_event_streams: needs.has(Need::EventStreams),
            has_line_streams: needs.has(Need::LineStreams),
            has_uploads: needs.has(Need::Upload),
            has_mutual_tls: needs.has(Need::MutualTls),
            has_part_headers: needs.has(Need::PartHeaders),
            has_listener: needs.has(Need::Serve),
            has_http2: needs.has(Need::ServeHttp2),
            has_entity_tags: needs.has(Need::EntityTags),
            has_cookies: needs.has(Need::Cookies),
            has_telemetry: needs.has(Need::Telemetry),
            has_webhooks: needs.has(Need::Webhooks),
            has_serde: needs.has_serde_impls(settings),
            serde_gate: attributes::serde_gate(settings),
        },
    )
}
