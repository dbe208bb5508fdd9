//! The client over reqwest: one method per operation, one builder method per security scheme.

mod arguments;
mod auth;
pub(super) mod builder;
#[cfg(feature = "docs")]
pub(super) mod call;
mod groups;
mod operations;
mod pages;
mod readme;
mod responses;
mod runtime;
mod streams;

use super::need::Need;
use super::runtime_parts::RuntimeParts;
use super::target::{Job, Target};
use super::templates::TemplateError;
use super::view::view;
use super::{Draft, attributes, auth_file, manifest, types_file};
use crate::rust::Side;

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

    fn files(&self, job: &Job<'_>) -> Result<Draft, TemplateError> {
        let Job { context, engine, settings, .. } = *job;
        let mut draft = Draft::new(if settings.is_crate() { "src/" } else { "" });
        types_file::add(job, &mut draft);
        let groups = groups::of(context, settings.options.groups);
        let methods = groups::methods(context, groups.as_ref());
        draft.rust("operations.rs", "client_reqwest/operations.rs", operations::file(job, &methods)?);
        if let Some(groups) = &groups {
            draft.rust("groups.rs", "client_reqwest/groups.rs", groups::file(context, engine, groups)?);
        }
        draft.rust("client.rs", "client_reqwest/client.rs", builder::file(job)?);
        auth_file::add(job, auth::file(context), &mut draft)?;
        super::runtime::add(job, &mut draft)?;
        draft.root(settings.entry(), "client_reqwest/lib.rs", lib_file(job, groups.is_some())?);
        if settings.is_crate() {
            draft.toml("Cargo.toml", manifest::text(job));
            draft.markdown("README.md", readme::text(job, &methods)?);
        }
        Ok(draft)
    }
}

fn lib_file(job: &Job<'_>, has_groups: bool) -> Result<String, TemplateError> {
    let Job { context, engine, settings, needs, .. } = *job;
    let api = context.api;
    engine.render(
        "client_reqwest/lib.rs",
        view! {
            crate_doc: attributes::crate_doc(api, settings),
            allow_module: attributes::allow_module(settings),
            allow_unused: attributes::allow_unused(settings),
            is_vendored: settings.is_vendored(),
            has_types: types_file::has_types(job),
            has_serde: needs.has_serde_impls(settings),
            serde_gate: attributes::serde_gate(settings),
            has_schemes: !api.schemes.is_empty(),
            has_groups: has_groups,
            has_operations: !api.operations.is_empty(),
            has_base64: needs.has(Need::Base64),
            has_downloads: needs.has(Need::Download),
            has_item_streams: needs.has(Need::ItemStreams),
            has_entity_tags: needs.has(Need::EntityTags),
            has_files: needs.has(Need::File),
            has_part_headers: needs.has(Need::PartHeaders),
            has_passwords: needs.has(Need::Password),
            has_pages: needs.has(Need::Pages),
            has_telemetry: needs.has(Need::Telemetry),
            has_tower: needs.has(Need::Tower),
            has_webhooks: needs.has(Need::Webhooks),
            has_test_double: needs.has(Need::TestDouble),
            test_double_gate: attributes::test_double_gate(settings),
            has_blocking: needs.has(Need::Blocking),
            has_blocking_streams: needs.has(Need::BlockingStreams),
            blocking_gate: attributes::blocking_gate(settings),
        },
    )
}
