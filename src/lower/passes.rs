//! The order of the passes.

use std::collections::BTreeMap;

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
use crate::model::example::TypeExamples;
use crate::model::operation::{Operation, Server};
use crate::model::rule::Rules;
use crate::model::schema::{TypeDef, TypeId};
use crate::model::value_schema::ValueSchemas;
use crate::model::{Api, Skipped, TagDefinition};
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
    let places: Vec<Pointer> = operations.iter().map(|operation| operation.at.clone()).collect();
    let is_valid = !types.source.report.has_errors();
    // Webhooks and callbacks are read apart from the rest.
    let (lowered_outgoing, finished) = threads::both(
        || if is_valid { outgoing::lower(document, &places) } else { LoweredOutgoing::default() },
        || Finished::of(types, security, operations, &deep),
    );
    let finished = match finished {
        Ok(finished) => finished,
        Err(found) => {
            report.extend(found);
            return None;
        }
    };
    let LoweredOutgoing { outgoing, rejected } = lowered_outgoing;
    report.extend(finished.report);
    report.extend(rejected.report);
    let info = &document.api.info;
    Some(Api {
        title: info.title.clone(),
        version: info.version.clone(),
        description: info.description.clone(),
        servers: finished.servers,
        relative_server: server::relative_path(document),
        schemes: finished.used.schemes,
        unused_schemes: finished.used.unused,
        tags: tags(document),
        operations: finished.used.operations,
        types: finished.types,
        type_examples: finished.type_examples,
        rules: finished.rules,
        value_schemas: finished.value_schemas,
        outgoing,
        skipped: finished.skipped.into_iter().chain(rejected.skipped).collect(),
        invalid: Vec::new(),
    })
}

/// The operations of `paths` and what they reach.
struct Finished {
    used: UsedSchemes,
    types: Vec<TypeDef>,
    type_examples: BTreeMap<TypeId, TypeExamples>,
    rules: Rules,
    value_schemas: ValueSchemas,
    servers: Vec<Server>,
    report: Report,
    skipped: Vec<Skipped>,
}

impl Finished {
    /// Lowers what the operations reach.
    ///
    /// # Errors
    ///
    /// The report, if it has errors.
    fn of(types: Types<'_>, security: Security, operations: Vec<Operation>, deep: &Deep) -> Result<Self, Report> {
        let document = types.source.document;
        let Typed { mut source, types, defaults, constrained } = types.finish();
        let types = recursion::break_alias_cycles(types, &mut source.report);
        if source.report.has_errors() {
            return Err(source.report);
        }
        let (types, operations) = finish(Draft { operations, types, defaults }, &mut source.report);
        let used = security.keep_used(&mut source, operations);
        security::review(&mut source, &used.schemes, &used.operations);
        let value_schemas = match document.extent.has_values() {
            true => value_schemas::lower(document, deep, &types, &constrained),
            false => ValueSchemas::default(),
        };
        let rules = rules::lower(&mut source, &used.operations, &constrained);
        let servers = server::of_document(&mut source);
        let type_examples = examples::of_types(&mut source, &types);
        let Source { report, skipped, .. } = source;
        match report.has_errors() {
            true => Err(report),
            false => Ok(Self { used, types, type_examples, rules, value_schemas, servers, report, skipped }),
        }
    }
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
