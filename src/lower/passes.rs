//! The order of the passes.

use super::draft::Draft;
use super::finish::{finish, recursion};
use super::operation::{self, misspelt};
use super::outgoing::LoweredOutgoing;
use super::ref_targets::Deep;
use super::schema::types::{Typed, Types};
use super::security::{self, Security, UsedSchemes};
use super::source::Source;
use super::{examples, outgoing, rules, server, value_schemas};
use crate::diag::{Pointer, Report};
use crate::document::Document;
use crate::model::value_schema::ValueSchemas;
use crate::model::{Api, TagDefinition};
use crate::threads;

/// Lowers a document.
///
/// Returns `None` if `report` has errors; it has all that were found.
pub fn lower(document: &Document, report: &mut Report) -> Option<Api> {
    let deep = Deep::gather(document);
    let mut source = Source::new(document, &deep);
    let security = Security::read(&mut source);
    let mut types = Types::new(source);
    let operations = operation::lower(&mut types, &security);
    misspelt::check(&mut types.source, &operations);
    if operations.is_empty() && !types.source.report.has_errors() {
        types.add_all_components();
    }
    let Typed { mut source, types, defaults, constrained } = types.finish();
    let types = recursion::break_alias_cycles(types, &mut source.report);
    if source.report.has_errors() {
        report.extend(source.report);
        return None;
    }
    let (types, operations) = finish(Draft { operations, types, defaults }, &mut source.report);
    let UsedSchemes { schemes, unused, operations } = security.keep_used(&mut source, operations);
    security::review(&mut source, &schemes, &operations);
    // Webhooks and callbacks are read apart from the rest.
    let (lowered_outgoing, (rules, value_schemas, servers, type_examples)) = threads::both(
        || outgoing::lower(document, &operations),
        || {
            let value_schemas = match document.extent.has_values() {
                true => value_schemas::lower(document, &deep, &types, &constrained),
                false => ValueSchemas::default(),
            };
            let rules = rules::lower(&mut source, &operations, &constrained);
            (rules, value_schemas, server::of_document(&mut source), examples::of_types(&mut source, &types))
        },
    );
    let info = &document.api.info;
    report.extend(source.report);
    if report.has_errors() {
        return None;
    }
    let LoweredOutgoing { outgoing, rejected } = lowered_outgoing;
    report.extend(rejected.report);
    let skipped = source.skipped.into_iter().chain(rejected.skipped).collect();
    Some(Api {
        title: info.title.clone(),
        version: info.version.clone(),
        description: info.description.clone(),
        servers,
        relative_server: server::relative_path(document),
        schemes,
        unused_schemes: unused,
        tags: tags(document),
        operations,
        types,
        type_examples,
        rules,
        value_schemas,
        outgoing,
        skipped,
        invalid: Vec::new(),
    })
}

/// The declared tags. `openapiv3` does not have their external documentation.
fn tags(document: &Document) -> Vec<TagDefinition> {
    let at = Pointer::root().child("tags");
    let tag = |(index, tag): (usize, &openapiv3::Tag)| {
        let at = at.index(index);
        let docs_url = document.node(&at.child("externalDocs").child("url")).and_then(|url| url.as_str());
        TagDefinition {
            name: tag.name.clone(),
            description: tag.description.clone(),
            docs_url: docs_url.map(str::to_owned),
            at,
        }
    };
    document.api.tags.iter().enumerate().map(tag).collect()
}
