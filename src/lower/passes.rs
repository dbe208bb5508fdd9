//! The order of the passes.

use super::draft::Draft;
use super::finish::{finish, recursion};
use super::operation::{self, misspelt};
use super::ref_targets::Deep;
use super::schema::types::{Typed, Types};
use super::security::{self, Security};
use super::source::Source;
use super::{rules, server};
use crate::diag::Report;
use crate::document::Document;
use crate::model::Api;

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
    let (schemes, operations) = security.keep_used(&mut source, operations);
    security::review(&mut source, &schemes, &operations);
    let rules = rules::lower(&mut source, &operations, &constrained);
    let servers = server::of_document(&mut source);
    let info = &document.api.info;
    report.extend(source.report);
    (!report.has_errors()).then(|| Api {
        title: info.title.clone(),
        version: info.version.clone(),
        description: info.description.clone(),
        servers,
        schemes,
        operations,
        types,
        rules,
        skipped: source.skipped,
        left_out: Vec::new(),
    })
}
